/**
 * Names of everything that the dialect makes. They are API: a changed name deletes and creates.
 * Every awsName is written out, because roles name it before the object exists.
 */
import { hash8, joinName } from '../../kube/names';
import type { Gateway } from '../../model/gateway';
import type { MeshSettings } from '../../model/traffic-model';
import { kubeText } from '../names';

/** Namespace of a gateway, beside the gateway's own label: routes of two namespaces may lead to gateways of one name. */
export const GATEWAY_NAMESPACE_LABEL = 'mesh.cdk-eks-mesh.dev/gateway-namespace';

/** The label that makes the controller's webhook look at pods of a namespace. */
export const INJECTOR_LABEL = 'appmesh.k8s.aws/sidecarInjectorWebhook';

/** Longest awsName. @see API model 2019-01-25, `ResourceName` */
const MAX_AWS_NAME = 255;

/** Longest name of a Kubernetes object that is no Service and no label. */
const MAX_OBJECT_NAME = 253;

/** awsName of nodes, routers, gateways and gateway routes: `products-v1_shop`. */
export function awsName(name: string, namespace: string): string {
  const full = `${name}_${namespace}`;
  return full.length <= MAX_AWS_NAME ? full : `${full.slice(0, MAX_AWS_NAME - 9)}-${hash8(full)}`;
}

/** Name of a gateway route's objects: `<gateway>-<route>`, and a suffix where it becomes several. */
export function gatewayRouteName(gateway: Gateway, route: string, suffixes: readonly string[] = []): string {
  return joinName([gateway.name, kubeText(route), ...suffixes], MAX_OBJECT_NAME);
}

/** Name of the router and service that a gateway route gets for itself. */
export function edgeName(gateway: Gateway, route: string): string {
  return joinName([gateway.name, kubeText(route), 'edge'], MAX_OBJECT_NAME);
}

/** Host of an edge service; nobody but the gateway calls it, and it need not resolve: gateways find nodes, not hosts. */
export function edgeHost(mesh: MeshSettings, gateway: Gateway, route: string): string {
  return `${joinName([gateway.name, kubeText(route)])}.${gateway.namespace}.edge.${mesh.name}.mesh.internal`;
}
