/**
 * What Istio can say of every feature, through the Gateway API first: routes of gateways and, with a Service as their parent, of services. The proxies of gateways ask no
 * second table, so a gateway's holds those of the services behind it.
 */
import type { Capability, CapabilityTable } from '../provider';
import type { IstioOptions } from './options';

const SPEC = 'https://gateway-api.sigs.k8s.io/reference/spec/';
const REFERENCE = 'https://istio.io/latest/docs/reference/config';
const CONVERSION = 'https://github.com/istio/istio/blob/release-1.31/pilot/pkg/config/kube/gateway/conversion.go';

const native: Capability = { kind: 'native' };
const emulated = (how: string, notice?: string): Capability => notice === undefined ? { kind: 'emulated', how } : { kind: 'emulated', how, notice };
const unsupported = (why: string, source: string): Capability => ({ kind: 'unsupported', why, source });

const notEnforced = (why: string, remedy: string): Capability => ({ kind: 'not-enforced', why, remedy });

const EXPRESSION = emulated('an expression on the whole value');
const ALL = emulated('the expression `.*`');
const BY_ORDER = emulated('by order: in front of the route stand, for what it excludes, the routes that come after it');
const BY_PATH = emulated('a path of an HTTPRoute, because a GRPCRoute has neither limits nor retries');
const NO_SCHEME = unsupported('its routes of the Gateway API have no condition on the scheme', `${SPEC}#httproutematch`);
const NO_TCP = unsupported('a gateway of this library routes requests, not connections', `${SPEC}#tcproute`);
const NO_ANSWER = unsupported('its routes of the Gateway API lead to services or redirect', CONVERSION);
const NO_FAULT = unsupported('its routes of the Gateway API inject no faults', CONVERSION);
const NO_IDLE = unsupported('it limits the idle time of connections, not of requests', `${REFERENCE}/networking/destination-rule/`);
const RETRY = emulated('with connections that fail, refused streams and gRPC\'s cancelled and unavailable always among the events, and without tries that are cut off or run out of time',
  'acknowledge it where a request may be tried again after these too');
const STATUSES = emulated('the statuses that it stands for');
const NO_GRPC_STATUS = unsupported('retries of the Gateway API know statuses of HTTP', `${SPEC}#httprouteretry`);
const NOT_IN_CLUSTER = unsupported('its gateways read certificates from Secrets of the cluster; put a certificate of ACM at the load balancer', `${SPEC}#listener`);
const SECRET = emulated('the Secret that the file comes from, under the keys `tls.crt` and `tls.key`');
const TRUST_SECRET = emulated('the Secret that the file comes from, under the key `ca.crt`');
const MESH_TLS = emulated('mutual TLS between proxies, with certificates that the control plane makes for each service account',
  'acknowledge it: the certificates, authorities and names that the program gives are not used between proxies');
const OUTSIDE_TLS = emulated('a DestinationRule of the calling proxies, which read the file that is mounted into them');
const OUTSIDE_TLS_AT_EDGE = emulated('a DestinationRule of the gateway\'s proxies, which read the file that is mounted into them');
const NO_OUTSIDE_SECRET = unsupported('proxies read what TLS to hosts outside of the mesh needs from files; mount a Secret with fromSecret()', `${REFERENCE}/networking/destination-rule/#ClientTLSSettings`);
const NO_OUTSIDE_TLS = unsupported('in ambient mode no proxy stands beside the pods; let the pods speak TLS themselves, with Protocol.TLS', 'https://istio.io/latest/docs/ambient/architecture/data-plane/');
const PLAIN_OUTSIDE = emulated('plain text to hosts outside of the mesh', 'acknowledge it, or leave enforce out, so that proxies speak TLS');
const LOG = emulated('a Telemetry, and a provider in the mesh\'s configuration, which the installation writes');
const ENDPOINTS = emulated('proxies read the addresses of ready pods from the cluster');

const TOKENS = emulated('a RequestAuthentication and an AuthorizationPolicy of the whole gateway',
  'acknowledge it: a request without token is answered 403, not 401, also where no route takes it');

