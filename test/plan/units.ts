/** Small units and objects for tests of emission; no CDK here. */
import type { KubeObject } from '../../lib/kube/object';
import { Wave, type Unit } from '../../lib/plan/unit';

export function configMap(name: string, data: { readonly [key: string]: unknown } = { color: 'blue' }, namespace = 'shop'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

export function unit(id: string, draft: Partial<Unit> = {}): Unit {
  return {
    id,
    wave: Wave.SERVICES,
    owner: 'Main/Mesh',
    needs: [],
    shard: 'main',
    retain: false,
    objects: [configMap(id.replaceAll('/', '-'))],
    ...draft,
  };
}

/** The ten units of one service, as a provider makes them. */
export function serviceUnits(index: number, owner = 'Main/Mesh'): readonly Unit[] {
  const service = `service-${index}`;
  const node = (version: string) => unit(`shop/${service}/${version}-node`, { wave: Wave.NODES, owner, shard: `service:${service}`, needs: ['shop/mesh'] });
  const workload = (version: string) => unit(`shop/${service}/${version}-workload`, {
    wave: Wave.WORKLOADS, owner, shard: `service:${service}`, needs: [`shop/${service}/${version}-node`, `shop/${service}/router`],
  });
  const extra = (part: string) => unit(`shop/${service}/${part}`, { wave: Wave.EXTRAS, owner, shard: `service:${service}`, needs: [`shop/${service}/v1-workload`] });
  return [
    node('v1'), node('v2'), workload('v1'), workload('v2'), extra('v1-autoscaler'), extra('v2-autoscaler'), extra('v1-budget'), extra('v2-budget'),
    unit(`shop/${service}/router`, { owner, shard: `service:${service}`, needs: [`shop/${service}/v1-node`, `shop/${service}/v2-node`] }),
    unit(`shop/${service}/account`, { wave: Wave.NODES, owner, shard: `service:${service}`, needs: ['shop/namespace'] }),
  ];
}

/** What every service relies on. */
export const MESH_UNITS: readonly Unit[] = [
  unit('shop/namespace', { wave: Wave.NAMESPACE, retain: true, objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }] }),
  unit('shop/mesh', { wave: Wave.MESH, needs: ['shop/namespace'] }),
];
