/** What Istio asks of a version's pods: which service account they run under, and the Secrets that their proxies read. */
import type { IstioOptions } from './options';
import { mountAnnotations, outsideMounts } from './outside-tls';
import type { Service, Version } from '../../model/service';
import type { MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';
import { versionPodLabels, type PodAdditions } from '../workload';

/** What a version's pods get. */
export function podsOf(index: MeshIndex, service: Service, version: Version, { dataPlane }: IstioOptions): PodAdditions {
  return {
    labels: versionPodLabels(service, version),
    annotations: dataPlane === 'ambient' ? {} : mountAnnotations(outsideMounts(index, service)),
    serviceAccount: versionAccount(service, version),
    probes: 'plain',
  };
}
