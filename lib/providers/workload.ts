/**
 * Native objects that every dialect makes alike: Deployment, Services, autoscaler, disruption budget, service account, and what
 * is merged into a workload of the user's own. Secure and highly available without being asked.
 */
import { defined } from './defined';
import { SERVICE_LABEL, VERSION_LABEL } from './labels';
import { MAX_LABEL_LENGTH, joinName } from '../kube/names';
import type { KubeObject } from '../kube/object';
import type { Opaque } from '../model/opaque';
import type { HealthCheck } from '../model/resilience';
import type { Protocol, Service, ServicePort, Version } from '../model/service';
import type { Autoscaling, ImagePods, Resources } from '../model/workload';

type Labels = { readonly [key: string]: string };

/** A name in a namespace. */
export interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** What a dialect asks of pods. */
export interface PodAdditions {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  /** Group of the pod's volumes. */
  readonly fsGroup?: number;
  /**
   * How the kubelet's checks reach the port: `plain` as the check says; `tls` over TLS, whose certificate the kubelet does not
   * check; `connection` only by connecting, because the listener asks for a certificate that the kubelet does not have.
   */
  readonly probes: 'plain' | 'tls' | 'connection';
}

/** The labels that select a version's pods: ours where the pods are ours, else the user's. */
export function versionPodLabels(service: Service, { name, pods }: Version): Labels {
  if (pods.kind === 'existing') return pods.labels;
  return { [SERVICE_LABEL]: service.name, [VERSION_LABEL]: joinName([name], MAX_LABEL_LENGTH) };
}

/** What a dialect wants of the Kubernetes Services of versions. */
export interface ServiceForm {
  /** `by-discovery`: without an address of its own where callers look for pods by DNS. `always`: for proxies that get the pods' addresses from the cluster. */
  readonly address: 'by-discovery' | 'always';
  /** What a port says that its pods speak, beside its name. */
  readonly appProtocol: (protocol: Protocol) => string | undefined;
}

const BY_DISCOVERY: ServiceForm = { address: 'by-discovery', appProtocol: () => undefined };

/** The Kubernetes Service that finds the pods of one version. */
export function versionService(service: Service, version: Version, form: ServiceForm = BY_DISCOVERY): KubeObject {
  const isHeadless = form.address === 'by-discovery' && version.discovery.kind === 'dns-endpoints';
  return {
    apiVersion: 'v1', kind: 'Service', metadata: { name: version.resourceName, namespace: service.namespace, labels: ownLabels(service.name) },
    spec: {
      ...(isHeadless ? { clusterIP: 'None' } : { type: 'ClusterIP' }),
      selector: versionPodLabels(service, version),
      // callers' proxies connect to the pods' own port, whatever the service's port is
      ports: [...new Map(service.ports.map((port) => [port.targetPort, { ...port, port: port.targetPort }])).values()].map((port) => servicePort(port, form)),
    },
  };
}

/** The Kubernetes Service whose name callers use. It selects all pods of the service, or none where they are not all ours. */
export function rootService(service: Service, form: ServiceForm = BY_DISCOVERY): KubeObject {
  const ours = service.versions.length > 0 && service.versions.every(({ pods }) => pods.kind === 'image' || pods.kind === 'document');
  return {
    apiVersion: 'v1', kind: 'Service', metadata: { name: service.name, namespace: service.namespace, labels: ownLabels(service.name) },
    spec: {
      type: 'ClusterIP',
      ...(ours ? { selector: { [SERVICE_LABEL]: service.name } } : {}),
      ports: service.ports.map((port) => servicePort(port, form)),
    },
  };
}

function servicePort({ port, targetPort, protocol }: ServicePort, { appProtocol }: ServiceForm): object {
  return defined({ name: `${protocol}-${port}`, port, targetPort, protocol: 'TCP', appProtocol: appProtocol(protocol) });
}

/** A service account; its role is assumed by the token that the cluster's webhook mounts, so no other token is needed. */
export function serviceAccount(name: string, namespace: string, roleArn: Opaque | undefined): KubeObject {
  const annotations = roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': roleArn as string } };
  return {
    apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels: ownLabels(name), ...annotations },
    automountServiceAccountToken: false,
  };
}