/** The table. */
export function istioCapabilities({ dataPlane = 'sidecar' }: IstioOptions): CapabilityTable {
  return {
    ...CAPABILITIES,
    ...(dataPlane === 'sidecar' ? BESIDE_PODS : { ...ON_NODES, ...AMBIENT }),
    'service.calls': dataPlane === 'sidecar' ? emulated('a Sidecar for each calling service, where only declared calls are let out') : native,
    'mesh.egress.declared-only': dataPlane === 'sidecar' ? emulated('a Sidecar for each service, and entries of the hosts outside that may be called')
      : notEnforced('the proxies of nodes let out every call', 'say what services may reach with network policies, or choose sidecars, or say egress: Egress.ANY'),
  };
}

/** Where callers have proxies beside them, these ask one list for a host. What comes through a gateway meets none, and is refused by the rules. */
const LISTED = emulated('a VirtualService in place of the service\'s HTTPRoutes, for calls between pods');

const AMBIENT = {
  'service.outside-tls.certificate.file': NO_OUTSIDE_TLS,
  'service.outside-tls.trust.file': NO_OUTSIDE_TLS,
  'service.aws': emulated('in no way that is needed: the proxies of nodes let out every call'),
} as const;

const BESIDE_PODS = {
  'service.respond': LISTED,
  'service.fault': LISTED,
  'service.retry.on.deadline-exceeded': LISTED,
  'service.retry.on.internal': LISTED,
  'service.retry.on.resource-exhausted': LISTED,
} as const;

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ "DISABLE mode is not supported" in ambient mode (read for 1.31) */
const ON_NODES = {
  'service.tls.disabled': notEnforced('the proxies of nodes encrypt all connections between them, and support no PeerAuthentication of mode DISABLE',
    'leave the TLS of the service out, or choose sidecars'),
} as const;

