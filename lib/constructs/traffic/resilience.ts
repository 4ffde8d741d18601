/** Retries, health checks, connection pools and outlier detection, as users write them. */
import { Duration } from 'aws-cdk-lib';
import type { Origin } from '../../diagnostics';
import type { ConnectionPool, HealthCheck as HealthCheckModel, OutlierDetection, Retry, RoutePolicy, Stickiness as StickinessModel } from '../../model';
import { concrete, defined, milliseconds, optionalMilliseconds } from '../origin';
import type { RetryOn } from './protocol';

/** How a failed request is tried again. */
export interface RetryPolicyOptions {
  /** Number of tries after the first, from 1. */
  readonly attempts: number;
  /**
   * Limit of each try.
   * @default - only the timeout of the whole request limits a try
   */
  readonly perTryTimeout?: Duration;
  /** The failures that are tried again; at least one. */
  readonly on: RetryOn[];
}

/** Retries of a route. */
export class RetryPolicy {
  /**
   * A policy from its parts.
   *
   * @example
   * RetryPolicy.of({ attempts: 3, perTryTimeout: Duration.millis(1500), on: [RetryOn.SERVER_ERROR] });
   */
  public static of(options: RetryPolicyOptions): RetryPolicy {
    return new RetryPolicy(options);
  }

  private constructor(private readonly options: RetryPolicyOptions) {}

  /** @internal */
  public _model(origin: Origin, property: string): Retry {
    return defined({
      attempts: concrete(this.options.attempts, origin, `${property}.attempts`),
      perTryTimeoutMs: optionalMilliseconds(this.options.perTryTimeout, origin, `${property}.perTryTimeout`),
      on: this.options.on,
    });
  }
}

/** How failures of a route are treated. */
export interface RoutePolicyOptions {
  /** @default - a failed request is not tried again */
  readonly retries?: RetryPolicy;
  /**
   * Limit of the whole request, all tries together.
   * @default - no limit
   */
  readonly timeout?: Duration;
  /**
   * Longest time without a byte.
   * @default - no limit
   */
  readonly idleTimeout?: Duration;
}

/** The model of a route's policy. */
export function policyModel(options: RoutePolicyOptions, origin: Origin): RoutePolicy {
  const timeouts = defined({
    requestMs: optionalMilliseconds(options.timeout, origin, 'timeout'),
    idleMs: optionalMilliseconds(options.idleTimeout, origin, 'idleTimeout'),
  });
  return defined({
    retry: options.retries?._model(origin, 'retries'),
    timeouts: Object.keys(timeouts).length === 0 ? undefined : timeouts,
  });
}

/** How often and how patiently an endpoint is checked. */
export interface HealthCheckOptions {
  /**
   * Port that is checked.
   * @default - the service's port
   */
  readonly port?: number;
  /** @default Duration.seconds(5) */
  readonly interval?: Duration;
  /** @default Duration.seconds(2) */
  readonly timeout?: Duration;
  /**
   * Successes in a row that make an endpoint healthy.
   * @default 2
   */
  readonly healthyThreshold?: number;
  /**
   * Failures in a row that make an endpoint unhealthy.
   * @default 3
   */
  readonly unhealthyThreshold?: number;
}

/** A check whether an endpoint can serve: the mesh's active check, and the readiness probe of pods made from an image. */
export class HealthCheck {
  /** GET of a path over HTTP/1.1 that has to answer 2xx. */
  public static http(path: string, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck('http', path, options);
  }

  /** GET of a path over HTTP/2 that has to answer 2xx. */
  public static http2(path: string, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck('http2', path, options);
  }

  /** The gRPC health protocol. */
  public static grpc(options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck('grpc', undefined, options);
  }

  /** A TCP connection can be made. */
  public static tcp(options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck('tcp', undefined, options);
  }

  private constructor(
    private readonly protocol: HealthCheckModel['protocol'],
    private readonly path: string | undefined,
    private readonly options: HealthCheckOptions,
  ) {}

