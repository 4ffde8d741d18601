/**
 * What Envoy Gateway does not do as a route asks, or does not hold.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/xds/translator/local_ratelimit.go each rule has a bucket of its own
 * @see https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/http/http_filters/cors_filter preflights are answered on routes that forward
 */
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Gateway, GatewayRoute } from '../../model/gateway';
import { originText } from '../../model/guards';
import type { TableRoute } from '../gateway-api/table-route';
import { besideProperty, findIf, finding } from '../rule';

const TITLE = 'Envoy Gateway';

/** @see CRD of SecurityPolicy, `jwt.providers` */
const MAX_ISSUERS = 16;
const MAX_AUDIENCES = 8;
const MAX_TEXT = 253;

/** Reports MESH401 and MESH402 for the rules that a gateway's routes become, MESH404 for more than a policy holds. */
export function guardFindings(gateway: Gateway, rules: readonly TableRoute[]): readonly Diagnostic[] {
  return [...muteFindings(rules), ...rateFindings(rules), ...gateway.routes.flatMap(sizeFindings)];
}

function muteFindings(rules: readonly TableRoute[]): readonly Diagnostic[] {
  return rules.filter(({ guards, action }) => guards?.cors !== undefined && action.kind !== 'forward').map(({ origin, label, closes }) => finding('MESH401', { origin, property: 'cors' },
    `${TITLE} answers preflights where it sends requests on, and ${closes ? 'some requests of ' : ''}${label} ${closes ? 'are' : 'is'} answered without a service`,
    'give the service a route that takes everything, and leads to a version'));
}

function rateFindings(rules: readonly TableRoute[]): readonly Diagnostic[] {
  const limited = new Map<string, TableRoute[]>();
  for (const rule of rules) {
    if (rule.guards?.rateLimit !== undefined && !rule.closes) limited.set(rule.origin.path, [...limited.get(rule.origin.path) ?? [], rule]);
  }
  return [...limited.values()].filter((all) => all.length > 1).map(([rule, ...others]) => finding('MESH402', { origin: rule!.origin, property: 'rateLimit' },
    `the route becomes ${others.length + 1} rules of ${TITLE}, and each of them counts its requests apart`,
    'acknowledge it, or lead the route to a version and name one host, so that it is one rule'));
}

function sizeFindings(route: GatewayRoute): readonly Diagnostic[] {
  const { tokens = [], cors } = route.guards ?? {};
  const tooMuch = (property: string, size: number, limit: number, what: string, fix: string) => findIf(size > limit, () => finding('MESH404',
    { origin: route.origin, property: besideProperty(route, property), value: size }, `route '${route.name}' ${what}, and ${TITLE} holds ${limit}`, fix));
  return [
    ...tooMuch('jwt', tokens.length, MAX_ISSUERS, `takes tokens of ${tokens.length} issuers`, 'take tokens of fewer issuers'),
    ...tokens.flatMap(({ issuer, audiences, keys }, at) => [
      ...tooMuch(`jwt[${at}]`, audiences.length, MAX_AUDIENCES, `takes ${audiences.length} audiences of '${issuer}'`, 'take fewer audiences'),
      ...(keys.kind === 'inline' ? []
        : tooMuch(`jwt[${at}]`, keys.uri.length, MAX_TEXT, `fetches keys from an address of ${keys.uri.length} characters`, 'name a shorter address')),
    ]),
    ...(cors?.origins ?? []).map((origin) => originText(origin).length)
      .flatMap((length) => tooMuch('cors.allowOrigins', length, MAX_TEXT, `names an origin of ${length} characters`, 'name a shorter origin')),
  ];
}
