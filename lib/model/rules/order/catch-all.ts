/** A service that chooses between versions has an answer for every request. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway } from '../../gateway';
import type { Match } from '../../match';
import { covers } from '../../overlap';
import type { Service, ServicePort } from '../../service';
import { finding, type Rule } from '../rule';

/** Reports MESH214 for a service of several versions whose table leaves requests without answer: it has a gap, or is empty although somebody leads there. */
export const catchAllRule: Rule = {
  name: 'catch-all',
  program: ({ services, gateways }) => services.flatMap((service) => {
    if (service.kind === 'router' && service.routes.length === 0) return [withoutRoutes(service)];
    if (service.versions.length < 2) return [];
    if (service.routes.length === 0) return checkEmpty(service, services, gateways);
    const open = service.ports.filter((port) => !isTotal(service, port));
    if (open.length === 0) return [];
    const ports = open.map(({ port, protocol }) => `${port} (${protocol})`).join(', ');
    return [finding('MESH214', { origin: service.origin, property: 'routes' },
      `service '${service.id}' has ${service.versions.length} versions and routes, but no route takes every request on port ${ports}`,
      'add a route that takes everything, for example RouteMatch.any(), with the version that serves the rest')];
  }),
};

function withoutRoutes({ id, origin }: Service): Diagnostic {
  return finding('MESH214', { origin, property: 'routes' }, `router '${id}' has no route, so it answers every request with 404`, 'add a route with addRoute, or remove the router');
}

/** Several versions without a table are right as long as everybody who leads there names a version. */
function checkEmpty({ id, origin, versions }: Service, services: readonly Service[], gateways: readonly Gateway[]): readonly Diagnostic[] {
  const caller = services.find(({ calls }) => calls.some((call) => call.service === id));
  const route = gateways.flatMap(({ routes }) => routes).find(({ action }) =>
    action.kind === 'forward' && action.destinations.some(({ service, version }) => service === id && version === undefined));
  if (caller === undefined && route === undefined) return [];
  const who = caller === undefined ? `route '${route?.name}' (${route?.origin.path})` : `service '${caller.id}'`;
  const even = versions.map(({ name }, at) => `'${name}': ${at === 0 ? 100 : 0}`).join(', ');
  return [finding('MESH214', { origin, property: 'weights' },
    `service '${id}' has ${versions.length} versions and nothing says which of them answers ${who}`,
    `give weights, for example { ${even} }, or a route with addRoute`)];
}

function isTotal({ routes }: Service, { port, protocol }: ServicePort): boolean {
  const everything = everythingOn(port, protocol);
  return routes.some(({ match }) => covers(match, everything));
}

function everythingOn(port: number, protocol: ServicePort['protocol']): Match {
  switch (protocol) {
    case 'http': case 'http2': return { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [], port };
    case 'grpc': return { kind: 'grpc', metadata: [], port };
    case 'tcp': case 'tls': return { kind: 'tcp', port };
  }
}
