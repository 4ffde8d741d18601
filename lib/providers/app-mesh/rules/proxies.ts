/** Rules of versions' and gateways' proxies: listeners, checks, discovery, logs, and the pods they stand in. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway } from '../../../model/gateway';
import type { AccessLog } from '../../../model/observability';
import type { HealthCheck, OutlierDetection } from '../../../model/resilience';
import type { Service, Version } from '../../../model/service';
import { attributeFindings } from '../../load-balancer';
import { healthPort, type MeshIndex } from '../../mesh-index';
import { findIf, finding, versionProperty, type Place, type Rule } from '../../rule';
import { mergedDocument } from '../../workload';
import { podsOf } from '../sidecar';

/** Envoy runs as user 1337 and cannot bind below. */
const LAST_PRIVILEGED_PORT = 1024;
const MAX_LOG_TEXT = 1000;
const MAX_LOG_FIELD = 100;
const MAX_PATH = 255;
const PRINTABLE = /^[\x20-\x7e]*$/;
const MAX_CLOUD_MAP = { name: 1024, key: 255, value: 1024 };

/** Reports MESH302, MESH306, MESH108, MESH404 and MESH111 for what stands in a virtual node or gateway. */
export const proxyRules: Rule = (index) => [
  ...logFindings(index.model.mesh.accessLog, { origin: index.model.mesh.origin, property: 'accessLog' }),
  ...index.model.services.flatMap((service) => service.versions.flatMap((version) => versionFindings(index, service, version))),
  ...index.model.gateways.flatMap(gatewayFindings),
];

function versionFindings(index: MeshIndex, service: Service, version: Version): readonly Diagnostic[] {
  const at = (name: string): Place => ({ origin: version.origin, property: versionProperty(version, name) });
  const { health, outliers } = version;
  return [
    ...(health === undefined ? [] : [
      ...healthFindings(health, at('healthCheck')),
      ...findIf(healthPort(service, health.port) === undefined, () => finding('MESH302', { ...at('healthCheck.port'), value: health.port },
        `the health check asks port ${health.port}, and App Mesh checks only ports of the service: ${service.ports.map(({ targetPort }) => targetPort).join(', ')}`, 'check one of them')),
    ]),
    ...(outliers === undefined ? [] : outlierFindings(outliers, at('outlierDetection'))),
    ...logFindings(version.accessLog, at('accessLog')),
    ...cloudMapFindings(version, at('discovery')),
    ...documentFindings(index, service, version, at('workload')),
  ];
}

/** @see CRD of VirtualNode, `healthCheck` */
function healthFindings(health: HealthCheck, { origin, property }: Place): readonly Diagnostic[] {
  const within = (part: string, value: number, min: number, max: number, unit = '') => findIf(value < min || value > max, () =>
    finding('MESH302', { origin, property: `${property}.${part}`, value: `${value}${unit}` }, `${part} of the health check is ${value}${unit}, and App Mesh allows ${min} to ${max}${unit}`,
      `give a value from ${min} to ${max}${unit}`));
  return [
    ...within('interval', health.intervalMs, 5000, 300_000, ' ms'),
    ...within('timeout', health.timeoutMs, 2000, 60_000, ' ms'),
    ...within('healthyThreshold', health.healthyThreshold, 2, 10),
    ...within('unhealthyThreshold', health.unhealthyThreshold, 2, 10),
  ];
}

/** @see CRD of VirtualNode, `outlierDetection` */
function outlierFindings(outliers: OutlierDetection, { origin, property }: Place): readonly Diagnostic[] {
  return findIf(outliers.maxEjectionPercent < 0 || outliers.maxEjectionPercent > 100, () => finding('MESH306',
    { origin, property: `${property}.maxEjectionPercent`, value: outliers.maxEjectionPercent },
    `at most ${outliers.maxEjectionPercent} % of the pods would be taken out, and App Mesh allows 0 to 100`, 'give a percentage from 0 to 100'));
}

function logFindings(log: AccessLog | undefined, { origin, property }: Place): readonly Diagnostic[] {
  const format = log?.format;
  const report = (what: string) => finding('MESH404', { origin, property }, what, 'shorten it');
  return [
    ...findIf((log?.path.length ?? 0) > MAX_PATH, () => report(`the path of the access log has ${log?.path.length} characters, and App Mesh allows ${MAX_PATH}`)),
    ...(format?.kind === 'text' ? findIf(format.text.length > MAX_LOG_TEXT, () =>
      report(`the format of the access log has ${format.text.length} characters, and App Mesh allows ${MAX_LOG_TEXT}`)) : []),
    ...(format?.kind === 'json' ? format.fields.flatMap(({ key, value }) => findIf(key.length > MAX_LOG_FIELD || value.length > MAX_LOG_FIELD, () =>
      report(`field '${key}' of the access log has a key of ${key.length} and a value of ${value.length} characters, and App Mesh allows ${MAX_LOG_FIELD} each`))) : []),
  ];
}

function cloudMapFindings({ discovery }: Version, place: Place): readonly Diagnostic[] {
  if (discovery.kind !== 'cloud-map') return [];
  const texts = [
    { what: 'namespace', text: discovery.namespace, max: MAX_CLOUD_MAP.name },
    { what: 'service', text: discovery.service, max: MAX_CLOUD_MAP.name },
    ...discovery.attributes.flatMap(({ key, value }) => [
      { what: 'attribute key', text: key, max: MAX_CLOUD_MAP.key }, { what: `value of attribute '${key}'`, text: value, max: MAX_CLOUD_MAP.value },
    ]),
  ];
  return texts.flatMap(({ what, text, max }) => findIf(text.length < 1 || text.length > max || !PRINTABLE.test(text), () =>
    finding('MESH404', { ...place, value: text }, `the Cloud Map ${what} '${text}' is not 1 to ${max} printable ASCII characters`, 'use another text')));
}

function documentFindings(index: MeshIndex, service: Service, version: Version, place: Place): readonly Diagnostic[] {
  if (version.pods.kind !== 'document') return [];
  const merged = mergedDocument(version.pods.document, podsOf(index, service, version));
  if (merged.kind === 'merged') return [];
  return [finding('MESH111', { ...place, value: merged.got },
    `workload '${version.pods.name}' has ${merged.field} '${merged.got}', and the mesh needs '${merged.wanted}'`, `leave ${merged.field} out of the workload`)];
}

function gatewayFindings(gateway: Gateway): readonly Diagnostic[] {
  const { origin } = gateway;
  return [
    ...logFindings(gateway.accessLog, { origin, property: 'accessLog' }),
    ...attributeFindings(gateway),
    ...gateway.listeners.flatMap(({ targetPort, health }, at) => [
      ...findIf(targetPort <= LAST_PRIVILEGED_PORT, () => finding('MESH108', { origin, property: `listeners[${at}].targetPort`, value: targetPort },
        `the proxy would bind port ${targetPort}, and it may bind ports above ${LAST_PRIVILEGED_PORT} only`, `give targetPort a number above ${LAST_PRIVILEGED_PORT}; clients go on using port`)),
      ...(health === undefined ? [] : [
        ...healthFindings(health, { origin, property: `listeners[${at}].healthCheck` }),
        ...findIf(health.protocol === 'tcp', () => finding('MESH302', { origin, property: `listeners[${at}].healthCheck.protocol`, value: 'tcp' },
          'a gateway of App Mesh cannot be checked by tcp', 'check by http, http2 or grpc')),
      ]),
    ]),
  ];
}