  /** @internal */
  public _model(origin: Origin, property: string): HealthCheckModel {
    const { port, interval = Duration.seconds(5), timeout = Duration.seconds(2) } = this.options;
    return defined({
      protocol: this.protocol,
      path: concrete(this.path, origin, `${property}.path`),
      port: concrete(port, origin, `${property}.port`),
      intervalMs: milliseconds(interval, origin, `${property}.interval`),
      timeoutMs: milliseconds(timeout, origin, `${property}.timeout`),
      healthyThreshold: concrete(this.options.healthyThreshold ?? 2, origin, `${property}.healthyThreshold`),
      unhealthyThreshold: concrete(this.options.unhealthyThreshold ?? 3, origin, `${property}.unhealthyThreshold`),
    });
  }
}

/** Circuit breaker: what one client proxy may have open at once. */
export interface ConnectionPoolOptions {
  /**
   * HTTP/1.1 and TCP: connections.
   * @default - unlimited
   */
  readonly maxConnections?: number;
  /**
   * HTTP/1.1: requests that wait for a connection.
   * @default - unlimited
   */
  readonly maxPendingRequests?: number;
  /**
   * HTTP/2 and gRPC: requests at once.
   * @default - unlimited
   */
  readonly maxRequests?: number;
}

/** The model of a pool. */
export function poolModel(options: ConnectionPoolOptions | undefined, origin: Origin, property: string): ConnectionPool | undefined {
  if (options === undefined) return undefined;
  return defined({
    maxConnections: concrete(options.maxConnections, origin, `${property}.maxConnections`),
    maxPendingRequests: concrete(options.maxPendingRequests, origin, `${property}.maxPendingRequests`),
    maxRequests: concrete(options.maxRequests, origin, `${property}.maxRequests`),
  });
}

/** Takes an endpoint out of the balance after errors in a row. */
export interface OutlierDetectionOptions {
  /**
   * Server errors in a row.
   * @default 5
   */
  readonly consecutiveErrors?: number;
  /**
   * Time between two looks at the endpoints.
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;
  /**
   * First time out; it grows with each ejection.
   * @default Duration.seconds(30)
   */
  readonly baseEjection?: Duration;
  /**
   * Largest share of the endpoints that may be out at once, 0 to 100.
   * @default 50
   */
  readonly maxEjectionPercent?: number;
}

/** The model of outlier detection. */
export function outlierModel(options: OutlierDetectionOptions | undefined, origin: Origin, property: string): OutlierDetection | undefined {
  if (options === undefined) return undefined;
  return {
    consecutiveErrors: concrete(options.consecutiveErrors ?? 5, origin, `${property}.consecutiveErrors`),
    intervalMs: milliseconds(options.interval ?? Duration.seconds(10), origin, `${property}.interval`),
    baseEjectionMs: milliseconds(options.baseEjection ?? Duration.seconds(30), origin, `${property}.baseEjection`),
    maxEjectionPercent: concrete(options.maxEjectionPercent ?? 50, origin, `${property}.maxEjectionPercent`),
  };
}

/** Options of a cookie that keeps clients at pods. */
export interface StickinessCookieOptions {
  /**
   * Life of the cookie, in whole seconds.
   * @default - as long as the browser runs
   */
  readonly ttl?: Duration;
}

/** Keeps a client at one pod of a version while the pods stay the same; which version it gets is chosen anew for each request. App Mesh cannot say it. */
export class Stickiness {
  /** By a cookie that the proxy sets, for the path `/`, where the client sends none. */
  public static cookie(name: string, options: StickinessCookieOptions = {}): Stickiness {
    return new Stickiness(name, options);
  }

  private constructor(private readonly cookie: string, private readonly options: StickinessCookieOptions) {}

  /** @internal */
  public _model(origin: Origin, property: string): StickinessModel {
    return { cookie: concrete(this.cookie, origin, property), ttlMs: optionalMilliseconds(this.options.ttl, origin, `${property}.ttl`) ?? 0 };
  }
}
