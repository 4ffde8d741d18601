/** Health checks, connection pools and outlier detection. */

/** An active check of one endpoint. */
export interface HealthCheck {
  readonly protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  /** For http and http2, starts with `/`. */
  readonly path?: string;
  /** Port that is checked; left out means the first port of the service. */
  readonly port?: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Successes in a row that make an endpoint healthy. */
  readonly healthyThreshold: number;
  /** Failures in a row that make an endpoint unhealthy. */
  readonly unhealthyThreshold: number;
}

/** Circuit breaker: what one client proxy may keep open at once. Left out means unlimited. */
export interface ConnectionPool {
  /** http and tcp: connections. */
  readonly maxConnections?: number;
  /** http: requests that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** http2 and grpc: requests at once. */
  readonly maxRequests?: number;
}

/** Takes an endpoint out after consecutive server errors. */
export interface OutlierDetection {
  readonly consecutiveErrors: number;
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  /** 0 to 100. */
  readonly maxEjectionPercent: number;
}

/** Keeps a client at one pod of a version, as long as the pods stay the same. It does not keep a client at a version. */
export interface Stickiness {
  /** Set by the proxy where the client sends none, for the path `/`. */
  readonly cookie: string;
  /** 0: as long as the browser runs. */
  readonly ttlMs: number;
}
