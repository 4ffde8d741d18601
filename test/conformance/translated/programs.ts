/**
 * Generated programs that a provider can say. What it cannot is taken out piece by piece, so that the rest of each program is asked: scheme conditions, timeouts of
 * versions that differ, wildcards inside of wildcards, then every route that a finding names.
 */
import * as fc from 'fast-check';
import type { Timeouts } from '../../../lib/model/action';
import type { Feature } from '../../../lib/model/features';
import type { Gateway, GatewayRoute } from '../../../lib/model/gateway';
import type { HostMatch, Match } from '../../../lib/model/match';
import type { Service, ServiceRoute } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { validateModel } from '../../../lib/model/validate';
import { checkCapabilities } from '../../../lib/providers/check';
import type { Provider } from '../../../lib/providers/provider';
import { trafficModels } from '../../simulator/arbitraries/models';

/** A program, and what was left of it. */
export interface Sayable {
  readonly model: TrafficModel;
  /** Routes that were taken out, by the code of the finding. */
  readonly removed: { readonly [code: string]: number };
}

/** The program of a number, in namespaces of its own; undefined where nothing of it can be said. `crowd`: how many programs share its gateway, whose tables get long. */
export function sayableProgram(provider: Provider, seed: number, number: number, crowd = 1): Sayable | undefined {
  const known = KNOWN.get(provider) ?? new Map<string, Sayable | undefined>();
  KNOWN.set(provider, known);
  const key = `${seed} ${number} ${crowd}`;
  if (!known.has(key)) known.set(key, madeSayable(provider, seed, number, crowd));
  return known.get(key);
}

/** What was made before: several campaigns ask the same programs. */
const KNOWN = new WeakMap<Provider, Map<string, Sayable | undefined>>();

function madeSayable(provider: Provider, seed: number, number: number, crowd: number): Sayable | undefined {
  const drawn = fc.sample(trafficModels(), { seed: seed * 1_000_003 + number, numRuns: crowd })
    .map((one, at) => crowd === 1 ? plainer(one, provider) : inNamespaces(plainer(one, provider), `${'abcdefgh'[at]}-`));
  let model = inNamespaces(crowded(drawn), `m${number}-`);
  const removed: { [code: string]: number } = {};
  for (let round = 0; round < 12 * crowd; round++) {
    const errors = [...validateModel(model), ...checkCapabilities(model, provider, []), ...provider.validate(model)].filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return model.gateways.every(({ routes }) => routes.length === 0) ? undefined : { model, removed };
    const bad = new Set(errors.map(({ origin }) => origin.path));
    const left = without(model, bad);
    if (routesOf(left) === routesOf(model)) return undefined;
    for (const { code } of errors) removed[code] = (removed[code] ?? 0) + 1;
    model = left;
  }
  return undefined;
}

/** One program with all services of several, and all routes on one gateway, without hosts and priorities, so that they share its tables. */
function crowded(models: readonly TrafficModel[]): TrafficModel {
  const [first, ...others] = models as [TrafficModel, ...TrafficModel[]];
  const [gateway, ...rest] = first.gateways as [Gateway, ...Gateway[]];
  const more = others.flatMap(({ gateways }, at) => gateways.flatMap(({ id, routes }) => routes.map((route): GatewayRoute => {
    const name = `${route.name}-${at}-${id.split('/')[1]!}`;
    return { ...route, name, origin: { ...route.origin, path: `${route.origin.path}/${name}` } };
  })));
  if (others.length === 0) return first;
  const routes = [...gateway.routes, ...more].map(({ priority: _, ...route }): GatewayRoute => ({ ...route, hosts: [] }));
  return {
    ...first, services: models.flatMap(({ services }) => services), gateways: [{ ...gateway, routes }, ...rest],
    mesh: { ...first.mesh, namespaces: models.flatMap(({ mesh }) => mesh.namespaces) },
  };
}

