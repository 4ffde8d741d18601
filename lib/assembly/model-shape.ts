/**
 * The shape of a traffic model, format 1. In: JSON. Out: a TrafficModel that later code can trust in its structure; whether it makes
 * sense is what `validateModel` says. Values known only at deployment stand as CloudFormation intrinsics and are carried as their JSON text.
 */
import { count, document, flag, integer, listOf, mapOf, number, objectAt, oneOf, optional, record, ShapeError, text, union, type Reader } from './shape';
import { GATEWAY_ROUTE, ORIGIN, SERVICE_ROUTE, TIMEOUTS } from './traffic-shape';
import type { AwsAccess, AwsRight } from '../model/aws-access';
import type { Exposure, Gateway, GatewayPods, Listener } from '../model/gateway';
import type { AccessLog, Tracing } from '../model/observability';
import { opaque, type Opaque } from '../model/opaque';
import type { ConnectionPool, HealthCheck, OutlierDetection, Stickiness } from '../model/resilience';
import type { Certificate, ClientTls, ListenerTls, PeerValidation, SecretMount, Trust } from '../model/security';
import type { Call, Discovery, Protocol, Service, ServicePort, Version } from '../model/service';
import type { ServiceToService } from '../model/service-to-service';
import type { MeshNamespace, MeshSettings, Quotas, TrafficModel } from '../model/traffic-model';
import type { EnvVar, Pods, Resources, Scale } from '../model/workload';

const OPAQUE: Reader<Opaque> = (value, place) => typeof value === 'string' ? opaque(value) : opaque(JSON.stringify(objectAt(value, place)));

const TEXTS = mapOf(text);

const PAIR = record<{ readonly key: string; readonly value: string }>({ key: text, value: text });

const MOUNT = optional(record<SecretMount>({ secret: text, path: text }));

const CERTIFICATE = union<Certificate>({ acm: { arn: OPAQUE }, file: { chain: text, key: text, mount: MOUNT }, sds: { secret: text } });

const TRUST = union<Trust>({ acm: { arns: listOf(OPAQUE) }, file: { chain: text, mount: MOUNT }, sds: { secret: text } });

const VALIDATION = record<PeerValidation>({ trust: TRUST, subjectAltNames: listOf(text) });

const LISTENER_TLS = record<ListenerTls>({ mode: oneOf('strict', 'permissive', 'disabled'), certificate: CERTIFICATE, clients: optional(VALIDATION) });

const CLIENT_TLS = record<ClientTls>({ enforce: flag, ports: optional(listOf(integer)), certificate: optional(CERTIFICATE), validation: VALIDATION });

const ACCESS_LOG = record<AccessLog>({
  path: text,
  format: optional(union<NonNullable<AccessLog['format']>>({ text: { text }, json: { fields: listOf(PAIR) } })),
});

const POOL = record<ConnectionPool>({ maxConnections: optional(integer), maxPendingRequests: optional(integer), maxRequests: optional(integer) });

const HEALTH = record<HealthCheck>({
  protocol: oneOf('http', 'http2', 'grpc', 'tcp'), path: optional(text), port: optional(integer),
  intervalMs: number, timeoutMs: number, healthyThreshold: integer, unhealthyThreshold: integer,
});

const OUTLIERS = record<OutlierDetection>({ consecutiveErrors: integer, intervalMs: number, baseEjectionMs: number, maxEjectionPercent: number });

const STICKINESS = record<Stickiness>({ cookie: text, ttlMs: number });

const RESOURCES = record<Resources>({
  cpuRequestMillis: optional(number), cpuLimitMillis: optional(number), memoryRequestMiB: optional(number), memoryLimitMiB: optional(number),
});

const SCALE = union<Scale>({
  fixed: { replicas: count },
  auto: { minReplicas: count, maxReplicas: count, cpuPercent: optional(number), memoryPercent: optional(number) },
});

const PODS = union<Pods>({
  image: {
    image: OPAQUE, scale: SCALE, command: optional(listOf(text)), args: optional(listOf(text)), env: listOf(record<EnvVar>({ name: text, value: OPAQUE })),
    resources: RESOURCES, writableRootFilesystem: flag, runAsRoot: flag, terminationGraceSeconds: number,
    liveness: optional(HEALTH), startupMs: optional(number),
  },
  document: { name: text, labels: TEXTS, document },
  existing: { labels: TEXTS },
  external: { host: text, addresses: optional(listOf(text)) },
});

