/** Names and listeners of a Gateway, as both targets write them. */
import { GATEWAY_GROUP, type ListenerWire, type ParentRef } from './crd';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import { joinName } from '../../kube/names';
import { defaultTargetPort, type Gateway, type Listener } from '../../model/gateway';
import type { HostMatch } from '../../model/match';
import { defined } from '../defined';
import { kubeText } from '../names';
import { findIf, finding } from '../rule';

const MAX_OBJECT_NAME = 253;

/** Name of a listener, which routes refer to: `http-80`. */
export function sectionOf({ protocol, port }: Listener): string {
  return `${protocol}-${port}`;
}

/** What clients speak to a listener. */
export function schemeOf({ tls }: Listener): 'http' | 'https' {
  return tls === undefined || tls.mode === 'disabled' ? 'http' : 'https';
}

/** Name of the table of a listener and host: `public-80`, `public-80-api-example-com`. */
export function tableName(gateway: Gateway, { port }: Listener, host: HostMatch | undefined): string {
  const text = host === undefined ? [] : [host.kind === 'exact' ? kubeText(host.value) : `any${kubeText(host.value)}`];
  return joinName([gateway.name, String(port), ...text], MAX_OBJECT_NAME);
}

/** Reports MESH402 for a port that proxies are told to bind; `title` is the mesh, which chooses it, in the user's words. */
export function boundPortFindings({ origin, listeners }: Gateway, title: string): readonly Diagnostic[] {
  return listeners.flatMap(({ port, targetPort }, at) => findIf(targetPort !== defaultTargetPort(port), () => finding('MESH402',
    { origin, property: `listeners[${at}].targetPort`, value: targetPort }, `${title} chooses itself what port its proxies bind for clients of port ${port}`,
    'leave targetPort out, or acknowledge it where App Mesh is to bind that port')));
}

/** How routes attach to a listener. */
export function gatewayParent(gateway: Gateway, listener: Listener): ParentRef {
  return { group: GATEWAY_GROUP, kind: 'Gateway', name: gateway.name, sectionName: sectionOf(listener) };
}

/** A listener; `secret` holds its certificate where it terminates TLS. Routes stand in the gateway's own namespace. */
export function listenerOf(listener: Listener, secret: string | undefined): ListenerWire {
  const kinds = listener.protocol === 'grpc' ? ['GRPCRoute', 'HTTPRoute'] : ['HTTPRoute'];
  return defined({
    name: sectionOf(listener),
    port: listener.port,
    protocol: secret === undefined ? 'HTTP' as const : 'HTTPS' as const,
    tls: secret === undefined ? undefined : { mode: 'Terminate' as const, certificateRefs: [{ group: '', kind: 'Secret', name: secret }] },
    allowedRoutes: { namespaces: { from: 'Same' as const }, kinds: kinds.map((kind) => ({ group: GATEWAY_GROUP, kind })) },
  });
}
