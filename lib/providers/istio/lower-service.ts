/** A service: its Kubernetes Services, accounts and pods, the tables in front of its versions, and how callers treat them. */
import { backendOf } from './backends';
import { NETWORKING, TELEMETRY } from './crd';
import { egressObjects } from './egress';
import { formOf } from './form';
import { namespaceNeeds, peerAuthentication } from './lower-mesh';
import { logProvider } from './mesh-config';
import type { IstioOptions } from './options';
import { podsOf } from './pods';
import { serviceEntry } from './service-entry';
import { planService, type ListedTable } from './tables';
import { trafficPolicyOf } from './traffic-policy';
import { closedPort, virtualRoute, virtualTcpRoute } from './virtual-route';
import { joinName } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import type { Destination } from '../../model/action';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service, ServicePort, Version } from '../../model/service';
import type { MeshSettings } from '../../model/traffic-model';
import type { Unit } from '../../plan/unit';
import { defined, filled } from '../defined';
import { GATEWAY_API_VERSION, type BackendRef, type ParentRef, type TcpRoute } from '../gateway-api/crd';
import { httpRoutes } from '../gateway-api/http-route';
import { preStopFormOf } from '../lifecycle';
import type { MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';
import type { LoweringContext } from '../provider';
import { unitOfService, unitOfVersion } from '../units';
import { ownLabels, roleAnnotation, rootService, serviceAccount, versionPodLabels, versionService, type ServiceForm } from '../workload';
import { workloadObjects } from '../workload-units';

const MAX_OBJECT_NAME = 253;

/** Proxies read the pods' addresses from the cluster, and what they speak from the names of ports. */
const SERVICE_FORM: ServiceForm = { address: 'always', appProtocol: () => undefined };

/** The units of a service: one for each version, and one for what its callers use. */
export function lowerService(index: MeshIndex, service: Service, options: IstioOptions, context: LoweringContext): readonly Unit[] {
  const needs = namespaceNeeds(index, service.namespace);
  if (service.kind === 'external') {
    const objects = service.versions.flatMap((version) => [serviceEntry(index, service, version), ...policies(service, version)]);
    return [unitOfService(index, service, { needs, objects })];
  }
  const objectsOf = (version: Version) => versionObjects(index, { service, version, options, context });
  const front = withFamilies(index.model.mesh, rootService(service, SERVICE_FORM));
  return [
    ...service.versions.map((version) => unitOfVersion(index, service, version, { needs, objects: objectsOf(version) })),
    unitOfService(index, service, { needs, objects: [front, ...routeObjects(index, service, options)] }),
  ];
}

function withFamilies({ ipPreference }: MeshSettings, object: KubeObject): KubeObject {
  if (ipPreference === undefined) return object;
  const family = ipPreference === 'ipv4-only' ? 'IPv4' : 'IPv6';
  return { ...object, spec: { ...(object.spec as object), ipFamilyPolicy: 'SingleStack', ipFamilies: [family] } };
}

interface Lowered {
  readonly service: Service;
  readonly version: Version;
  readonly options: IstioOptions;
  readonly context: LoweringContext;
}

/** What pods need is there before them, also what they may call: proxies hold back everything else. */
function versionObjects(index: MeshIndex, { service, version, options, context }: Lowered): readonly KubeObject[] {
  const { tls, accessLog } = version;
  const { namespace } = service;
  const metadata = { name: version.resourceName, namespace, labels: ownLabels(service.name) };
  const labels = versionPodLabels(service, version);
  const account = versionAccount(service, version);
  const role = context.roleArns.get(`${namespace}/${account}`);
  const pods = podsOf(index, service, version, options);
  // in ambient mode no proxy stands beside the pods
  const hasProxies = options.dataPlane !== 'ambient' && service.kind === 'workload';
  return [
    serviceAccount(account, namespace, role),
    withFamilies(index.model.mesh, versionService(service, version, SERVICE_FORM)),
    ...policies(service, version),
    ...(tls === undefined ? [] : [peerAuthentication(metadata, tls, labels)]),
    ...(accessLog === undefined ? [] : [{
      apiVersion: TELEMETRY, kind: 'Telemetry', metadata, spec: { selector: { matchLabels: labels }, accessLogging: [{ providers: [{ name: logProvider(accessLog) }] }] },
    }]),
    ...(hasProxies ? egressObjects(index, { service, version, environment: context.environment }) : []),
    ...workloadObjects(service, version, {
      ...pods, annotations: { ...pods.annotations, ...roleAnnotation(role) }, preStop: preStopFormOf(context.environment),
    }),
  ];
}

function policies(service: Service, version: Version): readonly KubeObject[] {
  const { pool, outliers, stickiness } = version;
  return pool === undefined && outliers === undefined && stickiness === undefined ? [] : [destinationRule(service, version)];
}

/** How callers' proxies treat a version's pods; what is not limited here is not limited at all. */
function destinationRule(service: Service, version: Version): KubeObject {
  const { pods } = version;
  return {
    apiVersion: NETWORKING, kind: 'DestinationRule', metadata: { name: version.resourceName, namespace: service.namespace, labels: ownLabels(service.name) },
    spec: {
      host: pods.kind === 'external' ? pods.host : hostOf(version.resourceName, service.namespace),
      trafficPolicy: trafficPolicyOf(version),
    },
  };
}

/** One route object for each table, or a VirtualService for all of them, in the namespace of the service, so that it holds for every caller. */
function routeObjects(index: MeshIndex, service: Service, options: IstioOptions): readonly KubeObject[] {
  const { name, namespace } = service;
  const plan = planService(index, service, options);
  if (plan.kind === 'list') return [virtualService(index, service, plan.tables)];
  return [
    ...plan.tables.flatMap(({ port, groups }) => {
      const place = { name: joinName([name, String(port.port)], MAX_OBJECT_NAME), namespace, owner: name, parents: [parentOf(service, port)] };
      return httpRoutes(place, groups, formOf(index, namespace, 'http')).map(({ object }) => object);
    }),
    ...tcpPorts(service).map((port) => tcpRoute(index, service, port)),
  ];
}

function virtualService(index: MeshIndex, service: Service, tables: readonly ListedTable[]): KubeObject {
  const { name, namespace } = service;
  const tcp = tcpPorts(service).map((port) => virtualTcpRoute(index, namespace, port.port, tcpDestinations(service, port)));
  // a port without a route would be none of this host's
  const http = tables.flatMap(({ port: { port }, routes }) => (
    routes.length === 0 ? [closedPort(port)] : routes.map((route) => virtualRoute(index, namespace, route, port))));
  return {
    apiVersion: NETWORKING, kind: 'VirtualService', metadata: { name, namespace, labels: ownLabels(name) },
    spec: defined({ hosts: [hostOf(name, namespace)], gateways: ['mesh'], http, tcp: filled(tcp) }),
  };
}

function parentOf({ name }: Service, { port }: ServicePort): ParentRef {
  return { group: '', kind: 'Service', name, port };
}

function tcpPorts(service: Service): readonly ServicePort[] {
  return service.ports.filter((port) => port.protocol === 'tcp' && tcpDestinations(service, port).length > 0);
}

function tcpDestinations(service: Service, port: ServicePort): readonly Destination[] {
  const { id, versions } = service;
  const route = orderedServiceRoutes(service).find(({ match }) => match.kind === 'tcp' && (match.port === undefined || match.port === port.port));
  const [only, ...others] = versions;
  if (route?.action.kind === 'forward') return route.action.destinations;
  return only !== undefined && others.length === 0 ? [{ service: id, version: only.name, weight: 1 }] : [];
}

function tcpRoute(index: MeshIndex, service: Service, port: ServicePort): TcpRoute {
  const { name, namespace } = service;
  const backendRefs = tcpDestinations(service, port).map((one): BackendRef => (
    { ...backendOf(index, namespace, { port: port.port, ...one }), weight: one.weight }));
  return {
    apiVersion: GATEWAY_API_VERSION, kind: 'TCPRoute', metadata: { name: joinName([name, String(port.port)], MAX_OBJECT_NAME), namespace, labels: ownLabels(name) },
    spec: { parentRefs: [parentOf(service, port)], rules: [{ name: 'all', backendRefs }] },
  };
}

function hostOf(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}
