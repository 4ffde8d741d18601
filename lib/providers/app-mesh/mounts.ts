/** The Secrets that proxies read as files, and that must be mounted for them. */
import type { Gateway } from '../../model/gateway';
import type { ClientTls, ListenerTls, SecretMount } from '../../model/security';
import type { Service, Version } from '../../model/service';
import { clientTlsOf, listenerTlsOf, type MeshIndex } from '../mesh-index';

/** What proxies beside a version's pods read: for its own listeners, and towards the services that it calls. */
export function versionMounts(index: MeshIndex, service: Service, version: Version): readonly SecretMount[] {
  return mountsOf([listenerTlsOf(index, version)], [clientTlsOf(index, service), ...service.calls.map((call) => call.tls)]);
}

/** What proxies of a gateway read. */
export function gatewayMounts(index: MeshIndex, gateway: Gateway): readonly SecretMount[] {
  return mountsOf(gateway.listeners.map(({ tls }) => tls), [clientTlsOf(index, gateway)]);
}

/** Each once, in the order of their paths. */
function mountsOf(listeners: readonly (ListenerTls | undefined)[], clients: readonly (ClientTls | undefined)[]): readonly SecretMount[] {
  const sources = [
    ...listeners.flatMap((tls) => tls === undefined ? [] : [tls.certificate, ...(tls.clients ? [tls.clients.trust] : [])]),
    ...clients.flatMap((tls) => tls === undefined ? [] : [...(tls.certificate ? [tls.certificate] : []), tls.validation.trust]),
  ];
  const mounts = sources.flatMap((source) => source.kind === 'file' && source.mount ? [source.mount] : []);
  return [...new Map(mounts.map((mount) => [`${mount.path}:${mount.secret}`, mount])).entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, mount]) => mount);
}
