/** The model with what every part of the lowering looks up: services by id, and the defaults of the mesh. */
import { calledBefore } from './call-order';
import type { Destination } from '../model/action';
import type { Gateway } from '../model/gateway';
import type { AccessLog } from '../model/observability';
import type { ClientTls, ListenerTls } from '../model/security';
import type { Service, ServiceId, ServicePort, Version } from '../model/service';
import type { TrafficModel } from '../model/traffic-model';

/** The model, indexed. */
export interface MeshIndex {
  readonly model: TrafficModel;
  readonly services: ReadonlyMap<ServiceId, Service>;
  /** For each service those that it calls and that are there before it. */
  readonly calledBefore: ReadonlyMap<ServiceId, readonly ServiceId[]>;
  /** What is deployed together has one name: the stack of the construct at a path. Empty where nobody asks. */
  readonly stackOf: (path: string) => string;
  /** Whether the objects of the construct at a path stay when it goes. */
  readonly isRetained: (path: string) => boolean;
}

/** What an index knows beside the model. */
export type IndexContext = Partial<Pick<MeshIndex, 'stackOf' | 'isRetained'>>;

/** Indexes a model. */
export function indexMesh(model: TrafficModel, { stackOf = () => '', isRetained = () => false }: IndexContext = {}): MeshIndex {
  return { model, services: new Map(model.services.map((service) => [service.id, service])), calledBefore: calledBefore(model.services), stackOf, isRetained };
}

/** Remembers what is made of a node of a model: rules and lowering ask for the same, and a model never changes. What is made must not depend on the index's context. */
export function remembered<Node, Made>(make: (index: MeshIndex, node: Node) => Made): (index: MeshIndex, node: Node) => Made {
  const known = new WeakMap<TrafficModel, Map<Node, Made>>();
  return (index, node) => {
    let ofModel = known.get(index.model);
    if (ofModel === undefined) known.set(index.model, ofModel = new Map());
    const made = ofModel.get(node) ?? make(index, node);
    ofModel.set(node, made);
    return made;
  };
}

/** The service; the model's own rules have refused references to nothing. */
export function serviceOf({ services }: MeshIndex, id: ServiceId): Service {
  const service = services.get(id);
  if (service === undefined) throw new Error(`internal: no service '${id}'; please report this with your program`);
  return service;
}

/** The version a destination names. */
export function versionOf(service: Service, name: string): Version {
  const version = service.versions.find((candidate) => candidate.name === name);
  if (version === undefined) throw new Error(`internal: service '${service.id}' has no version '${name}'; please report this with your program`);
  return version;
}

/** The service port that a destination means, for a request that came in on `port`; undefined when that is ambiguous. */
export function portOf(service: Service, destination: Pick<Destination, 'port'>, port: number): ServicePort | undefined {
  if (destination.port !== undefined) return service.ports.find((candidate) => candidate.port === destination.port);
  if (service.ports.length === 1) return service.ports[0];
  return service.ports.find((candidate) => candidate.port === port);
}

/** The listeners of a service's nodes: one for each port of the pods. */
export function nodePorts(service: Service): readonly ServicePort[] {
  return [...new Map(service.ports.map((port) => [port.targetPort, port])).values()];
}

/** TLS of a version's listeners; a host outside of the mesh has no proxy, so the mesh's default does not reach it. */
export function listenerTlsOf({ model }: MeshIndex, version: Version): ListenerTls | undefined {
  return version.tls ?? (version.pods.kind === 'external' ? undefined : model.mesh.listenerTls);
}

/** TLS of a service towards those it calls. */
export function clientTlsOf({ model }: MeshIndex, caller: Service | Gateway): ClientTls | undefined {
  return caller.clientTls ?? model.mesh.clientTls;
}

/** Access log of a version's or gateway's proxies. */
export function accessLogOf({ model }: MeshIndex, owner: Version | Gateway): AccessLog | undefined {
  return owner.accessLog ?? model.mesh.accessLog;
}

/** The pods' port that is checked: named as pods or as callers name it, else the first. Undefined when it is neither. */
export function healthPort(service: Service, port: number | undefined): number | undefined {
  if (port === undefined) return service.ports[0]?.targetPort;
  return (service.ports.find(({ targetPort }) => targetPort === port) ?? service.ports.find((candidate) => candidate.port === port))?.targetPort;
}
