/** What an update may not change, and the quotas of an account. */
import { valuesAt, type Rule } from './rule';
import { keyOf, type KubeObject } from '../../../lib/kube/object';
import type { Quotas } from '../../../lib/model/traffic-model';

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

/** The quotas of an account, raised or by default. */
export function quotaRules(raised: Quotas): readonly Rule[] {
  const perGateway = raised.gatewayRoutesPerGateway ?? 10;
  const perRouter = raised.routesPerService ?? 50;
  const perNode = raised.callsPerVersion ?? 50;
  return [
    inMesh('VirtualNode', raised.versionsPerMesh ?? 200),
    inMesh('VirtualRouter', raised.servicesPerMesh ?? 200),
    inMesh('VirtualService', raised.servicesPerMesh ?? 200),
    inMesh('VirtualGateway', raised.gatewaysPerMesh ?? 3),
    {
      says: `a gateway has at most ${perGateway} routes`,
      kinds: ['VirtualGateway'],
      path: '',
      judge: (gateway, { world }) => {
        const routes = world.all('GatewayRoute').filter(route => world.gatewaysOf(route).includes(gateway));
        return routes.length <= perGateway ? undefined : `${routes.length}, at most ${perGateway}`;
      },
    },
    { says: `a router has at most ${perRouter} routes`, kinds: ['VirtualRouter'], path: 'spec.routes', judge: lengthAtMost(perRouter) },
    { says: `a node has at most ${perNode} backends`, kinds: ['VirtualNode'], path: 'spec.backends', judge: lengthAtMost(perNode) },
  ];
}
