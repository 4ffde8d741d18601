/** Numbers of pods. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Resources, Scale } from '../../workload';
import { finding, isIntegerWithin, versionProperty, type Place, type Rule } from '../rule';

/** Reports MESH308 for a number of pods that is none, or a range that is empty or that nothing moves. */
export const scalesRule: Rule = {
  name: 'scales',
  service: ({ versions }) => versions.flatMap((version) => version.pods.kind !== 'image' ? [] :
    checkScale(version.pods.scale, version.pods.resources, (part) => ({ origin: version.origin, property: versionProperty(version, part) }))),
  gateway: ({ pods, origin }) => checkScale(pods.scale, pods.resources, (property) => ({ origin, property })),
};

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
