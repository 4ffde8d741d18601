/** A gateway: its listeners, the proxies behind it, and how they treat clients. */
import { clientCertificateOf } from './backend-tls';
import { CONTROLLER, ENVOY_GATEWAY_API_VERSION, ENVOY_GATEWAY_GROUP } from './crd';
import { gatewayPolicy } from './lower-policy';
import type { GatewayPlan } from './plan';
import type { KubeObject } from '../../kube/object';
import type { Gateway, Listener } from '../../model/gateway';
import type { AccessLog, Tracing } from '../../model/observability';
import type { PeerValidation } from '../../model/security';
import type { MeshSettings } from '../../model/traffic-model';
import { Wave, type Unit } from '../../plan/unit';
import { defined, filled } from '../defined';
import { certificateSecret, trustSecret } from '../gateway-api/certificates';
import { GATEWAY_API_VERSION, GATEWAY_GROUP, type GatewayObject } from '../gateway-api/crd';
import { listenerOf, sectionOf } from '../gateway-api/gateway';
import { drainOf } from '../gateway-drain';
import { loadBalancerService } from '../load-balancer';
import { accessLogOf, type MeshIndex } from '../mesh-index';
import { GATEWAY_LABEL, kubeText } from '../names';
import { gatewayUnit, meshUnit, namespaceUnit, unit } from '../units';
import { containerResources, ownLabels, ROLLING, spread } from '../workload';

/** From the shortest drain until connections that are still open are closed; the controller gives the pod 300 seconds more. */
const LONGER_SECONDS = 60;

/** Zipkin's port, which collectors of Jaeger listen on too, and that of an agent of Datadog. */
const TRACING_PORTS = { jaeger: 9411, datadog: 8126 } as const;

/** Name of the class of a mesh's gateways. */
export function className(mesh: MeshSettings): string {
  return kubeText(mesh.name);
}

/** The class that binds gateways to the controller. */
export function classUnit(mesh: MeshSettings): Unit {
  const object: KubeObject = {
    apiVersion: GATEWAY_API_VERSION, kind: 'GatewayClass', metadata: { name: className(mesh), labels: ownLabels(className(mesh)) }, spec: { controllerName: CONTROLLER },
  };
  return unit({ id: meshUnit(mesh), wave: Wave.MESH, needs: mesh.namespaces.map(({ name }) => namespaceUnit(name)), objects: [object] }, mesh.origin.path, 'main');
}

/** The unit of a gateway without its tables. */
export function lowerGateway(index: MeshIndex, gateway: Gateway, plan: GatewayPlan): Unit {
  const { mesh } = index.model;
  return unit({
    id: gatewayUnit(gateway), wave: Wave.GATEWAYS, needs: [meshUnit(mesh)],
    objects: [
      envoyProxy(index, gateway, plan), gatewayObject(mesh, gateway),
      ...gateway.listeners.map((listener) => clientPolicy(gateway, listener)), gatewayPolicy(gateway),
    ],
  }, gateway.origin.path, 'main');
}

function gatewayObject(mesh: MeshSettings, gateway: Gateway): GatewayObject {
  const { name, namespace, listeners } = gateway;
  return {
    apiVersion: GATEWAY_API_VERSION, kind: 'Gateway', metadata: { name, namespace, labels: ownLabels(name) },
    spec: {
      gatewayClassName: className(mesh),
      listeners: listeners.map((listener) => listenerOf(listener, secretOf(listener))),
      infrastructure: { labels: { [GATEWAY_LABEL]: name }, parametersRef: { group: ENVOY_GATEWAY_GROUP, kind: 'EnvoyProxy', name } },
    },
  };
}

function secretOf({ tls }: Listener): string | undefined {
  return tls === undefined || tls.mode === 'disabled' ? undefined : certificateSecret(tls.certificate);
}

function envoyProxy(index: MeshIndex, gateway: Gateway, { isListed }: GatewayPlan): KubeObject {
  const { name, namespace, pods } = gateway;
  const { mesh } = index.model;
  const { serving } = drainOf(gateway);
  return {
    apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'EnvoyProxy', metadata: { name, namespace, labels: ownLabels(name) },
    spec: defined({
      provider: { type: 'Kubernetes', kubernetes: proxyPods(gateway) },
      logging: { level: { default: pods.logLevel } },
      telemetry: defined({ accessLog: accessLog(accessLogOf(index, gateway)), tracing: tracing(mesh.tracing) }),
      // without a minimum the proxy would leave as soon as nobody is connected, while the load balancer still opens connections to it
      shutdown: { drainTimeout: `${serving + LONGER_SECONDS}s`, minDrainDuration: `${serving}s` },
      ipFamily: mesh.ipPreference && (mesh.ipPreference === 'ipv4-only' ? 'IPv4' : 'IPv6'),
      backendTLS: clientCertificateOf(gateway),
      preserveRouteOrder: isListed ? true : undefined,
    }),
  };
}

