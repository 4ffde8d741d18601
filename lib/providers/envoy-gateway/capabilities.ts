/**
 * What Envoy Gateway can say of every feature. It stands at the edge only: what services say of their versions acts on requests that come through a gateway, whose table
 * and those of the services are one.
 */
import type { Capability, CapabilityTable } from '../provider';
import type { EnvoyGatewayOptions } from './options';

const SPEC = 'https://gateway-api.sigs.k8s.io/reference/spec/';
const DOCS = 'https://gateway.envoyproxy.io/v1.9/api/extension_types/';

const native: Capability = { kind: 'native' };
const emulated = (how: string, notice?: string): Capability => notice === undefined ? { kind: 'emulated', how } : { kind: 'emulated', how, notice };
const unsupported = (why: string, source: string): Capability => ({ kind: 'unsupported', why, source });

const notEnforced = (why: string, remedy: string): Capability => ({ kind: 'not-enforced', why, remedy });

const AT_GATEWAY = emulated('at the gateways, whose tables hold those of the services behind them');
const EXPRESSION = emulated('an expression on the whole value');
const ALL = emulated('the expression `.*`');
const BY_ORDER = emulated('by order: in front of the route stand, for what it excludes, the routes that come after it');
const RAW = emulated('an expression; a rewrite of it is an HTTPRouteFilter');
const NO_SCHEME = unsupported('its routes have no condition on the scheme', `${SPEC}#httproutematch`);
const NO_TCP = unsupported('a gateway of this library routes requests, not connections', `${SPEC}#tcproute`);
const POLICY = emulated('a BackendTrafficPolicy of the rule');
const SECURITY_POLICY = emulated('a SecurityPolicy of the rule');
const ANSWER = emulated('an HTTPRouteFilter');
const SERVER_TLS = unsupported('no proxy stands beside the pods that could speak TLS for them', `${DOCS}#backendtlspolicy`);
const BACKEND_TLS = emulated('BackendTLSPolicies of the services behind the gateway, whose pods have to speak TLS themselves',
  'acknowledge it: let the pods present a certificate for the host of their service, which is checked where the program names no other names');
const OUTSIDE_TLS = emulated('a BackendTLSPolicy of the host\'s Backend, which checks its name');
const CLIENT_CERTIFICATE = emulated('the Secret that it comes from, under the keys `tls.crt` and `tls.key`');
const NOT_IN_CLUSTER = unsupported('its proxies read certificates from Secrets of the cluster; put a certificate of ACM at the load balancer', `${DOCS}#clienttlssettings`);
const SECRET = emulated('the Secret that the file comes from, under the keys `tls.crt` and `tls.key`');
const TRUST_SECRET = emulated('the Secret that the file comes from, under the key `ca.crt`');
const NO_SIDECAR_LOG = emulated('at the gateways alone', 'acknowledge it, or let the services log what reaches them: no proxy stands beside their pods');
const ENDPOINTS = emulated('proxies read the addresses of ready pods from the cluster');

/** The table. */
export function envoyGatewayCapabilities({ serviceToService = 'refuse' }: EnvoyGatewayOptions): CapabilityTable {
  return {
    ...MATCHES, ...ACTIONS, ...SECURITY, ...WORKLOADS,
    'service.calls': serviceToService === 'refuse'
      ? unsupported('its proxies stand at the edge, so calls between services would pass by every route, share, retry and timeout; accept that with serviceToService: ServiceToService.EDGE_ONLY',
        'https://gateway.envoyproxy.io/v1.9/concepts/')
      : emulated('plain calls of the called service\'s pods: its routes, shares, retries and timeouts act at gateways alone', 'acknowledge it, or choose a mesh with proxies beside the pods'),
  };
}

const MATCHES = {
  'gateway.match.path.exact': native,
  'service.match.path.exact': AT_GATEWAY,
  'gateway.match.path.prefix': native,
  'service.match.path.prefix': AT_GATEWAY,
  'gateway.match.path.raw-prefix': RAW,
  'service.match.path.raw-prefix': RAW,
  'gateway.match.path.regex': native,
  'service.match.path.regex': AT_GATEWAY,
  'gateway.match.header.exact': native,
  'service.match.header.exact': AT_GATEWAY,
  'gateway.match.header.prefix': EXPRESSION,
  'service.match.header.prefix': EXPRESSION,
  'gateway.match.header.suffix': EXPRESSION,
  'service.match.header.suffix': EXPRESSION,
  'gateway.match.header.regex': native,
  'service.match.header.regex': AT_GATEWAY,
  'gateway.match.header.range': EXPRESSION,
  'service.match.header.range': EXPRESSION,
  'gateway.match.header.present': ALL,
  'service.match.header.present': ALL,
  'gateway.match.header.inverted.absent-or-different': BY_ORDER,
  'service.match.header.inverted.absent-or-different': BY_ORDER,
  'gateway.match.header.inverted.present-and-different': BY_ORDER,
  'service.match.header.inverted.present-and-different': BY_ORDER,
  'gateway.match.query.exact': native,
  'service.match.query.exact': AT_GATEWAY,
  'gateway.match.query.regex': native,
  'service.match.query.regex': AT_GATEWAY,
  'gateway.match.query.present': ALL,
  'service.match.query.present': ALL,
  'gateway.match.method': native,
  'service.match.method': AT_GATEWAY,
  'gateway.match.scheme': NO_SCHEME,
  'service.match.scheme': NO_SCHEME,
  'gateway.match.port': emulated('routes of the listener'),
  'service.match.port': AT_GATEWAY,
  'gateway.match.grpc.service': native,
  'service.match.grpc.service': AT_GATEWAY,
  'gateway.match.grpc.method': native,
  'service.match.grpc.method': AT_GATEWAY,
  'gateway.match.grpc.metadata': native,
  'service.match.grpc.metadata': AT_GATEWAY,
  'gateway.match.grpc.any': native,
  'service.match.grpc.any': AT_GATEWAY,
  'gateway.match.host.exact': native,
  'gateway.match.host.suffix': native,
} as const;