const CAPABILITIES = {
  'gateway.match.path.exact': native,
  'service.match.path.exact': native,
  'gateway.match.path.prefix': native,
  'service.match.path.prefix': native,
  'gateway.match.path.raw-prefix': EXPRESSION,
  'service.match.path.raw-prefix': EXPRESSION,
  'gateway.match.path.regex': native,
  'service.match.path.regex': native,
  'gateway.match.header.exact': native,
  'service.match.header.exact': native,
  'gateway.match.header.prefix': EXPRESSION,
  'service.match.header.prefix': EXPRESSION,
  'gateway.match.header.suffix': EXPRESSION,
  'service.match.header.suffix': EXPRESSION,
  'gateway.match.header.regex': native,
  'service.match.header.regex': native,
  'gateway.match.header.range': EXPRESSION,
  'service.match.header.range': EXPRESSION,
  'gateway.match.header.present': ALL,
  'service.match.header.present': ALL,
  'gateway.match.header.inverted.absent-or-different': BY_ORDER,
  'service.match.header.inverted.absent-or-different': BY_ORDER,
  'gateway.match.header.inverted.present-and-different': BY_ORDER,
  'service.match.header.inverted.present-and-different': BY_ORDER,
  'gateway.match.query.exact': native,
  'service.match.query.exact': native,
  'gateway.match.query.regex': native,
  'service.match.query.regex': native,
  'gateway.match.query.present': ALL,
  'service.match.query.present': ALL,
  'gateway.match.method': native,
  'service.match.method': native,
  'gateway.match.scheme': NO_SCHEME,
  'service.match.scheme': NO_SCHEME,
  'gateway.match.port': emulated('routes of the listener'),
  'service.match.port': emulated('routes of the port'),
  'gateway.match.grpc.service': BY_PATH,
  'service.match.grpc.service': BY_PATH,
  'gateway.match.grpc.method': BY_PATH,
  'service.match.grpc.method': BY_PATH,
  'gateway.match.grpc.metadata': native,
  'service.match.grpc.metadata': native,
  'gateway.match.grpc.any': BY_PATH,
  'service.match.grpc.any': BY_PATH,
  'gateway.match.host.exact': native,
  'gateway.match.host.suffix': native,
  'gateway.protocol.http': native,
  'service.protocol.http': native,
  'gateway.protocol.http2': native,
  'service.protocol.http2': native,
  'gateway.protocol.grpc': native,
  'service.protocol.grpc': native,
  'gateway.protocol.tcp': NO_TCP,
  'service.protocol.tcp': native,
  'gateway.protocol.tls': NO_TCP,
  'service.protocol.tls': native,
  'gateway.split': native,
  'service.split': native,
  'gateway.redirect': native,
  'service.redirect': native,
  'gateway.respond': NO_ANSWER,
  'service.respond': NO_ANSWER,
  'gateway.rewrite.path.prefix': native,
  'service.rewrite.path.prefix': native,
  'gateway.rewrite.path.full': native,
  'service.rewrite.path.full': native,
  'gateway.rewrite.host.service': native,
  'service.rewrite.host.service': native,
  'gateway.rewrite.host.exact': native,
  'service.rewrite.host.exact': native,
  'gateway.request-headers': native,
  'service.request-headers': native,
  'gateway.response-headers': native,
  'service.response-headers': native,
  'gateway.mirror': native,
  'service.mirror': native,
  'gateway.cors': native,
  'gateway.jwt.remote': TOKENS,
  'gateway.jwt.inline': TOKENS,
  'gateway.allow-from': emulated('an AuthorizationPolicy of the whole gateway', 'acknowledge it: other clients are answered 403 also where no route takes the request'),
  'gateway.rate-limit': unsupported('it limits rates by raw configuration of the proxy alone', 'https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/'),
  'gateway.fault': NO_FAULT,
  'service.fault': NO_FAULT,
  'gateway.timeout.request': native,
  'service.timeout.request': native,
  'gateway.timeout.idle': NO_IDLE,
  'service.timeout.idle': NO_IDLE,
  'gateway.retry': RETRY,
  'service.retry': RETRY,
  'gateway.retry.on.server-error': STATUSES,
  'service.retry.on.server-error': STATUSES,
  'gateway.retry.on.gateway-error': STATUSES,
  'service.retry.on.gateway-error': STATUSES,
  'gateway.retry.on.client-error': STATUSES,
  'service.retry.on.client-error': STATUSES,
  'gateway.retry.on.stream-error': native,
  'service.retry.on.stream-error': native,
  'gateway.retry.on.connection-error': native,
  'service.retry.on.connection-error': native,
  'gateway.retry.on.cancelled': native,
  'service.retry.on.cancelled': native,
  'gateway.retry.on.deadline-exceeded': NO_GRPC_STATUS,
  'service.retry.on.deadline-exceeded': NO_GRPC_STATUS,
  'gateway.retry.on.internal': NO_GRPC_STATUS,
  'service.retry.on.internal': NO_GRPC_STATUS,
  'gateway.retry.on.resource-exhausted': NO_GRPC_STATUS,
  'service.retry.on.resource-exhausted': NO_GRPC_STATUS,
  'gateway.retry.on.unavailable': native,
  'service.retry.on.unavailable': native,
  'gateway.listeners.several': native,
  'service.listeners.several': native,
  'gateway.tls.strict': native,
  'service.tls.strict': MESH_TLS,
  'gateway.tls.permissive': unsupported('a listener takes TLS or plain text, not both', `${SPEC}#listener`),
  'service.tls.permissive': MESH_TLS,
  'gateway.tls.disabled': native,
  'service.tls.disabled': emulated('a PeerAuthentication'),
  'gateway.tls.certificate.acm': NOT_IN_CLUSTER,
  'service.tls.certificate.acm': MESH_TLS,
  'gateway.tls.certificate.file': SECRET,
  'service.tls.certificate.file': MESH_TLS,
  'gateway.tls.certificate.sds': emulated('a Secret of that name'),
  'service.tls.certificate.sds': MESH_TLS,
  'gateway.load-balancer-tls': emulated('routes that send the header `x-forwarded-proto: https`, because the proxies get plain text'),
  'gateway.tls.clients.acm': NOT_IN_CLUSTER,
  'service.tls.clients.acm': MESH_TLS,
  'gateway.tls.clients.file': TRUST_SECRET,
  'service.tls.clients.file': MESH_TLS,
  'gateway.tls.clients.sds': emulated('a Secret of that name'),
  'service.tls.clients.sds': MESH_TLS,
  'gateway.client-tls.certificate.acm': MESH_TLS,
  'service.client-tls.certificate.acm': MESH_TLS,
  'gateway.client-tls.certificate.file': MESH_TLS,
  'service.client-tls.certificate.file': MESH_TLS,
  'gateway.client-tls.certificate.sds': MESH_TLS,
  'service.client-tls.certificate.sds': MESH_TLS,
  'gateway.client-tls.trust.acm': MESH_TLS,
  'service.client-tls.trust.acm': MESH_TLS,
  'gateway.client-tls.trust.file': MESH_TLS,
  'service.client-tls.trust.file': MESH_TLS,
  'gateway.client-tls.trust.sds': MESH_TLS,
  'service.client-tls.trust.sds': MESH_TLS,
  'gateway.outside-tls.certificate.acm': NO_OUTSIDE_SECRET,
  'service.outside-tls.certificate.acm': NO_OUTSIDE_SECRET,
  'gateway.outside-tls.certificate.file': OUTSIDE_TLS_AT_EDGE,
  'service.outside-tls.certificate.file': OUTSIDE_TLS,
  'gateway.outside-tls.certificate.sds': NO_OUTSIDE_SECRET,
  'service.outside-tls.certificate.sds': NO_OUTSIDE_SECRET,
  'gateway.outside-tls.trust.acm': NO_OUTSIDE_SECRET,
  'service.outside-tls.trust.acm': NO_OUTSIDE_SECRET,
  'gateway.outside-tls.trust.file': OUTSIDE_TLS_AT_EDGE,
  'service.outside-tls.trust.file': OUTSIDE_TLS,
  'gateway.outside-tls.trust.sds': NO_OUTSIDE_SECRET,
  'service.outside-tls.trust.sds': NO_OUTSIDE_SECRET,
  'gateway.outside-tls.optional': PLAIN_OUTSIDE,
  'service.outside-tls.optional': PLAIN_OUTSIDE,
  'gateway.health-check': emulated('the readiness of the proxies\' pods, which the mesh checks in its own way', 'leave the health check of the listener out, or acknowledge it'),
  'service.health-check': emulated('the pods\' readiness probes: proxies get the addresses of ready pods'),
  'gateway.pool': unsupported('it limits connections to services, not those of clients to a listener', `${REFERENCE}/networking/destination-rule/`),
  'service.pool': emulated('a DestinationRule of the version'),
  'service.stickiness': emulated('a hash of the cookie, in a DestinationRule of the version'),
  'service.outlier-detection': emulated('a DestinationRule of the version'),
  'gateway.access-log.default': LOG,
  'service.access-log.default': LOG,
  'gateway.access-log.text': LOG,
  'service.access-log.text': LOG,
  'gateway.access-log.json': LOG,
  'service.access-log.json': LOG,
  'service.pods.image': native,
  'service.pods.document': native,
  'service.pods.existing': native,
  'service.pods.external': emulated('a ServiceEntry'),
  'service.outside.addresses': emulated('the addresses of the ServiceEntry, from which connections go on to where they were going'),
  'service.outside.wildcard': emulated('a ServiceEntry without addresses, from which connections go on to where they were going'),
  'service.aws': emulated('entries of the hosts that the rights are for, in the service\'s Sidecar'),
  'service.discovery.dns-load-balanced': ENDPOINTS,
  'service.discovery.dns-endpoints': ENDPOINTS,
  'service.discovery.cloud-map': unsupported('this library finds pods of Istio through Services of the cluster', `${REFERENCE}/networking/service-entry/`),
  'service.router': native,
  'service.identity.version': native,
  'mesh.egress.any': native,
  'mesh.shared': unsupported('a mesh of several accounts is one of several clusters', 'https://istio.io/latest/docs/ops/deployment/deployment-models/'),
  'mesh.ip-preference': emulated('families of the Services'),
  'mesh.tracing.x-ray': unsupported('it sends spans of OpenTelemetry, Zipkin and Datadog', `${REFERENCE}/istio.mesh.v1alpha1/`),
  'mesh.tracing.jaeger': emulated('in the form of Zipkin, which Jaeger\'s collectors take'),
  'mesh.tracing.datadog': native,
} as const;
