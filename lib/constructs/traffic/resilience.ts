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

/** What a check does where its options say nothing. */
export type HealthCheckDefaults = Pick<HealthCheckModel, 'intervalMs' | 'timeoutMs' | 'healthyThreshold' | 'unhealthyThreshold'>;

/** A pod that cannot serve loses its share within 15 seconds. */
export const READINESS: HealthCheckDefaults = { intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 };

/** A container is restarted after a minute: a restart is the last resort, and costs more than it mends where the pod was only slow. */
export const LIVENESS: HealthCheckDefaults = { intervalMs: 10_000, timeoutMs: 2000, healthyThreshold: 1, unhealthyThreshold: 6 };

/** How often and how patiently an endpoint is checked. The kubelet, which checks pods, counts whole seconds. */
export interface HealthCheckOptions {
  /**
   * Port that is checked. A `livenessCheck` may name one that is none of the service's, for example for management.
   * @default - the service's port
   */
  readonly port?: number;
  /** @default - 5 seconds; of a `livenessCheck` 10 seconds */
  readonly interval?: Duration;
  /** @default Duration.seconds(2) */
  readonly timeout?: Duration;
  /**
   * Successes in a row that make an endpoint healthy.
   * @default - 2; of a `livenessCheck` 1, which is all that Kubernetes allows there
   */
  readonly healthyThreshold?: number;
  /**
   * Failures in a row that make an endpoint unhealthy.
   * @default - 3; of a `livenessCheck` 6, so that a container is restarted after a minute
   */
  readonly unhealthyThreshold?: number;
}

/**
 * How pods are checked. As `healthCheck` of a version: whether a pod can serve (`readinessProbe`, and the mesh's active check). As `livenessCheck`: whether its container
 * has to be restarted (`livenessProbe`). Where a port accepts mutual TLS alone, for which the kubelet has no certificate, it only connects.
 */
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

  /** No check. As `livenessCheck`: a container is restarted only when its process ends. As `healthCheck`: a pod serves as soon as it has started. */
  public static none(): HealthCheck {
    return new HealthCheck(undefined, undefined, {});
  }

  private constructor(
    private readonly protocol: HealthCheckModel['protocol'] | undefined,
    private readonly path: string | undefined,
    private readonly options: HealthCheckOptions,
  ) {}

  /** @internal */
  public get _isNone(): boolean {
    return this.protocol === undefined;
  }

  /** @internal The check, with the defaults of readiness unless said otherwise; nothing for `none()`. */
  public _model(origin: Origin, property: string, defaults: HealthCheckDefaults = READINESS): HealthCheckModel | undefined {
    if (this.protocol === undefined) return undefined;
    const { port, interval, timeout } = this.options;
    return defined({
      protocol: this.protocol,
      path: concrete(this.path, origin, `${property}.path`),
      port: concrete(port, origin, `${property}.port`),
      intervalMs: optionalMilliseconds(interval, origin, `${property}.interval`) ?? defaults.intervalMs,
      timeoutMs: optionalMilliseconds(timeout, origin, `${property}.timeout`) ?? defaults.timeoutMs,
      healthyThreshold: concrete(this.options.healthyThreshold ?? defaults.healthyThreshold, origin, `${property}.healthyThreshold`),
      unhealthyThreshold: concrete(this.options.unhealthyThreshold ?? defaults.unhealthyThreshold, origin, `${property}.unhealthyThreshold`),
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
