/**
 * Every version of third-party software that the library installs, in one place.
 * To bump one: change it here, read the chart's values of that version against the file named beside it, update the changelog; the tests of
 * `test/platform` then show what changes in the templates.
 */

/** AWS App Mesh controller. Values: `app-mesh-values.ts`; rights: `app-mesh-policy.ts`. @see https://github.com/aws/eks-charts/tree/master/stable/appmesh-controller */
export const APP_MESH = {
  chart: 'appmesh-controller',
  chartVersion: '1.13.3',
  repository: 'https://aws.github.io/eks-charts',
  controllerTag: 'v1.13.3',
  /** The Envoy of sidecars and gateways that this chart version was released with. */
  envoyTag: 'v1.29.12.3-prod',
  /** The init container that redirects a pod's traffic. */
  proxyInitTag: 'v7-prod',
  xrayRepository: 'public.ecr.aws/xray/aws-xray-daemon',
  /** The chart says `latest`, which would change running meshes at any pod restart. */
  xrayTag: '3.3.11',
} as const;

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

/** Envoy Gateway. Values: `envoy-gateway.ts`. @see https://github.com/envoyproxy/gateway/tree/v1.9.1/charts/gateway-helm */
export const ENVOY_GATEWAY = {
  chart: 'gateway-helm',
  chartVersion: 'v1.9.1',
  repository: 'oci://docker.io/envoyproxy/gateway-helm',
} as const;

/** Istio: its definitions, its control plane, and for ambient mode the proxies of nodes. Values: `istio.ts`. @see https://github.com/istio/istio/tree/release-1.31/manifests/charts */
export const ISTIO = {
  chartVersion: '1.31.1',
  repository: 'https://istio-release.storage.googleapis.com/charts',
} as const;
