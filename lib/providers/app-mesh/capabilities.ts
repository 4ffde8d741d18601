/**
 * What App Mesh can say of every feature. The table is total: a new feature of the model does not compile until it has an answer here.
 * "CRD" below means the seven custom resources of group appmesh.k8s.aws/v1beta2; "API" the App Mesh API of 2019-01-25.
 */
import type { Capability, CapabilityTable } from '../provider';

const CRD = 'https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases';
const GUIDE = 'https://docs.aws.amazon.com/app-mesh/latest/userguide';
const ROADMAP = 'https://github.com/aws/aws-app-mesh-roadmap/issues';

const native: Capability = { kind: 'native' };
const emulated = (how: string, notice?: string): Capability => notice === undefined ? { kind: 'emulated', how } : { kind: 'emulated', how, notice };
const unsupported = (why: string, source: string): Capability => ({ kind: 'unsupported', why, source });

const SEGMENTS_SERVICE = emulated('one anchored regex, because a prefix of App Mesh is raw text; `/` stays a prefix');
const SEGMENTS_GATEWAY = emulated('one anchored regex, or with a path rewrite an exact route and a prefix route; `/` stays a prefix');
const ABSENT_OR_DIFFERENT = emulated('two routes: header absent, and header present with another value');
const AT_EDGE = emulated('a router and a virtual service of the gateway route\'s own');
const NO_QUERY_REGEX = unsupported('a query parameter is compared exactly or not at all', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`);
const NO_HEADER_CHANGE = unsupported('it cannot change headers', `${ROADMAP}/206`);
const NO_MIRROR = unsupported('it has no mirroring', `${ROADMAP}/35`);
const NO_GUARD = unsupported('its gateways ask nothing of clients but certificates', `${GUIDE}/virtual_gateways.html`);
const NO_FAULT = unsupported('it injects no faults', `${GUIDE}/routes.html`);
const NO_REDIRECT = unsupported('it cannot redirect', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`);
const NO_RESPONSE = unsupported('every route leads to a service', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`);
const NO_REWRITE_IN_ROUTER = unsupported('a virtual router cannot rewrite; only a gateway route can', `${CRD}/appmesh.k8s.aws_virtualrouters.yaml`);
const NO_FREE_HOST = unsupported('the host can become the name of the called service, and nothing else', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`);
const ACM_CLIENT_CERT = unsupported('a certificate of ACM cannot be presented to a server; mutual TLS takes files or SDS', `${GUIDE}/mutual-tls.html`);
const ACM_CLIENTS = unsupported('the certificates of clients are checked against a file or SDS, not against ACM', `${GUIDE}/mutual-tls.html`);