function routesOf({ services, gateways }: TrafficModel): number {
  return [...services, ...gateways].reduce((sum, { routes }) => sum + routes.length, 0);
}

function without(model: TrafficModel, bad: ReadonlySet<string>): TrafficModel {
  const keep = <R extends { readonly origin: { readonly path: string } }>(routes: readonly R[]) => routes.filter(({ origin }) => !bad.has(origin.path));
  return {
    ...model, services: model.services.map((service) => ({ ...service, routes: keep(service.routes) })),
    gateways: model.gateways.map((gateway) => ({ ...gateway, routes: keep(gateway.routes) })),
  };
}

/** The program without what no table of the Gateway API says, and without faults, limits of silence and events that the provider cannot say. */
function plainer(model: TrafficModel, { capabilities, serviceToService }: Provider): TrafficModel {
  const isSaid = (feature: Feature) => capabilities[feature].kind !== 'unsupported';
  const limits = (timeouts: Timeouts | undefined) => timeouts === undefined || isSaid('gateway.timeout.idle') ? timeouts : { ...timeouts, idleMs: undefined };
  const said = <R extends GatewayRoute | ServiceRoute>(route: R): R => {
    const { retry, timeouts } = route.policy;
    const on = retry?.on.filter((event) => isSaid(`gateway.retry.on.${event}`)) ?? [];
    return JSON.parse(JSON.stringify({
      ...route, match: withoutScheme(route.match),
      filters: isSaid('gateway.fault') ? route.filters : { ...route.filters, fault: undefined },
      policy: { retry: on.length === 0 ? undefined : { ...retry, on }, timeouts: limits(timeouts) },
    })) as R;
  };
  return {
    ...model,
    services: model.services.map((service): Service => ({
      ...service, routes: service.routes.map(said),
      // nothing asks about calls that no proxy routes
      calls: serviceToService.routes === 'applied' ? service.calls : [],
      versions: service.versions.map((version) => {
        const { timeouts: _, ...rest } = version;
        const first = limits(service.versions[0]!.timeouts);
        return first === undefined ? rest : { ...rest, timeouts: JSON.parse(JSON.stringify(first)) as Timeouts };
      }),
    })),
    gateways: model.gateways.map((gateway) => {
      const wildcard = gateway.routes.flatMap(({ hosts }) => hosts).find(({ kind }) => kind === 'suffix');
      const isKept = (host: HostMatch) => host.kind === 'exact' || host.value === wildcard?.value;
      return {
        ...gateway, routes: gateway.routes.filter(({ hosts }) => hosts.length === 0 || hosts.some(isKept))
          .map((route): GatewayRoute => ({ ...said(route), hosts: route.hosts.filter(isKept) })),
      };
    }),
  };
}

function withoutScheme<M extends Match>(match: M): M {
  if (match.kind !== 'http') return match;
  const { scheme: _, ...rest } = match;
  return rest as M;
}

/** The same program with another beginning of every namespace, so that many fit into one cluster. */
export function inNamespaces(model: TrafficModel, start: string): TrafficModel {
  const id = (text: string) => text.includes('/') ? `${start}${text}` : text;
  const own = new Set(model.services.map(({ host }) => host));
  const change = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (key === 'namespace') return `${start}${value}`;
    if (key === 'id' || key === 'service') return id(value);
    if (!own.has(value)) return value;
    return value.endsWith('.svc.cluster.local') ? value.replace('.', `.${start}`) : `${start}${value}`;
  };
  const { mesh, ...rest } = model;
  const changed = JSON.parse(JSON.stringify(rest, change)) as Omit<TrafficModel, 'mesh'>;
  // a gRPC service is no service of the mesh
  return { ...changed, mesh: { ...mesh, name: `${start}mesh`, namespaces: mesh.namespaces.map((namespace) => ({ ...namespace, name: `${start}${namespace.name}` })) } };
}
