/** Access logs and traces. */

/** An access log of a proxy. */
export interface AccessLog {
  /** Absolute path; `/dev/stdout` in containers. */
  readonly path: string;
  /** Left out: the proxy's own format. */
  readonly format?:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'json'; readonly fields: readonly { readonly key: string; readonly value: string }[] };
}

/** Where spans go. One tracer per mesh. */
export interface Tracing {
  readonly kind: 'x-ray' | 'jaeger' | 'datadog';
  /** Host of the collector; for X-Ray left out means a daemon beside each proxy. */
  readonly address?: string;
  readonly port?: number;
  /** Share of the requests that are traced, 0 to 1; left out means that the collector decides what it keeps. */
  readonly samplingRate?: number;
}
