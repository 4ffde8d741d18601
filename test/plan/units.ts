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

/** The three units of a canary, as a provider makes them. */
export function serviceUnits(index: number, owner = 'Main/Mesh'): readonly Unit[] {
  const service = `service-${index}`;
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: service, namespace: 'shop' } };
  const version = (name: string) => unit(`shop/${service}/${name}/version`, {
    wave: Wave.VERSIONS, owner, shard: `service:${service}`, needs: ['shop/mesh', 'shop/namespace'], objects: [account, configMap(`${service}-${name}`)],
  });
  return [
    version('v1'), version('v2'),
    unit(`shop/${service}/service`, { owner, shard: `service:${service}`, needs: ['shop/mesh', `shop/${service}/v1/version`, `shop/${service}/v2/version`] }),
  ];
}

/** What every service relies on. */
export const MESH_UNITS: readonly Unit[] = [
  unit('shop/namespace', { wave: Wave.NAMESPACE, retain: true, objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }] }),
  unit('shop/mesh', { wave: Wave.MESH, needs: ['shop/namespace'] }),
];
