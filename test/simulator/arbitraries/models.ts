/** Random whole programs that the model's rules take without an error. */
import type * as fc from 'fast-check';
import { drawEnding, drawFilters, drawPolicy, drawTimeouts } from './actions';
import { defined, drawn, type Draw } from './draw';
import { drawGrpcMatch, drawHost, drawHttpMatch } from './matches';
import type { Destination, Mirror } from '../../../lib/model/action';
import type { Gateway, GatewayRoute, Listener } from '../../../lib/model/gateway';
import type { GrpcMatch, HttpMatch, Match } from '../../../lib/model/match';
import type { Protocol, Service, ServicePort, ServiceRoute, Version } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { validateModel } from '../../../lib/model/validate';
import * as build from '../../model-builders';

/** Programs with one or two gateways and some services. */
export function trafficModels(): fc.Arbitrary<TrafficModel> {
  return drawn((draw) => {
    // drawn anew from the same choices: a filter around generated functions would see the same one again and again
    for (let tries = 0; tries < 100; tries++) {
      const model = withoutFindings(drawModel(draw));
      if (model !== undefined) return model;
    }
    throw new Error('the rules refuse a hundred generated programs one after the other; run validateModel on them to see why');
  });
}

/** What a service may lead to. */
interface World {
  readonly draw: Draw;
  readonly services: readonly Service[];
}

function drawModel(draw: Draw): TrafficModel {
  const bare = [...drawWorkloads(draw), ...drawOthers(draw)];
  const world: World = { draw, services: bare };
  const services = bare.map((service) => ({ ...service, routes: drawServiceRoutes(world, service), calls: drawCalls(world, service) }));
  const gateways = draw.list(1, 2, (at) => drawGateway({ draw, services }, `edge${at}`));
  return build.model({ mesh: { egress: draw.pick(['any', 'declared-only']) }, services, gateways });
}

/** Removes the routes that the rules complain of; undefined where something else is wrong. */
function withoutFindings(model: TrafficModel): TrafficModel | undefined {
  let current = model;
  for (let round = 0; round < 8; round++) {
    const errors = validateModel(current).filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return current;
    const bad = new Set(errors.map(({ origin }) => origin.path));
    const keep = <R extends { readonly origin: { readonly path: string } }>(routes: readonly R[]) => routes.filter(({ origin }) => !bad.has(origin.path));
    const next = {
      ...current,
      services: current.services.map((service) => ({ ...service, routes: keep(service.routes) })),
      gateways: current.gateways.map((gateway) => ({ ...gateway, routes: keep(gateway.routes) })),
    };
    if (countRoutes(next) === countRoutes(current)) return undefined;
    current = next;
  }
  return undefined;
}

function countRoutes({ services, gateways }: TrafficModel): number {
  return [...services, ...gateways].reduce((sum, { routes }) => sum + routes.length, 0);
}

const PORTS: readonly (readonly ServicePort[])[] = ([
  [['http', 8080]], [['http', 8080]], [['http', 8080]], [['http2', 8082]], [['grpc', 9090]],
  [['http', 8080], ['http', 8081]], [['http', 8080], ['grpc', 9090]], [['http', 80], ['http2', 8080]], [['grpc', 9090], ['grpc', 9091]],
] as readonly (readonly (readonly [Protocol, number])[])[]).map((ports) => ports.map(([protocol, port]) => ({ port, targetPort: port + 10_000, protocol })));

function drawWorkloads(draw: Draw): Service[] {
  return draw.list(2, 4, (at) => {
    const name = `s${at}`;
    const namespace = draw.pick(['shop', 'shop', 'pay']);
    const versions = draw.list(1, 3, (index) => drawVersion(draw, name, `v${index + 1}`));
    return build.service(name, { namespace, versions, ports: draw.pick(PORTS), routes: [] });
  });
}

function drawVersion(draw: Draw, service: string, name: string): Version {
  return build.version(service, name, defined<Partial<Version>>({ timeouts: draw.maybe(12, () => drawTimeouts(draw)) }));
}

/** A service in front of versions of others, and a host outside of the mesh. */
function drawOthers(draw: Draw): Service[] {
  const router = draw.maybe(40, () => build.service('router', { kind: 'router', versions: [], routes: [], ports: draw.pick(PORTS) }));
  const external = draw.maybe(30, () => build.service('payments', {
    kind: 'external', host: 'api.payments.test', routes: [], versions: [build.version('payments', 'outside', { pods: { kind: 'external', host: 'api.payments.test' } })],
  }));
  return [...(router ? [router] : []), ...(external ? [external] : [])];
}

function drawCalls({ draw, services }: World, caller: Service): Service['calls'] {
  if (caller.kind !== 'workload') return [];
  return draw.some(services.filter((service) => service !== caller), 0, 3).map(({ id }) => ({ service: id }));
}

function drawServiceRoutes(world: World, service: Service): readonly ServiceRoute[] {
  const { draw } = world;
  const needsAll = service.versions.length > 1;
  if (!needsAll && service.kind !== 'router' && draw.chance(40)) return [];
  const kinds = [...new Set(service.ports.map(({ protocol }) => protocol === 'grpc' ? 'grpc' as const : 'http' as const))];
  const routes = draw.list(1, 4, (at) => {
    return drawServiceRoute(world, service, `r${at}`, drawMatch(draw, draw.pick(kinds), service.ports));
  });
  const all = needsAll || draw.chance(50) ? kinds.map((kind) => drawServiceRoute(world, service, `all-${kind}`, kind === 'grpc' ? build.grpc() : build.http(), 'forward')) : [];
  return [...routes, ...all];
}

