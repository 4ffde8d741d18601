/**
 * Our closed schema of the seven App Mesh kinds (appmesh.k8s.aws/v1beta2): unlike the published CRDs, which prune what they do
 * not know, it refuses an unknown key. `published.test.ts` compares it with the CRDs. Status is left out: only the controller writes it.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases (read at 7588d122c3c4)
 */
import {
  backendDefaults, clientPolicy, duration, gatewayProtocol, gatewayTrust, headers, healthCheck, idleTimeout, labelSelector,
  listenerTls, logging, meshRef, metadata, method, nodeTrust, path, portMapping, portOrZero, priority, protocol,
  queryParameters, reference, requestPools, requestTimeout, shortText, tcpPool,
} from './app-mesh-common';
import { choice, integer, list, mapOf, record, text, type Schema } from './shape';

const meshSpec = record({
  awsName: text(),
  namespaceSelector: labelSelector,
  egressFilter: record({ 'type*': choice('ALLOW_ALL', 'DROP_ALL') }),
  meshOwner: text(),
  meshServiceDiscovery: record({ ipPreference: choice('IPv6_ONLY', 'IPv4_ONLY') }),
});

const nodeListener = record({
  'portMapping*': portMapping(protocol),
  'healthCheck': healthCheck(protocol, 'healthyThreshold*'),
  'outlierDetection': record({
    'maxServerErrors*': integer({ from: 1 }),
    'interval*': duration,
    'baseEjectionDuration*': duration,
    'maxEjectionPercent*': integer({ from: 0, to: 100 }),
  }),
  'connectionPool': record({ tcp: tcpPool, ...requestPools }),
  'timeout': record({ tcp: idleTimeout, http: requestTimeout, http2: requestTimeout, grpc: requestTimeout }),
  'tls': listenerTls(nodeTrust),
});

const cloudMapText = text({ from: 1, to: 1024 });

const nodeSpec = record({
  awsName: text(),
  podSelector: labelSelector,
  meshRef,
  listeners: list(nodeListener, { from: 0 }),
  serviceDiscovery: record({
    dns: record({ 'hostname*': text(), 'responseType': choice('ENDPOINTS', 'LOADBALANCER') }),
    awsCloudMap: record({
      'namespaceName*': cloudMapText,
      'serviceName*': cloudMapText,
      'attributes': list(record({ 'key*': shortText, 'value*': cloudMapText })),
    }),
  }),
  backends: list(record({ 'virtualService*': record({ virtualServiceRef: reference, virtualServiceARN: text(), clientPolicy }) })),
  backendGroups: list(reference),
  backendDefaults,
  logging,
});

const serviceSpec = record({
  awsName: text(),
  meshRef,
  provider: record({
    virtualNode: record({ virtualNodeRef: reference, virtualNodeARN: text() }),
    virtualRouter: record({ virtualRouterRef: reference, virtualRouterARN: text() }),
  }),
});

const weightedTarget = record({ 'virtualNodeRef': reference, 'virtualNodeARN': text(), 'weight*': integer({ from: 0, to: 100 }), 'port': portOrZero });
const routeAction = record({ 'weightedTargets*': list(weightedTarget, { from: 1, to: 10 }) });

const retryFields = {
  'maxRetries*': integer({ from: 0 }),
  'perRetryTimeout*': duration,
  'httpRetryEvents': list(choice('server-error', 'gateway-error', 'client-error', 'stream-error'), { from: 1, to: 25 }),
  'tcpRetryEvents': list(choice('connection-error'), { from: 1, to: 1 }),
};
const grpcRetryEvents = list(choice('cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'), { from: 1, to: 5 });

const httpRoute = record({
  'match*': record({ prefix: text(), path, method, scheme: choice('http', 'https'), headers, queryParameters, port: portOrZero }),
  'action*': routeAction,
  'retryPolicy': record(retryFields),
  'timeout': requestTimeout,
});

