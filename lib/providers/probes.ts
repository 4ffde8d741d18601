/**
 * What the kubelet checks of a version's container: `startupProbe` until it has started, then `readinessProbe` (whether it gets requests) and `livenessProbe` (whether it is
 * restarted). Each acts by itself: a pod that cannot serve for a while, because a database is away, is not restarted for it.
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
import type { HealthCheck } from '../model/resilience';
import type { Service, Version } from '../model/service';
import type { ImagePods } from '../model/workload';

/**
 * How the kubelet's checks reach a port: `plain` as the check says; `tls` over TLS, whose certificate the kubelet does not
 * check; `connection` only by connecting, because the listener asks for a certificate that the kubelet does not have.
 */
export type ProbeMode = 'plain' | 'tls' | 'connection';

/** The mode of a container's port. Ports that are none of the service's are asked for too: a port for management, for example. */
export type ProbeModes = (containerPort: number | undefined) => ProbeMode;

/** Often enough that a container which starts fast serves soon. */
const STARTUP_PERIOD_SECONDS = 2;

/** The probes of a container; a check that the version does not have is undefined. */
export interface Probes {
  readonly startup: object | undefined;
  readonly readiness: object | undefined;
  readonly liveness: object | undefined;
}

/** The probes of a version's container. */
export function containerProbes(service: Service, { health }: Version, { liveness, startupMs }: ImagePods, modes: ProbeModes): Probes {
  const handler = (check: Pick<HealthCheck, 'protocol' | 'path' | 'port'>) => probeHandler(check, service, modes);
  return {
    startup: startupMs === undefined ? undefined : startupProbe(handler(liveness ?? { protocol: 'tcp' }), liveness, startupMs),
    readiness: health === undefined ? undefined : { ...handler(health), ...timing(health), successThreshold: health.healthyThreshold },
    // the API server takes no other number of successes here and for the start
    liveness: liveness === undefined ? undefined : { ...handler(liveness), ...timing(liveness), successThreshold: 1 },
  };
}

/** Checks what liveness will check: a container has started once it would not be restarted. */
function startupProbe(handler: object, liveness: HealthCheck | undefined, startupMs: number): object {
  const timeoutSeconds = liveness === undefined ? STARTUP_PERIOD_SECONDS : wholeSeconds(liveness.timeoutMs);
  // a check that hangs takes its whole time, so that a shorter period would give the container more time than was asked for
  const periodSeconds = Math.max(STARTUP_PERIOD_SECONDS, timeoutSeconds);
  return { ...handler, periodSeconds, timeoutSeconds, successThreshold: 1, failureThreshold: Math.max(1, Math.ceil(startupMs / 1000 / periodSeconds)) };
}

function timing({ intervalMs, timeoutMs, unhealthyThreshold }: HealthCheck): object {
  return { periodSeconds: wholeSeconds(intervalMs), timeoutSeconds: wholeSeconds(timeoutMs), failureThreshold: unhealthyThreshold };
}

function wholeSeconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}

function probeHandler(check: Pick<HealthCheck, 'protocol' | 'path' | 'port'>, service: Service, modes: ProbeModes): object {
  const named = service.ports.find(({ targetPort }) => targetPort === check.port) ?? service.ports.find(({ port }) => port === check.port);
  const port = named?.targetPort ?? check.port ?? service.ports[0]?.targetPort;
  const mode = modes(port);
  const connection = { tcpSocket: { port } };
  if (mode === 'connection' || check.protocol === 'tcp') return connection;
  switch (check.protocol) {
    case 'http': return { httpGet: { path: check.path ?? '/', port, ...(mode === 'tls' ? { scheme: 'HTTPS' } : {}) } };
    // the kubelet speaks neither HTTP/2 without TLS nor gRPC over TLS
    case 'http2': return mode === 'tls' ? { httpGet: { path: check.path ?? '/', port, scheme: 'HTTPS' } } : connection;
    case 'grpc': return mode === 'tls' ? connection : { grpc: { port } };
  }
}

/** Kubernetes' own deadline of a rollout, in seconds. */
const PROGRESS_DEADLINE_SECONDS = 600;

/** Seconds for pods that may start longer than a rollout may stand still; otherwise undefined, and Kubernetes' own deadline holds. */
export function progressDeadline({ startupMs = 0 }: ImagePods): number | undefined {
  const seconds = Math.ceil(startupMs / 1000) + PROGRESS_DEADLINE_SECONDS / 2;
  return seconds > PROGRESS_DEADLINE_SECONDS ? seconds : undefined;
}
