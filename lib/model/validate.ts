/**
 * Everything that can be wrong with a program, whatever its mesh. In: the model, or one node of it. Out: findings.
 * Constructs ask the `check...` functions at the user's line; `validateModel` is asked once, before anything is lowered.
 */
import type { Gateway, GatewayRoute } from './gateway';
import type { Guards } from './guards';
import type { Diagnostic, Origin } from '../diagnostics/diagnostic';
import { admissionRule, checkAdmission } from './rules/guards/admission';
import { checkCors, corsRule } from './rules/guards/cors';
import { stickinessRule } from './rules/guards/stickiness';
import { conditionsRule } from './rules/matching/conditions';
import { hostsRule } from './rules/matching/hosts';
import { pathsRule } from './rules/matching/paths';
import { protocolsRule } from './rules/matching/protocols';
import { regexesRule } from './rules/matching/regexes';
import { rewritesRule } from './rules/matching/rewrites';
import { catchAllRule } from './rules/order/catch-all';
import { chosenRule } from './rules/order/chosen';
import { hostsMeetRule } from './rules/order/hosts-meet';
import { previewsRule } from './rules/order/previews';
import { prioritiesRule } from './rules/order/priorities';
import { shadowedRule } from './rules/order/shadowed';
import { tiesRule } from './rules/order/ties';
import { healthRule } from './rules/resilience/health';
import { outliersRule } from './rules/resilience/outliers';
import { poolsRule } from './rules/resilience/pools';
import { retriesRule, timeoutsRule } from './rules/resilience/retries';
import { scalesRule } from './rules/resilience/scales';
import type { Rule } from './rules/rule';
import { duplicatesRule } from './rules/structure/duplicates';
import { emptyGatewaysRule } from './rules/structure/empty-gateways';
import { loadBalancersRule } from './rules/structure/load-balancers';
import { namesRule } from './rules/structure/names';
import { outsideRule } from './rules/structure/outside';
import { podsRule } from './rules/structure/pods';
import { portsRule } from './rules/structure/ports';
import { referencesRule } from './rules/structure/references';
import { certificatesRule, settingsRule } from './rules/structure/settings';
import { weightsRule } from './rules/structure/weights';
import type { Service, ServiceRoute } from './service';
import type { MeshSettings, TrafficModel } from './traffic-model';

/** Every rule. */
export const RULES: readonly Rule[] = [
  namesRule, duplicatesRule, podsRule, portsRule, referencesRule, weightsRule, settingsRule, certificatesRule, emptyGatewaysRule, loadBalancersRule,
  outsideRule,
  pathsRule, regexesRule, hostsRule, conditionsRule, protocolsRule, rewritesRule,
  prioritiesRule, tiesRule, shadowedRule, hostsMeetRule, catchAllRule, previewsRule, chosenRule,
  corsRule, admissionRule, stickinessRule,
  healthRule, retriesRule, timeoutsRule, poolsRule, outliersRule, scalesRule,
];

/** The checks of some kinds, rule by rule: a large mesh asks them for thousands of nodes, and most rules have none of a kind. */
function checksOf<Kind extends Exclude<keyof Rule, 'name'>>(...kinds: readonly Kind[]): readonly NonNullable<Rule[Kind]>[] {
  return RULES.flatMap((rule) => kinds.flatMap((kind) => rule[kind] ?? []));
}

const MESH_CHECKS = checksOf('mesh');
const SERVICE_CHECKS = checksOf('service');
const SERVICE_ROUTE_CHECKS = checksOf('route', 'serviceRoute');
const GATEWAY_CHECKS = checksOf('gateway');
const GATEWAY_ROUTE_CHECKS = checksOf('route', 'gatewayRoute');
const PROGRAM_CHECKS = checksOf('program');

/** All findings of a program, by construct path, then code, then property; one that several nodes share comes once. */
export function validateModel(model: TrafficModel): readonly Diagnostic[] {
  const findings = [
    ...checkMesh(model.mesh),
    ...model.services.flatMap((service) => [...checkService(service), ...service.routes.flatMap((route) => checkServiceRoute(route, service))]),
    ...model.gateways.flatMap((gateway) => [...checkGateway(gateway), ...gateway.routes.flatMap((route) => checkGatewayRoute(route, gateway))]),
    ...PROGRAM_CHECKS.flatMap((check) => check(model)),
  ];
  const unique = new Map(findings.map((finding) => [JSON.stringify([finding.origin.path, finding.code, finding.property, finding.what]), finding]));
  return [...unique.values()].sort(compareFindings);
}

/** Findings about what holds for the whole mesh. */
export function checkMesh(settings: MeshSettings): readonly Diagnostic[] {
  return MESH_CHECKS.flatMap((check) => check(settings));
}

/** Findings about a service, its ports and versions, without its routes. */
export function checkService(service: Service): readonly Diagnostic[] {
  return SERVICE_CHECKS.flatMap((check) => check(service));
}

/** Findings about one route of a service, which may or may not be in the service's table yet. */
export function checkServiceRoute(route: ServiceRoute, service: Service): readonly Diagnostic[] {
  return SERVICE_ROUTE_CHECKS.flatMap((check) => check(route, service));
}

/** Findings about a gateway and its listeners, without its routes. */
export function checkGateway(gateway: Gateway): readonly Diagnostic[] {
  return GATEWAY_CHECKS.flatMap((check) => check(gateway));
}

/** Findings about what a gateway asks for its routes, at the gateway itself. */
export function checkGuards(guards: Guards, origin: Origin): readonly Diagnostic[] {
  return [...checkAdmission(guards, (property) => ({ origin, property })), ...(guards.cors === undefined ? [] : checkCors(guards.cors, { origin, property: 'cors' }))];
}

/** Findings about one route of a gateway, which may or may not be in the gateway's table yet. */
export function checkGatewayRoute(route: GatewayRoute, gateway: Gateway): readonly Diagnostic[] {
  return GATEWAY_ROUTE_CHECKS.flatMap((check) => check(route, gateway));
}

function compareFindings(a: Diagnostic, b: Diagnostic): number {
  return compareTexts(a.origin.path, b.origin.path)
    || compareTexts(a.code, b.code)
    || compareTexts(a.property, b.property)
    || compareTexts(a.what, b.what);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
