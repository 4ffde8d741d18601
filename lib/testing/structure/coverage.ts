/**
 * What the tests of a mesh have touched: routes that took a request, and targets whose share or whose being the only one was asserted.
 * Kept by the path of the mesh (`Shop/Mesh`), so that a program which every test builds anew is one mesh; names, not objects, are remembered.
 */
import type { Destination } from '../../model/action';
import type { GatewayRoute } from '../../model/gateway';
import type { ServiceRoute } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import type { Branch, Decision } from '../../simulator/decision';
import { resolveSplit } from '../checks/destinations';
import { liveBranches } from '../checks/result';
import type { Expected, ResolvedTarget } from '../expecting/expected';
import { leadsTo } from '../expecting/targets';

/** Something that a test asserted. */
export interface Assertion {
  readonly decision: Decision;
  readonly facts: readonly Expected[];
}

/** A route, and whose it is: `gateway 'shop/gateway'`. */
export interface OwnedRoute {
  readonly owner: string;
  readonly route: GatewayRoute | ServiceRoute;
}

/** One share of a route that gets requests. */
export interface OwnedTarget extends OwnedRoute {
  readonly destination: Destination;
}

/** Which part of something was touched. */
export interface Part<T> {
  readonly all: readonly T[];
  readonly untouched: readonly T[];
}

/** How far the tests of a mesh reach. */
export interface Coverage {
  readonly routes: Part<OwnedRoute>;
  /** Weighted targets; one of weight 0 gets nothing and does not count. */
  readonly targets: Part<OwnedTarget>;
}

/** Remembers assertions. */
export class CoverageLog {
  private readonly touched = new Map<string, Set<string>>();

  /** Takes down what an assertion touches. */
  record(model: TrafficModel, { decision, facts }: Assertion): void {
    const keys = this.keysOf(model);
    const { entry, gatewayRoute } = decision;
    const live = liveBranches(decision);
    const asserted = facts.flatMap((fact) => targetsOf(fact, decision, model));
    if (entry.kind === 'gateway' && gatewayRoute !== undefined) {
      const route = { owner: `gateway '${entry.gateway.id}'`, route: gatewayRoute };
      keys.add(routeKey(route));
      for (const destination of destinationsOf(gatewayRoute)) {
        const branches = live.filter((branch) => isOfGateway(branch, destination));
        const isSaid = branches.every((branch) => asserted.some((target) => leadsTo(branch, target)));
        if (branches.length > 0 && isSaid) keys.add(targetKey({ ...route, destination }));
      }
    }
    for (const branch of live) this.recordService(keys, branch, asserted);
  }

  private recordService(keys: Set<string>, branch: Branch, asserted: readonly ResolvedTarget[]): void {
    const { service, serviceRoute, ending } = branch;
    if (service === undefined || serviceRoute === undefined) return;
    const route = { owner: `service '${service.id}'`, route: serviceRoute };
    keys.add(routeKey(route));
    const weighted = destinationsOf(serviceRoute);
    for (const destination of weighted) {
      const isIt = ending.kind === 'version' && ending.service.id === destination.service && ending.version.name === destination.version;
      // the service alone says nothing about its shares, unless there is but one
      const isSaid = asserted.some((target) => leadsTo(branch, target) && (target.version !== undefined || weighted.length === 1));
      if (isIt && isSaid) keys.add(targetKey({ ...route, destination }));
    }
  }

  /** How far the tests so far reach into a mesh. */
  measure(model: TrafficModel): Coverage {
    const keys = this.keysOf(model);
    const routes: readonly OwnedRoute[] = [
      ...model.gateways.flatMap((gateway) => gateway.routes.map((route) => ({ owner: `gateway '${gateway.id}'`, route }))),
      ...model.services.flatMap((service) => service.routes.map((route) => ({ owner: `service '${service.id}'`, route }))),
    ];
    const targets = routes.flatMap((owned) => destinationsOf(owned.route).map((destination) => ({ ...owned, destination })));
    return {
      routes: { all: routes, untouched: routes.filter((route) => !keys.has(routeKey(route))) },
      targets: { all: targets, untouched: targets.filter((target) => !keys.has(targetKey(target))) },
    };
  }

  private keysOf({ mesh }: TrafficModel): Set<string> {
    const known = this.touched.get(mesh.origin.path) ?? new Set<string>();
    this.touched.set(mesh.origin.path, known);
    return known;
  }
}

function targetsOf(fact: Expected, decision: Decision, model: TrafficModel): readonly ResolvedTarget[] {
  if (fact.kind === 'target') return [fact.target];
  return fact.kind === 'split' ? resolveSplit(decision, fact, model).flatMap(({ target }) => target ?? []) : [];
}

function isOfGateway({ ending, service }: Branch, destination: Destination): boolean {
  if (destination.version === undefined) return service?.id === destination.service;
  return service === undefined && ending.kind === 'version' && ending.service.id === destination.service && ending.version.name === destination.version;
}

/** The destinations that get requests. */
function destinationsOf({ action }: GatewayRoute | ServiceRoute): readonly Destination[] {
  return action.kind === 'forward' ? action.destinations.filter(({ weight }) => weight > 0) : [];
}

function routeKey({ owner, route }: OwnedRoute): string {
  return `${owner} ${route.name}`;
}

function targetKey({ owner, route, destination: { service, version, port } }: OwnedTarget): string {
  return `${owner} ${route.name} ${service} ${version ?? ''} ${port ?? ''}`;
}