/** An autoscaler of a Deployment of the same name. */
export function autoscaler({ name, namespace }: Named, scale: Autoscaling): KubeObject {
  const metric = (resource: string, averageUtilization: number | undefined) => averageUtilization === undefined ? [] : [
    { type: 'Resource', resource: { name: resource, target: { type: 'Utilization', averageUtilization } } },
  ];
  return {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name, namespace, labels: ownLabels(name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: scale.minReplicas, maxReplicas: scale.maxReplicas,
      metrics: [...metric('cpu', scale.cpuPercent), ...metric('memory', scale.memoryPercent)],
    },
  };
}

/** Lets a drain take one pod at a time. */
export function disruptionBudget({ name, namespace }: Named, matchLabels: Labels): KubeObject {
  return {
    apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace, labels: ownLabels(name) },
    spec: { maxUnavailable: 1, selector: { matchLabels } },
  };
}

/** Labels of an object that is ours. */
export function ownLabels(name: string): Labels {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'cdk-eks-mesh' };
}

/** Spreads pods over zones and nodes where it can. */
export function spread(matchLabels: Labels): readonly object[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => (
    { maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } }));
}

/** A container's size; nothing where nothing is asked for. */
export function containerResources(resources: Resources): object {
  const amounts = (cpu: number | undefined, memory: number | undefined) => ({
    ...(cpu === undefined ? {} : { cpu: `${cpu}m` }), ...(memory === undefined ? {} : { memory: `${memory}Mi` }),
  });
  const requests = amounts(resources.cpuRequestMillis, resources.memoryRequestMiB);
  const limits = amounts(resources.cpuLimitMillis, resources.memoryLimitMiB);
  const parts = { ...(isEmpty(requests) ? {} : { requests }), ...(isEmpty(limits) ? {} : { limits }) };
  return isEmpty(parts) ? {} : { resources: parts };
}

function isEmpty(parts: object): boolean {
  return Object.keys(parts).length === 0;
}

/** The Deployment of a version made from an image. */
export function versionDeployment(service: Service, version: Version, pods: ImagePods, wanted: PodAdditions): KubeObject {
  const labels = { ...ownLabels(service.name), 'app.kubernetes.io/version': joinName([version.name], MAX_LABEL_LENGTH) };
  const selector = versionPodLabels(service, version);
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: version.resourceName, namespace: service.namespace, labels },
    spec: {
      // an autoscaler owns the number where there is one; a number here would reset it with every deployment
      ...(pods.scale.kind === 'fixed' ? { replicas: pods.scale.replicas } : {}),
      selector: { matchLabels: selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: { labels: { ...labels, ...wanted.labels }, annotations: wanted.annotations },
        spec: {
          serviceAccountName: wanted.serviceAccount,
          automountServiceAccountToken: false,
          ...(wanted.fsGroup === undefined ? {} : { securityContext: { fsGroup: wanted.fsGroup } }),
          terminationGracePeriodSeconds: pods.terminationGraceSeconds,
          topologySpreadConstraints: spread(selector),
          containers: [appContainer(service, version, pods, wanted)],
        },
      },
    },
  };
}

