/** The network load balancer in front of a gateway, as the annotations of its Service. */
import { defined } from './defined';
import { finding } from './rule';
import type { Diagnostic } from '../diagnostics/diagnostic';
import type { Exposure, Gateway } from '../model/gateway';

/** What the load balancer's controller reads from a Service. */
export interface LoadBalancerService {
  readonly type: 'ClusterIP' | 'LoadBalancer';
  readonly annotations?: { readonly [key: string]: string };
  readonly loadBalancerSourceRanges?: readonly string[];
}

/**
 * A load balancer, or nothing but an address inside of the cluster. `drainSeconds`: how long connections to a proxy that leaves are kept.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
 */
export function loadBalancerService(gateway: Pick<Gateway, 'exposure' | 'listeners' | 'routes'>, drainSeconds: number): LoadBalancerService {
  const { exposure, listeners } = gateway;
  if (exposure.kind === 'cluster-only') return { type: 'ClusterIP' };
  const attributes = [`deregistration_delay.timeout_seconds=${drainSeconds}`, ...(asksForClients(gateway) ? [KEEPS_CLIENTS] : [])];
  return defined({
    type: 'LoadBalancer' as const,
    annotations: annotationsOf(exposure, listeners, attributes.join(',')),
    loadBalancerSourceRanges: exposure.sourceRanges.length === 0 ? undefined : exposure.sourceRanges,
  });
}

type LoadBalancer = Extract<Exposure, { readonly kind: 'network-load-balancer' }>;

function annotationsOf({ scheme, certificate, annotations }: LoadBalancer, listeners: Gateway['listeners'], attributes: string) {
  return {
    [key('type')]: 'external',
    [key('nlb-target-type')]: 'ip',
    [key('scheme')]: scheme,
    [key('healthcheck-protocol')]: 'tcp',
    [key('target-group-attributes')]: attributes,
    ...(certificate === undefined ? {} : {
      [key('ssl-cert')]: certificate as string,
      [key('ssl-ports')]: listeners.map(({ port }) => port).join(','),
      [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    }),
    ...annotations,
  };
}

function key(annotation: string): string {
  return `service.beta.kubernetes.io/aws-load-balancer-${annotation}`;
}

/** Without it the proxies of targets by address see the load balancer as their client. */
const KEEPS_CLIENTS = 'preserve_client_ip.enabled=true';

function asksForClients({ routes }: Pick<Gateway, 'routes'>): boolean {
  return routes.some(({ guards }) => guards?.clients !== undefined);
}

/** Reports MESH111 where routes ask for networks of clients and the user's own annotation hides the clients from the proxies. */
export function addressFindings({ exposure, origin, routes }: Gateway): readonly Diagnostic[] {
  const own = exposure.kind === 'network-load-balancer' ? exposure.annotations[key('target-group-attributes')] : undefined;
  if (own === undefined || !asksForClients({ routes }) || own.includes(KEEPS_CLIENTS)) return [];
  return [finding('MESH111', { origin, property: 'loadBalancer.annotations', value: own },
    'routes ask for networks of clients, and the target group attributes do not keep the addresses of clients', `add ${KEEPS_CLIENTS} to them`)];
}
