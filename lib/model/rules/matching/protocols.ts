/** A match speaks the protocol of a port that it can come in on. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Filters } from '../../action';
import type { Match } from '../../match';
import { besideProperty, finding, matchProperty, targetProperty, type Route, type Rule } from '../rule';

/** Reports MESH213 for a match whose protocol no port speaks, and for changes of requests on connections that have none. */
export const protocolsRule: Rule = {
  name: 'protocols',
  serviceRoute: (route, service) => [...checkProtocol(route, service.ports, `service '${service.id}'`), ...checkTcp(route)],
  gatewayRoute: (route, gateway) => checkProtocol(route, gateway.listeners, `gateway '${gateway.id}'`),
};

interface Port {
  readonly port: number;
  readonly protocol: string;
}

function checkProtocol(route: Route, ports: readonly Port[], owner: string): readonly Diagnostic[] {
  const { match } = route;
  const possible = ports.filter(({ port }) => match.port === undefined || match.port === port);
  // an unknown port is reported as such
  if (possible.length === 0 || possible.some(({ protocol }) => speaks(protocol, match))) return [];
  const spoken = [...new Set(possible.map(({ protocol }) => protocol))].join(', ');
  const where = match.port === undefined ? owner : `port ${match.port} of ${owner}`;
  return [finding('MESH213', { origin: route.origin, property: matchProperty(route), value: match.kind }, `route '${route.name}' matches ${match.kind} requests, but ${where} speaks ${spoken}`,
    `match what the port speaks, or give ${owner} a port of protocol ${match.kind}`)];
}

function speaks(protocol: string, { kind }: Match): boolean {
  switch (kind) {
    case 'http': return protocol === 'http' || protocol === 'http2';
    case 'tcp': return protocol === 'tcp' || protocol === 'tls';
    case 'grpc': return protocol === kind;
  }
}

/** Filters that need a request. */
const FILTERS: { readonly [F in keyof Required<Filters>]: string } = {
  rewritePath: 'rewrite', rewriteHost: 'hostRewrite', requestHeaders: 'requestHeaders', responseHeaders: 'responseHeaders', mirrors: 'mirror', fault: 'fault',
};

function checkTcp(route: Route): readonly Diagnostic[] {
  if (route.match.kind !== 'tcp') return [];
  const filters = (Object.keys(FILTERS) as (keyof Filters)[]).filter((name) => route.filters[name] !== undefined);
  return [
    ...filters.map((name) => finding('MESH213', { origin: route.origin, property: besideProperty(route, FILTERS[name]) },
      `${FILTERS[name]} stands on TCP route '${route.name}', whose connections hold no request that could be changed`, `leave out ${FILTERS[name]}, or give the port protocol http`)),
    ...(route.action.kind === 'forward'
      ? []
      : [finding('MESH213', { origin: route.origin, property: targetProperty(route), value: route.action.kind },
        `TCP route '${route.name}' answers with HTTP`, 'forward the connections to a version')]),
  ];
}
