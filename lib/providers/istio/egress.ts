/**
 * What the proxies beside a service's pods know of, and let out: its own pods alone, whatever the control plane's configuration says of others.
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
import { NETWORKING } from './crd';
import { outsideRules } from './outside-tls';
import { awsEntries } from './service-entry';
import type { KubeObject } from '../../kube/object';
import { isOfRequests, outsideTlsOf } from '../../model/outside';
import type { Service, Version } from '../../model/service';
import { serviceOf, type MeshIndex } from '../mesh-index';
import type { Environment } from '../provider';
import { ownLabels, versionPodLabels } from '../workload';

/** The control plane, and DNS where answers do not fit into a packet. */
const ALWAYS = ['istio-system/*', 'kube-system/kube-dns.kube-system.svc.cluster.local'];

/** Services of the cluster, whoever made them, and no host outside of it. */
const CLUSTER = '*/*.svc.cluster.local';

/** A version whose pods call others. */
export interface EgressSubject {
  readonly service: Service;
  readonly version: Version;
  readonly environment: Environment;
}

/** Each version has a Sidecar of its own, so that one that leaves keeps what it was deployed with. Objects that have to stand before the pods do, or their first calls would go where no rule sends them. */
export function egressObjects(index: MeshIndex, { service, version, environment }: EgressSubject): readonly KubeObject[] {
  const { namespace } = service;
  const isClosed = index.model.mesh.egress === 'declared-only';
  const aws = isClosed ? awsEntries(service, environment) : { hosts: [], objects: [] };
  const hosts = [...(isClosed ? calledHosts(index, service) : [CLUSTER]), ...outsideHosts(index, service), ...aws.hosts.map((host) => `${namespace}/${host}`), ...(isClosed ? ALWAYS : [])];
  return [
    ...aws.objects,
    ...outsideRules(index, service),
    {
      apiVersion: NETWORKING, kind: 'Sidecar', metadata: { name: version.resourceName, namespace, labels: ownLabels(service.name) },
      spec: {
        workloadSelector: { labels: versionPodLabels(service, version) },
        egress: [{ hosts: [...new Set(hosts)] }], outboundTrafficPolicy: { mode: isClosed ? 'REGISTRY_ONLY' : 'ALLOW_ANY' },
      },
    },
  ];
}

function calledHosts(index: MeshIndex, { calls }: Service): readonly string[] {
  return calls.map(({ service: id }) => serviceOf(index, id)).filter(({ kind }) => kind !== 'external')
    .map(({ name, namespace }) => `${namespace}/${name}.${namespace}.svc.cluster.local`);
}

/**
 * Where everything is let out, a host needs an entry only for what proxies do with its requests; all else goes on to where it was going. An entry of plain TCP without
 * addresses would take every connection of its port.
 */
function outsideHosts(index: MeshIndex, service: Service): readonly string[] {
  const { model: { mesh }, services: byId } = index;
  const spoken = new Set(outsideTlsOf(service, mesh, byId).map((one) => one.service));
  // hosts behind routes of a called service come with these routes; naming them here would let calls of their own out
  return service.calls.map(({ service: id }) => serviceOf(index, id)).filter((one) => one.kind === 'external')
    .filter((one) => mesh.egress === 'declared-only' || one.ports.some(isOfRequests) || spoken.has(one))
    .map(({ namespace, host }) => `${namespace}/${host}`);
}
