/**
 * Native objects that every dialect makes alike: Deployment, Services, autoscaler, disruption budget, service account, and what
 * is merged into a workload of the user's own. Secure and highly available without being asked.
 */
import { defined, filled } from './defined';
import { ROLE_ANNOTATION, SERVICE_LABEL, VERSION_LABEL } from './labels';
import { preStopHook, type PreStopForm } from './lifecycle';
import { containerProbes, progressDeadline, type ProbeModes } from './probes';
import { MAX_LABEL_LENGTH, joinName } from '../kube/names';
import type { KubeObject } from '../kube/object';
import type { Opaque } from '../model/opaque';
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
  readonly probes: ProbeModes;
  /** Left out: the kubelet waits itself. */
  readonly preStop?: PreStopForm;
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

/** The labels of all pods of a service, where they are all ours. */
function ownSelector({ name, versions }: Service): Labels | undefined {
  const ours = versions.length > 0 && versions.every(({ pods }) => pods.kind === 'image' || pods.kind === 'document');
  return ours ? { [SERVICE_LABEL]: name } : undefined;
}

/** The Kubernetes Service whose name callers use. It selects the pods with these labels, or none: proxies that route calls need the name alone. */
export function rootService(service: Service, form: ServiceForm = BY_DISCOVERY, selector = ownSelector(service)): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Service', metadata: { name: service.name, namespace: service.namespace, labels: ownLabels(service.name) },
    spec: {
      type: 'ClusterIP',
      ...(selector === undefined ? {} : { selector }),
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

/** What pods of a service account with a role bear. */
export function roleAnnotation(roleArn: Opaque | undefined): Labels {
  return roleArn === undefined ? {} : { [ROLE_ANNOTATION]: roleArn as string };
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

/** A container's size; undefined where nothing is asked for. */
export function containerResources({ cpuRequestMillis, memoryRequestMiB, cpuLimitMillis, memoryLimitMiB }: Resources): object | undefined {
  const requests = amounts(cpuRequestMillis, memoryRequestMiB);
  const limits = amounts(cpuLimitMillis, memoryLimitMiB);
  return requests === undefined && limits === undefined ? undefined : defined({ requests, limits });
}

function amounts(cpu: number | undefined, memory: number | undefined): object | undefined {
  if (cpu === undefined && memory === undefined) return undefined;
  return defined({ cpu: cpu === undefined ? undefined : `${cpu}m`, memory: memory === undefined ? undefined : `${memory}Mi` });
}

/** A pod leaves only when another is ready in its place. */
export const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } } as const;

/** The Deployment of a version made from an image. */
export function versionDeployment(service: Service, version: Version, pods: ImagePods, wanted: PodAdditions): KubeObject {
  const labels = { ...ownLabels(service.name), 'app.kubernetes.io/version': joinName([version.name], MAX_LABEL_LENGTH) };
  const selector = versionPodLabels(service, version);
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: version.resourceName, namespace: service.namespace, labels },
    spec: defined({
      // an autoscaler owns the number where there is one; a number here would reset it with every deployment
      replicas: pods.scale.kind === 'fixed' ? pods.scale.replicas : undefined,
      selector: { matchLabels: selector },
      strategy: ROLLING,
      progressDeadlineSeconds: progressDeadline(pods),
      template: {
        metadata: { labels: { ...labels, ...wanted.labels }, annotations: wanted.annotations },
        spec: defined({
          serviceAccountName: wanted.serviceAccount,
          automountServiceAccountToken: false,
          securityContext: wanted.fsGroup === undefined ? undefined : { fsGroup: wanted.fsGroup },
          terminationGracePeriodSeconds: pods.terminationGraceSeconds,
          topologySpreadConstraints: spread(selector),
          containers: [appContainer(service, version, pods, wanted)],
        }),
      },
    }),
  };
}

function appContainer(service: Service, version: Version, pods: ImagePods, wanted: PodAdditions): object {
  const ports = [...new Map(service.ports.map((port) => [port.targetPort, port])).values()];
  const probes = containerProbes(service, version, pods, wanted.probes);
  return defined({
    name: 'app',
    image: pods.image,
    command: pods.command,
    args: pods.args,
    env: filled(pods.env.map(({ name, value }) => ({ name, value }))),
    ports: ports.map(({ targetPort, protocol }) => ({ name: `${protocol}-${targetPort}`, containerPort: targetPort, protocol: 'TCP' })),
    resources: containerResources(pods.resources),
    startupProbe: probes.startup,
    readinessProbe: probes.readiness,
    livenessProbe: probes.liveness,
    lifecycle: preStopHook(drainSeconds(pods), wanted.preStop ?? 'sleep'),
    // on the container, not on the pod: a pod-wide rule would forbid the proxy's own init container to set up the network
    securityContext: defined({
      runAsNonRoot: pods.runAsRoot ? undefined : true,
      readOnlyRootFilesystem: !pods.writableRootFilesystem,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    }),
  });
}

function drainSeconds({ terminationGraceSeconds }: ImagePods): number {
  return Math.min(15, Math.floor(terminationGraceSeconds / 2));
}

/** A merged workload, or the field where the user's value and ours differ. */
export type Merged =
  | { readonly kind: 'merged'; readonly object: KubeObject }
  | { readonly kind: 'conflict'; readonly field: string; readonly got: string; readonly wanted: string };

/** Adds labels, annotations and service account to the pod template of a workload; what the user set stays, and differs nowhere. */
export function mergedDocument(document: { readonly [key: string]: unknown }, wanted: Omit<PodAdditions, 'probes' | 'preStop'>): Merged {
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
