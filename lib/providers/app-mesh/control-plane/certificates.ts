/** Certificates and authorities that a program names, which the controller and the proxies have to find. */
import type { Certificate, ClientTls, ListenerTls, Trust } from '../../../model/security';
import type { TrafficModel } from '../../../model/traffic-model';

/** Certificates of listeners and clients. */
export function certificatesOf(model: TrafficModel): readonly Certificate[] {
  return [...listenerTlsOf(model).map(({ certificate }) => certificate), ...present(clientTlsOf(model).map(({ certificate }) => certificate))];
}

/** The authorities that peers are checked against. */
export function trustsOf(model: TrafficModel): readonly Trust[] {
  return [...present(listenerTlsOf(model).map(({ clients }) => clients?.trust)), ...clientTlsOf(model).map(({ validation }) => validation.trust)];
}

function listenerTlsOf({ mesh, services, gateways }: TrafficModel): readonly ListenerTls[] {
  return present([
    mesh.listenerTls,
    ...services.flatMap(({ versions }) => versions.map(({ tls }) => tls)),
    ...gateways.flatMap(({ listeners }) => listeners.map(({ tls }) => tls)),
  ]);
}

function clientTlsOf({ mesh, services, gateways }: TrafficModel): readonly ClientTls[] {
  return present([
    mesh.clientTls,
    ...services.flatMap(({ clientTls, calls }) => [clientTls, ...calls.map(({ tls }) => tls)]),
    ...gateways.map(({ clientTls }) => clientTls),
  ]);
}

function present<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value): value is T => value !== undefined);
}
