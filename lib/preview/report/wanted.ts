/**
 * Which share of its requests each version should get: of those that no pin, preview or other special condition takes.
 * Versions that share one split stand in one group, over the borders of services where a gateway or router splits between services.
 */
import type { Destination, RouteAction } from '../../model/action';
import type { Match } from '../../model/match';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import { ALL, plusShare, shareOf, timesShare, type Share } from '../../simulator';

/** A version of a service, and the share it should get. */
export interface WantedShare {
  readonly service: string;
  readonly version: string;
  /** Left out where no route without conditions leads to it. */
  readonly share?: Share;
}

/** Versions whose shares add up to the whole. */
export type SplitGroup = readonly WantedShare[];

type Shares = ReadonlyMap<string, Share>;

/** Every version of the model, each in one group; groups in the order of their first service. */
export function splitGroups(model: TrafficModel): readonly SplitGroup[] {
  const crossing = crossingSplits(model);
  const done = new Set<string>();
  return model.services.filter(({ versions }) => versions.length > 0).flatMap(service => {
    if (done.has(service.id)) return [];
    const splits = crossing.filter(({ services }) => services.includes(service.id));
    const split = splits.length === 1 ? splits[0]! : undefined;
    // a service that several splits lead to has no one share among the others
    const alone = split === undefined || split.services.some(id => crossing.filter(({ services }) => services.includes(id)).length > 1);
    const members = alone ? [service] : split.services.flatMap(id => model.services.filter(one => one.id === id));
    const shares = alone ? ordinaryShares(service, model) : split.shares;
    members.forEach(({ id }) => done.add(id));
    return [members.flatMap(member => member.versions.map(({ name }) => wanted(member.id, name, shares)))];
  });
}

function wanted(service: string, version: string, shares: Shares): WantedShare {
  const share = shares.get(key(service, version));
  return { service, version, ...(share === undefined ? {} : { share }) };
}

interface CrossingSplit {
  readonly services: readonly string[];
  readonly shares: Shares;
}

/** Splits that no service's own table holds: those of gateways and of services that only route. */
function crossingSplits(model: TrafficModel): readonly CrossingSplit[] {
  const actions = [
    ...model.gateways.flatMap(({ routes }) => routes),
    ...model.services.filter(({ kind }) => kind === 'router').flatMap(({ routes }) => routes),
  ].map(({ action }) => action);
  const splits = actions.flatMap(action => isSplit(action) ? [sharesOf(action.destinations, model, 1)] : []);
  const unlike = new Map(splits.map(shares => [JSON.stringify([...shares]), shares]));
  return [...unlike.values()].map(shares => ({ shares, services: [...new Set([...shares.keys()].map(one => one.slice(0, one.lastIndexOf('@'))))] }));
}

function isSplit(action: RouteAction): action is Extract<RouteAction, { kind: 'forward' }> {
  return action.kind === 'forward' && action.destinations.length > 1;
}

/** Shares of a service's requests that carry nothing special. */
function ordinaryShares(service: Service, model: TrafficModel, depth = 0): Shares {
  const plain = orderedServiceRoutes(service).filter(route => route.action.kind === 'forward' && takesAnything(route.match)).at(-1);
  if (plain?.action.kind === 'forward') return sharesOf(plain.action.destinations, model, depth + 1);
  const only = service.versions.length === 1 && service.routes.length === 0 ? service.versions[0] : undefined;
  return new Map(only === undefined ? [] : [[key(service.id, only.name), ALL]]);
}

function sharesOf(destinations: readonly Destination[], model: TrafficModel, depth: number): Shares {
  const sum = destinations.reduce((before, { weight }) => before + weight, 0);
  const shares = new Map<string, Share>();
  for (const { service: id, version, weight } of destinations) {
    const share = shareOf(weight, Math.max(sum, 1));
    const service = model.services.find(one => one.id === id);
    // routers may lead to services, whose tables lead to versions: two steps, and no circle
    const parts = version !== undefined || service === undefined || depth > 2 ? new Map([[key(id, version ?? ''), ALL]]) : ordinaryShares(service, model, depth);
    for (const [name, part] of parts) shares.set(name, plusShare(shares.get(name) ?? shareOf(0, 1), timesShare(share, part)));
  }
  return shares;
}

function takesAnything(match: Match): boolean {
  switch (match.kind) {
    case 'tcp': return true;
    case 'grpc': return match.service === undefined && match.method === undefined && match.metadata.length === 0;
    case 'http': return match.path.kind !== 'exact' && match.path.kind !== 'regex' && match.path.value === '/'
      && match.method === undefined && match.headers.length === 0 && match.query.length === 0;
  }
}

function key(service: string, version: string): string {
  return `${service}@${version}`;
}