/** The table. */
export const APP_MESH_CAPABILITIES: CapabilityTable = {
  'gateway.match.path.exact': native,
  'service.match.path.exact': native,
  'gateway.match.path.prefix': SEGMENTS_GATEWAY,
  'service.match.path.prefix': SEGMENTS_SERVICE,
  'gateway.match.path.raw-prefix': native,
  'service.match.path.raw-prefix': native,
  'gateway.match.path.regex': native,
  'service.match.path.regex': native,

  'gateway.match.header.exact': native,
  'service.match.header.exact': native,
  'gateway.match.header.prefix': native,
  'service.match.header.prefix': native,
  'gateway.match.header.suffix': native,
  'service.match.header.suffix': native,
  'gateway.match.header.regex': native,
  'service.match.header.regex': native,
  'gateway.match.header.range': native,
  'service.match.header.range': native,
  'gateway.match.header.present': native,
  'service.match.header.present': native,
  'gateway.match.header.inverted.absent-or-different': ABSENT_OR_DIFFERENT,
  'service.match.header.inverted.absent-or-different': ABSENT_OR_DIFFERENT,
  'gateway.match.header.inverted.present-and-different': native,
  'service.match.header.inverted.present-and-different': native,

  'gateway.match.query.exact': native,
  'service.match.query.exact': native,
  'gateway.match.query.regex': NO_QUERY_REGEX,
  'service.match.query.regex': NO_QUERY_REGEX,
  'gateway.match.query.present': native,
  'service.match.query.present': native,

  'gateway.match.method': native,
  'service.match.method': native,
  'gateway.match.scheme': unsupported('a gateway route has no condition on the scheme', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`),
  'service.match.scheme': native,
  'gateway.match.port': native,
  'service.match.port': native,
  'gateway.match.grpc.service': native,
  'service.match.grpc.service': native,
  'gateway.match.grpc.method': unsupported('a gRPC route of a gateway has no condition on the method', `${CRD}/appmesh.k8s.aws_gatewayroutes.yaml`),
  'service.match.grpc.method': native,
  'gateway.match.grpc.metadata': native,
  'service.match.grpc.metadata': native,
  'gateway.match.grpc.any': emulated('a condition on the host, which must be given'),
  'service.match.grpc.any': emulated('a condition on the port of the listener'),
  'gateway.match.host.exact': native,
  'gateway.match.host.suffix': native,

  'gateway.protocol.http': native,
  'service.protocol.http': native,
  'gateway.protocol.http2': native,
  'service.protocol.http2': native,
  'gateway.protocol.grpc': native,
  'service.protocol.grpc': native,
  'gateway.protocol.tcp': unsupported('a virtual gateway has no TCP listener', `${CRD}/appmesh.k8s.aws_virtualgateways.yaml`),
  'service.protocol.tcp': native,

  'gateway.split': AT_EDGE,
  'service.split': native,
  'gateway.redirect': NO_REDIRECT,
  'service.redirect': NO_REDIRECT,
  'gateway.respond': NO_RESPONSE,
  'service.respond': NO_RESPONSE,
  'gateway.rewrite.path.prefix': native,
  'service.rewrite.path.prefix': NO_REWRITE_IN_ROUTER,
  'gateway.rewrite.path.full': native,
  'service.rewrite.path.full': NO_REWRITE_IN_ROUTER,
  'gateway.rewrite.host.service': native,
  'service.rewrite.host.service': NO_REWRITE_IN_ROUTER,
  'gateway.rewrite.host.exact': NO_FREE_HOST,
  'service.rewrite.host.exact': NO_FREE_HOST,
  'gateway.request-headers': NO_HEADER_CHANGE,
  'service.request-headers': NO_HEADER_CHANGE,
  'gateway.response-headers': NO_HEADER_CHANGE,
  'service.response-headers': NO_HEADER_CHANGE,
  'gateway.mirror': NO_MIRROR,
  'service.mirror': NO_MIRROR,
  'gateway.cors': NO_GUARD,
  'gateway.jwt.remote': NO_GUARD,
  'gateway.jwt.inline': NO_GUARD,
  'gateway.allow-from': NO_GUARD,
  'gateway.rate-limit': NO_GUARD,
  'gateway.fault': NO_FAULT,
  'service.fault': NO_FAULT,

  'gateway.timeout.request': AT_EDGE,
  'service.timeout.request': native,
  'gateway.timeout.idle': AT_EDGE,
  'service.timeout.idle': native,
  'gateway.retry': AT_EDGE,
  'service.retry': native,
  'gateway.retry.on.server-error': AT_EDGE,
  'service.retry.on.server-error': native,
  'gateway.retry.on.gateway-error': AT_EDGE,
  'service.retry.on.gateway-error': native,
  'gateway.retry.on.client-error': AT_EDGE,
  'service.retry.on.client-error': native,
  'gateway.retry.on.stream-error': AT_EDGE,
  'service.retry.on.stream-error': native,
  'gateway.retry.on.connection-error': AT_EDGE,
  'service.retry.on.connection-error': native,
  'gateway.retry.on.cancelled': AT_EDGE,
  'service.retry.on.cancelled': native,
  'gateway.retry.on.deadline-exceeded': AT_EDGE,
  'service.retry.on.deadline-exceeded': native,
  'gateway.retry.on.internal': AT_EDGE,
  'service.retry.on.internal': native,
  'gateway.retry.on.resource-exhausted': AT_EDGE,
  'service.retry.on.resource-exhausted': native,
  'gateway.retry.on.unavailable': AT_EDGE,
  'service.retry.on.unavailable': native,

  'gateway.listeners.several': native,
  'service.listeners.several': native,
  'gateway.tls.strict': native,
  'service.tls.strict': native,
  'gateway.tls.permissive': native,
  'service.tls.permissive': native,
  'gateway.tls.disabled': native,
  'service.tls.disabled': native,
  'gateway.tls.certificate.acm': native,
  'service.tls.certificate.acm': native,
  'gateway.tls.certificate.file': native,
  'service.tls.certificate.file': native,
  'gateway.tls.certificate.sds': native,
  'service.tls.certificate.sds': native,
  'gateway.load-balancer-tls': emulated('plain text between load balancer and proxies, of which services get the header `x-forwarded-proto: http`',
    'end TLS at the gateway where services read the header x-forwarded-proto, or acknowledge it where none does'),
  'gateway.tls.clients.acm': ACM_CLIENTS,
  'service.tls.clients.acm': ACM_CLIENTS,
  'gateway.tls.clients.file': native,
  'service.tls.clients.file': native,
  'gateway.tls.clients.sds': native,
  'service.tls.clients.sds': native,
  'gateway.client-tls.certificate.acm': ACM_CLIENT_CERT,
  'service.client-tls.certificate.acm': ACM_CLIENT_CERT,
  'gateway.client-tls.certificate.file': native,
  'service.client-tls.certificate.file': native,
  'gateway.client-tls.certificate.sds': native,
  'service.client-tls.certificate.sds': native,
  'gateway.client-tls.trust.acm': native,
  'service.client-tls.trust.acm': native,
  'gateway.client-tls.trust.file': native,
  'service.client-tls.trust.file': native,
  'gateway.client-tls.trust.sds': native,
  'service.client-tls.trust.sds': native,

  'gateway.health-check': native,
  'service.health-check': native,
  'gateway.pool': native,
  'service.pool': native,
  'service.stickiness': unsupported('its proxies choose pods by turns', `${GUIDE}/virtual_nodes.html`),
  'service.outlier-detection': native,
  'gateway.access-log.default': native,
  'service.access-log.default': native,
  'gateway.access-log.text': native,
  'service.access-log.text': native,
  'gateway.access-log.json': native,
  'service.access-log.json': native,

  'service.pods.image': native,
  'service.pods.document': native,
  'service.pods.existing': native,
  'service.pods.external': native,
  'service.discovery.dns-load-balanced': native,
  'service.discovery.dns-endpoints': native,
  'service.discovery.cloud-map': native,
  'service.calls': native,
  'service.router': native,
  'service.identity.version': native,
  'mesh.egress.any': native,
  'mesh.egress.declared-only': native,
  'mesh.shared': native,
  'mesh.ip-preference': native,
  'mesh.tracing.x-ray': native,
  'mesh.tracing.jaeger': native,
  'mesh.tracing.datadog': native,
};
