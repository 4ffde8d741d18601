/** Envoy Gateway's own rules and limits: what its schemas or its controller would refuse, or would not do as the program says. */
import type { Planned } from './backend-tls';
import { versionsOf } from './lower-policy';
import { planGateway, type GatewayPlan } from './plan';
import { backendTlsFindings } from './validate-backend-tls';
import { callFindings } from './validate-calls';
import { guardFindings } from './validate-guards';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Gateway } from '../../model/gateway';
import { hostRelation } from '../../model/overlap';
import type { TrafficModel } from '../../model/traffic-model';
import { certificateFindings, trustFindings } from '../gateway-api/certificates';
import { boundPortFindings, schemeOf } from '../gateway-api/gateway';
import { hostnameOf } from '../gateway-api/http-route';
import { limitFindings, redirectPortFindings } from '../gateway-api/limits';
import { replacesRawText } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { attributeFindings } from '../load-balancer';
import { indexMesh, type MeshIndex } from '../mesh-index';
import { versionAccount } from '../names';
import { hasBrokenReference } from '../references';
import { findIf, finding, versionProperty, type Place } from '../rule';
import { mergedDocument, versionPodLabels } from '../workload';

const TITLE = 'Envoy Gateway';

/** @see CRD of HTTPRouteFilter, `directResponse.body.inline` */
const MAX_BODY = 4096;

/** @see CRD of Gateway, `listeners` */
const MAX_LISTENERS = 64;

/** All findings. Reports MESH108, MESH111, MESH203, MESH215, MESH305, MESH401, MESH402, MESH404, MESH406, MESH408 and MESH701. */
export function validateForEnvoyGateway(model: TrafficModel): readonly Diagnostic[] {
  const index = indexMesh(model);
  if (hasBrokenReference(index)) return [];
  const planned = model.gateways.map((gateway) => ({ gateway, plan: planGateway(index, gateway) }));
  return [
    ...model.services.flatMap((service) => service.versions.flatMap((version) => {
      if (version.pods.kind !== 'document') return [];
      const wanted = { labels: versionPodLabels(service, version), annotations: {}, serviceAccount: versionAccount(service, version) };
      const merged = mergedDocument(version.pods.document, wanted);
      return merged.kind === 'merged' ? [] : [finding('MESH111', { origin: version.origin, property: versionProperty(version, 'workload'), value: merged.got },
        `${merged.field} is '${merged.got}', and the mesh needs '${merged.wanted}'`, 'leave it out, so that the library writes it')];
    })),
    ...tracingFindings(model),
    ...callFindings(index),
    ...planned.flatMap((one) => gatewayFindings(index, one)),
    ...backendTlsFindings(index, planned),
  ];
}

function tracingFindings({ mesh }: TrafficModel): readonly Diagnostic[] {
  const { tracing, origin } = mesh;
  return findIf(tracing !== undefined && tracing.kind !== 'x-ray' && tracing.address === undefined, () => finding('MESH401', { origin, property: 'tracing' },
    `${TITLE} sends spans to a host, and the program names none`, 'give the address of the collector'));
}

function gatewayFindings(index: MeshIndex, { gateway, plan }: Planned): readonly Diagnostic[] {
  const routes = plan.tables.flatMap(({ groups }) => groups.flat());
  return [
    ...uniqueFindings(plan.obstacles.map(({ reason, fix, origin, property }) => finding('MESH215', { origin, property }, `${TITLE} cannot say the table: ${reason}`, fix))),
    ...limitFindings(routes, TITLE),
    ...uniqueFindings(routes.flatMap((route) => routeFindings(index, route))),
    ...uniqueFindings(plan.tables.flatMap(({ listener, groups }) => groups.flat().flatMap((route) => redirectPortFindings(route, schemeOf(listener), TITLE)))),
    ...uniqueFindings(guardFindings(gateway, routes)),
    ...attributeFindings(gateway),
    ...boundPortFindings(gateway, TITLE),
    ...listenerFindings(gateway),
    ...hostFindings(gateway, plan),
  ];
}

