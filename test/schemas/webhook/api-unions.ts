/** Choices and agreements between fields that the CRDs let through and the App Mesh API refuses. */
import { atLeastOne, exactlyOne, holds, type Json, type Place, type Rule } from './rule';
import { specOf, type Reference } from './world';

const PROXIES = ['VirtualNode', 'VirtualGateway'];
const HTTP = 'httpRoute|http2Route';
const ANY_ROUTE = `${HTTP}|grpcRoute|tcpRoute`;
const CLIENT_TLS = 'spec.backendDefaults.clientPolicy.tls';
const BACKEND_TLS = 'spec.backends[].virtualService.clientPolicy.tls';

const UNIONS: readonly Rule[] = [
  { says: 'a service has one provider', kinds: ['VirtualService'], path: 'spec.provider', judge: exactlyOne('virtualNode', 'virtualRouter') },
  { says: 'a provider node is one', kinds: ['VirtualService'], path: 'spec.provider.virtualNode', judge: exactlyOne('virtualNodeRef', 'virtualNodeARN') },
  { says: 'a provider router is one', kinds: ['VirtualService'], path: 'spec.provider.virtualRouter', judge: exactlyOne('virtualRouterRef', 'virtualRouterARN') },
  { says: 'a node has one discovery', kinds: ['VirtualNode'], path: 'spec.serviceDiscovery', judge: exactlyOne('dns', 'awsCloudMap') },
  { says: 'a backend is one service', kinds: ['VirtualNode'], path: 'spec.backends[].virtualService', judge: exactlyOne('virtualServiceRef', 'virtualServiceARN') },
  {
    says: 'a gateway target is one service',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}|grpcRoute.action.target.virtualService`,
    judge: exactlyOne('virtualServiceRef', 'virtualServiceARN'),
  },
  { says: 'a listener has one certificate', kinds: PROXIES, path: 'spec.listeners[].tls.certificate', judge: exactlyOne('acm', 'file', 'sds') },
  { says: 'a listener trusts one source, never ACM', kinds: PROXIES, path: 'spec.listeners[].tls.validation.trust', judge: exactlyOneNotAcm },
  { says: 'a client presents one certificate', kinds: PROXIES, path: `${CLIENT_TLS}.certificate`, judge: exactlyOne('file', 'sds') },
  { says: 'a client trusts one source', kinds: PROXIES, path: `${CLIENT_TLS}.validation.trust`, judge: exactlyOne('acm', 'file', 'sds') },
  { says: 'a client presents one certificate to a backend', kinds: ['VirtualNode'], path: `${BACKEND_TLS}.certificate`, judge: exactlyOne('file', 'sds') },
  { says: 'a client trusts one source for a backend', kinds: ['VirtualNode'], path: `${BACKEND_TLS}.validation.trust`, judge: exactlyOne('acm', 'file', 'sds') },
  { says: 'a listener has one flavour of timeout', kinds: ['VirtualNode'], path: 'spec.listeners[].timeout', judge: exactlyOne('tcp', 'http', 'http2', 'grpc') },
  { says: 'a log format is text or JSON', kinds: PROXIES, path: 'spec.logging.accessLog.file.format', judge: exactlyOne('text', 'json') },
  {
    says: 'a retry policy lists an event',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${HTTP}|grpcRoute.retryPolicy`,
    judge: atLeastOne('httpRetryEvents', 'tcpRetryEvents', 'grpcRetryEvents'),
  },
  {
    says: 'a gRPC method goes with a service',
    kinds: ['VirtualRouter'],
    path: 'spec.routes[].grpcRoute.match',
    judge: holds((match: Json) => match.methodName === undefined || match.serviceName !== undefined, 'methodName without serviceName'),
  },
  {
    says: 'a gRPC route has a condition',
    kinds: ['VirtualRouter'],
    path: 'spec.routes[].grpcRoute.match',
    judge: atLeastOne('serviceName', 'methodName', 'metadata', 'port'),
  },
];

