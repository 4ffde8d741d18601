/**
 * What the injected proxy asks of a pod: annotations, service account, and probes that still work behind it.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/docs/reference/injector.md
 */
import type { SecretMount } from '../../model/security';
import type { Service, Version } from '../../model/service';
import type { PodAdditions } from '../workload';
import { versionPodLabels } from '../workload';
import { versionMounts } from './mounts';
import { listenerTlsOf, type MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';

/** Metadata service, and the agent of Pod Identity: neither is a call into the mesh. */
const IGNORED_IPS = '169.254.169.254,169.254.170.23';

/** Annotations of every pod with a proxy. */
export function podAnnotations(mounts: readonly SecretMount[]): { readonly [key: string]: string } {
  return {
    'appmesh.k8s.aws/egressIgnoredIPs': IGNORED_IPS,
    ...(mounts.length === 0 ? {} : { 'appmesh.k8s.aws/secretMounts': mounts.map(({ secret, path }) => `${secret}:${path}`).join(',') }),
  };
}

/** What a version's pods get. */
export function podsOf(index: MeshIndex, service: Service, version: Version): PodAdditions {
  const tls = listenerTlsOf(index, version);
  return {
    labels: versionPodLabels(service, version),
    annotations: podAnnotations(versionMounts(index, service, version)),
    serviceAccount: versionAccount(service, version),
    // the volume of the role's token belongs to the proxy's group, or the proxy cannot read it
    fsGroup: 1337,
    // ports that are none of the service's do not go through the proxy
    probes: (port) => tls?.mode !== 'strict' || !service.ports.some(({ targetPort }) => targetPort === port) ? 'plain' : tls.clients === undefined ? 'tls' : 'connection',
  };
}
