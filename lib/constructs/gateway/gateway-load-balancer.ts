/** How clients reach a gateway. */
import type { aws_certificatemanager as acm } from 'aws-cdk-lib';
import type { Origin } from '../../diagnostics';
import type { Exposure } from '../../model';
import { carried, concrete, defined } from '../origin';

/** Options of a network load balancer. */
export interface NetworkLoadBalancerOptions {
  /**
   * Ends TLS at the load balancer, for all listeners. Public certificates of ACM work here.
   * @default - TCP is passed through to the proxies
   */
  readonly certificate?: acm.ICertificate;
  /**
   * Client networks that may connect, for example `10.0.0.0/8`.
   * @default - all
   */
  readonly sourceRanges?: string[];
  /**
   * More annotations of the Kubernetes Service, as the AWS Load Balancer Controller documents them; they replace ours of the same name.
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
   * @default - none
   */
  readonly annotations?: { [name: string]: string };
}

/** A load balancer in front of the proxies, made by the AWS Load Balancer Controller. */
export class GatewayLoadBalancer {
  /** A network load balancer that only the VPC and what is connected to it reach. */
  public static internal(options: NetworkLoadBalancerOptions = {}): GatewayLoadBalancer {
    return GatewayLoadBalancer.network('internal', options);
  }

  /** A network load balancer that the internet reaches. */
  public static internetFacing(options: NetworkLoadBalancerOptions = {}): GatewayLoadBalancer {
    return GatewayLoadBalancer.network('internet-facing', options);
  }

  /** None: the gateway is reached only from inside of the cluster. */
  public static none(): GatewayLoadBalancer {
    return new GatewayLoadBalancer(() => ({ kind: 'cluster-only' }));
  }

  private static network(scheme: 'internal' | 'internet-facing', options: NetworkLoadBalancerOptions): GatewayLoadBalancer {
    return new GatewayLoadBalancer((origin) => defined({
      kind: 'network-load-balancer' as const,
      scheme,
      certificate: options.certificate === undefined ? undefined : carried(options.certificate.certificateArn),
      sourceRanges: (options.sourceRanges ?? []).map((range, index) => concrete(range, origin, `loadBalancer.sourceRanges[${index}]`)),
      annotations: Object.fromEntries(Object.entries(options.annotations ?? {}).map(([name, value]) => [name, carried(value)])),
    }));
  }

  private constructor(private readonly build: (origin: Origin) => Exposure) {}

  /** @internal */
  public _model(origin: Origin): Exposure {
    return this.build(origin);
  }
}