const LISTENERS: readonly Rule[] = [
  { says: 'a gateway has a listener', kinds: ['VirtualGateway'], path: 'spec', judge: holds(spec => (spec.listeners ?? []).length > 0, 'no listener') },
  { says: 'listeners have different ports', kinds: [...PROXIES, 'VirtualRouter'], path: 'spec.listeners', judge: differentPorts },
  { says: 'a pool speaks the protocol of its listener', kinds: PROXIES, path: 'spec.listeners[]', judge: speaks('connectionPool') },
  { says: 'a timeout speaks the protocol of its listener', kinds: ['VirtualNode'], path: 'spec.listeners[]', judge: speaks('timeout') },
  {
    says: 'a health check of a gateway says what healthy is',
    kinds: ['VirtualGateway'],
    path: 'spec.listeners[].healthCheck',
    judge: holds((check: Json) => check.healthyThreshold !== undefined, 'healthyThreshold is missing'),
  },
  {
    says: 'a health check asks a port that is listened on',
    kinds: PROXIES,
    path: 'spec.listeners[].healthCheck.port',
    judge: holds((port: number, { object }) => listenersOf(object).some(listener => listener.portMapping.port === port), 'no listener has this port'),
  },
  {
    says: 'a route of a router has the protocol of a listener',
    kinds: ['VirtualRouter'],
    path: 'spec.routes[]',
    judge: (route: Json, { object }) => {
      const protocols = listenersOf(object).map(listener => `${listener.portMapping.protocol}Route`);
      return protocols.some(type => route[type] !== undefined) ? undefined : `listeners take ${protocols.join(', ')}`;
    },
  },
  {
    says: 'a target speaks the protocol of its router',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${ANY_ROUTE}.action.weightedTargets[]`,
    judge: targetSpeaks,
  },
  {
    says: 'with several listeners every route of a router names its port',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${ANY_ROUTE}`,
    judge: (route: Json, { object }) => namesListener(route.match?.port, listenersOf(object)),
  },
  {
    says: 'with several listeners every gateway route names its port',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}|grpcRoute`,
    judge: (route: Json, { object, world }) => namesListener(route.match.port, world.gatewaysOf(object).flatMap(listenersOf)),
  },
  {
    says: 'a target with several listeners is named with its port',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${ANY_ROUTE}.action.weightedTargets[]`,
    judge: (target: Json, place) => namesListener(target.port, nodeListeners(target.virtualNodeRef, place)),
  },
  {
    says: 'a service with several listeners is named with its port',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}|grpcRoute.action.target`,
    judge: (target: Json, place) => namesListener(target.port, providerListeners(target.virtualService.virtualServiceRef, place)),
  },
  {
    says: 'a gateway route has the protocol of a listener of its gateway',
    kinds: ['GatewayRoute'],
    path: 'spec',
    judge: (spec: Json, { object, world }) => {
      const protocols = world.gatewaysOf(object).flatMap(listenersOf).map(listener => `${listener.portMapping.protocol}Route`);
      return protocols.some(type => spec[type] !== undefined) ? undefined : `listeners take ${protocols.join(', ') || 'nothing'}`;
    },
  },
];

function exactlyOneNotAcm(trust: Json, place: Place): string | undefined {
  return trust.acm === undefined ? exactlyOne('file', 'sds')(trust, place) : 'ACM cannot check clients';
}

function listenersOf(object: Json): Json[] {
  return (object.spec?.listeners ?? []) as Json[];
}

function differentPorts(listeners: Json[]): string | undefined {
  const ports = listeners.map(listener => listener.portMapping.port);
  return new Set(ports).size === ports.length ? undefined : `ports ${ports.join(', ')}`;
}

function speaks(field: string): Rule['judge'] {
  return (listener: Json) => {
    const { protocol } = listener.portMapping;
    const others = ['tcp', 'http', 'http2', 'grpc'].filter(flavour => flavour !== protocol);
    const wrong = others.find(flavour => listener[field]?.[flavour] !== undefined);
    return wrong === undefined ? undefined : `${wrong} on a listener of ${protocol}`;
  };
}

function nodeListeners(ref: Reference | undefined, { object, world }: Place): Json[] {
  const node = ref === undefined ? undefined : world.find('VirtualNode', ref, object);
  return node === undefined ? [] : listenersOf(node);
}

function providerListeners(ref: Reference | undefined, { object, world }: Place): Json[] {
  const service = ref === undefined ? undefined : world.find('VirtualService', ref, object);
  const provider = (service === undefined ? undefined : specOf(service).provider) as Json | undefined;
  if (service === undefined || provider === undefined) return [];
  if (provider.virtualNode !== undefined) return nodeListeners(provider.virtualNode.virtualNodeRef, { object: service, world });
  const routerRef = provider.virtualRouter?.virtualRouterRef as Reference | undefined;
  const router = routerRef === undefined ? undefined : world.find('VirtualRouter', routerRef, service);
  return router === undefined ? [] : listenersOf(router);
}

/** A port is needed beside several listeners; where one is named it must exist. Unknown listeners are not judged. */
function namesListener(port: number | undefined, listeners: readonly Json[]): string | undefined {
  const ports = listeners.map(listener => listener.portMapping.port);
  if (port === undefined) return ports.length > 1 ? `no port, but listeners ${ports.join(', ')}` : undefined;
  return ports.length === 0 || ports.includes(port) ? undefined : `port ${port}, but listeners ${ports.join(', ')}`;
}

function targetSpeaks(target: Json, place: Place): string | undefined {
  const own = listenersOf(place.object).map(listener => listener.portMapping.protocol as string);
  const theirs = nodeListeners(target.virtualNodeRef, place)
    .filter(listener => target.port === undefined || listener.portMapping.port === target.port)
    .map(listener => listener.portMapping.protocol as string);
  if (theirs.length === 0 || theirs.some(protocol => own.includes(protocol))) return undefined;
  return `${theirs.join(', ')} behind a router of ${own.join(', ')}`;
}

/** Rules of the API on choices, and on agreement between listeners, routes and targets. */
export const API_UNIONS: readonly Rule[] = [...UNIONS, ...LISTENERS];
