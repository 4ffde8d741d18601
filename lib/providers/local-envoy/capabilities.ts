/**
 * What an Envoy on this machine does of every feature. It routes for real; what it leaves out is what needs a cluster: certificates,
 * pods, collectors. The table is total: a new feature of the model does not compile until it has an answer here.
 */
import type { Capability, CapabilityTable } from '../provider';

const DOCS = 'https://www.envoyproxy.io/docs/envoy/v1.40.0';

const native: Capability = { kind: 'native' };
const emulated = (how: string): Capability => ({ kind: 'emulated', how });
const unsupported = (why: string, source: string): Capability => ({ kind: 'unsupported', why, source: `${DOCS}/${source}` });

const ABSENT_OR_DIFFERENT = emulated('an inversion that counts a missing header as empty; where the condition takes the empty text, two routes');
const SERVER_ERROR = emulated('`gateway-error` and a list of statuses, because `5xx` is wider');
const TCP = emulated('a listener for each pair of caller and port, because a connection names no host');
const PODS = emulated('addresses on this machine stand for the pods');
const TOKENS = emulated('a token is needed, but any is taken: what the keys would say is not known here');
const CLIENTS = emulated('the address in the header `x-forwarded-for`, else that of this machine');
const NO_STICKINESS = unsupported('one address stands for all pods of a version', 'intro/arch_overview/upstream/load_balancing/load_balancers');
const OUTLIERS = emulated('one address stands for all pods of a version, so the version is taken out as a whole');
const NO_TLS = unsupported('it speaks plain text on this machine; requests to such a listener count as https', 'intro/arch_overview/security/ssl');
const NO_CLIENTS = unsupported('it speaks plain text on this machine, so clients present nothing', 'intro/arch_overview/security/ssl');
const NO_CLIENT_TLS = unsupported('it speaks plain text to what stands for the pods', 'intro/arch_overview/security/ssl');
const NO_HEALTH = unsupported('what stands for the pods counts as healthy', 'intro/arch_overview/upstream/health_checking');
const NO_EDGE_POOL = unsupported('a gateway takes as many clients as come', 'configuration/listeners/network_filters/connection_limit_filter');
const NO_TCP_EDGE = unsupported('the listeners of its gateways read requests', 'intro/arch_overview/http/http_connection_management');
const NO_LOG = unsupported('its paths are those of a container', 'configuration/observability/access_log/usage');
const NO_IDENTITY = unsupported('there are no identities without certificates', 'intro/arch_overview/security/ssl');
const NO_EGRESS = unsupported('a call that leaves the mesh would leave this machine, so it is answered 502', 'configuration/http/http_conn_man/route_matching');
const NO_OWNER = unsupported('no account owns what runs on this machine', 'intro/what_is_envoy');
const NO_PREFERENCE = unsupported('everything has one address on this machine', 'intro/arch_overview/upstream/service_discovery');
const NO_TRACING = unsupported('there is no collector on this machine', 'intro/arch_overview/observability/tracing');

