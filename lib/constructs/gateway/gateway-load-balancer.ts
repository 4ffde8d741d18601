/** How clients reach a gateway. */
import type { aws_certificatemanager as acm, Duration } from 'aws-cdk-lib';
import { fail, type Origin } from '../../diagnostics';
import type { Exposure, Listener } from '../../model';
import { carried, concrete, defined, milliseconds } from '../origin';

/** Options of a network load balancer. */
export interface NetworkLoadBalancerOptions {
  /**
   * Ends TLS at the load balancer, on `tlsPorts`. Public certificates of ACM work here. Services get the header `x-forwarded-proto: https` of such requests.
   * @default - TCP is passed through to the proxies
   */
  readonly certificate?: acm.ICertificate;
  /**
   * Ports of the gateway's listeners whose TLS ends at the load balancer; the others are passed through. Only with `certificate`.
   * @default - all but port 80 and those of listeners that end TLS themselves
   */
  readonly tlsPorts?: number[];
  /**
   * How long a proxy that leaves goes on serving (0 to 3600 seconds): the load balancer keeps open connections that long, and takes up to three minutes until it opens
   * no new ones there. The proxies' own drain and grace period follow from it. A shorter time makes rollouts of the gateway faster, and can cost requests.
   * @default Duration.seconds(180)
   */
  readonly deregistrationDelay?: Duration;
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

/**
 * A load balancer in front of the proxies, made by the AWS Load Balancer Controller. The namespace of the proxies is labelled
 * `elbv2.k8s.aws/pod-readiness-gate-inject: enabled`, so that in a rollout a new proxy counts as ready, and an old one leaves, only when the load balancer has found the
 * new one healthy. A namespace of a mesh that is made elsewhere, or of a controller that exists already, has to be labelled there.
 */
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
    return new GatewayLoadBalancer(false, () => ({ kind: 'cluster-only' }));
  }

  private static network(scheme: 'internal' | 'internet-facing', options: NetworkLoadBalancerOptions): GatewayLoadBalancer {
    return new GatewayLoadBalancer(options.certificate !== undefined, (origin, listeners) => defined({
      kind: 'network-load-balancer' as const,
      scheme,
      certificate: options.certificate === undefined ? undefined : carried(options.certificate.certificateArn),
      tlsPorts: tlsPortsOf(options, listeners, origin),
      deregistrationSeconds: options.deregistrationDelay === undefined ? undefined : milliseconds(options.deregistrationDelay, origin, 'loadBalancer.deregistrationDelay') / 1000,
      sourceRanges: (options.sourceRanges ?? []).map((range, index) => concrete(range, origin, `loadBalancer.sourceRanges[${index}]`)),
      annotations: Object.fromEntries(Object.entries(options.annotations ?? {}).map(([name, value]) => [name, carried(value)])),
    }));
  }

  private constructor(
    /** @internal Whether TLS ends here. */
    public readonly _endsTls: boolean,
    private readonly build: (origin: Origin, listeners: readonly Listener[]) => Exposure,
  ) {}

  /** @internal */
  public _model(origin: Origin, listeners: readonly Listener[]): Exposure {
    return this.build(origin, listeners);
  }
}

/** Port 80 is where clients speak plain text, whatever is behind it. */
const PLAIN_PORT = 80;

function tlsPortsOf({ certificate, tlsPorts }: NetworkLoadBalancerOptions, listeners: readonly Listener[], origin: Origin): readonly number[] | undefined {
  if (certificate === undefined) {
    if (tlsPorts === undefined) return undefined;
    return fail('MESH111', { origin, property: 'loadBalancer.tlsPorts', value: tlsPorts }, 'tlsPorts is given, but no certificate', 'give loadBalancer.certificate, or leave tlsPorts out');
  }
  if (tlsPorts !== undefined) return tlsPorts.map((port, index) => concrete(port, origin, `loadBalancer.tlsPorts[${index}]`));
  return listeners.filter(({ port, tls }) => port !== PLAIN_PORT && (tls === undefined || tls.mode === 'disabled')).map(({ port }) => port);
}
