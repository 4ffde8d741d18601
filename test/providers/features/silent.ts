/** Values that change nothing, by how their names begin, and why that is right. */
type Reasons = { readonly [start: string]: string };

const EVERYWHERE: Reasons = {
  'services.[].routes.[].priority': 'it is the only route',
  'services.[].versions.[].pods.name': 'the document says it, too',
};

const WITHOUT_APP_MESH: Reasons = {
  ...EVERYWHERE,
  'services.[].host': 'it is made from the name and the namespace, which are seen',
  'gateways.[].id': 'it is made from the name and the namespace, which are seen',
  'gateways.[].listeners.[].health.': 'a notice says that the cluster checks the proxies in its own way',
};

const NOT_HELD_BACK: Reasons = { 'services.[].aws.': 'nothing is held back there, whatever the rights are for' };

const ENVOY_GATEWAY: Reasons = { ...WITHOUT_APP_MESH, ...NOT_HELD_BACK, 'services.[].versions.[].accessLog.': 'a notice says that no proxy stands beside the pods' };

const OWN_TLS = 'a notice says that the proxies speak their own mutual TLS';
const ISTIO: Reasons = { ...WITHOUT_APP_MESH, 'gateways.[].clientTls.': OWN_TLS, 'services.[].versions.[].tls.': OWN_TLS, 'services.[].clientTls.': OWN_TLS };

/** By the target's name. */
export const SILENT: { readonly [target: string]: Reasons | undefined } = {
  'app-mesh': { ...EVERYWHERE, ...NOT_HELD_BACK, 'mesh.tracing.address': 'the controller puts tracers beside the pods: see the installation' },
  'envoy-gateway': ENVOY_GATEWAY,
  'envoy-gateway at the edge only': ENVOY_GATEWAY,
  'istio': ISTIO,
  'istio ambient': {
    ...ISTIO, ...NOT_HELD_BACK,
    'services.[].calls.[].tls.validation.': 'TLS that is not enforced is plain text, of which a notice tells, and TLS that is enforced is refused',
  },
};
