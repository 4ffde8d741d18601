/** What only Envoy itself would refuse, after it has read its configuration, or read in a way of its own. */
import { diagnose, type Diagnostic } from '../../diagnostics/diagnostic';
import type { GatewayRoute } from '../../model/gateway';
import type { Match } from '../../model/match';
import { besideProperty, targetProperty, type Route } from '../../model/rules/rule';
import type { TrafficModel } from '../../model/traffic-model';

/** The weights of one route are added up in 32 bits. */
const MAX_SUM = 4_294_967_295;

/**
 * Reports MESH404 for weights that Envoy cannot add up and for a fault with a status that it does not send, MESH405 for a header to which
 * a gateway's route adds a value before a service asks for it.
 */
export function validateForEnvoy(model: TrafficModel): readonly Diagnostic[] {
  const { services, gateways } = model;
  return [
    ...[...services, ...gateways].flatMap(({ routes }) => routes).flatMap((route) => [...checkWeights(route), ...checkFault(route)]),
    ...gateways.flatMap(({ routes }) => routes).flatMap((route) => checkAdded(route, model)),
  ];
}

function checkWeights(route: Route): readonly Diagnostic[] {
  const { name, origin, action } = route;
  const sum = action.kind === 'forward' ? action.destinations.reduce((total, { weight }) => total + weight, 0) : 0;
  if (sum <= MAX_SUM) return [];
  return [diagnose({
    code: 'MESH404', origin, property: targetProperty(route), value: String(sum),
    what: `the weights of route '${name}' add up to ${sum}, and Envoy adds up to ${MAX_SUM}`, fix: 'use smaller weights; only their proportions count',
  })];
}

function checkFault(route: Route): readonly Diagnostic[] {
  const { name, origin, filters } = route;
  const status = filters.fault?.abort?.status ?? 200;
  if (Number.isInteger(status) && status >= 200 && status < 600) return [];
  return [diagnose({
    code: 'MESH404', origin, property: besideProperty(route, 'fault.abort.status'), value: String(status),
    what: `the fault of route '${name}' answers with status ${status}, and Envoy sends 200 to 599`, fix: 'use a status from 200 to 599',
  })];
}

/** Two values are two lines to Envoy's conditions, each of which may fit, and one list everywhere else. */
function checkAdded(route: GatewayRoute, { services }: TrafficModel): readonly Diagnostic[] {
  const { name, origin, action, filters } = route;
  const chosen = action.kind === 'forward' ? action.destinations.filter(({ version }) => version === undefined).map(({ service }) => service) : [];
  const added = filters.requestHeaders?.add.map((header) => header.name) ?? [];
  return services.filter(({ id }) => chosen.includes(id)).flatMap(({ id, routes }) => {
    const asked = new Set(routes.flatMap(({ match }) => headersOf(match)));
    return added.filter((header) => asked.has(header)).map((header) => diagnose({
      code: 'MESH405', origin, property: besideProperty(route, 'requestHeaders'), value: header,
      what: `route '${name}' adds a value to header '${header}', which routes of service '${id}' ask for; of a request that has the header already, Envoy reads the two values one by one`,
      fix: 'set the header instead of adding to it, or ask for another one',
    }));
  });
}

function headersOf(match: Match): readonly string[] {
  switch (match.kind) {
    case 'http': return match.headers.map(({ name }) => name);
    case 'grpc': return match.metadata.map(({ name }) => name);
    case 'tcp': return [];
  }
}
