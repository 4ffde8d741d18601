/**
 * Service accounts and what their proxies may do: stream the configuration of exactly their own node or gateway, and fetch exactly
 * the certificates that their TLS names.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/proxy-authorization.html
 */
import { awsName } from './names';
import type { Gateway } from '../../model/gateway';
import { opaque, type Opaque } from '../../model/opaque';
import type { ClientTls, ListenerTls } from '../../model/security';
import type { Service } from '../../model/service';
import type { MeshSettings, TrafficModel } from '../../model/traffic-model';
import { clientTlsOf, indexMesh, listenerTlsOf, type MeshIndex } from '../mesh-index';
import { serviceAccountsOf, versionAccount } from '../names';
import type { Environment, Identity, Permission } from '../provider';
import { shardOf } from '../units';

/** Every identity of the model. */
export function identitiesOf(model: TrafficModel, environment: Environment): readonly Identity[] {
  const index = indexMesh(model);
  return [
    ...model.services.flatMap((service) => serviceAccountsOf(service).map((name) => serviceIdentity(index, service, name, environment))),
    ...model.gateways.map((gateway) => gatewayIdentity(index, gateway, environment)),
  ];
}

function serviceIdentity(index: MeshIndex, service: Service, name: string, environment: Environment): Identity {
  const versions = service.versions.filter((version) => version.pods.kind !== 'external' && versionAccount(service, version) === name);
  const clients = [clientTlsOf(index, service), ...service.calls.map(({ tls }) => tls)];
  const names = versions.map((version) => `virtualNode/${awsName(version.resourceName, service.namespace)}`);
  return {
    name, namespace: service.namespace, owner: service.origin.path, shard: shardOf(service),
    permissions: permissionsOf(index.model.mesh, environment, names, versions.map((version) => listenerTlsOf(index, version)), clients),
  };
}

function gatewayIdentity(index: MeshIndex, gateway: Gateway, environment: Environment): Identity {
  const names = [`virtualGateway/${awsName(gateway.name, gateway.namespace)}`];
  return {
    name: gatewayAccount(gateway), namespace: gateway.namespace, owner: gateway.origin.path, shard: 'main',
    permissions: permissionsOf(index.model.mesh, environment, names, gateway.listeners.map(({ tls }) => tls), [clientTlsOf(index, gateway)]),
  };
}

/** Name of a gateway's service account. */
export function gatewayAccount({ name }: Gateway): string {
  return name;
}

function permissionsOf(mesh: MeshSettings, environment: Environment, names: readonly string[], listeners: readonly (ListenerTls | undefined)[],
  clients: readonly (ClientTls | undefined)[]): readonly Permission[] {
  const certificates = unique(listeners.flatMap((tls) => tls?.certificate.kind === 'acm' && tls.mode !== 'disabled' ? [tls.certificate.arn] : []));
  const authorities = unique(clients.flatMap((tls) => tls?.validation.trust.kind === 'acm' ? tls.validation.trust.arns : []));
  return [
    { sid: 'StreamOwnConfiguration', actions: ['appmesh:StreamAggregatedResources'], resources: names.flatMap((tail) => meshArns(mesh, environment, tail)) },
    ...(certificates.length === 0 ? [] : [{ sid: 'ExportOwnCertificates', actions: ['acm:ExportCertificate'], resources: certificates }]),
    ...(authorities.length === 0 ? [] : [
      { sid: 'ReadTrustedAuthorities', actions: ['acm-pca:GetCertificateAuthorityCertificate'], resources: authorities },
    ]),
    ...(mesh.tracing?.kind === 'x-ray' ? [X_RAY] : []),
  ];
}

/**
 * X-Ray knows no resources, so only `*` can stand here.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const X_RAY: Permission = {
  sid: 'SendTraces',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries'],
  resources: [opaque('*')],
};

/** Both spellings for a mesh of another account: the mesh's owner, and the own account with the owner behind the mesh's name. */
function meshArns({ name, owner }: MeshSettings, { partition, region, account }: Environment, tail: string): readonly Opaque[] {
  const arn = (of: string, mesh: string) => opaque(`arn:${partition}:appmesh:${region}:${of}:mesh/${mesh}/${tail}`);
  return owner === undefined ? [arn(account, name)] : [arn(owner, name), arn(account, `${name}@${owner}`)];
}

function unique(arns: readonly Opaque[]): readonly Opaque[] {
  return [...new Set(arns)];
}
