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
 * AWS Load Balancer Controller. Must be a version that aws-cdk-lib's `AlbControllerVersion` knows from the lowest supported release on:
 * it carries the IAM policy published for that version.
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller
 */
export const LOAD_BALANCER_CONTROLLER = {
  version: 'V3_2_2',
  /** The public gallery: reachable from every region, unlike the chart's default registry of one region. */
  image: 'public.ecr.aws/eks/aws-load-balancer-controller',
} as const;
