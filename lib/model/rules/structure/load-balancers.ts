/** What a gateway's load balancer can do: where its TLS ends, and how long it keeps a proxy that leaves. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Exposure, Gateway, Listener } from '../../gateway';
import { finding, isIntegerWithin, type Rule } from '../rule';

type LoadBalancer = Extract<Exposure, { readonly kind: 'network-load-balancer' }>;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#deregistration-delay */
const MAX_DEREGISTRATION_SECONDS = 3600;

/** Reports MESH108 and MESH111 for a certificate that acts nowhere or on the wrong port, MESH309 for a delay out of bounds. */
export const loadBalancersRule: Rule = {
  name: 'load-balancers',
  gateway: (gateway) => gateway.exposure.kind === 'cluster-only' ? [] : [...checkPorts(gateway, gateway.exposure), ...checkDelay(gateway, gateway.exposure)],
};

function checkPorts({ id, origin, listeners }: Gateway, { certificate, tlsPorts }: LoadBalancer): readonly Diagnostic[] {
  if (certificate === undefined || tlsPorts === undefined) return [];
  const known = listeners.map(({ port }) => port).join(', ');
  if (tlsPorts.length === 0) {
    return [finding('MESH111', { origin, property: 'loadBalancer.certificate' },
      `the load balancer of gateway '${id}' has a certificate and no port to use it on: its listeners are for ${known}, and port 80 is for plain text`,
      'leave listeners out for one on port 443, add GatewayListener.http({ port: 443 }), or name the ports in loadBalancer.tlsPorts')];
  }
  return tlsPorts.flatMap((port, at) => {
    const place = { origin, property: `loadBalancer.tlsPorts[${at}]`, value: port };
    const listener = listeners.find((one) => one.port === port);
    if (listener === undefined) return [finding('MESH108', place, `gateway '${id}' has no port ${port}, it has ${known}`, `name one of ${known}, or add the port`)];
    return endsTls(listener) ? [finding('MESH111', place, `the listener of port ${port} ends TLS itself, and the load balancer would have ended it before`,
      'leave the port out of tlsPorts, so that TLS is passed through, or give the listener no TLS')] : [];
  });
}

function endsTls({ tls }: Listener): boolean {
  return tls !== undefined && tls.mode !== 'disabled';
}

function checkDelay({ origin }: Gateway, { deregistrationSeconds: seconds }: LoadBalancer): readonly Diagnostic[] {
  if (seconds === undefined || isIntegerWithin(seconds, 0, MAX_DEREGISTRATION_SECONDS)) return [];
  return [finding('MESH309', { origin, property: 'loadBalancer.deregistrationDelay', value: `${seconds} s` },
    `deregistrationDelay is ${seconds} s, and load balancers take whole seconds from 0 to ${MAX_DEREGISTRATION_SECONDS}`, `give it from Duration.seconds(0) to Duration.seconds(${MAX_DEREGISTRATION_SECONDS})`)];
}