const ACTIONS = {
  'gateway.protocol.http': native,
  'service.protocol.http': native,
  'gateway.protocol.http2': native,
  'service.protocol.http2': emulated('`appProtocol: kubernetes.io/h2c` of the Services'),
  'gateway.protocol.grpc': native,
  'service.protocol.grpc': emulated('`appProtocol: kubernetes.io/h2c` of the Services'),
  'gateway.protocol.tcp': NO_TCP,
  'service.protocol.tcp': emulated('a plain Service'),
  'gateway.protocol.tls': NO_TCP,
  'service.protocol.tls': emulated('plain calls of the host: no proxy stands beside the pods'),
  'gateway.split': native,
  'service.split': AT_GATEWAY,
  'gateway.redirect': native,
  'service.redirect': AT_GATEWAY,
  'gateway.respond': ANSWER,
  'service.respond': ANSWER,
  'gateway.rewrite.path.prefix': native,
  'service.rewrite.path.prefix': AT_GATEWAY,
  'gateway.rewrite.path.full': native,
  'service.rewrite.path.full': AT_GATEWAY,
  'gateway.rewrite.host.service': native,
  'service.rewrite.host.service': AT_GATEWAY,
  'gateway.rewrite.host.exact': native,
  'service.rewrite.host.exact': AT_GATEWAY,
  'gateway.request-headers': native,
  'service.request-headers': AT_GATEWAY,
  'gateway.response-headers': native,
  'service.response-headers': AT_GATEWAY,
  'gateway.mirror': native,
  'service.mirror': AT_GATEWAY,
  'gateway.cors': SECURITY_POLICY,
  'gateway.jwt.remote': SECURITY_POLICY,
  'gateway.jwt.inline': SECURITY_POLICY,
  'gateway.allow-from': SECURITY_POLICY,
  'gateway.rate-limit': POLICY,
  'gateway.fault': POLICY,
  'service.fault': POLICY,
  'gateway.timeout.request': native,
  'service.timeout.request': AT_GATEWAY,
  'gateway.timeout.idle': POLICY,
  'service.timeout.idle': POLICY,
  'gateway.retry': POLICY,
  'service.retry': POLICY,
  'gateway.retry.on.server-error': POLICY,
  'service.retry.on.server-error': POLICY,
  'gateway.retry.on.gateway-error': POLICY,
  'service.retry.on.gateway-error': POLICY,
  'gateway.retry.on.client-error': POLICY,
  'service.retry.on.client-error': POLICY,
  'gateway.retry.on.stream-error': POLICY,
  'service.retry.on.stream-error': POLICY,
  'gateway.retry.on.connection-error': POLICY,
  'service.retry.on.connection-error': POLICY,
  'gateway.retry.on.cancelled': POLICY,
  'service.retry.on.cancelled': POLICY,
  'gateway.retry.on.deadline-exceeded': POLICY,
  'service.retry.on.deadline-exceeded': POLICY,
  'gateway.retry.on.internal': POLICY,
  'service.retry.on.internal': POLICY,
  'gateway.retry.on.resource-exhausted': POLICY,
  'service.retry.on.resource-exhausted': POLICY,
  'gateway.retry.on.unavailable': POLICY,
  'service.retry.on.unavailable': POLICY,
} as const;

