/**
 * A host outside of the mesh, and the hosts of AWS that a service has rights for. Only namespaces that call a host hear of it; which pods there do, their Sidecars say.
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
import { NETWORKING } from './crd';
import { joinName } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import { awsHosts, CREDENTIAL_ADDRESSES } from '../../model/aws-access';
import type { Gateway } from '../../model/gateway';
import { isNameless, isWildcard, reachedFrom } from '../../model/outside';
import type { Service, Version } from '../../model/service';
import { defined } from '../defined';
import type { MeshIndex } from '../mesh-index';
import type { Environment } from '../provider';
import { ownLabels } from '../workload';

const PROTOCOLS = { http: 'HTTP', http2: 'HTTP2', grpc: 'GRPC', tcp: 'TCP', tls: 'TLS' } as const;

const MAX_OBJECT_NAME = 253;

/** Stands for the addresses where credentials are given out; nobody asks DNS for it. */
const CREDENTIALS_HOST = 'pod-identity-agent.eks.internal';

/** The entry of a host outside. */
export function serviceEntry(index: MeshIndex, service: Service, version: Version): KubeObject {
  const { pods } = version;
  if (pods.kind !== 'external') throw new Error(`internal: version '${version.name}' of '${service.id}' has pods; please report this with your program`);
  return entry(service, service.name, {
    hosts: [pods.host],
    addresses: pods.addresses,
    exportTo: exportTo(index, service),
    // with addresses and wildcards a connection goes on to where it was going; one host is looked up
    resolution: pods.addresses !== undefined || isWildcard(pods.host) ? 'NONE' : 'DNS',
    ports: service.ports.map(({ port, targetPort, protocol }) => defined({
      number: port, name: `${protocol}-${port}`, protocol: PROTOCOLS[protocol], targetPort: targetPort === port ? undefined : targetPort,
    })),
  });
}

/** Entries, and their hosts. */
export interface AwsEntries {
  readonly hosts: readonly string[];
  readonly objects: readonly KubeObject[];
}

/** The entries of what a service's role has rights for, and the hosts that its Sidecar has to name. */
export function awsEntries(service: Service, { region, urlSuffix: suffix }: Environment): AwsEntries {
  const { aws, name } = service;
  if (aws === undefined) return { hosts: [], objects: [] };
  const hosts = awsHosts(aws, { region, suffix }, asksForFips(service));
  const common = { exportTo: ['.'], resolution: 'NONE' } as const;
  return {
    hosts: [...hosts, CREDENTIALS_HOST],
    objects: [
      entry(service, joinName([name, 'aws'], MAX_OBJECT_NAME), { ...common, hosts, ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }] }),
      entry(service, joinName([name, 'aws-credentials'], MAX_OBJECT_NAME), {
        ...common, hosts: [CREDENTIALS_HOST], addresses: CREDENTIAL_ADDRESSES, ports: [{ number: 80, name: 'tcp-80', protocol: 'TCP' }],
      }),
    ],
  };
}

/** The SDKs of AWS read it. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html */
function asksForFips({ versions }: Service): boolean {
  return versions.some(({ pods }) => pods.kind === 'image' && pods.env.some(({ name, value }) => name === 'AWS_USE_FIPS_ENDPOINT' && value.toLowerCase() === 'true'));
}

interface EntrySpec {
  readonly hosts: readonly string[];
  readonly addresses?: readonly string[] | undefined;
  readonly exportTo: readonly string[];
  readonly resolution: 'NONE' | 'DNS';
  readonly ports: readonly object[];
}

function entry({ name: owner, namespace }: Service, name: string, { hosts, addresses, exportTo: to, ports, resolution }: EntrySpec): KubeObject {
  return {
    apiVersion: NETWORKING, kind: 'ServiceEntry', metadata: { name, namespace, labels: ownLabels(owner) },
    spec: defined({ hosts, addresses, exportTo: to, location: 'MESH_EXTERNAL', resolution, ports }),
  };
}

/** Its own namespace, and those of services and gateways that reach it or lead there. */
function exportTo({ model, services }: MeshIndex, service: Service): readonly string[] {
  const { id, namespace } = service;
  const reaches = (from: Service | Gateway) => reachedFrom({ routes: from.routes }, services).has(id) || ('calls' in from && reachedFrom({ calls: from.calls }, services).has(id));
  const reaching = [...model.services, ...model.gateways].filter(reaches);
  // such an entry takes its port for itself, so nobody may hear of it who does not need it
  const isNeedless = service.ports.some((port) => isNameless(service, port)) && (model.mesh.egress === 'any' || reaching.length === 0);
  return isNeedless ? ['~'] : ['.', ...[...new Set(reaching.map((from) => from.namespace))].filter((name) => name !== namespace).sort()];
}