/** The table. */
export const LOCAL_ENVOY_CAPABILITIES: CapabilityTable = {
  'gateway.match.path.exact': native,
  'service.match.path.exact': native,
  'gateway.match.path.prefix': native,
  'service.match.path.prefix': native,
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
  'gateway.match.query.regex': native,
  'service.match.query.regex': native,
  'gateway.match.query.present': native,
  'service.match.query.present': native,

  'gateway.match.method': native,
  'service.match.method': native,
  'gateway.match.scheme': native,
  'service.match.scheme': native,
  'gateway.match.port': native,
  'service.match.port': native,
  'gateway.match.grpc.service': native,
  'service.match.grpc.service': native,
  'gateway.match.grpc.method': native,
  'service.match.grpc.method': native,
  'gateway.match.grpc.metadata': native,
  'service.match.grpc.metadata': native,
  'gateway.match.grpc.any': native,
  'service.match.grpc.any': native,
  'gateway.match.host.exact': native,
  'gateway.match.host.suffix': native,

  'gateway.protocol.http': native,
  'service.protocol.http': native,
  'gateway.protocol.http2': native,
  'service.protocol.http2': native,
  'gateway.protocol.grpc': native,
  'service.protocol.grpc': native,
  'gateway.protocol.tcp': NO_TCP_EDGE,
  'service.protocol.tcp': TCP,

  'gateway.split': native,
  'service.split': native,
  'gateway.redirect': native,
  'service.redirect': native,
  'gateway.respond': native,
  'service.respond': native,
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
  'gateway.allow-from': CLIENTS,
  'gateway.rate-limit': native,
  'gateway.fault': native,
  'service.fault': native,

  'gateway.timeout.request': native,
  'service.timeout.request': native,
  'gateway.timeout.idle': native,
  'service.timeout.idle': native,
  'gateway.retry': native,
  'service.retry': native,
  'gateway.retry.on.server-error': SERVER_ERROR,
  'service.retry.on.server-error': SERVER_ERROR,
  'gateway.retry.on.gateway-error': native,
  'service.retry.on.gateway-error': native,
  'gateway.retry.on.client-error': native,
  'service.retry.on.client-error': native,
  'gateway.retry.on.stream-error': native,
  'service.retry.on.stream-error': native,
  'gateway.retry.on.connection-error': native,
  'service.retry.on.connection-error': native,
  'gateway.retry.on.cancelled': native,
  'service.retry.on.cancelled': native,
  'gateway.retry.on.deadline-exceeded': native,
  'service.retry.on.deadline-exceeded': native,
  'gateway.retry.on.internal': native,
  'service.retry.on.internal': native,
  'gateway.retry.on.resource-exhausted': native,
  'service.retry.on.resource-exhausted': native,
  'gateway.retry.on.unavailable': native,
  'service.retry.on.unavailable': native,

  'gateway.listeners.several': native,
  'service.listeners.several': native,
  'gateway.tls.strict': NO_TLS,
  'service.tls.strict': NO_TLS,
  'gateway.tls.permissive': NO_TLS,
  'service.tls.permissive': NO_TLS,
  'gateway.tls.disabled': native,
  'service.tls.disabled': native,
  'gateway.tls.certificate.acm': NO_TLS,
  'service.tls.certificate.acm': NO_TLS,
  'gateway.tls.certificate.file': NO_TLS,
  'service.tls.certificate.file': NO_TLS,
  'gateway.tls.certificate.sds': NO_TLS,
  'service.tls.certificate.sds': NO_TLS,
  'gateway.load-balancer-tls': emulated('plain text on this machine, of which services get the header `x-forwarded-proto: https`'),
  'gateway.tls.clients.acm': NO_CLIENTS,
  'service.tls.clients.acm': NO_CLIENTS,
  'gateway.tls.clients.file': NO_CLIENTS,
  'service.tls.clients.file': NO_CLIENTS,
  'gateway.tls.clients.sds': NO_CLIENTS,
  'service.tls.clients.sds': NO_CLIENTS,
  'gateway.client-tls.certificate.acm': NO_CLIENT_TLS,
  'service.client-tls.certificate.acm': NO_CLIENT_TLS,
  'gateway.client-tls.certificate.file': NO_CLIENT_TLS,
  'service.client-tls.certificate.file': NO_CLIENT_TLS,
  'gateway.client-tls.certificate.sds': NO_CLIENT_TLS,
  'service.client-tls.certificate.sds': NO_CLIENT_TLS,
  'gateway.client-tls.trust.acm': NO_CLIENT_TLS,
  'service.client-tls.trust.acm': NO_CLIENT_TLS,
  'gateway.client-tls.trust.file': NO_CLIENT_TLS,
  'service.client-tls.trust.file': NO_CLIENT_TLS,
  'gateway.client-tls.trust.sds': NO_CLIENT_TLS,
  'service.client-tls.trust.sds': NO_CLIENT_TLS,

  'gateway.health-check': NO_HEALTH,
  'service.health-check': NO_HEALTH,
  'gateway.pool': NO_EDGE_POOL,
  'service.pool': native,
  'service.outlier-detection': OUTLIERS,
  'service.stickiness': NO_STICKINESS,
  'gateway.access-log.default': NO_LOG,
  'service.access-log.default': NO_LOG,
  'gateway.access-log.text': NO_LOG,
  'service.access-log.text': NO_LOG,
  'gateway.access-log.json': NO_LOG,
  'service.access-log.json': NO_LOG,

  'service.pods.image': PODS,
  'service.pods.document': PODS,
  'service.pods.existing': PODS,
  'service.pods.external': PODS,
  'service.discovery.dns-load-balanced': PODS,
  'service.discovery.dns-endpoints': PODS,
  'service.discovery.cloud-map': PODS,
  'service.calls': native,
  'service.router': native,
  'service.identity.version': NO_IDENTITY,
  'mesh.egress.any': NO_EGRESS,
  'mesh.egress.declared-only': native,
  'mesh.shared': NO_OWNER,
  'mesh.ip-preference': NO_PREFERENCE,
  'mesh.tracing.x-ray': NO_TRACING,
  'mesh.tracing.jaeger': NO_TRACING,
  'mesh.tracing.datadog': NO_TRACING,
};
