/** One port of a gateway. */
import { fail, type Origin } from '../../diagnostics';
import { defaultTargetPort, type Listener } from '../../model';
import { concrete, defined } from '../origin';
import { poolModel, type ConnectionPoolOptions, type HealthCheck } from '../traffic/resilience';
import { listenerTlsModel, type ListenerTlsOptions, type TlsCertificate } from '../traffic/tls';

/** What every listener can say. */
export interface ListenerOptions {
  /** Port that clients use. */
  readonly port: number;
  /**
   * Port that the proxy binds; above 1024, because the proxy does not run as root. Istio and Envoy Gateway choose it themselves.
   * @default - `port`, or `port` + 8000 when that is 1024 or less: 80 becomes 8080, 443 becomes 8443
   */
  readonly targetPort?: number;
  /**
   * Check of the gateway's own proxies by the mesh.
   * @default - none; the load balancer and Kubernetes check the proxies
   */
  readonly healthCheck?: HealthCheck;
  /**
   * What clients may have open at once.
   * @default - unlimited
   */
  readonly connectionPool?: ConnectionPoolOptions;
  /** @default - plain text */
  readonly tls?: ListenerTlsOptions;
}

/** A listener that ends TLS. */
export interface HttpsListenerOptions extends ListenerOptions {
  /** Presented to clients. */
  readonly certificate: TlsCertificate;
}

/** One port of a gateway, and what is spoken there. */
export class GatewayListener {
  /** HTTP/1.1; plain text unless `tls` is given. */
  public static http(options: ListenerOptions): GatewayListener {
    return new GatewayListener('http', options, options.tls);
  }

  /** HTTP/1.1 over TLS that ends at the gateway. For a public ACM certificate, end TLS at the load balancer instead. */
  public static https(options: HttpsListenerOptions): GatewayListener {
    return new GatewayListener('http', options, { certificate: options.certificate, ...options.tls }, options.certificate);
  }

  /** HTTP/2; plain text unless `tls` is given. */
  public static http2(options: ListenerOptions): GatewayListener {
    return new GatewayListener('http2', options, options.tls);
  }

  /** gRPC; plain text unless `tls` is given. */
  public static grpc(options: ListenerOptions): GatewayListener {
    return new GatewayListener('grpc', options, options.tls);
  }

  private constructor(
    private readonly protocol: Listener['protocol'],
    private readonly options: ListenerOptions,
    private readonly tls: ListenerTlsOptions | undefined,
    private readonly certificate?: TlsCertificate,
  ) {}

  /** @internal */
  public _model(origin: Origin, property: string): Listener {
    const port = concrete(this.options.port, origin, `${property}.port`);
    if (this.certificate !== undefined && this.tls?.certificate !== this.certificate) {
      fail('MESH111', { origin, property: `${property}.tls.certificate` }, 'certificate and tls.certificate are both given, and are not the same',
        'give the listener one certificate: the same in both places, or GatewayListener.http() with tls alone');
    }
    const targetPort = concrete(this.options.targetPort, origin, `${property}.targetPort`);
    return defined({
      port,
      targetPort: targetPort ?? defaultTargetPort(port),
      protocol: this.protocol,
      tls: listenerTlsModel(this.tls),
      health: this.options.healthCheck?._model(origin, `${property}.healthCheck`),
      pool: poolModel(this.options.connectionPool, origin, `${property}.connectionPool`),
    });
  }
}
