/** Which mesh, which gateway, which proxy: everything that the controller decides by selectors. */
import { holds, type Place, type Rule } from './rule';
import { podsOf, specOf, type Reference } from './world';
import { keyOf, type KubeObject } from '../../../lib/kube/object';

const NAMESPACED = ['VirtualNode', 'VirtualService', 'VirtualRouter', 'VirtualGateway', 'GatewayRoute', 'BackendGroup'];
const PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'];
const INJECTION = 'appmesh.k8s.aws/sidecarInjectorWebhook';

function exactlyOneOf(found: readonly KubeObject[], noun: string): string | undefined {
  return found.length === 1 ? undefined : `${found.length} ${noun}: ${found.map(keyOf).join(', ') || 'none'}`;
}

/** Whether the pod webhook looks at pods, and whether it insists on a proxy for them. */
function injectionOf(object: KubeObject, { world }: Place): 'off' | 'optional' | 'required' {
  const namespace = (world.namespaceLabels(object.metadata.namespace) ?? {})[INJECTION];
  if (namespace !== 'enabled' && namespace !== 'disabled') return 'off';
  const pods = podsOf(object)!.annotations?.[INJECTION];
  switch (pods ?? namespace) {
    case 'enabled': return 'required';
    case 'disabled': return 'off';
    default: return 'optional';
  }
}

function isInSameMesh(kind: string): Rule['judge'] {
  return (ref: Reference, { object, world }) => {
    const target = world.find(kind, ref, object);
    if (target === undefined) return `no ${kind} ${ref.namespace ?? object.metadata.namespace}/${ref.name}`;
    return world.meshesOf(target)[0] === world.meshesOf(object)[0] ? undefined : `${keyOf(target)} is in another mesh`;
  };
}

/** Rules on membership and references. */
export const MEMBERSHIP: readonly Rule[] = [
  { says: 'meshRef is never written', kinds: NAMESPACED, path: 'spec.meshRef', judge: () => 'the webhook alone writes it' },
  { says: 'virtualGatewayRef is never written', kinds: ['GatewayRoute'], path: 'spec.virtualGatewayRef', judge: () => 'the webhook alone writes it' },
  {
    says: 'exactly one mesh selects the namespace of an object',
    kinds: NAMESPACED,
    path: '',
    judge: (object, { world }) => exactlyOneOf(world.meshesOf(object), 'meshes'),
  },
  {
    says: 'exactly one gateway takes a gateway route',
    kinds: ['GatewayRoute'],
    path: '',
    judge: (object, { world }) => exactlyOneOf(world.gatewaysOf(object), 'gateways'),
  },
  {
    says: 'a gateway route and its gateway are in one mesh',
    kinds: ['GatewayRoute'],
    path: '',
    judge: holds((object, { world }) => world.gatewaysOf(object).every(gateway => world.meshesOf(gateway)[0] === world.meshesOf(object)[0]), 'two meshes'),
  },
  {
    says: 'no pod belongs to two nodes or gateways',
    kinds: PODS,
    path: '',
    judge: (object, place) => {
      const owners = place.world.proxiesOf(object.metadata.namespace, podsOf(object)!);
      return owners.length <= 1 || injectionOf(object, place) === 'off' ? undefined : `selected by ${owners.map(keyOf).join(', ')}`;
    },
  },
  {
    says: 'pods that must get a proxy belong to a node or gateway',
    kinds: PODS,
    path: '',
    judge: (object, place) => {
      const owners = place.world.proxiesOf(object.metadata.namespace, podsOf(object)!);
      return owners.length > 0 || injectionOf(object, place) !== 'required' ? undefined : 'injection is required and nothing selects the pods';
    },
  },
  {
    says: 'pods of a gateway have a container named envoy',
    kinds: ['Deployment'],
    path: '',
    judge: (object, { world }) => {
      const isGateway = world.proxiesOf(object.metadata.namespace, podsOf(object)!).some(owner => owner.kind === 'VirtualGateway');
      const { containers } = (specOf(object).template as { spec: { containers: { name: string }[] } }).spec;
      return !isGateway || containers.some(container => container.name === 'envoy') ? undefined : `containers ${containers.map(c => c.name).join(', ')}`;
    },
  },
  {
    says: 'a backend is a service of the same mesh',
    kinds: ['VirtualNode'],
    path: 'spec.backends[].virtualService.virtualServiceRef',
    judge: isInSameMesh('VirtualService'),
  },
  {
    says: 'a member of a backend group is a service of the same mesh',
    kinds: ['BackendGroup'],
    path: 'spec.virtualservices[]',
    judge: (ref: Reference, place) => ref.name === '*' ? undefined : isInSameMesh('VirtualService')(ref, place),
  },
  {
    says: 'a backend group of a node exists',
    kinds: ['VirtualNode'],
    path: 'spec.backendGroups[]',
    judge: isInSameMesh('BackendGroup'),
  },
  {
    says: 'a node that provides a service is of the same mesh',
    kinds: ['VirtualService'],
    path: 'spec.provider.virtualNode.virtualNodeRef',
    judge: isInSameMesh('VirtualNode'),
  },
  {
    says: 'a router that provides a service is of the same mesh',
    kinds: ['VirtualService'],
    path: 'spec.provider.virtualRouter.virtualRouterRef',
    judge: isInSameMesh('VirtualRouter'),
  },
  {
    says: 'a weighted target is a node of the same mesh',
    kinds: ['VirtualRouter'],
    path: 'spec.routes[].httpRoute|http2Route|grpcRoute|tcpRoute.action.weightedTargets[].virtualNodeRef',
    judge: isInSameMesh('VirtualNode'),
  },
  {
    says: 'the target of a gateway route is a service of the same mesh',
    kinds: ['GatewayRoute'],
    path: 'spec.httpRoute|http2Route|grpcRoute.action.target.virtualService.virtualServiceRef',
    judge: isInSameMesh('VirtualService'),
  },
];
