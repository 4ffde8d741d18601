/** Identities of units. They become logical ids: a changed one deletes and creates. */
import { serviceOf, type MeshIndex } from './mesh-index';
import type { KubeObject } from '../kube/object';
import { Wave, type Unit } from '../plan/unit';
import type { Gateway } from '../model/gateway';
import type { Service, ServiceId, Version } from '../model/service';
import type { MeshSettings } from '../model/traffic-model';

/** Unit of a namespace. */
export const namespaceUnit = (namespace: string): string => `${namespace}/namespace`;

/** Unit of the mesh; it stands in the mesh's first namespace. */
export const meshUnit = ({ namespaces, name }: MeshSettings): string => `${namespaces[0]?.name ?? name}/mesh`;

/** A unit of a service. */
export const serviceUnit = (service: Service, part = 'service'): string => `${service.namespace}/${service.name}/${part}`;

/** A unit of a version. */
export const versionUnit = (service: Service, version: Version, part: string): string => serviceUnit(service, `${version.name}-${part}`);

/** A unit of a gateway. */
export const gatewayUnit = (gateway: Gateway, part: string): string => `${gateway.namespace}/${gateway.name}/${part}`;

/** A service in front of others' versions needs their nodes, so it stands behind all services. */
export function shardOf(service: Service): string {
  return service.kind === 'router' ? 'edge' : `service:${service.id}`;
}

/** What is common to the units of a service. */
export interface UnitDraft {
  readonly id: string;
  readonly wave: Wave;
  readonly needs: readonly string[];
  readonly objects: readonly KubeObject[];
}

/** A unit that goes when its owner goes. */
export function unit(draft: UnitDraft, owner: string, shard: string): Unit {
  return { id: draft.id, wave: draft.wave, owner, needs: [...new Set(draft.needs)].sort(), shard, retain: false, objects: draft.objects };
}

/** Units of the nodes that destinations lead to. */
export function nodesNeeded(index: MeshIndex, destinations: readonly { readonly service: ServiceId; readonly version?: string }[]): readonly string[] {
  return destinations.flatMap(({ service: id, version: name }) => {
    const service = serviceOf(index, id);
    return service.versions.filter((version) => version.name === name).map((version) => versionUnit(service, version, 'node'));
  });
}
