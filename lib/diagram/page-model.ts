/**
 * What the page is given of a model: everything about traffic, nothing of what pods are made of. A page is sent around; environment
 * variables, commands and workload documents have no place in it, and its size should follow the traffic.
 */
import { opaque } from '../model/opaque';
import type { Service } from '../model/service';
import type { TrafficModel } from '../model/traffic-model';
import type { Pods } from '../model/workload';

/** The model without the inside of pods. */
export function pageModelOf(model: TrafficModel): TrafficModel {
  return {
    ...model,
    services: model.services.map((service): Service => ({
      ...service, versions: service.versions.map((version) => ({ ...version, pods: bareOf(version.pods) })),
    })),
    gateways: model.gateways.map(({ exposure, pods, ...gateway }) => ({
      ...gateway,
      pods: { scale: pods.scale, resources: {}, logLevel: pods.logLevel },
      exposure: exposure.kind === 'cluster-only' ? exposure : {
        ...exposure, ...(exposure.certificate === undefined ? {} : { certificate: opaque('') }), annotations: {},
      },
    })),
  };
}

function bareOf(pods: Pods): Pods {
  switch (pods.kind) {
    case 'image': return {
      kind: 'image', image: pods.image, scale: pods.scale, env: [], resources: {}, writableRootFilesystem: pods.writableRootFilesystem, runAsRoot: pods.runAsRoot,
      terminationGraceSeconds: pods.terminationGraceSeconds,
    };
    case 'document': return { ...pods, document: {} };
    case 'existing':
    case 'external': return pods;
  }
}
