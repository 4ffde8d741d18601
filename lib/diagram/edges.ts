/** The edges of a picture: who leads where, with which share. */
import { serviceId, versionId } from './ids';
import type { Destination, Mirror } from '../model/action';
import type { Service } from '../model/service';
import { routesCalls, versionsBehindName } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

/** What an edge says. `asks` leads from an owner to its routes, `forward` from a route to where it ends. */
export type EdgeKind = 'entry' | 'asks' | 'forward' | 'call' | 'mirror';

/** One edge. */
export interface GraphEdge {
  /** By its two ends; a second edge between the same ends bears its kind or port as well. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** The share, for example `95 %`; empty where all goes this way. */
  readonly label: string;
  /** No request goes this way: its weight is 0. */
  readonly idle: boolean;
}

/** Where a split leads. */
export function forwardEdges(from: string, destinations: readonly Destination[], externals: ReadonlySet<string>): GraphEdge[] {
  const sum = destinations.reduce((total, { weight }) => total + weight, 0);
  return destinations.map((destination): GraphEdge => {
    const to = targetOf(destination, externals);
    const port = destination.port === undefined ? '' : ` :${destination.port}`;
    const label = destinations.length === 1 ? '' : percentText(destination.weight, sum);
    return { id: `${from} -> ${to}${port}`, from, to, kind: 'forward', label, idle: destination.weight === 0 };
  });
}

/** Where copies go. */
export function mirrorEdges(from: string, mirrors: readonly Mirror[], externals: ReadonlySet<string>): GraphEdge[] {
  return mirrors.map((mirror): GraphEdge => {
    const to = targetOf(mirror, externals);
    const port = mirror.port === undefined ? '' : ` :${mirror.port}`;
    return { id: `${from} -> ${to}${port} mirror`, from, to, kind: 'mirror', label: `copy ${mirror.percent} %`, idle: mirror.percent === 0 };
  });
}

/** Calls between services: to a service whose table decides, or past it to every version that they can reach. */
export function callEdges(service: Service, model: TrafficModel): GraphEdge[] {
  const from = serviceId(service.id);
  const edge = (to: string, label: string): GraphEdge => ({ id: `${from} -> ${to} call`, from, to, kind: 'call', label, idle: false });
  return service.calls.flatMap(({ service: id }): GraphEdge[] => {
    const called = model.services.find((one) => one.id === id);
    if (called === undefined || called.kind === 'external' || routesCalls(model.mesh)) return [edge(serviceId(id), '')];
    const versions = versionsBehindName(called, model);
    return versions.length === 0 ? [edge(serviceId(id), 'no pods')] : versions.map(({ name }) => edge(versionId(id, name), 'not routed'));
  });
}

/** A weight as a share of the sum, with at most two places: `33.33 %`. */
export function percentText(weight: number, sum: number): string {
  return `${sum === 0 ? 0 : Math.round((weight * 10_000) / sum) / 100} %`;
}

/** The version, or the service where it chooses by itself; a host outside of the mesh has no versions to show. */
function targetOf({ service, version }: Pick<Destination, 'service' | 'version'>, externals: ReadonlySet<string>): string {
  return version === undefined || externals.has(service) ? serviceId(service) : versionId(service, version);
}
