/** The network load balancer in front of a gateway, as the annotations of its Service. */
import { defined } from './defined';
import { drainOf, TARGET_GROUP_ATTRIBUTES, writtenDelay } from './gateway-drain';
import { finding } from './rule';
import type { Diagnostic } from '../diagnostics/diagnostic';
import { endsTlsAtLoadBalancer, type Exposure, type Gateway } from '../model/gateway';

/** What the load balancer's controller reads from a Service. */
export interface LoadBalancerService {
  readonly type: 'ClusterIP' | 'LoadBalancer';
  readonly annotations?: { readonly [key: string]: string };
  readonly loadBalancerSourceRanges?: readonly string[];
}

/**
 * A load balancer, or nothing but an address inside of the cluster.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
 */
export function loadBalancerService(gateway: Pick<Gateway, 'exposure' | 'listeners' | 'routes'>): LoadBalancerService {
  const { exposure, listeners } = gateway;
  if (exposure.kind === 'cluster-only') return { type: 'ClusterIP' };
  const attributes = [`deregistration_delay.timeout_seconds=${drainOf(gateway).deregistration}`, ...(asksForClients(gateway) ? [KEEPS_CLIENTS] : [])];
  const tlsPorts = listeners.filter((listener) => endsTlsAtLoadBalancer(gateway, listener)).map(({ port }) => port);
  return defined({
    type: 'LoadBalancer' as const,
    annotations: annotationsOf(exposure, tlsPorts, attributes.join(',')),
    loadBalancerSourceRanges: exposure.sourceRanges.length === 0 ? undefined : exposure.sourceRanges,
  });
}

type LoadBalancer = Extract<Exposure, { readonly kind: 'network-load-balancer' }>;

function annotationsOf({ scheme, certificate, annotations }: LoadBalancer, tlsPorts: readonly number[], attributes: string) {
  return {
    [key('type')]: 'external',
    [key('nlb-target-type')]: 'ip',
    [key('scheme')]: scheme,
    [key('healthcheck-protocol')]: 'tcp',
    [TARGET_GROUP_ATTRIBUTES]: attributes,
    ...(certificate === undefined ? {} : {
      [key('ssl-cert')]: certificate as string,
      [key('ssl-ports')]: tlsPorts.join(','),
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

/** Reports MESH111 where the user's own annotation contradicts the program: it hides clients whose networks routes ask for, or names another delay. */
export function attributeFindings(gateway: Gateway): readonly Diagnostic[] {
  const { exposure } = gateway;
  const own = exposure.kind === 'network-load-balancer' ? exposure.annotations[TARGET_GROUP_ATTRIBUTES] : undefined;
  return own === undefined ? [] : [...clientFindings(gateway, own), ...delayFindings(gateway, own)];
}

function delayFindings({ exposure, origin }: Gateway, own: string): readonly Diagnostic[] {
  const wanted = exposure.kind === 'network-load-balancer' ? exposure.deregistrationSeconds : undefined;
  if (wanted === undefined || writtenDelay(own) === wanted) return [];
  return [finding('MESH111', { origin, property: 'loadBalancer.annotations', value: own },
    `deregistrationDelay is ${wanted} s, and the target group attributes that replace the library's do not hold it`, `add deregistration_delay.timeout_seconds=${wanted} to them, or leave deregistrationDelay out`)];
}

function clientFindings({ origin, routes }: Gateway, own: string): readonly Diagnostic[] {
  if (!asksForClients({ routes }) || own.includes(KEEPS_CLIENTS)) return [];
  return [finding('MESH111', { origin, property: 'loadBalancer.annotations', value: own },
    'routes ask for networks of clients, and the target group attributes do not keep the addresses of clients', `add ${KEEPS_CLIENTS} to them`)];
}
