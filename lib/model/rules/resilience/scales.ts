/** Numbers of pods. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Resources, Scale } from '../../workload';
import { finding, isIntegerWithin, versionProperty, type Place, type Rule } from '../rule';

/** Reports MESH308 for a number of pods that is none, a range that is empty or that nothing moves, a size or a time that is none. */
export const scalesRule: Rule = {
  name: 'scales',
  service: ({ versions }) => versions.flatMap((version) => {
    const { pods } = version;
    if (pods.kind !== 'image') return [];
    const placeOf = (part: string): Place => ({ origin: version.origin, property: versionProperty(version, part) });
    return [...checkScale(pods.scale, pods.resources, placeOf), ...checkSize(pods.resources, placeOf), ...checkGrace(pods.terminationGraceSeconds, placeOf)];
  }),
  gateway: ({ pods, origin }) => {
    const placeOf = (property: string): Place => ({ origin, property });
    return [...checkScale(pods.scale, pods.resources, placeOf), ...checkSize(pods.resources, placeOf)];
  },
};

function checkGrace(seconds: number, placeOf: (part: string) => Place): readonly Diagnostic[] {
  if (isIntegerWithin(seconds, 0)) return [];
  return [finding('MESH308', { ...placeOf('terminationGraceSeconds'), value: seconds }, `terminationGraceSeconds is ${seconds}, not an integer from 0`, 'give an integer from 0')];
}

function checkSize(resources: Resources, placeOf: (part: string) => Place): readonly Diagnostic[] {
  const given = (Object.keys(resources) as (keyof Resources)[]).filter((part) => resources[part] !== undefined);
  const bad = given.filter((part) => !isIntegerWithin(resources[part]!, 1));
  if (bad.length > 0) {
    return bad.map((part) => finding('MESH308', { ...placeOf(`resources.${part}`), value: resources[part] },
      `${part} is ${resources[part]}, not an integer from 1`, `give ${part} an integer from 1`));
  }
  return ([['cpuRequestMillis', 'cpuLimitMillis'], ['memoryRequestMiB', 'memoryLimitMiB']] as const).flatMap(([request, limit]) => {
    const [asked, most] = [resources[request], resources[limit]];
    if (asked === undefined || most === undefined || asked <= most) return [];
    return [finding('MESH308', { ...placeOf(`resources.${limit}`), value: most }, `${limit} is ${most}, less than ${request}, which is ${asked}`, `give ${limit} at least ${asked}`)];
  });
}

function checkScale(scale: Scale, resources: Resources, placeOf: (part: string) => Place): readonly Diagnostic[] {
  const report = (part: string, value: unknown, what: string, fix: string) => [finding('MESH308', { ...placeOf(part), value }, what, fix)];
  if (scale.kind === 'fixed') {
    return isIntegerWithin(scale.replicas, 0) ? [] : report('replicas', scale.replicas, `replicas is ${scale.replicas}, not an integer from 0`, 'give replicas an integer from 0');
  }
  const { minReplicas, maxReplicas, cpuPercent, memoryPercent } = scale;
  const goals = [
    { part: 'autoscaling.cpuPercent', value: cpuPercent, request: resources.cpuRequestMillis, needs: 'resources.cpuRequestMillis' },
    { part: 'autoscaling.memoryPercent', value: memoryPercent, request: resources.memoryRequestMiB, needs: 'resources.memoryRequestMiB' },
  ].filter(({ value }) => value !== undefined);
  return [
    ...(isIntegerWithin(minReplicas, 1) ? [] : report('autoscaling.minReplicas', minReplicas, `minReplicas is ${minReplicas}, not an integer from 1`, 'give minReplicas an integer from 1')),
    ...(isIntegerWithin(maxReplicas, 1) && maxReplicas >= minReplicas ? [] : report('autoscaling.maxReplicas', maxReplicas,
      `maxReplicas is ${maxReplicas}, not an integer from minReplicas, which is ${minReplicas}`, `give maxReplicas an integer from ${minReplicas}`)),
    ...(goals.length > 0 ? [] : report('autoscaling', undefined, 'autoscaling names neither cpuPercent nor memoryPercent, so nothing moves the number of pods', 'give cpuPercent or memoryPercent')),
    ...goals.flatMap(({ part, value }) => isIntegerWithin(value!, 1) ? [] : report(part, value, `${part} is ${value}, not an integer from 1`, `give ${part} an integer from 1, for example 60`)),
    ...goals.flatMap(({ part, value, request, needs }) => request !== undefined ? [] : report(part, value, `${part} is a share of ${needs}, which is not given`, `give ${needs}`)),
  ];
}
