/** Health checks. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { HealthCheck } from '../../resilience';
import type { Service, Version } from '../../service';
import type { TrafficModel } from '../../traffic-model';
import type { ImagePods } from '../../workload';
import { finding, isIntegerWithin, versionProperty, type Place, type Rule } from '../rule';

/** Reports MESH302 for a check out of bounds, MESH301 for a version that shares its traffic without one. */
export const healthRule: Rule = {
  name: 'health',
  service: ({ versions }) => versions.flatMap((version) => {
    const at = (property: string): Place => ({ origin: version.origin, property: versionProperty(version, property) });
    return [...checkHealth(version.health, at('healthCheck')), ...(version.pods.kind === 'image' ? checkRestarts(version.pods, at) : [])];
  }),
  gateway: ({ listeners, origin }) => listeners.flatMap(({ health }, at) => checkHealth(health, { origin, property: `listeners[${at}].healthCheck` })),
  program: missingChecks,
};

function checkHealth(health: HealthCheck | undefined, { origin, property }: Place): readonly Diagnostic[] {
  if (health === undefined) return [];
  const report = (part: string, value: unknown, what: string, fix: string) => [finding('MESH302', { origin, property: `${property}.${part}`, value }, what, fix)];
  const { protocol, path, healthyThreshold, unhealthyThreshold, intervalMs, timeoutMs } = health;
  const wantsPath = protocol === 'http' || protocol === 'http2';
  return [
    ...(wantsPath && !/^\/[^\s#]*$/.test(path ?? '') ? report('path', path, `the ${protocol} health check has the path '${path ?? ''}', which does not start with '/'`, "give a path, for example '/ping'") : []),
    ...(!wantsPath && path !== undefined ? report('path', path, `the ${protocol} health check has a path, which it does not ask for`, 'leave out the path, or check by http') : []),
    ...([['healthyThreshold', healthyThreshold], ['unhealthyThreshold', unhealthyThreshold]] as const).flatMap(([part, value]) =>
      isIntegerWithin(value, 1) ? [] : report(part, value, `${part} is ${value}, not an integer from 1`, `give ${part} an integer from 1`)),
    ...([['interval', intervalMs], ['timeout', timeoutMs]] as const).flatMap(([part, value]) =>
      value > 0 ? [] : report(part, `${value} ms`, `the ${part} of the health check is ${value} ms, not more than 0`, `give ${part} a positive duration`)),
  ];
}

/** What Kubernetes allows of the checks that restart containers. */
function checkRestarts({ liveness, startupMs }: ImagePods, at: (property: string) => Place): readonly Diagnostic[] {
  const successes = liveness?.healthyThreshold ?? 1;
  return [
    ...checkHealth(liveness, at('livenessCheck')),
    ...(successes === 1 ? [] : [finding('MESH302', { ...at('livenessCheck.healthyThreshold'), value: successes },
      `healthyThreshold of the liveness check is ${successes}, and Kubernetes allows 1 alone`, 'leave healthyThreshold out')]),
    ...(startupMs === undefined || startupMs >= 1000 ? [] : [finding('MESH302', { ...at('startupTimeout'), value: `${startupMs} ms` },
      `startupTimeout is ${startupMs} ms, and the kubelet counts whole seconds`, 'give at least Duration.seconds(1)')]),
  ];
}

/** Versions that take part in a choice, whoever chooses, and whose pods are ours to check. */
function missingChecks({ services }: TrafficModel): readonly Diagnostic[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  const unchecked = new Map<Version, Service>();
  for (const service of services) {
    const used = usedVersions(service);
    if (used.size < 2) continue;
    for (const [id, name] of [...used].map((key) => key.split(' '))) {
      const version = byId.get(id!)?.versions.find((candidate) => candidate.name === name);
      const ours = version?.pods.kind === 'image' || version?.pods.kind === 'document';
      if (version && ours && version.health === undefined) unchecked.set(version, service);
    }
  }
  return [...unchecked].map(([version, service]) => finding('MESH301', { origin: version.origin, property: versionProperty(version, 'healthCheck') },
    `version '${version.name}' gets a share of the traffic of service '${service.id}', but has no health check`,
    "give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve"));
}

function usedVersions({ routes }: Service): ReadonlySet<string> {
  return new Set(routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : [])
    .filter(({ weight, version }) => weight > 0 && version !== undefined)
    .map(({ service, version }) => `${service} ${version}`));
}