function drawMatch(draw: Draw, kind: 'http' | 'grpc', ports: readonly { readonly port: number; readonly protocol: Protocol }[]): HttpMatch | GrpcMatch {
  const fitting = ports.filter(({ protocol }) => (protocol === 'grpc') === (kind === 'grpc')).map(({ port }) => port);
  return kind === 'grpc' ? drawGrpcMatch(draw, fitting) : drawHttpMatch(draw, fitting);
}

function drawServiceRoute(world: World, service: Service, name: string, match: Match, ending: 'any' | 'forward' = 'any'): ServiceRoute {
  const { draw } = world;
  const origin = build.origin(`${service.name}/${name}`, 'ServiceRoute');
  return defined<ServiceRoute>({
    name, origin, property: `addRoute('${name}')`, match,
    priority: draw.maybe(ending === 'any' ? 20 : 0, () => draw.integer(0, 50)),
    action: ending === 'any' && draw.chance(12) ? drawEnding(draw, match) : { kind: 'forward', destinations: drawVersions(world, service) },
    filters: drawFilters(draw, match, () => [drawMirror(world)]),
    policy: drawPolicy(draw, match.kind),
  });
}

function drawVersions({ draw, services }: World, service: Service): readonly Destination[] {
  const owners = service.kind === 'router' ? services.filter(({ kind }) => kind === 'workload') : [service];
  const all = owners.flatMap((owner) => owner.versions.map((version) => ({ owner, version })));
  return withWeights(draw, draw.some(all, 1, 3).map(({ owner, version }) => defined<Omit<Destination, 'weight'>>({
    service: owner.id, version: version.name, port: draw.maybe(10, () => draw.pick(owner.ports).port),
  })));
}

/** Weights with zeros among them, never all of them. */
function withWeights(draw: Draw, destinations: readonly Omit<Destination, 'weight'>[]): readonly Destination[] {
  const weights = destinations.map(() => draw.pick([0, 1, 1, 2, 3, 5, 95, 100]));
  return destinations.map((destination, at) => ({ ...destination, weight: weights.every((weight) => weight === 0) ? 1 : weights[at]! }));
}

function drawMirror({ draw, services }: World): Mirror {
  const service = draw.pick(services.filter(({ versions }) => versions.length > 0));
  return defined<Mirror>({ service: service.id, version: draw.maybe(60, () => draw.pick(service.versions).name), percent: draw.pick([0, 10, 100]) });
}

const LISTENERS: readonly Listener[] = [
  { port: 80, targetPort: 8080, protocol: 'http' },
  { port: 8080, targetPort: 8081, protocol: 'http' },
  { port: 443, targetPort: 8443, protocol: 'http', tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'edge' } } },
  { port: 8443, targetPort: 8444, protocol: 'http2', tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'edge' } } },
  { port: 8082, targetPort: 8082, protocol: 'http2' },
  { port: 9090, targetPort: 9090, protocol: 'grpc' },
];

function drawGateway(world: World, name: string): Gateway {
  const { draw } = world;
  const listeners = [draw.pick(LISTENERS.slice(0, 4)), ...draw.some(LISTENERS, 0, 2)].filter((listener, at, all) => all.indexOf(listener) === at);
  const kinds = listeners.map(({ protocol }) => protocol === 'grpc' ? 'grpc' as const : 'http' as const);
  const routes = draw.list(3, 9, (at) => {
    return drawGatewayRoute(world, name, at, drawMatch(draw, draw.pick(kinds), listeners));
  });
  // without these most requests would end before the second stage
  const all = draw.chance(70) ? [...new Set(kinds)].map((kind, at) => drawGatewayRoute(world, name, 90 + at, kind === 'grpc' ? build.grpc() : build.http())) : [];
  return build.gateway([...routes, ...all], { id: `shop/${name}`, name, listeners });
}

function drawGatewayRoute(world: World, gateway: string, at: number, match: HttpMatch | GrpcMatch): GatewayRoute {
  const { draw } = world;
  const name = `g${at}`;
  return defined<GatewayRoute>({
    name, origin: build.origin(`${gateway}/${name}`, 'GatewayRoute'), property: 'match', match,
    hosts: draw.chance(40) ? draw.list(1, 2, () => drawHost(draw)).filter((host, index, all) => all.findIndex(({ value }) => value === host.value) === index) : [],
    priority: draw.maybe(20, () => draw.integer(0, 50)),
    action: draw.chance(12) ? drawEnding(draw, match) : { kind: 'forward', destinations: drawServices(world) },
    filters: drawFilters(draw, match, () => [drawMirror(world)]),
    policy: drawPolicy(draw, match.kind),
  });
}

function drawServices({ draw, services }: World): readonly Destination[] {
  return withWeights(draw, draw.some(services, 1, draw.chance(60) ? 1 : 3).map((service) => defined<Omit<Destination, 'weight'>>({
    service: service.id,
    version: service.versions.length === 0 ? undefined : draw.maybe(25, () => draw.pick(service.versions).name),
    port: draw.maybe(15, () => draw.pick(service.ports).port),
  })));
}
