/**
 * Quotas of the account, with the user's declared values in the place of the defaults.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/service-quotas.html
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway } from '../../../model/gateway';
import type { Quotas } from '../../../model/traffic-model';
import type { Scale } from '../../../model/workload';
import { needsEdge } from '../edge-table';
import { gatewayForms } from '../gateway-forms';
import { countGatewayRoutes } from '../lower-gateway-route';
import { hasNoForm } from './routes';
import { findIf, finding, versionProperty, type Place, type Rule } from '../../rule';

const DEFAULTS: Required<Quotas> = {
  gatewayRoutesPerGateway: 10,
  gatewaysPerMesh: 3,
  servicesPerMesh: 200,
  versionsPerMesh: 200,
  routesPerService: 50,
  callsPerVersion: 50,
  proxiesPerVersion: 50,
  proxiesPerGateway: 50,
};

/** Reports MESH403 for each quota that the program exceeds. */
export const quotaRules: Rule = ({ model: { mesh, services, gateways } }) => {
  const limits = { ...DEFAULTS, ...mesh.quotas };
  const over = (quota: keyof Quotas, count: number, place: Place, what: (limit: number) => string) => findIf(count > limits[quota], () =>
    finding('MESH403', { ...place, value: count }, what(limits[quota]), `use at most ${limits[quota]}, or raise the quota at AWS and declare quotas.${quota}`));
  const ofMesh: Place = { origin: mesh.origin, property: 'quotas' };
  const edges = gateways.flatMap(({ routes }) => routes.filter((route) => route.action.kind === 'forward' && needsEdge(route))).length;
  const fronts = services.length + edges;
  const nodes = services.reduce((count, { versions }) => count + versions.length, 0);
  return [
    ...over('servicesPerMesh', fronts, ofMesh, (limit) =>
      `mesh '${mesh.name}' needs ${fronts} virtual services (${services.length} services, and ${edges} for gateway routes with weights, versions, retries or timeouts), and the quota is ${limit}`),
    ...over('versionsPerMesh', nodes, ofMesh, (limit) => `mesh '${mesh.name}' has ${nodes} versions, and the quota is ${limit}`),
    ...over('gatewaysPerMesh', gateways.length, ofMesh, (limit) => `mesh '${mesh.name}' has ${gateways.length} gateways, and the quota is ${limit}`),
    ...services.flatMap((service) => [
      ...over('callsPerVersion', service.calls.length, { origin: service.origin, property: 'calls' }, (limit) =>
        `service '${service.id}' declares ${service.calls.length} calls, and the quota is ${limit}`),
      ...service.versions.flatMap((version) => version.pods.kind !== 'image' ? [] : over('proxiesPerVersion', largest(version.pods.scale),
        { origin: version.origin, property: versionProperty(version, scaleProperty(version.pods.scale)) }, (limit) =>
          `version '${version.name}' of service '${service.id}' may have ${largestOf(version.pods)} pods, and beyond ${limit} proxies App Mesh cuts running ones off too`)),
    ]),
    ...gateways.flatMap((gateway) => [
      ...over('proxiesPerGateway', largest(gateway.pods.scale), { origin: gateway.origin, property: scaleProperty(gateway.pods.scale) }, (limit) =>
        `gateway '${gateway.id}' may have ${largest(gateway.pods.scale)} pods, and beyond ${limit} proxies App Mesh cuts running ones off too`),
      ...(hasNoForm(gateway) ? [] : gatewayRouteQuota(gateway, over)),
    ]),
  ];
};

type Over = (quota: keyof Quotas, count: number, place: Place, what: (limit: number) => string) => readonly Diagnostic[];

function gatewayRouteQuota(gateway: Gateway, over: Over): readonly Diagnostic[] {
  const count = gateway.routes.reduce((sum, route) => sum + countGatewayRoutes(gateway, route), 0);
  const several = gateway.routes.filter((route) => countGatewayRoutes(gateway, route) > 1).map((route) => {
    const forms = gatewayForms(route).length;
    const parts = [`${Math.max(1, route.hosts.length)} hosts`, `${gateway.listeners.length} listeners`, ...(forms > 1 ? [`${forms} forms of its match`] : [])];
    return `'${route.name}' becomes ${countGatewayRoutes(gateway, route)} (${parts.join(', ')})`;
  });
  return over('gatewayRoutesPerGateway', count, { origin: gateway.origin, property: 'routes' }, (limit) =>
    `gateway '${gateway.id}' needs ${count} gateway routes for ${gateway.routes.length} written ones${several.length === 0 ? '' : `: ${several.join(', ')}`}, and the quota is ${limit}`);
}

function largestOf(pods: { readonly kind: string; readonly scale?: Scale }): number {
  return pods.scale === undefined ? 0 : largest(pods.scale);
}

function largest(scale: Scale): number {
  return scale.kind === 'auto' ? scale.maxReplicas : scale.replicas;
}

function scaleProperty({ kind }: Scale): string {
  return kind === 'auto' ? 'autoscaling.maxReplicas' : 'replicas';
}
