/** The network load balancer in front of a gateway, as the annotations of its Service. */
import { defined } from './defined';
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
export function loadBalancerService({ exposure, listeners }: Pick<Gateway, 'exposure' | 'listeners'>, drainSeconds: number): LoadBalancerService {
  if (exposure.kind === 'cluster-only') return { type: 'ClusterIP' };
  return defined({
    type: 'LoadBalancer' as const,
    annotations: annotationsOf(exposure, listeners, drainSeconds),
    loadBalancerSourceRanges: exposure.sourceRanges.length === 0 ? undefined : exposure.sourceRanges,
  });
}

type LoadBalancer = Extract<Exposure, { readonly kind: 'network-load-balancer' }>;

function annotationsOf({ scheme, certificate, annotations }: LoadBalancer, listeners: Gateway['listeners'], drainSeconds: number) {
  const key = (annotation: string) => `service.beta.kubernetes.io/aws-load-balancer-${annotation}`;
  return {
    [key('type')]: 'external',
    [key('nlb-target-type')]: 'ip',
    [key('scheme')]: scheme,
    [key('healthcheck-protocol')]: 'tcp',
    [key('target-group-attributes')]: `deregistration_delay.timeout_seconds=${drainSeconds}`,
    ...(certificate === undefined ? {} : {
      [key('ssl-cert')]: certificate as string,
      [key('ssl-ports')]: listeners.map(({ port }) => port).join(','),
      [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    }),
    ...annotations,
  };
}
