/** Versions of the App Mesh controller and of the images that go with it. */

/**
 * To change one: change it here, read the chart's values of that version against `control-plane/values.ts` and the rights of the controller against `control-plane/policy.ts`,
 * and update the changelog; the tests show what changes.
 * @see https://github.com/aws/eks-charts/tree/master/stable/appmesh-controller
 */
export const APP_MESH = {
  chart: 'appmesh-controller',
  chartVersion: '1.13.3',
  repository: 'https://aws.github.io/eks-charts',
  controllerTag: 'v1.13.3',
  /** The Envoy of sidecars and gateways that this chart version was released with; the controller replaces a gateway's image by it. */
  envoyTag: 'v1.29.12.3-prod',
  /** The init container that redirects a pod's traffic. */
  proxyInitTag: 'v7-prod',
  xrayRepository: 'public.ecr.aws/xray/aws-xray-daemon',
  /** The chart says `latest`, which would change running meshes at any pod restart. */
  xrayTag: '3.3.11',
} as const;
