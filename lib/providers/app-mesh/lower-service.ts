/** A service: the name that callers use, and the table behind it. */
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service } from '../../model/service';
import { rootService } from '../workload';
import { APP_MESH_API_VERSION, type VirtualRouter, type VirtualService } from './crd';
import { lowerRoutes, type RouterRoute } from './lower-routes';
import type { MeshIndex } from '../mesh-index';
import { virtualNode } from './lower-version';
import { awsName } from './names';
import type { Unit } from '../../plan/unit';
import { meshUnit, unitOfService } from '../units';

/** The unit with Kubernetes Service, router and virtual service. */
export function lowerService(index: MeshIndex, service: Service): Unit {
  const { name, namespace } = service;
  const routes = tableOf(service);
  const router: VirtualRouter = {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualRouter', metadata: { name, namespace },
    spec: {
      awsName: awsName(name, namespace),
      listeners: service.ports.map(({ port, protocol }) => ({ portMapping: { port, protocol } })),
      routes: lowerRoutes(index, { ports: service.ports, routes }),
    },
  };
  const front: VirtualService = {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualService', metadata: { name, namespace },
    spec: { awsName: service.host, provider: { virtualRouter: { virtualRouterRef: { namespace, name } } } },
  };
  const own = service.kind === 'external' ? service.versions.map((version) => virtualNode(index, service, version)) : [rootService(service)];
  return unitOfService(index, service, { needs: [meshUnit(index.model.mesh)], objects: [...own, router, front] });
}

/** A service's table in order of precedence. */
export function tableOf(service: Service): readonly RouterRoute[] {
  return orderedServiceRoutes(service).map(({ name, match, action, policy }) => {
    if (action.kind !== 'forward') throw new Error(`internal: route '${name}' of '${service.id}' does not forward; please report this with your program`);
    return { name, match, destinations: action.destinations, policy };
  });
}
