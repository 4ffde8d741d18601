/** What differs between two states of a program, in words, for whoever watches a preview: one line for each service, gateway, version and route. */
import { describeAction, describeGuards, describeMatch } from '../../model/describe';
import type { GatewayRoute } from '../../model/gateway';
import type { Guards } from '../../model/guards';
import type { ServiceRoute } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';

type Route = ServiceRoute | GatewayRoute;

/** Something with a name and a text that says all about it. */
interface Part {
  readonly name: string;
  readonly text: string;
  readonly routes: readonly Route[];
  readonly versions: readonly string[];
}

/** Lines such as `shop/products, route split: 95 shop/products@v1, 5 shop/products@v2 -> 75 ..., 25 ...`; none where nothing changed. */
export function describeChanges(before: TrafficModel, after: TrafficModel): readonly string[] {
  const [old, next] = [partsOf(before), partsOf(after)];
  const settings = same({ ...before.mesh, origin: 0 }, { ...after.mesh, origin: 0 }) ? [] : ['settings of the mesh changed'];
  return [...settings, ...compare(old, next, part => part.name, changesWithin)];
}

function partsOf(model: TrafficModel): readonly Part[] {
  return [
    ...model.gateways.map(({ routes, origin, ...own }) => ({ name: `gateway ${own.id}`, routes, text: JSON.stringify(own), versions: [] })),
    ...model.services.map(({ routes, origin, ...own }) => ({
      name: own.id, routes, versions: own.versions.map(({ name }) => name),
      text: JSON.stringify({ ...own, versions: own.versions.map(version => ({ ...version, origin: 0 })) }),
    })),
  ];
}

function changesWithin(before: Part, after: Part): readonly string[] {
  const versions = compare(before.versions, after.versions, name => `${after.name}, version ${name}`, () => []);
  const routes = compare(before.routes, after.routes, route => `${after.name}, route ${route.name}`, (old, next) => routeChanges(old, next).map(words => `${after.name}, route ${next.name}: ${words}`));
  const rest = before.text === after.text || versions.length > 0 ? [] : [`${after.name}: settings changed`];
  return [...versions, ...routes, ...rest];
}

function routeChanges(before: Route, after: Route): readonly string[] {
  const [match, action] = [describeMatch(after.match), describeAction(after.action)];
  const words = [
    ...(same(before.match, after.match) ? [] : [`${describeMatch(before.match)} -> ${match}`]),
    ...(same(before.action, after.action) ? [] : [`${describeAction(before.action)} -> ${action}`]),
    ...(same(before.policy, after.policy) ? [] : ['retries or timeouts changed']),
    ...(same(before.filters, after.filters) ? [] : ['rewrites, headers, mirrors or faults changed']),
    ...(same(guardsOf(before), guardsOf(after)) ? [] : [`asks for ${guardWords(before)} -> ${guardWords(after)}`]),
    ...(before.priority === after.priority ? [] : [`priority ${before.priority ?? 'none'} -> ${after.priority ?? 'none'}`]),
    ...(same('hosts' in before ? before.hosts : [], 'hosts' in after ? after.hosts : []) ? [] : ['hosts changed']),
  ];
  return words;
}

function guardsOf(route: Route): Guards | undefined {
  return 'guards' in route ? route.guards : undefined;
}

function guardWords(route: Route): string {
  return describeGuards(guardsOf(route) ?? {}).join(' and ') || 'nothing';
}

/** Lines for what came and went, and those of `within` for what stayed. */
function compare<T>(before: readonly T[], after: readonly T[], nameOf: (one: T) => string, within: (old: T, next: T) => readonly string[]): readonly string[] {
  const [old, next] = [new Map(before.map(one => [nameOf(one), one])), new Map(after.map(one => [nameOf(one), one]))];
  return [
    ...[...old.keys()].filter(name => !next.has(name)).map(name => `${name}: gone`),
    ...[...next].flatMap(([name, one]) => old.has(name) ? within(old.get(name)!, one) : [`${name}: new`]),
  ];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
