/** Which services are deployed before those that call them: all, save where calls go in a circle. */
import type { Service, ServiceId } from '../model/service';

/** For each service those that it calls and that do not call it back, directly or through others. */
export function calledBefore(services: readonly Service[]): ReadonlyMap<ServiceId, readonly ServiceId[]> {
  const component = componentsOf(services);
  return new Map(services.map(({ id, calls }) => [id, calls.map(({ service }) => service).filter((called) => component.get(called) !== component.get(id))]));
}

/** What a service needs to be there: those that it calls, and those whose versions its routes lead to. */
function neighboursOf({ calls, routes }: Service): readonly ServiceId[] {
  const destinations = routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : []);
  return [...calls, ...destinations].map(({ service }) => service);
}

/** Tarjan's strongly connected components: two services have one number if each can be reached from the other. */
function componentsOf(services: readonly Service[]): ReadonlyMap<ServiceId, number> {
  const byId = new Map(services.map((service) => [service.id, service]));
  const component = new Map<ServiceId, number>();
  const order = new Map<ServiceId, number>();
  const low = new Map<ServiceId, number>();
  const open: ServiceId[] = [];
  const visit = (id: ServiceId): void => {
    order.set(id, order.size);
    low.set(id, order.get(id)!);
    open.push(id);
    for (const next of neighboursOf(byId.get(id)!)) {
      if (!byId.has(next) || component.has(next)) continue;
      if (!order.has(next)) visit(next);
      low.set(id, Math.min(low.get(id)!, low.get(next)!));
    }
    if (low.get(id) !== order.get(id)) return;
    const members = open.splice(open.indexOf(id));
    for (const member of members) component.set(member, order.get(id)!);
  };
  for (const { id } of services) if (!order.has(id)) visit(id);
  return component;
}
