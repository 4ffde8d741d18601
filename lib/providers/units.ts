/** Identities of units. They become logical ids: a changed one deletes and creates. They are the same on every mesh. */
import { serviceOf, type MeshIndex } from './mesh-index';
import type { KubeObject } from '../kube/object';
import type { Gateway } from '../model/gateway';
import type { Service, ServiceId, Version } from '../model/service';
import type { MeshSettings } from '../model/traffic-model';
import { Wave, type Unit, type UnitGroup } from '../plan/unit';

/** Unit of a namespace. */
export const namespaceUnit = (namespace: string): string => `${namespace}/namespace`;

/** Unit of the mesh's settings; it stands in the mesh's first namespace. */
export const meshUnit = ({ namespaces, name }: MeshSettings): string => `${namespaces[0]?.name ?? name}/mesh`;

/** Unit of what callers of a service use, and of its routes. */
export const serviceUnit = (service: Service): string => `${service.namespace}/${service.name}/service`;

/** Unit of a version: its pods, and all that stands with them. */
export const versionUnit = (service: Service, version: Version): string => `${service.namespace}/${service.name}/${version.name}/version`;

/** Unit of a gateway, without its routes. */
export const gatewayUnit = (gateway: Gateway): string => `${gateway.namespace}/${gateway.name}/gateway`;

/** The identity of one route object of a gateway. */
export const gatewayRouteUnit = (gateway: Gateway, part: string): string => `${gateway.namespace}/${gateway.name}/routes/${part}`;

/** The routes of a gateway are written together. */
export const gatewayRoutes = (gateway: Gateway): UnitGroup => ({ id: `${gateway.namespace}/${gateway.name}/routes`, owner: gateway.origin.path });

/** The identity of what lets a gateway's routes lead to one object of another namespace. */
export const gatewayGrantUnit = (gateway: Gateway, part: string): string => `${gateway.namespace}/${gateway.name}/grants/${part}`;

/** The grants of a gateway's routes are written together. */
export const gatewayGrants = (gateway: Gateway): UnitGroup => ({ id: `${gateway.namespace}/${gateway.name}/grants`, owner: gateway.origin.path });

/** A service in front of others' versions needs them, so it stands behind all services. */
export function shardOf(service: Service): string {
  return service.kind === 'router' ? 'edge' : `service:${service.id}`;
}

/** What is common to all units. */
export interface UnitDraft {
  readonly id: string;
  readonly wave: Wave;
  readonly needs: readonly string[];
  readonly objects: readonly KubeObject[];
  readonly group?: UnitGroup;
}

/** A unit that goes when its owner goes. */
export function unit({ id, wave, needs, objects, group }: UnitDraft, owner: string, shard: string): Unit {
  return { id, wave, owner, needs: [...new Set(needs)].sort(), shard, retain: false, ...(group === undefined ? {} : { group }), objects };
}

/** A unit that stays where what it belongs to stays. */
export function kept(made: Unit, isRetained: boolean): Unit {
  return isRetained ? { ...made, retain: true } : made;
}

/** The unit of a version. It waits for the services that its pods call, because they are called as soon as it is ready. */
export function unitOfVersion(index: MeshIndex, service: Service, version: Version, { objects, needs }: Pick<UnitDraft, 'objects' | 'needs'>): Unit {
  const called = index.calledBefore.get(service.id) ?? [];
  return kept(unit({
    id: versionUnit(service, version), wave: Wave.VERSIONS, objects, needs: [...needs, ...called.map((id) => serviceUnit(serviceOf(index, id)))],
  }, version.origin.path, shardOf(service)), index.isRetained(service.origin.path));
}

/** The unit of what callers of a service use: after its versions, and after those that its routes lead to. */
export function unitOfService(index: MeshIndex, service: Service, { objects, needs }: Pick<UnitDraft, 'objects' | 'needs'>): Unit {
  const destinations = service.routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : []);
  const own = service.versions.map(({ name }) => ({ service: service.id, version: name }));
  const versions = versionsNeeded(index, [...own, ...destinations]).filter((id) => id !== serviceUnit(service));
  const made = unit({ id: serviceUnit(service), wave: Wave.SERVICES, objects, needs: [...needs, ...versions] }, service.origin.path, shardOf(service));
  return kept(made, index.isRetained(service.origin.path));
}

/** Units of the versions that destinations lead to; a host outside of the mesh has no pods, so its service is all there is. */
export function versionsNeeded(index: MeshIndex, destinations: readonly { readonly service: ServiceId; readonly version?: string }[]): readonly string[] {
  return destinations.flatMap(({ service: id, version: name }) => {
    const service = serviceOf(index, id);
    if (service.kind === 'external') return [serviceUnit(service)];
    return service.versions.filter((version) => name === undefined || version.name === name).map((version) => versionUnit(service, version));
  });
}
