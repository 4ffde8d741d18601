/**
 * What routes ask before they act, but for rates: a SecurityPolicy of a route object where all of its rules ask the same, else one of each rule.
 * @see https://gateway.envoyproxy.io/v1.9/concepts/gateway_api_extensions/security-policy/
 */
import { ENVOY_GATEWAY_API_VERSION, type PolicyTarget, type SecurityPolicy } from './crd';
import { hash8, joinName } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import type { Gateway } from '../../model/gateway';
import type { Cors, Guards, TokenIssuer } from '../../model/guards';
import { defined, filled } from '../defined';
import { corsFields } from '../gateway-api/cors';
import { GATEWAY_GROUP } from '../gateway-api/crd';
import { durationOf } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/** A policy, and the routes that it holds for. */
export interface PlacedSecurity {
  readonly object: SecurityPolicy;
  readonly routes: readonly TableRoute[];
}

/** The policies of a route object. */
export function securityPolicies(gateway: Gateway, object: KubeObject, routes: readonly TableRoute[]): readonly PlacedSecurity[] {
  const specs = routes.map(({ guards }) => JSON.stringify(specOf(guards)));
  if (specs[0] !== undefined && specs.every((spec) => spec === specs[0])) return policy(gateway, object, routes);
  return routes.flatMap((route) => policy(gateway, object, [route], route.name));
}

function policy(gateway: Gateway, object: KubeObject, routes: readonly TableRoute[], sectionName?: string): readonly PlacedSecurity[] {
  const spec = specOf(routes[0]!.guards);
  if (Object.keys(spec).length === 0) return [];
  const name = joinName([object.metadata.name, ...(sectionName === undefined ? [] : [sectionName])], MAX_OBJECT_NAME);
  const target: PolicyTarget = defined({ group: GATEWAY_GROUP, kind: object.kind as PolicyTarget['kind'], name: object.metadata.name, sectionName });
  return [{
    routes, object: {
      apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'SecurityPolicy', metadata: { name, namespace: gateway.namespace, labels: ownLabels(gateway.name) },
      spec: { targetRefs: [target], ...spec },
    },
  }];
}

function specOf({ cors, tokens, clients }: Guards = {}): Omit<SecurityPolicy['spec'], 'targetRefs'> {
  return defined({
    cors: cors && corsOf(cors),
    jwt: tokens && { providers: tokens.map(providerOf) },
    authorization: clients && { defaultAction: 'Deny', rules: [{ name: 'allowed-clients', action: 'Allow', principal: { clientCIDRs: clients } }] },
  });
}

function corsOf(cors: Cors): object {
  return defined({ ...corsFields(cors), maxAge: cors.maxAgeMs === undefined ? undefined : durationOf(cors.maxAgeMs) });
}

/** Left to itself, the proxy would take tokens from the query, too. */
const BEARER = { headers: [{ name: 'Authorization', valuePrefix: 'Bearer ' }] };

function providerOf({ issuer, audiences, keys }: TokenIssuer): object {
  return defined({
    name: `issuer-${hash8(issuer)}`, issuer, audiences: filled(audiences), extractFrom: BEARER,
    remoteJWKS: keys.kind === 'remote' ? { uri: keys.uri } : undefined,
    localJWKS: keys.kind === 'inline' ? { type: 'Inline', inline: keys.jwks } : undefined,
  });
}
