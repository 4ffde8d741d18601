/**
 * The proxies of a gateway. Its controller makes their Deployment, out of the Gateway and of settings beside it, and says nothing on the Gateway about a roll-out: `Programmed` stays True
 * while the proxies are replaced, or cannot start.
 */
import type { Api } from './api';
import type { KubeObject } from '../../../kube/object';

/** How long a controller may take until a change of the settings is in its Deployment; no status tells it. */
export const ARRIVAL_MS = 5_000;

/** True for gateways of the Gateway API. */
export function isGateway({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/');
}

/**
 * The Deployments that controllers have made for a gateway: Istio beside it, Envoy Gateway in its own namespace.
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1762/ `gateway.networking.k8s.io/gateway-name`
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/gatewayapi/helpers.go `OwningGatewayNameLabel`
 */
export async function proxiesOf(api: Api, { metadata: { name, namespace = 'default' } }: KubeObject): Promise<readonly KubeObject[]> {
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const beside = await api.list(kind, namespace, { labelSelector: `gateway.networking.k8s.io/gateway-name=${name}` });
  const owned = `gateway.envoyproxy.io/owning-gateway-name=${name},gateway.envoyproxy.io/owning-gateway-namespace=${namespace}`;
  return [...beside, ...await api.list(kind, undefined, { labelSelector: owned })];
}
