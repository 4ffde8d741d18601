/** Programs with hosts outside of the mesh, of every kind. */
import { model, service, version } from './model-builders';
import type { Protocol, Service } from '../lib/model/service';
import type { MeshSettings, TrafficModel } from '../lib/model/traffic-model';

/** How a host is known. */
export const KINDS = ['http', 'http2', 'grpc', 'tls', 'tcp with addresses', 'tcp'] as const;
export type Kind = typeof KINDS[number];

/** Whether proxies read nothing of its requests. */
export function isConnection(kind: Kind): boolean {
  return ['tls', 'tcp', 'tcp with addresses'].includes(kind);
}

/** A host that is known as its kind says. */
export function outside(name: string, host: string, port: number, kind: Kind, address = '203.0.113.10'): Service {
  const protocol: Protocol = kind === 'tcp with addresses' ? 'tcp' : kind;
  const pods = { kind: 'external' as const, host, ...(kind === 'tcp with addresses' ? { addresses: [address] } : {}) };
  return service(name, { kind: 'external', host, routes: [], ports: [{ port, targetPort: port, protocol }], versions: [version(name, 'external', { resourceName: name, pods, health: undefined })] });
}

/** Two hosts that `web` calls, on their ports; `lone` calls nothing. */
export function pairOf(one: Kind, other: Kind, ports: readonly [number, number], egress: MeshSettings['egress']): TrafficModel {
  return model({
    mesh: { egress },
    services: [
      outside('cards', 'api.cards.com', ports[0], one), outside('mail', 'api.mail.com', ports[1], other, '203.0.113.11'),
      service('lone'), service('web', { calls: [{ service: 'shop/cards' }, { service: 'shop/mail' }] }),
    ],
  });
}
