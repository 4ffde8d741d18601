/** The App Mesh controller for a mesh: what the program uses decides what its role may do. */
import type { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../../diagnostics';
import type { Certificate, ClientTls, ListenerTls, TrafficModel, Trust } from '../../model';
import { installAppMeshController } from '../../platform/app-mesh';
import { originOf } from '../origin';
import type { InstallationTarget } from './mesh-provider';

/** Options of the App Mesh controller's installation. */
export interface AppMeshControllerOptions {
  /**
   * Whether the cluster has a controller already; then nothing is installed. Its role must cover this mesh.
   * @default false
   */
  readonly existing?: boolean;
  /** @default - the pinned version */
  readonly chartVersion?: string;
  /** @default - the chart repository of AWS */
  readonly chartRepository?: string;
  /**
   * Host that carries the images, for example of a private mirror.
   * @default - AWS's registry of the region
   */
  readonly imageRegistry?: string;
  /**
   * Values of the chart, merged over those that follow from the program.
   * @default - none
   */
  readonly values?: { [key: string]: any };
  /**
   * Socket of an agent that serves certificates, for example `/run/spire/sockets/agent.sock`. Needed where a certificate comes by SDS.
   * @default - none
   */
  readonly sdsSocket?: string;
  /**
   * Names of further meshes on the same cluster, which say `existing: true`: the controller's role covers them too.
   * @default - none
   */
  readonly alsoForMeshes?: string[];
}

/** What the chart wants written for every tracer, and reads for X-Ray alone. */
const DEFAULT_SAMPLING_RATE = 0.05;

/** Installs the controller; returns what the mesh waits for. */
export function installAppMesh({ scope, cluster, model }: InstallationTarget, options: AppMeshControllerOptions): readonly CfnResource[] {
  if (options.existing === true) return [];
  const { mesh } = model;
  const certificates = certificatesOf(model);
  requireSdsSocket(scope, options, [...certificates, ...trustsOf(model)]);
  const ready = installAppMeshController(scope, cluster._access, {
    site: { origin: originOf(scope), property: 'provider' },
    meshes: [
      mesh.owner === undefined ? { name: mesh.name } : { name: mesh.name, owner: mesh.owner },
      ...(options.alsoForMeshes ?? []).map((name) => ({ name })),
    ],
    certificateArns: unique(certificates.flatMap((certificate) => certificate.kind === 'acm' ? [certificate.arn] : [])),
    certificateAuthorityArns: unique(trustsOf(model).flatMap((trust) => trust.kind === 'acm' ? [...trust.arns] : [])),
    usesCloudMap: model.services.some(({ versions }) => versions.some(({ discovery }) => discovery.kind === 'cloud-map')),
    readsIpFamily: mesh.ipPreference !== undefined,
    ...(mesh.tracing === undefined ? {} : { tracing: { ...mesh.tracing, samplingRate: mesh.tracing.samplingRate ?? DEFAULT_SAMPLING_RATE } }),
    ...(options.sdsSocket === undefined ? {} : { sdsSocket: options.sdsSocket }),
    ...(options.chartVersion === undefined ? {} : { chartVersion: options.chartVersion }),
    ...(options.chartRepository === undefined ? {} : { chartRepository: options.chartRepository }),
    ...(options.imageRegistry === undefined ? {} : { imageRegistry: options.imageRegistry }),
    ...(options.values === undefined ? {} : { values: options.values }),
  });
  return [ready];
}

/** Without the socket the proxies would wait for their certificates for ever. */
function requireSdsSocket(scope: Construct, { sdsSocket }: AppMeshControllerOptions, sources: readonly (Certificate | Trust)[]): void {
  const secret = sources.find((source) => source.kind === 'sds');
  if (secret === undefined || sdsSocket !== undefined) return;
  fail('MESH702', { origin: originOf(scope), property: 'provider' }, `the certificate '${secret.secret}' comes by SDS, but the proxies know no agent that serves it`,
    "name the agent's socket: MeshProvider.appMesh({ controller: { sdsSocket: '/run/spire/sockets/agent.sock' } })");
}

function listenerTlsOf({ mesh, services, gateways }: TrafficModel): readonly ListenerTls[] {
  return present([
    mesh.listenerTls,
    ...services.flatMap(({ versions }) => versions.map(({ tls }) => tls)),
    ...gateways.flatMap(({ listeners }) => listeners.map(({ tls }) => tls)),
  ]);
}

function clientTlsOf({ mesh, services, gateways }: TrafficModel): readonly ClientTls[] {
  return present([
    mesh.clientTls,
    ...services.flatMap(({ clientTls, calls }) => [clientTls, ...calls.map(({ tls }) => tls)]),
    ...gateways.map(({ clientTls }) => clientTls),
  ]);
}

function certificatesOf(model: TrafficModel): readonly Certificate[] {
  return [...listenerTlsOf(model).map(({ certificate }) => certificate), ...present(clientTlsOf(model).map(({ certificate }) => certificate))];
}

function trustsOf(model: TrafficModel): readonly Trust[] {
  return [...present(listenerTlsOf(model).map(({ clients }) => clients?.trust)), ...clientTlsOf(model).map(({ validation }) => validation.trust)];
}

function present<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value): value is T => value !== undefined);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
