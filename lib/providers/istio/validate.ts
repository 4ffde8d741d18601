/** Istio's own rules and limits: what the schemas would refuse, or the control plane would not do as the program says. */
import type { IstioOptions } from './options';
import { podsOf } from './pods';
import { problemsOf } from './problems';
import { planService, tablesOfGateway, type ServicePlan } from './tables';
import { guardFindings } from './validate-guards';
import { outsideFindings } from './validate-outside';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Gateway } from '../../model/gateway';
import { covers } from '../../model/overlap';
import type { Service, ServiceRoute } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import { certificateFindings, trustFindings } from '../gateway-api/certificates';
import { boundPortFindings, schemeOf } from '../gateway-api/gateway';
import { limitFindings, redirectPortFindings } from '../gateway-api/limits';
import type { Obstacle } from '../gateway-api/obstacle';
import type { TableRoute } from '../gateway-api/table-route';
import { attributeFindings } from '../load-balancer';
import { indexMesh, type MeshIndex } from '../mesh-index';
import { hasBrokenReference } from '../references';
import { findIf, finding, versionProperty, type Place } from '../rule';
import { mergedDocument } from '../workload';

const TITLE = 'Istio';

/** @see CRD of Gateway, `listeners` */
const MAX_LISTENERS = 64;

/** All findings. Reports MESH111, MESH123, MESH203, MESH215, MESH401, MESH404, MESH406, MESH701 and MESH702. */
export function validateForIstio(model: TrafficModel, options: IstioOptions): readonly Diagnostic[] {
  const index = indexMesh(model);
  if (hasBrokenReference(index)) return [];
  return unique([
    ...documentFindings(index, options),
    ...outsideFindings(index, options),
    ...tracingFindings(model),
    ...model.services.flatMap((service) => service.kind === 'external' ? attachedFindings(service) : planFindings(planService(index, service, options))),
    ...model.gateways.flatMap((gateway) => gatewayFindings(index, gateway)),
  ]);
}

function documentFindings(index: MeshIndex, options: IstioOptions): readonly Diagnostic[] {
  return index.model.services.flatMap((service) => service.versions.flatMap((version) => {
    if (version.pods.kind !== 'document') return [];
    const merged = mergedDocument(version.pods.document, podsOf(index, service, version, options));
    return merged.kind === 'merged' ? [] : [finding('MESH111', { origin: version.origin, property: versionProperty(version, 'workload'), value: merged.got },
      `${merged.field} is '${merged.got}', and the mesh needs '${merged.wanted}'`, 'leave it out, so that the library writes it')];
  }));
}

function tracingFindings({ mesh: { tracing, origin } }: TrafficModel): readonly Diagnostic[] {
  return findIf(tracing !== undefined && tracing.kind !== 'x-ray' && tracing.address === undefined, () => finding('MESH401', { origin, property: 'tracing' },
    `${TITLE} sends spans to a host, and the program names none`, 'give the address of the collector'));
}

/** Routes are attached to Services of the cluster; one that changes nothing needs none. */
function attachedFindings({ id, routes }: Service): readonly Diagnostic[] {
  return routes.filter((route) => !changesNothing(route)).map(({ name, origin, property }) => finding('MESH401', { origin, property },
    `${TITLE} attaches routes to services of the cluster, and route '${name}' is one of '${id}', which is outside`, 'say it at the gateway or at a service of kind router'));
}

function changesNothing({ match, action, filters, policy }: ServiceRoute): boolean {
  const takesAll = match.kind === 'tcp' || (match.kind === 'http' && covers(match, { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [] }))
    || (match.kind === 'grpc' && covers(match, { kind: 'grpc', metadata: [] }));
  return takesAll && action.kind === 'forward' && Object.keys(filters).length === 0 && Object.keys(policy).length === 0;
}

function planFindings(plan: ServicePlan): readonly Diagnostic[] {
  if (plan.kind === 'list') return obstacleFindings(plan.obstacles);
  return plan.tables.flatMap(({ groups, obstacles }) => [...tableFindings(groups.flat(), obstacles), ...groups.flat().flatMap((route) => redirectPortFindings(route, 'http', TITLE))]);
}

function gatewayFindings(index: MeshIndex, gateway: Gateway): readonly Diagnostic[] {
  const { tables, obstacles } = tablesOfGateway(index, gateway);
  return [
    ...tableFindings(tables.flatMap(({ groups }) => groups.flat()), obstacles),
    ...tables.flatMap(({ listener, groups }) => groups.flat().flatMap((route) => redirectPortFindings(route, schemeOf(listener), TITLE))),
    ...guardFindings(gateway),
    ...attributeFindings(gateway),
    ...boundPortFindings(gateway, TITLE),
    ...listenerFindings(gateway),
  ];
}

function tableFindings(routes: readonly TableRoute[], obstacles: readonly Obstacle[]): readonly Diagnostic[] {
  return [
    ...obstacleFindings(obstacles),
    ...limitFindings(routes, TITLE),
    ...routes.flatMap((route) => problemsOf(route).map(({ reason, fix, property = route.property }) => finding('MESH401', { origin: route.origin, property }, reason, fix))),
  ];
}

function obstacleFindings(obstacles: readonly Obstacle[]): readonly Diagnostic[] {
  return obstacles.map(({ reason, fix, origin, property }) => finding('MESH215', { origin, property }, `${TITLE} cannot say the table: ${reason}`, fix));
}

function listenerFindings(gateway: Gateway): readonly Diagnostic[] {
  const { origin, listeners } = gateway;
  return [
    ...findIf(listeners.length > MAX_LISTENERS, () => finding('MESH404', { origin, property: 'listeners', value: listeners.length },
      `gateway '${gateway.id}' has ${listeners.length} listeners, and ${TITLE} holds ${MAX_LISTENERS}`, 'use a second gateway')),
    ...listeners.flatMap(({ tls }, at): readonly Diagnostic[] => {
      const place = (part: string): Place => ({ origin, property: `listeners[${at}].${part}` });
      if (tls === undefined || tls.mode === 'disabled') return [];
      return [
        ...certificateFindings(tls.certificate, place('tls.certificate'), TITLE), ...trustFindings(tls.clients?.trust, place('tls.clients'), TITLE),
        ...findIf((tls.clients?.subjectAltNames.length ?? 0) > 0, () => finding('MESH401', place('tls.clients'),
          `${TITLE} checks clients of a gateway against authorities, not by their names`, 'trust an authority that signs for these clients alone')),
      ];
    }),
  ];
}

function unique(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
