/** MeshObjects: Kubernetes objects of the user's own, in the stack of whoever owns them. */
import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { findMesh } from './mesh';
import type { IMesh } from './mesh-props';
import { fail } from '../../diagnostics';
import { kebab } from '../identity';
import { concrete, originOf } from '../origin';

/** Properties of `MeshObjects`: a chart or objects. */
export interface MeshObjectsProps {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /**
   * Kubernetes objects as plain data, for example `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own', namespace: 'shop' }, data: {} }`.
   * @default - those of `chart`
   */
  readonly objects?: any[];
  /**
   * A chart of cdk8s, rendered at synthesis. Objects that a `ServiceVersion.fromWorkload` uses are left out, because the version carries them.
   * @default - the objects of `objects`
   */
  readonly chart?: Chart;
  /**
   * Name of the objects within the mesh. It decides the logical id: another name deletes and creates.
   * @default - the kebab-case form of the construct id
   */
  readonly objectsName?: string;
}

/**
 * Kubernetes objects of the user's own that are deployed with a mesh: after its namespaces and settings, with the stack that the construct is in, waited for like all others.
 *
 * @example
 * declare const mesh: Mesh;
 * new MeshObjects(this, 'Settings', {
 *   mesh,
 *   objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { color: 'blue' } }],
 * });
 */
export class MeshObjects extends Construct {
  constructor(scope: Construct, id: string, props: MeshObjectsProps) {
    super(scope, id);
    const origin = originOf(this);
    const { chart, objects } = props;
    if ((chart === undefined) === (objects === undefined)) {
      fail('MESH111', { origin, property: 'objects' }, chart === undefined ? 'neither objects nor a chart is given' : 'objects are given beside a chart',
        'give one of the two; a second construct takes the others');
    }
    const name = concrete(props.objectsName ?? kebab(id), origin, 'objectsName');
    findMesh(this, props.mesh)._addUserObjects({ id: name, origin, property: chart === undefined ? 'objects' : 'chart', ...(chart === undefined ? { objects } : { chart }) });
  }
}
