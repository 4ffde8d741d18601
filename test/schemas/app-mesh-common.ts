/** Shapes that several App Mesh kinds share. Fields and bounds as the controller's CRDs of group appmesh.k8s.aws, v1beta2, state them. */
import { choice, flag, integer, list, mapOf, record, text, type Schema } from './shape';

/** A string where the CRDs allow 1 to 255 characters: paths, header values, file names. */
export const shortText: Schema = text({ from: 1, to: 255 });

/** A TCP port. */
export const port: Schema = integer({ from: 1, to: 65535 });

/** A port of a match or target: the CRDs allow 0 there, the API does not. */
export const portOrZero: Schema = integer({ from: 0 });

/** A time span. */
export const duration: Schema = record({ 'unit*': choice('s', 'ms'), 'value*': integer({ from: 0 }) });

/** A reference to an object, by default in the same namespace. */
export const reference: Schema = record({ 'name*': text(), 'namespace': text() });

/** The mesh that the webhook chose; never an input. */
export const meshRef: Schema = record({ 'name*': text(), 'uid*': text() });

/** Kubernetes' label selector. */
export const labelSelector: Schema = record({
  matchLabels: mapOf(text()),
  matchExpressions: list(record({ 'key*': text(), 'operator*': text(), 'values': list(text()) })),
});

/** The protocols of nodes and routers. */
export const protocol: Schema = choice('grpc', 'http', 'http2', 'tcp');

/** The protocols of gateways. */
export const gatewayProtocol: Schema = choice('grpc', 'http', 'http2');

/** A port and what is spoken there. */
export const portMapping = (spoken: Schema): Schema => record({ 'port*': port, 'protocol*': spoken });

/** Idle time and time of one request. */
export const requestTimeout: Schema = record({ perRequest: duration, idle: duration });

/** Idle time of connections without requests. */
export const idleTimeout: Schema = record({ idle: duration });

/** Where access logs go, and their form. */
export const logging: Schema = record({
  accessLog: record({
    file: record({
      'path*': shortText,
      'format': record({ text: text(), json: list(record({ 'key*': text({ from: 1 }), 'value*': text({ from: 1 }) })) }),
    }),
  }),
});

const sdsSource = record({ 'secretName*': text() });
const fileCertificate = record({ 'certificateChain*': shortText, 'privateKey*': shortText });
const fileTrust = record({ 'certificateChain*': shortText });
const acmTrust = record({ 'certificateAuthorityARNs*': list(text(), { from: 1, to: 3 }) });
const alternativeNames = record({ 'match*': record({ 'exact*': list(text()) }) });

/** TLS towards what is called. */
export const clientPolicy: Schema = record({
  tls: record({
    'enforce': flag(),
    'ports': list(port),
    'certificate': record({ file: fileCertificate, sds: sdsSource }),
    'validation*': record({
      'trust*': record({ acm: acmTrust, file: fileTrust, sds: sdsSource }),
      'subjectAlternativeNames': alternativeNames,
    }),
  }),
});

/** What holds for all called services unless they say otherwise. */
export const backendDefaults: Schema = record({ clientPolicy });

/** Sources of trust of a node's listener. */
export const nodeTrust: Schema = record({ file: fileTrust, sds: sdsSource });

/** Sources of trust of a gateway's listener; the CRD lists acm, which the API refuses. */
export const gatewayTrust: Schema = record({ acm: acmTrust, file: fileTrust, sds: sdsSource });

/** TLS of a listener. */
export const listenerTls = (trust: Schema): Schema => record({
  'mode*': choice('DISABLED', 'PERMISSIVE', 'STRICT'),
  'certificate*': record({ acm: record({ 'certificateARN*': text() }), file: fileCertificate, sds: sdsSource }),
  'validation': record({ 'trust*': trust, 'subjectAlternativeNames': alternativeNames }),
});

/** Active health check; the threshold of healthy answers is optional for gateways alone. */
export const healthCheck = (spoken: Schema, healthyThreshold: 'healthyThreshold' | 'healthyThreshold*'): Schema => record({
  [healthyThreshold]: integer({ from: 2, to: 10 }),
  'unhealthyThreshold*': integer({ from: 2, to: 10 }),
  'intervalMillis*': integer({ from: 5000, to: 300000 }),
  'timeoutMillis*': integer({ from: 2000, to: 60000 }),
  'protocol*': spoken,
  'path': text(),
  port,
});

const one = integer({ from: 1 });

/** Circuit breakers of listeners that speak http, http2 or grpc. */
export const requestPools = {
  http: record({ 'maxConnections*': one, 'maxPendingRequests': one }),
  http2: record({ 'maxRequests*': one }),
  grpc: record({ 'maxRequests*': one }),
};

/** Circuit breaker of a tcp listener. */
export const tcpPool: Schema = record({ 'maxConnections*': one });

const valueMatch = record({
  exact: shortText,
  prefix: shortText,
  suffix: shortText,
  regex: shortText,
  range: record({ 'start*': integer(), 'end*': integer() }),
});
const namedMatches = list(record({ 'name*': text({ from: 1, to: 50 }), 'invert': flag(), 'match': valueMatch }), { from: 1, to: 10 });

/** Conditions on headers. */
export const headers: Schema = namedMatches;

/** Conditions on gRPC metadata. */
export const metadata: Schema = namedMatches;

/** Conditions on the query. */
export const queryParameters: Schema = list(record({ 'name*': text(), 'match': record({ exact: text() }) }), { from: 1, to: 10 });

/** A condition on the whole path. */
export const path: Schema = record({ exact: shortText, regex: shortText });

/** HTTP methods. */
export const method: Schema = choice('CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE');

/** A priority: the lowest number wins. */
export const priority: Schema = integer({ from: 0, to: 1000 });
