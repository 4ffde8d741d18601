/** Labels of pods. They are API: Services, proxies and other programs select by them. */

/** Label of a service's pods; Kubernetes Services and proxies select by it. */
export const SERVICE_LABEL = 'mesh.cdk-eks-mesh.dev/service';

/** Label of a version's pods. */
export const VERSION_LABEL = 'mesh.cdk-eks-mesh.dev/version';
