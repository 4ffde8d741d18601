/** A service: its Kubernetes Services, accounts and pods. Its table acts at gateways, see `lower-routes.ts`. */
import { probesOf } from './backend-tls';
import { externalBackends } from './backends';
import { Wave, type Unit } from '../../plan/unit';
import type { ClientTls } from '../../model/security';
import type { Service, Version } from '../../model/service';
import { preStopFormOf } from '../lifecycle';
import type { MeshIndex } from '../mesh-index';
import { serviceAccountsOf, versionAccount } from '../names';
import type { LoweringContext } from '../provider';
import { meshUnit, serviceUnit, shardOf, unit, versionUnit } from '../units';
import { rootService, serviceAccount, versionPodLabels, versionService, type ServiceForm } from '../workload';
import { workloadUnits } from '../workload-units';

/** Proxies read the pods' addresses from the cluster, and what they speak from the Service. */
export const SERVICE_FORM: ServiceForm = {
  address: 'always',
  appProtocol: (protocol) => protocol === 'http2' || protocol === 'grpc' ? 'kubernetes.io/h2c' : undefined,
};

/** What a service is lowered with. */
interface ServiceContext extends LoweringContext {
  /** What gateways speak to it. */
  readonly tls: ClientTls | undefined;
}

/** All units of a service. */
export function lowerService({ model: { mesh } }: MeshIndex, service: Service, { roleArns, environment, tls }: ServiceContext): readonly Unit[] {
  const { namespace } = service;
  const accounts = serviceAccountsOf(service).map((account) => serviceAccount(account, namespace, roleArns.get(`${namespace}/${account}`)));
  const outside = service.versions.flatMap((version) => externalBackends(service, version));
  const own = service.kind === 'external' ? outside : [rootService(service, SERVICE_FORM)];
  const draft = { id: serviceUnit(service), wave: Wave.NODES, needs: [meshUnit(mesh)], objects: [...accounts, ...own] };
  const front = unit(draft, service.origin.path, shardOf(service));
  return [front, ...service.versions.flatMap((version) => versionUnits(service, version, { front: front.id, tls, environment }))];
}

interface VersionContext extends Pick<ServiceContext, 'tls' | 'environment'> {
  /** Unit of the service. */
  readonly front: string;
}

function versionUnits(service: Service, version: Version, { front, tls, environment }: VersionContext): readonly Unit[] {
  if (version.pods.kind === 'external') return [];
  const objects = [versionService(service, version, SERVICE_FORM)];
  const node = unit({ id: versionUnit(service, version, 'service'), wave: Wave.SERVICES, needs: [front], objects }, version.origin.path, shardOf(service));
  const wanted = {
    labels: versionPodLabels(service, version), annotations: {}, serviceAccount: versionAccount(service, version),
    probes: probesOf(service, tls), preStop: preStopFormOf(environment),
  };
  return [node, ...workloadUnits(service, version, wanted, [front, node.id])];
}
