/** What an update may not change, and the quotas of an account. */
import { keyOf, type KubeObject } from '../../../lib/kube/object';
import { valuesAt, type Rule } from './rule';

const FROZEN: { readonly [kind: string]: readonly string[] } = {
  VirtualNode: ['spec.serviceDiscovery.awsCloudMap'],
  GatewayRoute: ['spec.virtualGatewayRef'],
};

/** The immutable fields that differ between two states of one cluster, as `<object> <path>`. */
export function frozenChanges(before: readonly KubeObject[], after: readonly KubeObject[]): string[] {
  const later = new Map(after.map(object => [keyOf(object), object]));
  return before.filter(object => object.apiVersion.startsWith('appmesh.k8s.aws/')).flatMap(object => {
    const successor = later.get(keyOf(object));
    if (successor === undefined) return [];
    const paths = ['spec.awsName', 'spec.meshRef', ...(FROZEN[object.kind] ?? [])];
    return paths.filter(path => isChanged(path, object, successor)).map(path => `${keyOf(object)} ${path}`);
  });
}

/** Cloud Map may be set later, but not changed or removed. */
function isChanged(path: string, before: KubeObject, after: KubeObject): boolean {
  const old = JSON.stringify(valuesAt(before, path));
  return !(path.endsWith('awsCloudMap') && old === '[]') && old !== JSON.stringify(valuesAt(after, path));
}

function lengthAtMost(limit: number): Rule['judge'] {
  return (list: readonly unknown[]) => list.length <= limit ? undefined : `${list.length}, at most ${limit}`;
}

const inMesh = (kind: string, limit: number): Rule => ({
  says: `a mesh has at most ${limit} of ${kind}`,
  kinds: ['Mesh'],
  path: '',
  judge: (mesh, { world }) => {
    const members = world.all(kind).filter(object => world.meshesOf(object).includes(mesh));
    return members.length <= limit ? undefined : `${members.length}, at most ${limit}`;
  },
});

/** Quotas of an account that has raised none. */
export const QUOTAS: readonly Rule[] = [
  inMesh('VirtualNode', 200),
  inMesh('VirtualRouter', 200),
  inMesh('VirtualService', 200),
  inMesh('VirtualGateway', 3),
  {
    says: 'a gateway has at most 10 routes',
    kinds: ['VirtualGateway'],
    path: '',
    judge: (gateway, { world }) => {
      const routes = world.all('GatewayRoute').filter(route => world.gatewaysOf(route).includes(gateway));
      return routes.length <= 10 ? undefined : `${routes.length}, at most 10`;
    },
  },
  { says: 'a router has at most 50 routes', kinds: ['VirtualRouter'], path: 'spec.routes', judge: lengthAtMost(50) },
  { says: 'a node has at most 50 backends', kinds: ['VirtualNode'], path: 'spec.backends', judge: lengthAtMost(50) },
];
