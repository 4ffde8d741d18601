/** Whatever the simulator's two stages do with a request, the flat table does alike. */
import * as fc from 'fast-check';
import { signatureOf } from '../../lib/diff/signature';
import type { Filters, PathRewrite } from '../../lib/model/action';
import { matchesMatch } from '../../lib/model/evaluate';
import type { Gateway } from '../../lib/model/gateway';
import { flattenGateway, type FlatGateway, type FlatGatewayRoute } from '../../lib/model/gateway-table/flatten-gateway';
import type { PathMatch } from '../../lib/model/match';
import { hostTables } from '../../lib/model/precedence';
import type { ServiceRoute } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { Simulator, type Branch, type Decision } from '../../lib/simulator';
import { headersAfter } from '../../lib/simulator/changes';
import * as build from '../model-builders';
import { trafficModels } from '../simulator/arbitraries/models';
import { questions, type Question } from '../simulator/arbitraries/requests';
import { ANSWER_HEADERS } from '../simulator/arbitraries/vocabulary';

/** Longer, and from another start: MESH_RUNS=2000 MESH_SEED=3 npx jest test/model/flatten-gateway */
const [RUNS, SEED] = [Number(process.env.MESH_RUNS ?? 30), Number(process.env.MESH_SEED ?? 11)];

// drawn as samples: within one array `fc.gen` gives the same value again and again
function programOf(number: number): TrafficModel {
  return fc.sample(fc.noBias(trafficModels()), { seed: SEED * 1_000_003 + number, numRuns: 1 })[0]!;
}

/** The program with services whose routes only choose versions, for everything: so that splits between them have flat tables. */
function withPlainServices(model: TrafficModel): TrafficModel {
  return {
    ...model, services: model.services.map((service) => {
      const [version] = service.versions;
      if (version === undefined) return service;
      const routes = service.routes.filter(({ action }) => action.kind === 'forward').map((route) => ({ ...route, filters: {}, policy: {}, priority: route.priority ?? 90 }));
      const rest = [build.http(), build.grpc()].map((match, at) => build.serviceRoute(`rest-${at}`, match, [{ service: service.id, version: version.name, weight: 1 }], { priority: 99 }));
      return { ...service, routes: [...routes, ...rest] };
    }),
  };
}

function questionsFor(model: TrafficModel, number: number): readonly Question[] {
  return fc.sample(fc.noBias(questions(model)), { seed: SEED * 7_000_003 + number, numRuns: 150 }).filter(({ at }) => at === 'gateway');
}

/** Tables by gateway, port and host, made once. */
class Tables {
  private readonly known = new Map<string, { readonly flat: FlatGateway; readonly simulator: Simulator }>();

  constructor(private readonly model: TrafficModel) {}

  ask({ entry, request, host }: Decision) {
    if (entry.kind !== 'gateway') throw new Error('no gateway');
    const key = JSON.stringify([entry.gateway.id, request.port, host]);
    const known = this.known.get(key) ?? this.make(entry.gateway, request.port, host);
    this.known.set(key, known);
    return known;
  }

  private make(gateway: Gateway, port: number, host: Decision['host']) {
    const table = hostTables(gateway).find((one) => JSON.stringify(one.host) === JSON.stringify(host)) ?? { host, routes: [] };
    const listener = gateway.listeners.find((one) => one.port === port)!;
    const flat = flattenGateway({ model: this.model, gateway, listener, table });
    const routes = flat.kind === 'flat' ? flat.routes.map(asGatewayRoute) : [];
    return { flat, simulator: new Simulator({ ...this.model, gateways: [{ ...gateway, listeners: [listener], routes }] }) };
  }
}

/** A flat route as a gateway route that leaves nothing to a second stage. */
function asGatewayRoute({ origin, property, match, action, filters, policy }: FlatGatewayRoute, at: number): Gateway['routes'][number] {
  return { name: `flat-${at}`, origin, property, hosts: [], priority: at, match, action, filters, policy };
}

