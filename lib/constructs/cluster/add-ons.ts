/** Add-ons of a new cluster in the versions that this library was tested with. To change one, change it here and update the changelog. */

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

/**
 * What serves the metrics API, as EKS' community add-on: EKS chooses the version for the cluster's.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html
 */
export const METRICS_SERVER_ADD_ON = 'metrics-server';