function routeFindings(index: MeshIndex, route: TableRoute): readonly Diagnostic[] {
  const { action, label, origin, property } = route;
  const place = { origin, property };
  const body = action.kind === 'respond' ? action.body ?? '' : '';
  const size = new TextEncoder().encode(body).length;
  const versions = versionsOf(index, route);
  const differs = (read: (version: typeof versions[number]) => unknown) => new Set(versions.map((version) => JSON.stringify(read(version) ?? {}))).size > 1;
  return [
    ...findIf(size > MAX_BODY, () => finding('MESH404', { ...place, value: size }, `the answer of ${label} has ${size} bytes, and ${TITLE} holds ${MAX_BODY}`, 'answer less')),
    ...findIf(action.kind === 'redirect' && replacesRawText(route), () => finding('MESH401', place,
      `${TITLE} cannot replace raw text in a redirect, as ${label} does`, 'match a prefix by segments, or redirect to a whole path')),
    ...findIf(differs(({ pool }) => pool), () => finding('MESH401', place,
      `${TITLE} has one connection pool for all versions of a route, and those of ${label} differ`, 'give the versions the same pool')),
    ...findIf(versions.length > 1 && versions.every(({ stickiness }) => stickiness !== undefined), () => finding('MESH402', place,
      `${TITLE} keeps a client at a version, too, where its cookie keeps it at a pod, so the shares of ${label} are those of clients, not of requests`, 'acknowledge it, or leave stickiness out')),
    ...findIf(differs(({ stickiness }) => stickiness), () => finding('MESH401', place,
      `${TITLE} has one cookie for all versions of a route, and those of ${label} differ`, 'give the versions the same stickiness')),
    ...findIf(differs(({ outliers }) => outliers), () => finding('MESH401', place,
      `${TITLE} has one outlier detection for all versions of a route, and those of ${label} differ`, 'give the versions the same outlier detection')),
  ];
}

function listenerFindings(gateway: Gateway): readonly Diagnostic[] {
  const { origin, listeners } = gateway;
  return [
    ...findIf(listeners.length > MAX_LISTENERS, () => finding('MESH404', { origin, property: 'listeners', value: listeners.length },
      `gateway '${gateway.id}' has ${listeners.length} listeners, and ${TITLE} holds ${MAX_LISTENERS}`, 'use a second gateway')),
    ...listeners.flatMap(({ tls, pool }, at): readonly Diagnostic[] => {
      const place = (part: string): Place => ({ origin, property: `listeners[${at}].${part}` });
      const isOn = tls !== undefined && tls.mode !== 'disabled';
      return [
        ...(isOn ? [...certificateFindings(tls.certificate, place('tls.certificate'), TITLE), ...trustFindings(tls.clients?.trust, place('tls.clients'), TITLE)] : []),
        ...findIf(pool?.maxPendingRequests !== undefined || pool?.maxRequests !== undefined, () => finding('MESH401', place('connectionPool'),
          `${TITLE} limits the connections of a listener, not its requests`, 'give maxConnections alone')),
      ];
    }),
  ];
}

/** @see https://github.com/envoyproxy/gateway/issues/9895 */
function hostFindings(gateway: Gateway, { tables }: GatewayPlan): readonly Diagnostic[] {
  return gateway.listeners.flatMap((listener) => {
    const hosts = tables.filter((table) => table.listener === listener).flatMap(({ host }) => host?.kind === 'suffix' ? [host] : []);
    return hosts.flatMap((host, at) => hosts.slice(at + 1).filter((other) => hostRelation(host, other) === 'overlapping').map((other) => finding('MESH401',
      { origin: gateway.origin, property: 'routes', value: hostnameOf(host) },
      `${TITLE} 1.9 gives its proxies a configuration that they refuse where one wildcard lies in another, as ${hostnameOf(host)} and ${hostnameOf(other)} on port ${listener.port} of gateway '${gateway.id}' do`,
      'name the hosts below the inner wildcard, or serve it at another gateway')));
  });
}

function uniqueFindings(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
