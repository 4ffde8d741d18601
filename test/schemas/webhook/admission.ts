/** What the controller's validating webhook refuses, and what it means to refuse but lets through. */
import { atLeastOne, atMostOne, exactlyOne, holds, type Json, type Rule } from './rule';

const HTTP = 'httpRoute|http2Route';
const CONDITIONS = ['exact', 'prefix', 'suffix', 'regex', 'range'] as const;
const ROUTES = ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'] as const;

const isOrdered = holds(({ start, end }: { start: number; end: number }) => start < end, 'start is not below end');
const needsSlash = holds((prefix: string) => prefix.startsWith('/'), 'does not start with a slash');

const GATEWAY_ROUTE: readonly Rule[] = [
  { says: 'a gateway route has exactly one type', kinds: ['GatewayRoute'], path: 'spec', judge: exactlyOne('httpRoute', 'http2Route', 'grpcRoute') },
  { says: 'a gateway match names prefix, path or host', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match`, judge: atLeastOne('prefix', 'path', 'hostname') },
  { says: 'a gateway match has prefix or path, not both', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match`, judge: atMostOne('prefix', 'path') },
  { says: 'a path at the gateway is exact or regex', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.path`, judge: exactlyOne('exact', 'regex') },
  { says: 'a host is exact or a suffix', kinds: ['GatewayRoute'], path: `spec.${HTTP}|grpcRoute.match.hostname`, judge: exactlyOne('exact', 'suffix') },
  { says: 'a header condition at the gateway is one', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.headers[].match`, judge: exactlyOne(...CONDITIONS) },
  { says: 'a header range at the gateway is ordered', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.headers[].match.range`, judge: isOrdered },
  { says: 'a query condition at the gateway is exact', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.queryParameters[].match`, judge: exactlyOne('exact') },
  { says: 'a gRPC gateway match names service or host', kinds: ['GatewayRoute'], path: 'spec.grpcRoute.match', judge: atLeastOne('serviceName', 'hostname') },
  { says: 'a metadata condition at the gateway is one', kinds: ['GatewayRoute'], path: 'spec.grpcRoute.match.metadata[].match', judge: exactlyOne(...CONDITIONS) },
  { says: 'a metadata range at the gateway is ordered', kinds: ['GatewayRoute'], path: 'spec.grpcRoute.match.metadata[].match.range', judge: isOrdered },
  { says: 'a rewrite changes prefix, path or host', kinds: ['GatewayRoute'], path: `spec.${HTTP}.action.rewrite`, judge: atLeastOne('prefix', 'path', 'hostname') },
  { says: 'a rewrite changes prefix or path, not both', kinds: ['GatewayRoute'], path: `spec.${HTTP}.action.rewrite`, judge: atMostOne('prefix', 'path') },
  {
    says: 'a prefix rewrite is the default or a value',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}.action.rewrite.prefix`,
    judge: exactlyOne('defaultPrefix', 'value'),
  },
  {
    says: 'a rewritten prefix starts and ends with a slash',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}.action.rewrite.prefix.value`,
    judge: holds((value: string) => value.startsWith('/') && value.endsWith('/'), 'a slash is missing'),
  },
  {
    says: 'a prefix rewrite goes with a prefix match',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}`,
    judge: holds((route: Json) => route.action.rewrite?.prefix?.value === undefined || route.match.prefix !== undefined, 'no prefix to rewrite'),
  },
  { says: 'a gRPC rewrite names the host', kinds: ['GatewayRoute'], path: 'spec.grpcRoute.action.rewrite', judge: exactlyOne('hostname') },
  { says: 'a prefix at the gateway starts with a slash', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.prefix`, judge: needsSlash },
];

const NODES: readonly Rule[] = [
  {
    says: 'a listener has one flavour of connection pool',
    kinds: ['VirtualNode', 'VirtualGateway'],
    path: 'spec.listeners[].connectionPool',
    judge: exactlyOne('tcp', 'http', 'http2', 'grpc'),
  },
  {
    says: 'a node with listeners has a discovery',
    kinds: ['VirtualNode'],
    path: 'spec',
    judge: holds(spec => spec.listeners === undefined || spec.serviceDiscovery !== undefined, 'serviceDiscovery is missing'),
  },
  {
    says: 'no backend is declared twice',
    kinds: ['VirtualNode'],
    path: '',
    judge: object => duplicateOf((object.spec.backends ?? []).map(({ virtualService: { virtualServiceRef: ref, virtualServiceARN: arn } }: Json) => (
      arn ?? `${ref.namespace ?? object.metadata.namespace}/${ref.name}`))),
  },
];

const ROUTER: readonly Rule[] = [
  { says: 'route names of a router are unique', kinds: ['VirtualRouter'], path: 'spec.routes', judge: (routes: Json[]) => duplicateOf(routes.map(r => r.name)) },
  { says: 'a route of a router has exactly one type', kinds: ['VirtualRouter'], path: 'spec.routes[]', judge: exactlyOne(...ROUTES) },
  { says: 'a route match has a prefix or a path', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match`, judge: exactlyOne('prefix', 'path') },
  { says: 'a path at a router is exact or regex', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.path`, judge: exactlyOne('exact', 'regex') },
  { says: 'a header condition at a router is one', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.headers[].match`, judge: exactlyOne(...CONDITIONS) },
  { says: 'a header range at a router is ordered', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.headers[].match.range`, judge: isOrdered },
  { says: 'a query condition at a router is exact', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.queryParameters[].match`, judge: exactlyOne('exact') },
  { says: 'a metadata condition at a router is one', kinds: ['VirtualRouter'], path: 'spec.routes[].grpcRoute.match.metadata[].match', judge: exactlyOne(...CONDITIONS) },
  { says: 'a metadata range at a router is ordered', kinds: ['VirtualRouter'], path: 'spec.routes[].grpcRoute.match.metadata[].match.range', judge: isOrdered },
  { says: 'a prefix at a router starts with a slash', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.prefix`, judge: needsSlash },
  {
    says: 'a weighted target is one node',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${HTTP}|grpcRoute|tcpRoute.action.weightedTargets[]`,
    judge: exactlyOne('virtualNodeRef', 'virtualNodeARN'),
  },
];

function duplicateOf(names: readonly string[]): string | undefined {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `${twice} is there twice`;
}

/** Rules of the webhook, with the holes closed that it leaves. */
export const ADMISSION: readonly Rule[] = [...GATEWAY_ROUTE, ...NODES, ...ROUTER];