const DISCOVERY = union<Discovery>({
  'dns-load-balanced': {}, 'dns-endpoints': {}, 'cloud-map': { namespace: text, service: text, attributes: listOf(PAIR) },
});

const VERSION = record<Version>({
  name: text, origin: ORIGIN, property: optional(text), resourceName: text, pods: PODS, discovery: DISCOVERY, health: optional(HEALTH), pool: optional(POOL),
  outliers: optional(OUTLIERS), stickiness: optional(STICKINESS), tls: optional(LISTENER_TLS), accessLog: optional(ACCESS_LOG), timeouts: optional(TIMEOUTS),
});

const AWS = record<AwsAccess>({ services: listOf(record<AwsRight>({ name: text, regions: listOf(text) })) });

const SERVICE = record<Service>({
  id: text, name: text, namespace: text, origin: ORIGIN, host: text, kind: oneOf('workload', 'router', 'external'),
  ports: listOf(record<ServicePort>({ port: integer, targetPort: integer, protocol: oneOf<Protocol>('http', 'http2', 'grpc', 'tcp', 'tls') })),
  versions: listOf(VERSION), routes: listOf(SERVICE_ROUTE), calls: listOf(record<Call>({ service: text, tls: optional(CLIENT_TLS) })),
  clientTls: optional(CLIENT_TLS), identity: oneOf('service', 'version'), aws: optional(AWS),
});

const LISTENER = record<Listener>({
  port: integer, targetPort: integer, protocol: oneOf('http', 'http2', 'grpc'), tls: optional(LISTENER_TLS), health: optional(HEALTH), pool: optional(POOL),
});

const EXPOSURE = union<Exposure>({
  'network-load-balancer': {
    scheme: oneOf('internal', 'internet-facing'), certificate: optional(OPAQUE), tlsPorts: optional(listOf(integer)), deregistrationSeconds: optional(integer),
    sourceRanges: listOf(text), annotations: mapOf(OPAQUE),
  },
  'cluster-only': {},
});

const GATEWAY = record<Gateway>({
  id: text, name: text, namespace: text, origin: ORIGIN, listeners: listOf(LISTENER), routes: listOf(GATEWAY_ROUTE),
  accessLog: optional(ACCESS_LOG), clientTls: optional(CLIENT_TLS),
  pods: record<GatewayPods>({
    image: optional(OPAQUE), scale: SCALE, resources: RESOURCES, logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'critical', 'off'),
  }),
  exposure: EXPOSURE,
});

const QUOTA = optional(integer);

const MESH = record<MeshSettings>({
  name: text, origin: ORIGIN, egress: oneOf('any', 'declared-only'),
  serviceToService: optional(record<ServiceToService>({ routes: oneOf('applied', 'ignored'), undeclaredCalls: oneOf('refused', 'allowed') })),
  owner: optional(text), ipPreference: optional(oneOf('ipv4-only', 'ipv6-only')),
  listenerTls: optional(LISTENER_TLS), clientTls: optional(CLIENT_TLS), accessLog: optional(ACCESS_LOG),
  tracing: optional(record<Tracing>({
    kind: oneOf('x-ray', 'jaeger', 'datadog'), address: optional(text), port: optional(integer), samplingRate: optional(number),
  })),
  quotas: record<Quotas>({
    gatewayRoutesPerGateway: QUOTA, gatewaysPerMesh: QUOTA, servicesPerMesh: QUOTA, versionsPerMesh: QUOTA,
    routesPerService: QUOTA, callsPerVersion: QUOTA, proxiesPerVersion: QUOTA, proxiesPerGateway: QUOTA,
  }),
  namespaces: listOf(record<MeshNamespace>({
    name: text, origin: ORIGIN, ownership: oneOf('created', 'existing'), retain: flag, labels: TEXTS,
  })),
});

const MODEL = record<TrafficModel>({ format: oneOf(1), mesh: MESH, services: listOf(SERVICE), gateways: listOf(GATEWAY) });

/** The model in a JSON value. Throws ShapeError with the place where it is none. */
export function modelFrom(json: unknown): TrafficModel {
  const { format } = objectAt(json, '');
  if (format === undefined) throw new ShapeError('format', 'is missing');
  return MODEL(json, '');
}