const SECURITY = {
  'gateway.listeners.several': native,
  'service.listeners.several': native,
  'gateway.tls.strict': native,
  'service.tls.strict': SERVER_TLS,
  'gateway.tls.permissive': unsupported('a listener takes TLS or plain text, not both', `${SPEC}#listener`),
  'service.tls.permissive': SERVER_TLS,
  'gateway.tls.disabled': native,
  'service.tls.disabled': native,
  'gateway.tls.certificate.acm': NOT_IN_CLUSTER,
  'service.tls.certificate.acm': SERVER_TLS,
  'gateway.tls.certificate.file': SECRET,
  'service.tls.certificate.file': SERVER_TLS,
  'gateway.tls.certificate.sds': emulated('a Secret of that name'),
  'service.tls.certificate.sds': SERVER_TLS,
  'gateway.load-balancer-tls': emulated('routes that send the header `x-forwarded-proto: https`, because the proxies get plain text'),
  'gateway.tls.clients.acm': NOT_IN_CLUSTER,
  'service.tls.clients.acm': SERVER_TLS,
  'gateway.tls.clients.file': TRUST_SECRET,
  'service.tls.clients.file': SERVER_TLS,
  'gateway.tls.clients.sds': emulated('a Secret of that name'),
  'service.tls.clients.sds': SERVER_TLS,
  'gateway.outside-tls.certificate.acm': NOT_IN_CLUSTER,
  'service.outside-tls.certificate.acm': SERVER_TLS,
  'gateway.outside-tls.certificate.file': CLIENT_CERTIFICATE,
  'service.outside-tls.certificate.file': SERVER_TLS,
  'gateway.outside-tls.certificate.sds': CLIENT_CERTIFICATE,
  'service.outside-tls.certificate.sds': SERVER_TLS,
  'gateway.outside-tls.trust.acm': NOT_IN_CLUSTER,
  'service.outside-tls.trust.acm': SERVER_TLS,
  'gateway.outside-tls.trust.file': OUTSIDE_TLS,
  'service.outside-tls.trust.file': SERVER_TLS,
  'gateway.outside-tls.trust.sds': OUTSIDE_TLS,
  'service.outside-tls.trust.sds': SERVER_TLS,
  'gateway.outside-tls.optional': unsupported('it speaks TLS to a host or plain text, not whichever it offers', `${DOCS}#backendtlspolicy`),
  'service.outside-tls.optional': SERVER_TLS,
  'gateway.client-tls.certificate.acm': NOT_IN_CLUSTER,
  'service.client-tls.certificate.acm': SERVER_TLS,
  'gateway.client-tls.certificate.file': CLIENT_CERTIFICATE,
  'service.client-tls.certificate.file': SERVER_TLS,
  'gateway.client-tls.certificate.sds': CLIENT_CERTIFICATE,
  'service.client-tls.certificate.sds': SERVER_TLS,
  'gateway.client-tls.trust.acm': NOT_IN_CLUSTER,
  'service.client-tls.trust.acm': SERVER_TLS,
  'gateway.client-tls.trust.file': BACKEND_TLS,
  'service.client-tls.trust.file': SERVER_TLS,
  'gateway.client-tls.trust.sds': BACKEND_TLS,
  'service.client-tls.trust.sds': SERVER_TLS,
} as const;

const WORKLOADS = {
  'gateway.health-check': emulated('the readiness of the proxies\' pods, which the mesh checks in its own way', 'leave the health check of the listener out, or acknowledge it'),
  'service.health-check': emulated('the pods\' readiness probes: proxies get the addresses of ready pods'),
  'gateway.pool': emulated('a limit of the connections of a listener'),
  'service.pool': POLICY,
  'service.outlier-detection': POLICY,
  'service.stickiness': emulated('a hash of the cookie, in a BackendTrafficPolicy of the rule'),
  'gateway.access-log.default': native,
  'service.access-log.default': NO_SIDECAR_LOG,
  'gateway.access-log.text': native,
  'service.access-log.text': NO_SIDECAR_LOG,
  'gateway.access-log.json': native,
  'service.access-log.json': NO_SIDECAR_LOG,
  'service.pods.image': native,
  'service.pods.document': native,
  'service.pods.existing': native,
  'service.pods.external': emulated('a Backend'),
  'service.outside.addresses': emulated('plain calls of the addresses: no proxy stands beside the pods'),
  'service.outside.wildcard': emulated('plain calls of the hosts: no proxy stands beside the pods'),
  'service.aws': emulated('plain calls: no proxy stands beside the pods that could hold them back'),
  'service.discovery.dns-load-balanced': ENDPOINTS,
  'service.discovery.dns-endpoints': ENDPOINTS,
  'service.discovery.cloud-map': unsupported('it finds pods through Services of the cluster', `${DOCS}#backend`),
  'service.router': emulated('at the gateways, whose tables hold those of the services behind them; no pods stand behind its name',
    'let only gateways lead to it, and services call those that it leads to; or choose a mesh with proxies beside the pods'),
  'service.identity.version': native,
  'mesh.egress.any': native,
  'mesh.egress.declared-only': notEnforced('no proxy stands beside the pods that could refuse a call', 'say what services may reach with network policies, or say egress: Egress.ANY'),
  'mesh.shared': unsupported('it belongs to one cluster', 'https://gateway.envoyproxy.io/v1.9/concepts/'),
  'mesh.ip-preference': native,
  'mesh.tracing.x-ray': unsupported('it sends spans of OpenTelemetry, Zipkin and Datadog', `${DOCS}#tracingprovidertype`),
  'mesh.tracing.jaeger': emulated('in the form of Zipkin, which Jaeger\'s collectors take'),
  'mesh.tracing.datadog': native,
} as const;
