/** Whether a program names services or versions that do not exist: then a dialect's rules have nothing sensible to say. */
import type { MeshIndex } from './mesh-index';

/** The model's own rules report each of them. */
export function hasBrokenReference({ model, services }: MeshIndex): boolean {
  const routes = [...model.services, ...model.gateways].flatMap((owner) => owner.routes.map(({ action }) => action));
  const destinations = routes.flatMap((action) => action.kind === 'forward' ? action.destinations : []);
  const calls = model.services.flatMap((service) => service.calls);
  return calls.some(({ service }) => !services.has(service)) || destinations.some(({ service, version }) => {
    const known = services.get(service);
    return known === undefined || (version !== undefined && !known.versions.some(({ name }) => name === version));
  }) || model.services.some((service) => service.routes.some(({ action }) => action.kind === 'forward' && action.destinations.some(({ version }) => version === undefined)));
}
