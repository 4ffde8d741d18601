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
import { Wave, type Unit } from '../../plan/unit';
import type { Destination } from '../../model/action';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service, ServicePort, Version } from '../../model/service';
import type { MeshSettings } from '../../model/traffic-model';
import { defined, filled } from '../defined';
import { GATEWAY_API_VERSION, type BackendRef, type ParentRef, type TcpRoute } from '../gateway-api/crd';
import { httpRoutes } from '../gateway-api/http-route';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { serviceAccountsOf } from '../names';
import type { LoweringContext } from '../provider';
import { serviceUnit, shardOf, unit, versionUnit } from '../units';
import { ownLabels, rootService, serviceAccount, versionPodLabels, versionService, type ServiceForm } from '../workload';
import { workloadUnits } from '../workload-units';

const MAX_OBJECT_NAME = 253;

/** Proxies read the pods' addresses from the cluster, and what they speak from the names of ports. */
const SERVICE_FORM: ServiceForm = { address: 'always', appProtocol: () => undefined };

/** All units of a service. */
export function lowerService(index: MeshIndex, service: Service, options: IstioOptions, { roleArns, environment }: LoweringContext): readonly Unit[] {
  const { namespace } = service;
  const make = makerOf(service);
  const accounts = serviceAccountsOf(service).map((account) => serviceAccount(account, namespace, roleArns.get(`${namespace}/${account}`)));
  const own = service.kind === 'external' ? service.versions.map((version) => serviceEntry(index, service, version))
    : [withFamilies(index.model.mesh, rootService(service, SERVICE_FORM))];
  const front = make('service', Wave.NODES, namespaceNeeds(index, namespace), [...accounts, ...own]);
  // in ambient mode no proxy stands beside the pods
  const hasProxies = options.dataPlane !== 'ambient' && service.kind === 'workload';
  const egress = hasProxies ? [make('egress', Wave.SERVICES, [front.id], egressObjects(index, service, environment))] : [];
  return [
    front,
    ...service.versions.flatMap((version) => versionUnits(index, service, version, { options, front: front.id, needs: egress.map(({ id }) => id) })),
    ...(service.kind === 'external' ? [] : routeUnits(index, service, options, front.id)),
    ...egress,
  ];
}

interface VersionContext {
  readonly options: IstioOptions;
  /** Unit of the service. */
  readonly front: string;
  /** What pods wait for beside. */
  readonly needs: readonly string[];
}

type Maker = (part: string, wave: Wave, needs: readonly string[], objects: readonly KubeObject[]) => Unit;

function makerOf(service: Service): Maker {
  return (part, wave, needs, objects) => unit({ id: serviceUnit(service, part), wave, needs, objects }, service.origin.path, shardOf(service));
}

function withFamilies({ ipPreference }: MeshSettings, object: KubeObject): KubeObject {
  if (ipPreference === undefined) return object;
  const family = ipPreference === 'ipv4-only' ? 'IPv4' : 'IPv6';
  return { ...object, spec: { ...(object.spec as object), ipFamilyPolicy: 'SingleStack', ipFamilies: [family] } };
}

function versionUnits(index: MeshIndex, service: Service, version: Version, { options, front, needs }: VersionContext): readonly Unit[] {
  const { pool, outliers, stickiness, tls, accessLog, pods } = version;
  const { namespace } = service;
  const make = (part: string, wave: Wave, before: readonly string[], object: KubeObject) =>
    unit({ id: versionUnit(service, version, part), wave, needs: before, objects: [object] }, version.origin.path, shardOf(service));
  const metadata = { name: version.resourceName, namespace, labels: ownLabels(service.name) };
  const labels = versionPodLabels(service, version);
  const isOwn = pods.kind !== 'external';
  const own = versionService(service, version, SERVICE_FORM);
  const node = isOwn ? [make('service', Wave.NODES, namespaceNeeds(index, namespace), withFamilies(index.model.mesh, own))] : [];
  return [
    ...node,
    ...(pool === undefined && outliers === undefined && stickiness === undefined ? [] : [make('policy', Wave.SERVICES, [front], destinationRule(service, version))]),
    ...(tls === undefined || !isOwn ? [] : [make('tls', Wave.SERVICES, [front], peerAuthentication(metadata, tls, labels))]),
    ...(accessLog === undefined || !isOwn ? [] : [make('access-log', Wave.SERVICES, [front], {
      apiVersion: TELEMETRY, kind: 'Telemetry', metadata, spec: { selector: { matchLabels: labels }, accessLogging: [{ providers: [{ name: logProvider(accessLog) }] }] },
    })]),
    ...workloadUnits(service, version, podsOf(index, service, version, options), [front, ...needs, ...node.map(({ id }) => id)]),
  ];
}

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
function routeUnits(index: MeshIndex, service: Service, options: IstioOptions, front: string): readonly Unit[] {
  const { name, namespace, id } = service;
  const make = makerOf(service);
  const plan = planService(index, service, options);
  const placed = plan.kind === 'list'
    ? [{ object: virtualService(index, service, plan.tables), routes: plan.tables.flatMap(({ routes }) => routes) }]
    : [
      ...plan.tables.flatMap(({ port, groups }) => {
        const place = { name: joinName([name, String(port.port)], MAX_OBJECT_NAME), namespace, owner: name, parents: [parentOf(service, port)] };
        return httpRoutes(place, groups, formOf(index, namespace, 'http'));
      }),
      ...tcpPorts(service).map((port) => ({ object: tcpRoute(index, service, port), routes: [] })),
    ];
  return placed.map(({ object, routes }) => {
    const services = [id, ...routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations.map((one) => one.service) : [])];
    const needs = [...new Set([front, ...services.map((one) => serviceUnit(serviceOf(index, one)))])];
    return make(`routes-${object.metadata.name}`, Wave.SERVICES, needs, [object]);
  });
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
