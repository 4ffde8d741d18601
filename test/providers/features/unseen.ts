/** Features whose programs are written like those without them, and why that is right. */
import type { Feature } from '../../../lib/model/features';

/** By feature. */
type Reasons = { readonly [F in Feature]?: string };

const ADDRESSES: Reasons = {
  'service.discovery.dns-load-balanced': 'proxies get the address of every ready pod from the cluster, whatever is asked for',
  'service.discovery.dns-endpoints': 'proxies get the address of every ready pod from the cluster, which is what is asked for',
};

const BY_PORT = 'connections are known by their port, as those of plain TCP are';
const FREE = 'no proxy stands beside the pods that could hold the call back';
const ENVOY_GATEWAY: Reasons = {
  ...ADDRESSES,
  'service.protocol.tls': 'no proxy stands beside the pods, and a gateway cannot lead there',
  'service.outside.addresses': FREE,
  'service.aws': FREE,
  'mesh.egress.any': 'no proxy stands beside the pods, so every call is let out; the other setting is the one that gets a notice',
};

const ALWAYS_RETRIED = 'it is among the events of every retry, which the notice of retries says; an exact list would differ';
const ISTIO: Reasons = {
  ...ADDRESSES,
  'gateway.retry.on.stream-error': ALWAYS_RETRIED,
  'service.retry.on.stream-error': ALWAYS_RETRIED,
  'gateway.retry.on.connection-error': ALWAYS_RETRIED,
  'service.retry.on.connection-error': ALWAYS_RETRIED,
  'gateway.retry.on.cancelled': ALWAYS_RETRIED,
  'service.retry.on.cancelled': ALWAYS_RETRIED,
  'gateway.retry.on.unavailable': ALWAYS_RETRIED,
  'service.retry.on.unavailable': ALWAYS_RETRIED,
};

const STANDS_FOR_PODS = 'on this machine something else stands for the pods, which the user gives';

/** By the target's name. */
export const UNSEEN: { readonly [target: string]: Reasons | undefined } = {
  'app-mesh': {
    'service.protocol.tls': BY_PORT,
    'service.outside.addresses': BY_PORT,
    'service.aws': 'everything below amazonaws.com is let out, and link-local addresses pass by the proxies',
    'mesh.tracing.jaeger': 'the controller puts tracers beside the pods: see the installation',
    'mesh.tracing.datadog': 'the controller puts tracers beside the pods: see the installation',
  },
  'envoy-gateway': ENVOY_GATEWAY,
  'envoy-gateway at the edge only': ENVOY_GATEWAY,
  'istio': ISTIO,
  'istio ambient': {
    ...ISTIO,
    'service.aws': FREE,
    'mesh.egress.any': 'the proxies of nodes let out every call; the other setting is the one that gets a notice',
    'service.calls': 'no proxy stands beside the pods that could hold other calls back, of which the notice of declared-only egress warns',
  },
  'local-envoy': {
    'service.protocol.tls': 'each pair of caller and port has a listener of its own, whatever the bytes are',
    'service.outside.addresses': 'each pair of caller and port has a listener of its own',
    'gateway.protocol.http': 'a listener takes both versions of HTTP; so do those of meshes that say http',
    'gateway.protocol.http2': 'a listener takes both versions of HTTP',
    'service.tls.disabled': 'it speaks plain text in every mode',
    'service.pods.image': STANDS_FOR_PODS,
    'service.pods.document': STANDS_FOR_PODS,
    'service.pods.existing': STANDS_FOR_PODS,
    'service.discovery.dns-load-balanced': STANDS_FOR_PODS,
    'service.discovery.dns-endpoints': STANDS_FOR_PODS,
    'service.discovery.cloud-map': STANDS_FOR_PODS,
  },
};

/** Features that a mesh could say, but that always come with another one that it refuses. */
export const ALWAYS_REFUSED: { readonly [target: string]: Reasons | undefined } = {
  'envoy-gateway': { 'service.tls.disabled': 'TLS of a service comes with a certificate' },
  'envoy-gateway at the edge only': { 'service.tls.disabled': 'TLS of a service comes with a certificate' },
};
