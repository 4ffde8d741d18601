/** A service that chooses between versions has an answer for every request. */
import type { Match } from '../../match';
import { covers } from '../../overlap';
import type { Service, ServicePort } from '../../service';
import { finding, type Rule } from '../rule';

/** Reports MESH214 for a service with routes and several versions whose table leaves requests without answer. */
export const catchAllRule: Rule = {
  name: 'catch-all',
  program: ({ services }) => services.flatMap((service) => {
    if (service.routes.length === 0 || service.versions.length < 2) return [];
    const open = service.ports.filter((port) => !isTotal(service, port));
    if (open.length === 0) return [];
    const ports = open.map(({ port, protocol }) => `${port} (${protocol})`).join(', ');
    return [finding('MESH214', { origin: service.origin, property: 'routes' },
      `service '${service.id}' has ${service.versions.length} versions and routes, but no route takes every request on port ${ports}`,
      'add a route that takes everything, for example RouteMatch.any(), with the version that serves the rest')];
  }),
};

function isTotal({ routes }: Service, { port, protocol }: ServicePort): boolean {
  const everything = everythingOn(port, protocol);
  return routes.some(({ match }) => covers(match, everything));
}

function everythingOn(port: number, protocol: ServicePort['protocol']): Match {
  switch (protocol) {
    case 'http': case 'http2': return { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [], port };
    case 'grpc': return { kind: 'grpc', metadata: [], port };
    case 'tcp': return { kind: 'tcp', port };
  }
}
