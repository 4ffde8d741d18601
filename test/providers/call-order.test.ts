/** Who is deployed before whom. */
import fc from 'fast-check';
import type { Call, Service } from '../../lib/model/service';
import { inCreationOrder } from '../../lib/plan/creation-order';
import type { Unit } from '../../lib/plan/unit';
import { calledBefore } from '../../lib/providers/call-order';
import { indexMesh } from '../../lib/providers/mesh-index';
import { serviceUnit, unitOfService, unitOfVersion, versionUnit } from '../../lib/providers/units';
import { http, model, service, serviceRoute, shares, version } from '../model-builders';

const idOf = (name: string) => `shop/${name}`;
const calls = (...names: readonly string[]): readonly Call[] => names.map((name) => ({ service: idOf(name) }));
const router = (name: string, ...names: readonly string[]) => service(name, {
  kind: 'router', versions: [], routes: names.map((one) => serviceRoute(one, http(), shares(idOf(one), { v1: 100 }))),
});

/** Names of those that come before each service. */
function before(...services: readonly Service[]): { readonly [name: string]: readonly string[] } {
  return Object.fromEntries([...calledBefore(services)].map(([id, called]) => [id.slice(5), called.map((one) => one.slice(5))]));
}

test('a service that is called comes first, through a whole chain, in whatever order they are written', () => {
  const chain = [service('front', { calls: calls('middle', 'log') }), service('middle', { calls: calls('back') }), service('back'), service('log')];
  const expected = { front: ['middle', 'log'], middle: ['back'], back: [], log: [] };

  expect(before(...chain)).toEqual(expected);
  expect(before(...[...chain].reverse())).toEqual(expected);
});

test('services that call each other do not wait for each other, but for everybody else that they call', () => {
  const services = [
    service('a', { calls: calls('b', 'tail') }), service('b', { calls: calls('c') }), service('c', { calls: calls('a', 'tail') }), service('tail'),
    service('outside', { calls: calls('a') }),
  ];

  expect(before(...services)).toEqual({ a: ['tail'], b: [], c: ['tail'], tail: [], outside: ['a'] });
});

test('a service that calls itself does not wait for itself', () => {
  expect(before(service('a', { calls: calls('a') }))).toEqual({ a: [] });
});

test('two circles that touch in one service are one', () => {
  const services = [service('a', { calls: calls('b', 'c') }), service('b', { calls: calls('a') }), service('c', { calls: calls('a') })];

  expect(before(...services)).toEqual({ a: [], b: [], c: [] });
});

test('a router stands between its caller and those that it leads to: a call back through it is a circle', () => {
  const straight = [service('caller', { calls: calls('front') }), router('front', 'back'), service('back')];
  const circle = [service('caller', { calls: calls('front') }), router('front', 'back'), service('back', { calls: calls('caller') })];

  expect(before(...straight)).toEqual({ caller: ['front'], front: [], back: [] });
  expect(before(...circle)).toEqual({ caller: [], front: [], back: [] });
});

test('a long chain is no problem', () => {
  const services = Array.from({ length: 2_000 }, (_, at) => service(`s${at}`, { calls: at === 1_999 ? [] : calls(`s${at + 1}`) }));

  expect(Object.values(before(...services)).filter((called) => called.length === 1)).toHaveLength(1_999);
});

/** Programs of up to ten services, each of which calls some of all, and routers that lead to some. */
const programs = fc.integer({ min: 1, max: 10 }).chain((count) => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 3 });
  return fc.array(fc.record({ some, isRouter: fc.boolean(), versions: fc.integer({ min: 1, max: 2 }) }), { minLength: count, maxLength: count });
}).map((drafts) => drafts.map(({ some, isRouter, versions }, at) => {
  // a router leads to versions, which routers do not have
  if (isRouter) return router(`s${at}`, ...some.filter((one) => !drafts[one]!.isRouter).map((one) => `s${one}`));
  return service(`s${at}`, { calls: calls(...some.map((one) => `s${one}`)), versions: ['v1', 'v2'].slice(0, versions).map((name) => version(`s${at}`, name)) });
}));

/** Which services can be reached from each, by calls and routes: squared until nothing is added. */
function reachable(services: readonly Service[]): ReadonlyMap<string, ReadonlySet<string>> {
  const reached = new Map(services.map(({ id, calls: called, routes }) => [
    id, new Set([...called, ...routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : [])].map((one) => one.service)),
  ]));
  for (let grown = true; grown;) {
    grown = false;
    for (const own of reached.values()) {
      for (const next of [...own].flatMap((id) => [...reached.get(id)!])) {
        if (own.has(next)) continue;
        own.add(next);
        grown = true;
      }
    }
  }
  return reached;
}

function unitsOf(services: readonly Service[]): readonly Unit[] {
  const index = indexMesh(model({ services }));
  return services.flatMap((one) => [
    ...one.versions.map((each) => unitOfVersion(index, one, each, { needs: [], objects: [] })), unitOfService(index, one, { needs: [], objects: [] }),
  ]);
}

test('whatever calls whom, units have an order in which every call that has no way back, every version and every destination comes first', () => {
  fc.assert(fc.property(programs, (services) => {
    const reached = reachable(services);
    const byId = new Map(services.map((one) => [one.id, one]));

    const place = new Map(inCreationOrder(unitsOf(services)).map(({ id }, at) => [id, at]));

    const isBefore = (earlier: string, later: string) => expect(place.get(earlier)).toBeLessThan(place.get(later)!);
    for (const one of services) {
      const called = one.calls.map(({ service: id }) => id).filter((id) => !reached.get(id)!.has(one.id));
      for (const each of one.versions) {
        isBefore(versionUnit(one, each), serviceUnit(one));
        for (const id of called) isBefore(serviceUnit(byId.get(id)!), versionUnit(one, each));
      }
      for (const { action } of one.routes) {
        for (const { service: id, version: name } of action.kind === 'forward' ? action.destinations : []) {
          const target = byId.get(id)!;
          isBefore(versionUnit(target, target.versions.find((each) => each.name === name)!), serviceUnit(one));
        }
      }
    }
  }), { numRuns: 300 });
});
