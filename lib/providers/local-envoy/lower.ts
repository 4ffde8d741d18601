/**
 * The whole lowering: traffic model in, Envoy's listeners, routes and clusters out. Pure; the same model gives the same bytes.
 * Two real stages instead of one flattened table, so that whatever the model can say is said as it is: a gateway or a caller chooses a
 * table, and leads to an internal listener where that table chooses the version.
 */
import { lowerCalls, lowerTcpCalls } from './calls';
import { lowerClusters, receiverHosts } from './clusters';
import { lowerGateways } from './gateways';
import { httpListener, type HttpListener } from './listeners';
import { byName, meshOf, type Mesh } from './mesh';
import { RECEIVERS, SERVICES, TABLE_HEADER } from './names';
import type { EnvoyObject, EnvoyResources, LocalEnvoyOptions } from './options';
import { Tables } from './tables';
import type { TrafficModel } from '../../model/traffic-model';

/** Listeners, routes and clusters that mean what the model means. */
export function lowerModel(model: TrafficModel, options: LocalEnvoyOptions): EnvoyResources {
  const mesh = meshOf(model, options);
  const tables = new Tables(mesh);
  const entrances = [...lowerGateways(mesh, tables), ...lowerCalls(mesh, tables)];
  const receivers = receiverHosts(mesh);
  const http = [
    ...entrances,
    internalListener(mesh, SERVICES, tables.virtualHosts()),
    // always there, so that a version which gains a limit changes routes and one cluster, but no listener
    internalListener(mesh, RECEIVERS, receivers),
  ];
  return {
    listeners: [...http.map(({ listener }) => listener), ...lowerTcpCalls(mesh)].sort(byName),
    routes: http.map(({ routes }) => routes).sort(byName),
    clusters: lowerClusters(mesh),
  };
}

/** A stage inside of Envoy, whose tables are chosen by a header: the host belongs to the request, which goes on unchanged. */
function internalListener(mesh: Mesh, name: string, virtualHosts: readonly EnvoyObject[]): HttpListener {
  return httpListener(mesh, { name, isEntrance: false, endsTls: false, routes: { vhost_header: TABLE_HEADER, virtual_hosts: virtualHosts } });
}
