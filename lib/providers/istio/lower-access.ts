/**
 * Tokens and networks that a gateway asks for: of the gateway as a whole, because the control plane attaches both to proxies, not to routes.
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
import { SECURITY } from './crd';
import type { KubeObject } from '../../kube/object';
import type { Gateway, GatewayRoute } from '../../model/gateway';
import type { Guards, TokenIssuer } from '../../model/guards';
import { defined, filled } from '../defined';
import { GATEWAY_GROUP } from '../gateway-api/crd';
import { ownLabels } from '../workload';

/** What all routes of a gateway ask of clients, or two routes that ask otherwise. */
export type Access =
  | { readonly kind: 'common'; readonly guards: Pick<Guards, 'tokens' | 'clients'> }
  | { readonly kind: 'different'; readonly route: GatewayRoute; readonly other: GatewayRoute; readonly property: 'jwt' | 'allowFrom' };

/** The access of a gateway. */
export function accessOf({ routes }: Gateway): Access {
  const [first, ...others] = routes;
  const { tokens, clients } = first?.guards ?? {};
  for (const [property, field] of [['jwt', 'tokens'], ['allowFrom', 'clients']] as const) {
    const route = others.find(({ guards }) => JSON.stringify(guards?.[field]) !== JSON.stringify(first?.guards?.[field]));
    if (route !== undefined) return { kind: 'different', route, other: first!, property };
  }
  return { kind: 'common', guards: defined({ tokens, clients }) };
}

/** What guards a gateway; it stands before the routes, so that none is open for a moment. */
export function accessObjects(gateway: Gateway): readonly KubeObject[] {
  const access = accessOf(gateway);
  const { tokens, clients } = access.kind === 'common' ? access.guards : {};
  if (tokens === undefined && clients === undefined) return [];
  return [...(tokens === undefined ? [] : [authentication(gateway, tokens)]), authorization(gateway, { tokens, clients })];
}

function authentication(gateway: Gateway, tokens: readonly TokenIssuer[]): KubeObject {
  return {
    apiVersion: SECURITY, kind: 'RequestAuthentication', metadata: metadataOf(gateway),
    spec: { targetRefs: [targetOf(gateway)], jwtRules: tokens.map(ruleOf) },
  };
}

/** Left to itself, the proxy would take tokens from the query, too, and keep them from the service. */
function ruleOf({ issuer, audiences, keys }: TokenIssuer): object {
  return defined({
    issuer, audiences: filled(audiences), fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }], forwardOriginalToken: true,
    jwksUri: keys.kind === 'remote' ? keys.uri : undefined, jwks: keys.kind === 'inline' ? keys.jwks : undefined,
  });
}

/** An invalid token is refused by the authentication; a missing one only here. */
function authorization(gateway: Gateway, { tokens, clients }: Pick<Guards, 'tokens' | 'clients'>): KubeObject {
  const source = defined({ requestPrincipals: tokens?.map(({ issuer }) => `${issuer}/*`), ipBlocks: clients });
  return {
    apiVersion: SECURITY, kind: 'AuthorizationPolicy', metadata: metadataOf(gateway),
    spec: { targetRefs: [targetOf(gateway)], action: 'ALLOW', rules: [{ from: [{ source }] }] },
  };
}

function metadataOf({ name, namespace }: Gateway) {
  return { name, namespace, labels: ownLabels(name) };
}

function targetOf({ name }: Gateway): object {
  return { group: GATEWAY_GROUP, kind: 'Gateway', name };
}