function appContainer(service: Service, { health }: Version, pods: ImagePods, wanted: PodAdditions): object {
  const ports = [...new Map(service.ports.map((port) => [port.targetPort, port])).values()];
  const checks = health === undefined ? undefined : probeHandler(health, service, wanted.probes);
  return {
    name: 'app',
    image: pods.image,
    ...(pods.command === undefined ? {} : { command: pods.command }),
    ...(pods.args === undefined ? {} : { args: pods.args }),
    ...(pods.env.length === 0 ? {} : { env: pods.env.map(({ name, value }) => ({ name, value })) }),
    ports: ports.map(({ targetPort, protocol }) => ({ name: `${protocol}-${targetPort}`, containerPort: targetPort, protocol: 'TCP' })),
    ...containerResources(pods.resources),
    ...(health === undefined || checks === undefined ? {} : {
      readinessProbe: probe(checks, health),
      // three times the patience: a slow pod is first taken out of the balance, and only a dead one is killed
      livenessProbe: { initialDelaySeconds: 10, ...probe(checks, { ...health, unhealthyThreshold: health.unhealthyThreshold * 3 }), successThreshold: 1 },
    }),
    // callers go on sending until they have heard that the pod leaves; an image without `sleep` ends at once
    lifecycle: { preStop: { exec: { command: ['sleep', `${drainSeconds(pods)}`] } } },
    // on the container, not on the pod: a pod-wide rule would forbid the proxy's own init container to set up the network
    securityContext: {
      ...(pods.runAsRoot ? {} : { runAsNonRoot: true }),
      readOnlyRootFilesystem: !pods.writableRootFilesystem,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

function drainSeconds({ terminationGraceSeconds }: ImagePods): number {
  return Math.min(15, Math.floor(terminationGraceSeconds / 2));
}

function probe(handler: object, health: HealthCheck): object {
  return {
    ...handler,
    periodSeconds: Math.max(1, Math.round(health.intervalMs / 1000)),
    timeoutSeconds: Math.max(1, Math.round(health.timeoutMs / 1000)),
    successThreshold: health.healthyThreshold,
    failureThreshold: health.unhealthyThreshold,
  };
}

function probeHandler(health: HealthCheck, service: Service, probes: PodAdditions['probes']): object {
  const named = service.ports.find(({ targetPort }) => targetPort === health.port) ?? service.ports.find(({ port }) => port === health.port);
  const port = named?.targetPort ?? health.port ?? service.ports[0]?.targetPort;
  const connection = { tcpSocket: { port } };
  if (probes === 'connection' || health.protocol === 'tcp') return connection;
  switch (health.protocol) {
    case 'http': return { httpGet: { path: health.path ?? '/', port, ...(probes === 'tls' ? { scheme: 'HTTPS' } : {}) } };
    // the kubelet speaks neither HTTP/2 without TLS nor gRPC over TLS
    case 'http2': return probes === 'tls' ? { httpGet: { path: health.path ?? '/', port, scheme: 'HTTPS' } } : connection;
    case 'grpc': return probes === 'tls' ? connection : { grpc: { port } };
  }
}

/** A merged workload, or the field where the user's value and ours differ. */
export type Merged =
  | { readonly kind: 'merged'; readonly object: KubeObject }
  | { readonly kind: 'conflict'; readonly field: string; readonly got: string; readonly wanted: string };

/** Adds labels, annotations and service account to the pod template of a workload; what the user set stays, and differs nowhere. */
export function mergedDocument(document: { readonly [key: string]: unknown }, wanted: PodAdditions): Merged {
  const spec = record(document.spec);
  const template = record(spec.template);
  const metadata = record(template.metadata);
  const podSpec = record(template.spec);
  const conflict = firstConflict('spec.template.metadata.labels', record(metadata.labels), wanted.labels)
    ?? firstConflict('spec.template.metadata.annotations', record(metadata.annotations), wanted.annotations)
    ?? firstConflict('spec.template.spec', podSpec, { serviceAccountName: wanted.serviceAccount });
  if (conflict !== undefined) return { kind: 'conflict', ...conflict };
  const security = record(podSpec.securityContext);
  const merged = {
    ...document,
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: {
          ...metadata,
          labels: { ...record(metadata.labels), ...wanted.labels },
          annotations: { ...record(metadata.annotations), ...wanted.annotations },
        },
        spec: {
          ...podSpec,
          serviceAccountName: wanted.serviceAccount,
          ...(wanted.fsGroup === undefined ? {} : { securityContext: { fsGroup: wanted.fsGroup, ...security } }),
        },
      },
    },
  };
  return { kind: 'merged', object: merged as unknown as KubeObject };
}

function firstConflict(path: string, got: { readonly [key: string]: unknown }, wanted: Labels): { field: string; got: string; wanted: string } | undefined {
  const key = Object.keys(wanted).find((name) => got[name] !== undefined && got[name] !== wanted[name]);
  return key === undefined ? undefined : { field: /^\w+$/.test(key) && path.endsWith('.spec') ? `${path}.${key}` : `${path}['${key}']`, got: String(got[key]), wanted: wanted[key]! };
}

function record(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? value as { readonly [key: string]: unknown } : {};
}
