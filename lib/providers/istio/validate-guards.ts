/** What Istio does not do as a route asks, or its schemas do not hold. */
import { accessOf } from './lower-access';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Gateway, GatewayRoute } from '../../model/gateway';
import { originText } from '../../model/guards';
import { besideProperty, findIf, finding, type Place } from '../rule';

const TITLE = 'Istio';

/** @see CRD of HTTPRoute, filter `cors` */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '*'];
const MAX_LIST = 64;
const MAX_ORIGIN = 253;
const MAX_HEADER_NAME = 256;

/** @see CRD of RequestAuthentication, `jwtRules.jwksUri` */
const MAX_ADDRESS = 2048;

/** Reports MESH401 for what proxies of a gateway cannot ask of single routes, and for methods that no schema knows; MESH404 for more than one holds. */
export function guardFindings(gateway: Gateway): readonly Diagnostic[] {
  return [...accessFindings(gateway), ...gateway.routes.flatMap((route) => [...sharingFindings(route), ...addressFindings(route)])];
}

function accessFindings(gateway: Gateway): readonly Diagnostic[] {
  const access = accessOf(gateway);
  if (access.kind === 'different') {
    const { route, other, property } = access;
    return [finding('MESH401', { origin: route.origin, property }, `${TITLE} asks for tokens and networks at a whole gateway, and route '${route.name}' asks for others than route '${other.name}'`,
      `say ${property} at the MeshGateway alone, or put the route at a gateway of its own`)];
  }
  if (access.guards.tokens === undefined && access.guards.clients === undefined) return [];
  return gateway.routes.filter(({ guards }) => guards?.cors !== undefined).map(({ name, origin }) => finding('MESH401', { origin, property: 'cors' },
    `${TITLE} asks for tokens and networks before it answers preflights, which carry no token, so browsers would be kept from route '${name}'`,
    'let a service answer preflights, or check tokens there'));
}

function sharingFindings(route: GatewayRoute): readonly Diagnostic[] {
  const cors = route.guards?.cors;
  if (cors === undefined) return [];
  const place = (part: string, value: unknown): Place => ({ origin: route.origin, property: besideProperty(route, `cors.${part}`), value });
  const lists = [['allowOrigins', cors.origins.map(originText), MAX_ORIGIN], ['allowHeaders', cors.headers, MAX_HEADER_NAME], ['exposeHeaders', cors.exposedHeaders, MAX_HEADER_NAME]] as const;
  return [
    ...cors.methods.filter((method) => !METHODS.includes(method)).map((method) => finding('MESH401', place('allowMethods', method),
      `${TITLE} lets scripts ask with the methods of HTTP, and '${method}' is none of them`, "name methods such as 'PUT' in upper case, or '*'")),
    ...lists.flatMap(([part, values, limit]) => [
      ...findIf(values.length > MAX_LIST, () => finding('MESH404', place(part, values.length), `route '${route.name}' names ${values.length} of them, and ${TITLE} holds ${MAX_LIST}`, "name fewer, or '*'")),
      ...values.filter((value) => value.length > limit).map((value) => finding('MESH404', place(part, value.length), `route '${route.name}' names one of ${value.length} characters, and ${TITLE} holds ${limit}`,
        'name a shorter one')),
    ]),
  ];
}

function addressFindings(route: GatewayRoute): readonly Diagnostic[] {
  return (route.guards?.tokens ?? []).flatMap(({ keys }, at) => keys.kind === 'remote' && keys.uri.length > MAX_ADDRESS ? [finding('MESH404',
    { origin: route.origin, property: besideProperty(route, `jwt[${at}]`), value: keys.uri.length }, `route '${route.name}' fetches keys from an address of ${keys.uri.length} characters, and ${TITLE} holds ${MAX_ADDRESS}`,
    'name a shorter address')] : []);
}
