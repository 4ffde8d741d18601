/** Names of Envoy resources, and the header that tells the second stage which table to ask. Stable: a reload must find the same names. */
import type { Service, ServicePort } from '../../model/service';

/**
 * Set by the first stage, read and removed by the second. A client's own value never counts, because every route to the second stage
 * overwrites it.
 */
export const TABLE_HEADER = 'x-cdk-eks-mesh-table';

/** The internal listener of the second stage, and the cluster that leads there. */
export const SERVICES = 'services';

/** The internal listener that stands for the receiving proxies of versions with limits of their own. */
export const RECEIVERS = 'receivers';

/** `shop/products@v1:8080`: the pods of a version, as callers see them. */
export function versionCluster(service: Service, version: string, port: ServicePort): string {
  return `${service.id}@${version}:${port.port}`;
}

/** `shop/products@v1:8080/pods`: the pods behind a receiving proxy. */
export function podsCluster(cluster: string): string {
  return `${cluster}/pods`;
}

/** `gateway/shop/edge:443`: a listener and its routes. */
export function gatewayListenerName(gateway: string, port: number): string {
  return `gateway/${gateway}:${port}`;
}

/** `calls/shop/cart`: the outbound listener of a service and its routes. */
export function outboundName(service: string): string {
  return `calls/${service}`;
}

/** `calls/shop/cart/tcp/shop/database:5432`. */
export function tcpListenerName(caller: string, called: string, port: number): string {
  return `calls/${caller}/tcp/${called}:${port}`;
}

/**
 * A text as the domain of a virtual host. Envoy reads domains without case and `*` as a wildcard, so whatever is not plain becomes
 * its code between underscores: `Beta` is `_42_eta`.
 */
export function domainOf(text: string): string {
  return text.replace(/[^a-z0-9./@>-]/g, (char) => `_${char.codePointAt(0)!.toString(16)}_`);
}