/** A decision without what counts as the same: who answers 404, how header changes are written, which port of a mirror is implied. */
function comparable(decision: Decision): string {
  return signatureOf({
    ...decision, branches: decision.branches.map((branch): Branch => ({
      ...branch,
      ending: branch.ending.kind === 'no-route' && branch.ending.stage === 'service' ? { kind: 'respond', status: 404 } : branch.ending,
      mirrors: branch.mirrors.map(({ port: _, ...mirror }) => mirror),
      responseHeaders: effectOf(branch.responseHeaders),
    })),
  });
}

/** What changes of headers do to answers with and without them. */
function effectOf(changes: readonly NonNullable<Filters['responseHeaders']>[]): Branch['responseHeaders'] {
  const samples = [{}, Object.fromEntries(ANSWER_HEADERS.map((name) => [name, 'own']))];
  return samples.map((sample) => {
    const after = changes.reduce((headers, change) => headersAfter(change, headers), sample as { readonly [name: string]: string });
    return { remove: [], add: [], set: Object.entries(after).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => ({ name, value })) };
  });
}

/** What both stages and the flat table do with one request. Throws where it differs; undefined where there is no flat table. */
function compare(simulator: Simulator, tables: Tables, { id, input }: Pick<Question, 'id' | 'input'>) {
  const decision = simulator.decide(simulator.gatewayEntry(id), input);
  const { flat, simulator: ofFlat } = tables.ask(decision);
  if (flat.kind === 'obstacles') return { decision, flat };
  const flatDecision = ofFlat.decide(ofFlat.gatewayEntry(), input);
  const won = flat.routes.find(({ match }) => matchesMatch(match, decision.request));
  const [wanted, got] = [comparable(decision), comparable(flatDecision)];
  const isNamed = won?.gatewayRoute === decision.gatewayRoute?.name && (won?.serviceRoutes ?? []).every(({ service, route }) =>
    decision.branches.some((branch) => branch.service?.id === service && branch.serviceRoute?.name === route));
  if (wanted !== got || !isNamed || flatDecision.gatewayRoute?.name !== (won && `flat-${flat.routes.indexOf(won)}`)) {
    const serviceRoutes = decision.branches.map(({ serviceRoute }) => serviceRoute);
    throw new Error(`${wanted}\n--- flat:\n${got}\n${JSON.stringify({ input, gatewayRoute: decision.gatewayRoute, serviceRoutes, won }, undefined, 1)}`);
  }
  return { decision, flat, won };
}

/** The flat tables of all gateways, listeners and hosts. */
function flatTables(model: TrafficModel): readonly FlatGateway[] {
  return model.gateways.flatMap((gateway) => gateway.listeners.flatMap((listener) => hostTables(gateway).map((table) => flattenGateway({ model, gateway, listener, table }))));
}

/** The program without the routes that cannot be part of one table, so that the others can be asked. */
function withoutObstacles(model: TrafficModel): TrafficModel {
  const bad = new Set(flatTables(model).flatMap((flat) => flat.kind === 'flat' ? [] : flat.obstacles.map(({ origin }) => origin.path)));
  if (bad.size === 0) return model;
  return withoutObstacles({ ...model, gateways: model.gateways.map((gateway) => ({ ...gateway, routes: gateway.routes.filter(({ origin }) => !bad.has(origin.path)) })) });
}

function countRoutes({ gateways }: TrafficModel): number {
  return gateways.reduce((sum, { routes }) => sum + routes.length, 0);
}

test.each([
  ['anything', (model: TrafficModel) => model, { chosen: 8, closed: 5, split: 0 }],
  ['services that choose versions', withPlainServices, { chosen: 20, closed: 1, split: 1 }],
])('a flat table gives every request what both stages give it: %s', (_, make, least) => {
  const tables = { flat: 0, refused: 0 };
  const routes = { all: 0, refused: 0 };
  const seen = { compared: 0, chosen: 0, split: 0, closed: 0 };
  for (let number = 0; number < RUNS; number++) {
    const whole = make(programOf(number));
    for (const { kind } of flatTables(whole)) tables[kind === 'flat' ? 'flat' : 'refused'] += 1;
    const model = withoutObstacles(whole);
    routes.all += countRoutes(whole);
    routes.refused += countRoutes(whole) - countRoutes(model);
    if (countRoutes(model) === 0) continue;
    const [simulator, known] = [new Simulator(model), new Tables(model)];
    for (const question of questionsFor(model, number)) {
      const { won } = compare(simulator, known, question);
      seen.compared += 1;
      seen.chosen += Number(won !== undefined && won.serviceRoutes.length > 0);
      seen.split += Number(won !== undefined && won.serviceRoutes.length > 1);
      seen.closed += Number(won?.closes === true);
    }
  }

  expect(seen.compared).toBeGreaterThan(RUNS * 80);
  expect(tables.refused).toBeLessThan(tables.flat / 2);
  expect(routes.refused).toBeLessThan(routes.all / 5);
  for (const kind of ['chosen', 'closed', 'split'] as const) expect(seen[kind]).toBeGreaterThanOrEqual(RUNS * least[kind]);
});

