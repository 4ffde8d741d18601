/** The model, prepared for the lowering: services by id, ports, and the tables that the second stage needs. */
import type { LocalEnvoyOptions } from './options';
import type { RoutePolicy } from '../../model/action';
import { kindOf } from '../../model/arrival';
import type { Gateway, GatewayRoute } from '../../model/gateway';
import type { Service, ServiceId, ServicePort, Version } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';

/** What a request is on the wire of a port. */
export type Kind = 'http' | 'grpc' | 'tcp';

/** What came in: on which port, as what. */
export interface Came {
  readonly port: number;
  readonly protocol: Kind;
}

/** A version's port. */
export interface VersionPort {
  readonly service: Service;
  readonly version: Version;
  readonly port: ServicePort;
}

/** What a gateway route says about failures; it holds instead of the service's own policy, field by field. */
export interface EdgePolicy {
  readonly gateway: Gateway;
  readonly route: GatewayRoute;
}

/** One table of the second stage. */
export interface TableSpec {
  readonly service: Service;
  /** Given: everything goes to this version; the service's routes are not asked. */
  readonly version?: string;
  /** The port of the service. */
  readonly port: number;
  readonly kind: Kind;
  readonly edge?: EdgePolicy;
  /** Copies of requests: what is copied once is not copied again, or two services that mirror each other would never end. */
  readonly isMirror: boolean;
}

/** A model and what it is lowered with. */
export interface Mesh {
  readonly model: TrafficModel;
  readonly options: LocalEnvoyOptions;
  readonly services: ReadonlyMap<ServiceId, Service>;
}

/** Prepares a model. */
export function meshOf(model: TrafficModel, options: LocalEnvoyOptions): Mesh {
  return { model, options, services: new Map(model.services.map((service) => [service.id, service])) };
}

/** A name as Envoy sees it. */
export function scoped({ options }: Mesh, name: string): string {
  return `${options.scope ?? ''}${name}`;
}

/** The service of that id; the model's rules have reported one that does not exist. */
export function serviceOf({ services }: Mesh, id: ServiceId): Service {
  const found = services.get(id);
  if (found === undefined) throw new Error(`internal: unknown service '${id}' in a validated model; please report this with your program`);
  return found;
}

/** A version's port by its names. */
export function versionPort(service: Service, version: string, port: number): VersionPort {
  const found = { version: service.versions.find(({ name }) => name === version), port: service.ports.find((one) => one.port === port) };
  if (found.version === undefined || found.port === undefined) {
    throw new Error(`internal: unknown version or port '${service.id}@${version}:${port}' in a validated model; please report this with your program`);
  }
  return { service, version: found.version, port: found.port };
}

/** Whether a policy says anything. */
export function saysSomething({ retry, timeouts }: RoutePolicy): boolean {
  return retry !== undefined || timeouts?.requestMs !== undefined || timeouts?.idleMs !== undefined;
}

/** Whether a version's receiving proxy has limits of its own. */
export function hasReceiver({ version, port }: VersionPort): boolean {
  return kindOf(port.protocol) !== 'tcp' && (version.timeouts?.requestMs !== undefined || version.timeouts?.idleMs !== undefined);
}

/** Whether a version has limits that a call does not meet which no proxy routes. */
export function hasOwnLimits(found: VersionPort): boolean {
  return hasReceiver(found) || found.version.pool !== undefined || found.version.outliers !== undefined;
}

/** By name, for output that does not depend on the order of discovery. */
export function byName<T extends { readonly name?: unknown }>(a: T, b: T): number {
  const [one, other] = [String(a.name), String(b.name)];
  return one < other ? -1 : Number(one > other);
}
