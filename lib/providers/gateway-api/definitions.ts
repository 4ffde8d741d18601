/** Definitions of the Gateway API, and where wanted of Envoy Gateway: installed once on a cluster, whichever mesh asks. */
import type { ControlPlane } from '../../plan/control-plane';

/**
 * Definitions of the Gateway API, in the one release that both meshes take: Envoy Gateway 1.9 was made for it, and Istio 1.31 reads its fields. The experimental channel,
 * because retries of routes are standard only since 1.7. The chart of Envoy Gateway's project carries them; nobody else publishes them as one. The digests are those of the
 * definitions themselves (`engine/definitions.ts`), whatever way the chart is packed; a conformance check takes them from the project's sources.
 * @see https://github.com/envoyproxy/gateway/tree/v1.9.1/charts/gateway-crds-helm
 */
export const GATEWAY_API = {
  chartVersion: 'v1.9.1',
  repository: 'oci://docker.io/envoyproxy/gateway-crds-helm',
  /** Files of the chart: the Gateway API's own, and those of Envoy Gateway. */
  files: { gatewayApi: 'experimental-gatewayapi-crds.yaml', envoyGateway: 'generated/' },
  digests: {
    gatewayApi: 'abf7e87a3c2bb0f2511f3767ce440d0fde38f90cecc05caf247af69cecd5615b',
    envoyGateway: '3b2a6e4d1080421f67f2724774fcf0b0543f59a565d1fcbde90a40961d7858ad',
    both: '649274fce766a8a8fb391bf156550948c0ac43ed597ec447c0c87306255734c4',
  },
  /** What the chart carries. */
  bundle: '1.6.1',
} as const;

/** Who installs the definitions of the Gateway API, and where they come from. */
export interface GatewayApiOptions {
  /** `existing`: somebody else has. @default install */
  readonly gatewayApi?: 'install' | 'existing';
  /** `oci://HOST/PATH` of the chart that carries them. @default - that of Envoy Gateway's project */
  readonly gatewayApiRepository?: string;
}

/** The definitions that Istio needs: those of the Gateway API. No step where the cluster has them. */
export function gatewayApiDefinitions(options: GatewayApiOptions): ControlPlane {
  if (options.gatewayApi === 'existing') return { claims: [], steps: [] };
  const { files, digests } = GATEWAY_API;
  return { claims: [CLAIM], steps: [definitions('gateway-api', { files: [files.gatewayApi], digest: digests.gatewayApi }, options)] };
}

/** The definitions that Envoy Gateway needs: its own, and those of the Gateway API unless the cluster has them. */
export function envoyGatewayDefinitions(options: GatewayApiOptions): ControlPlane {
  const { files, digests } = GATEWAY_API;
  // another mesh of the stack may bring those of the Gateway API
  if (options.gatewayApi === 'existing') return { claims: [], steps: [definitions('envoy-gateway', { files: [files.envoyGateway], digest: digests.envoyGateway }, options)] };
  return { claims: [CLAIM], steps: [definitions('gateway-api', { files: [files.gatewayApi, files.envoyGateway], digest: digests.both }, options)] };
}

const CLAIM = { what: 'the Gateway API', remedy: 'let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other' };

function definitions(of: string, content: { readonly files: readonly string[]; readonly digest: string }, options: GatewayApiOptions): ControlPlane['steps'][number] {
  return {
    kind: 'definitions', id: `${of}/definitions`, needs: [],
    repository: options.gatewayApiRepository ?? GATEWAY_API.repository, version: GATEWAY_API.chartVersion, ...content,
  };
}
