/** What Istio asks of a version's pods: proxies beside them, which service account they run under, and the Secrets that their proxies read. */
import type { IstioOptions } from './options';
import { mountAnnotations, outsideMounts } from './outside-tls';
import type { Service, Version } from '../../model/service';
import type { MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';
import type { ProbeModes } from '../probes';
import { versionPodLabels, type PodAdditions } from '../workload';

/** The injector sends the kubelet's checks past the proxy, which answers in its place: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/ */
const REWRITTEN_PROBES: ProbeModes = () => 'plain';

/** What a version's pods get, whatever the cluster. */
export function podsOf(index: MeshIndex, service: Service, version: Version, options: IstioOptions): Omit<PodAdditions, 'preStop'> {
  return {
    labels: { ...versionPodLabels(service, version), ...injection(options) },
    annotations: options.dataPlane === 'ambient' ? {} : mountAnnotations(outsideMounts(index, service)),
    serviceAccount: versionAccount(service, version),
    probes: REWRITTEN_PROBES,
  };
}

/**
 * The namespace asks for the proxies; pods say it, too, because proxies come with new pods alone: where the mesh or its revision changes, this makes new ones.
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
function injection({ dataPlane = 'sidecar', revision }: IstioOptions): { readonly [label: string]: string } {
  if (dataPlane === 'ambient') return {};
  return revision === undefined ? { 'sidecar.istio.io/inject': 'true' } : { 'istio.io/rev': revision };
}