function proxyPods(gateway: Gateway): object {
  const { name, namespace, pods: { scale, image, resources } } = gateway;
  const labels = { 'gateway.envoyproxy.io/owning-gateway-name': name, 'gateway.envoyproxy.io/owning-gateway-namespace': namespace };
  const minimum = scale.kind === 'auto' ? scale.minReplicas : scale.replicas;
  const metric = (resource: string, averageUtilization: number | undefined) => averageUtilization === undefined ? [] : [
    { type: 'Resource', resource: { name: resource, target: { type: 'Utilization', averageUtilization } } },
  ];
  return defined({
    envoyDeployment: defined({
      // an autoscaler owns the number where there is one
      replicas: scale.kind === 'fixed' ? scale.replicas : undefined,
      strategy: ROLLING,
      pod: { topologySpreadConstraints: spread(labels) },
      container: defined({ image: image as string | undefined, resources: containerResources(resources) }),
    }),
    envoyService: loadBalancerService(gateway),
    envoyHpa: scale.kind === 'fixed' ? undefined : {
      minReplicas: scale.minReplicas, maxReplicas: scale.maxReplicas, metrics: [...metric('cpu', scale.cpuPercent), ...metric('memory', scale.memoryPercent)],
    },
    envoyPDB: minimum > 1 ? { maxUnavailable: 1 } : undefined,
  });
}

/** Off where none is asked for: the mesh's own default is on. */
function accessLog(log: AccessLog | undefined): object {
  if (log === undefined) return { disable: true };
  const { path, format } = log;
  const written = format === undefined ? undefined : format.kind === 'text' ? { type: 'Text', text: format.text }
    : { type: 'JSON', json: Object.fromEntries(format.fields.map(({ key, value }) => [key, value])) };
  return { settings: [defined({ format: written, sinks: [{ type: 'File', file: { path } }] })] };
}

function tracing(wanted: Tracing | undefined): object | undefined {
  if (wanted === undefined || wanted.kind === 'x-ray') return undefined;
  return defined({
    samplingRate: wanted.samplingRate === undefined ? 100 : Math.round(wanted.samplingRate * 100),
    // the controller ends where the block of Zipkin is missing
    provider: defined({
      type: wanted.kind === 'jaeger' ? 'Zipkin' : 'Datadog', host: wanted.address, port: wanted.port ?? TRACING_PORTS[wanted.kind], zipkin: wanted.kind === 'jaeger' ? {} : undefined,
    }),
  });
}

/** Paths are read as the model does, header names with underscores pass, and nothing is cut off that the program does not limit. */
function clientPolicy(gateway: Gateway, listener: Listener): KubeObject {
  const { name, namespace } = gateway;
  const { tls, pool } = listener;
  return {
    apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'ClientTrafficPolicy', metadata: { name: `${name}-${sectionOf(listener)}`, namespace, labels: ownLabels(name) },
    spec: defined({
      targetRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', name, sectionName: sectionOf(listener) }],
      tls: tls?.clients && tls.mode !== 'disabled' ? { clientValidation: clientValidation(tls.clients) } : undefined,
      path: { escapedSlashesAction: 'KeepUnchanged' },
      headers: { withUnderscoresAction: 'Allow' },
      timeout: { http: { streamIdleTimeout: '0s' } },
      connection: pool?.maxConnections === undefined ? undefined : { connectionLimit: { value: pool.maxConnections } },
    }),
  };
}

function clientValidation({ trust, subjectAltNames }: PeerValidation): object {
  const secret = trustSecret(trust);
  const names = subjectAltNames.map((value) => ({ type: 'Exact', value }));
  return defined({
    caCertificateRefs: [{ group: '', kind: 'Secret', name: secret }],
    subjectAltNames: filled(names) && { dnsNames: names.filter(({ value }) => !value.includes('://')), uris: names.filter(({ value }) => value.includes('://')) },
  });
}