const grpcRoute = record({
  'match*': record({ serviceName: text(), methodName: text({ from: 1, to: 50 }), metadata, port: portOrZero }),
  'action*': routeAction,
  'retryPolicy': record({ ...retryFields, grpcRetryEvents }),
  'timeout': requestTimeout,
});

const tcpRoute = record({ 'match': record({ port: portOrZero }), 'action*': routeAction, 'timeout': idleTimeout });

const routerSpec = record({
  awsName: text(),
  meshRef,
  listeners: list(record({ 'portMapping*': portMapping(protocol) }), { from: 1 }),
  routes: list(record({ 'name*': text(), priority, httpRoute, 'http2Route': httpRoute, grpcRoute, tcpRoute })),
});

const gatewayListener = record({
  'portMapping*': portMapping(gatewayProtocol),
  'healthCheck': healthCheck(gatewayProtocol, 'healthyThreshold'),
  'connectionPool': record(requestPools),
  'tls': listenerTls(gatewayTrust),
});

const gatewaySpec = record({
  awsName: text(),
  meshRef,
  namespaceSelector: labelSelector,
  podSelector: labelSelector,
  gatewayRouteSelector: labelSelector,
  listeners: list(gatewayListener, { from: 0 }),
  logging,
  backendDefaults,
});

const target = record({ 'virtualService*': record({ virtualServiceRef: reference, virtualServiceARN: text() }), 'port': portOrZero });
const hostname = record({ exact: text({ from: 1, to: 253 }), suffix: text({ from: 1, to: 253 }) });
const hostRewrite = record({ defaultTargetHostname: choice('ENABLED', 'DISABLED') });

const httpGatewayRoute = record({
  'match*': record({ prefix: text(), path, hostname, method, headers, queryParameters, port: portOrZero }),
  'action*': record({
    'target*': target,
    'rewrite': record({
      prefix: record({ defaultPrefix: choice('ENABLED', 'DISABLED'), value: shortText }),
      path: record({ exact: shortText }),
      hostname: hostRewrite,
    }),
  }),
});

const grpcGatewayRoute = record({
  'match*': record({ serviceName: text(), hostname, metadata, port: portOrZero }),
  'action*': record({ 'target*': target, 'rewrite': record({ hostname: hostRewrite }) }),
});

const gatewayRouteSpec = record({
  awsName: text(),
  meshRef,
  virtualGatewayRef: record({ 'name*': text(), 'namespace': text(), 'uid*': text() }),
  priority,
  httpRoute: httpGatewayRoute,
  http2Route: httpGatewayRoute,
  grpcRoute: grpcGatewayRoute,
});

const groupSpec = record({ meshRef, virtualservices: list(reference) });

/** Schema of `spec` for each kind. */
export const SPECS = {
  Mesh: meshSpec,
  VirtualNode: nodeSpec,
  VirtualService: serviceSpec,
  VirtualRouter: routerSpec,
  VirtualGateway: gatewaySpec,
  GatewayRoute: gatewayRouteSpec,
  BackendGroup: groupSpec,
} as const;

/** An App Mesh kind. */
export type AppMeshKind = keyof typeof SPECS;

/** The API version that all of them have. */
export const APP_MESH_API_VERSION = 'appmesh.k8s.aws/v1beta2';

/** Schema of a whole object as a client writes it. */
export function objectSchema(kind: AppMeshKind): Schema {
  const named = { 'name*': text({ from: 1, to: 253 }), 'labels': mapOf(text({ to: 63 })), 'annotations': mapOf(text()) };
  const namespaced = { ...named, 'namespace*': text({ from: 1, to: 63 }) };
  return record({
    'apiVersion*': choice(APP_MESH_API_VERSION),
    'kind*': choice(kind),
    'metadata*': record(kind === 'Mesh' ? named : namespaced),
    'spec*': SPECS[kind],
  });
}
