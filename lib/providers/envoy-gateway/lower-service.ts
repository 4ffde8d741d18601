/** A service: its Kubernetes Services, accounts and pods. Its table acts at gateways, see `lower-routes.ts`. */
import { probesOf, versionTlsObjects, wholeTlsObjects, type SpokenTls } from './backend-tls';
import { externalBackends } from './backends';
import type { KubeObject } from '../../kube/object';
import type { Service, Version } from '../../model/service';
import type { Unit } from '../../plan/unit';
import type { MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';
import type { LoweringContext } from '../provider';
import { meshUnit, unitOfService, unitOfVersion } from '../units';
import { rootService, serviceAccount, versionPodLabels, versionService, type ServiceForm } from '../workload';
import { workloadObjects } from '../workload-units';

/** Proxies read the pods' addresses from the cluster, and what they speak from the Service. */
export const SERVICE_FORM: ServiceForm = {
  address: 'always',
  appProtocol: (protocol) => protocol === 'http2' || protocol === 'grpc' ? 'kubernetes.io/h2c' : undefined,
};

/** What a service is lowered with. */
interface ServiceContext extends LoweringContext {
  /** What gateways speak to it. */
  readonly tls: SpokenTls | undefined;
}

/** The units of a service: one for each version, and one for what its callers use. */
export function lowerService(index: MeshIndex, service: Service, context: ServiceContext): readonly Unit[] {
  const { mesh } = index.model;
  const needs = [meshUnit(mesh)];
  const whole = wholeTlsObjects(service, context.tls);
  if (service.kind === 'external') {
    const backends = service.versions.flatMap((version) => [...externalBackends(service, version), ...versionTlsObjects(service, version, context.tls)]);
    return [unitOfService(index, service, { needs, objects: [...backends, ...whole] })];
  }
  return [
    ...service.versions.map((version) => unitOfVersion(index, service, version, { needs, objects: versionObjects(service, version, context) })),
    unitOfService(index, service, { needs, objects: [rootService(service, SERVICE_FORM), ...whole] }),
  ];
}

/** Policies of TLS stand before routes, so that nothing is sent in plain text. */
function versionObjects(service: Service, version: Version, { roleArns, tls }: ServiceContext): readonly KubeObject[] {
  const { namespace } = service;
  const account = versionAccount(service, version);
  const probes = probesOf(service, version, tls?.client);
  return [
    serviceAccount(account, namespace, roleArns.get(`${namespace}/${account}`)),
    versionService(service, version, SERVICE_FORM),
    ...versionTlsObjects(service, version, tls),
    ...workloadObjects(service, version, { labels: versionPodLabels(service, version), annotations: {}, serviceAccount: account, probes }),
  ];
}
