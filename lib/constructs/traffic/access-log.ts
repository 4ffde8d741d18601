/** Access logs and tracing as users write them. */
import type { AccessLog as AccessLogModel, Tracing as TracingModel } from '../../model';

/** An access log of a proxy, written to its standard output. */
export class AccessLog {
  /** The proxy's own line format. */
  public static standard(): AccessLog {
    return new AccessLog({ path: '/dev/stdout' });
  }

  /**
   * A line of text with Envoy's command operators, for example `%START_TIME% %REQ(:METHOD)% %RESPONSE_CODE%`.
   * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
   */
  public static text(format: string): AccessLog {
    return new AccessLog({ path: '/dev/stdout', format: { kind: 'text', text: format } });
  }

  /** One JSON object a line: field names and Envoy's command operators, for example `{ status: '%RESPONSE_CODE%' }`. */
  public static json(fields: { [key: string]: string }): AccessLog {
    const entries = Object.entries(fields).map(([key, value]) => ({ key, value }));
    return new AccessLog({ path: '/dev/stdout', format: { kind: 'json', fields: entries } });
  }

  private constructor(private readonly log: AccessLogModel) {}

  /** The same log in a file of the proxy's container, for example `/var/log/access.log`. */
  public toFile(path: string): AccessLog {
    return new AccessLog({ ...this.log, path });
  }

  /** @internal */
  public get _model(): AccessLogModel {
    return this.log;
  }
}

/** Where spans are sent. */
export interface TraceCollector {
  /** Host of the collector, for example `jaeger-collector.tracing.svc.cluster.local`. */
  readonly address: string;
  /** @default - 9411 for Jaeger, 8126 for Datadog */
  readonly port?: number;
}

/** Options of traces in AWS X-Ray. */
export interface XRayOptions {
  /**
   * Share of the requests that are traced, 0 to 1.
   * @default 0.05
   */
  readonly samplingRate?: number;
}

/** Distributed traces of a mesh; one tracer for all its proxies. */
export class Tracing {
  /** AWS X-Ray, through a daemon beside each proxy. */
  public static xRay(options: XRayOptions = {}): Tracing {
    return new Tracing({ kind: 'x-ray', samplingRate: options.samplingRate ?? 0.05 });
  }

  /** Jaeger, through its Zipkin port. The collector decides what it keeps. */
  public static jaeger(collector: TraceCollector): Tracing {
    return new Tracing({ kind: 'jaeger', address: collector.address, port: collector.port ?? 9411 });
  }

  /** Datadog, through its agent, which decides what it keeps. */
  public static datadog(collector: TraceCollector): Tracing {
    return new Tracing({ kind: 'datadog', address: collector.address, port: collector.port ?? 8126 });
  }

  private constructor(private readonly tracing: TracingModel) {}

  /** @internal */
  public get _model(): TracingModel {
    return this.tracing;
  }
}