describe('rewrites of both stages', () => {
  const paths = (kind: PathMatch['kind'], values: readonly string[]) => values.map((value): PathMatch => ({ kind, value }));
  const outer = [...paths('prefix', ['/', '/api']), ...paths('raw-prefix', ['/', '/api', '/api/']), ...paths('exact', ['/api']), ...paths('regex', ['/api(/.*)?'])];
  const inner = [
    ...paths('prefix', ['/', '/v2', '/v2/x', '/api']), ...paths('raw-prefix', ['/', '/v2', '/v2/', '/v', '/v2/x']), ...paths('exact', ['/', '/v2', '/v2/', '/v2/x', '/api']),
    ...paths('regex', ['/v2(/.*)?', '/.*', '/v2/x']),
  ];
  const rewritesFor = ({ kind }: PathMatch, values: readonly string[]): readonly (PathRewrite | undefined)[] =>
    [undefined, { kind: 'full', value: '/v2/x' }, ...kind === 'prefix' || kind === 'raw-prefix' ? values.map((value): PathRewrite => ({ kind: 'prefix', value })) : []];
  const clients = ['/', '//', '/x', '/v', '/v2', '/v2/', '/v2/x', '/v2/x/', '/v2/xy', '/v2x', '/api', '/api/', '/apiary', '/api/v2', '/api/v2/', '/api/v2/x', '/api/v2/x/y', '/api/x', '/apiv2',
    '/apiv2/x', '/api2', '/api/api', '/API', '/v2/%2F'];

  test.each(outer)('agree with the simulator for every path behind $kind $value', (path) => {
    const seen = { compared: 0, refused: 0 };
    for (const rewrite of rewritesFor(path, ['/', '/v2', '/v2/', '/api', '/v'])) {
      for (const behind of inner) {
        for (const [at, then] of rewritesFor(behind, ['/', '/w/', '/api']).entries()) {
          const service = build.service('s', { routes: [serviceRoute(behind, then, at % 2 === 1), ...at > 2 ? [build.serviceRoute('rest', build.http(), [{ service: 'shop/s', version: 'v1', weight: 1 }])] : []] });
          const route = build.gatewayRoute('g', build.http(path), [build.to('shop/s')], { filters: rewrite === undefined ? {} : { rewritePath: rewrite } });
          const model = build.model({ services: [service], gateways: [build.gateway([route])] });
          const [simulator, tables] = [new Simulator(model), new Tables(model)];
          for (const client of clients) seen[compare(simulator, tables, { id: 'shop/gateway', input: { path: client } }).flat.kind === 'flat' ? 'compared' : 'refused'] += 1;
        }
      }
    }

    expect(seen.compared).toBeGreaterThan(1000);
    expect(seen.refused).toBeLessThan(path.kind === 'regex' ? seen.compared * 2 : seen.compared / 4);
  });

  function serviceRoute(path: PathMatch, rewrite: PathRewrite | undefined, redirects: boolean): ServiceRoute {
    const route = build.serviceRoute('r', build.http(path), [{ service: 'shop/s', version: 'v1', weight: 1 }], { filters: redirects || rewrite === undefined ? {} : { rewritePath: rewrite } });
    return redirects ? { ...route, action: { kind: 'redirect', status: 302, ...rewrite === undefined ? {} : { path: rewrite } } } : route;
  }
});
