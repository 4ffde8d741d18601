/** Who is asked: the place where the requests of a test come in, ready for the simulator. */
import type { Service } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import type { Decision, Entry } from '../../simulator/decision';
import type { RequestInput } from '../../simulator/request';
import { Simulator } from '../../simulator/simulator';
import { refuse } from '../test-error';

/**
 * A place in a mesh. `mesh`: its only gateway. `service`: a request with a host is a call that the service makes, one without
 * is a request that it gets.
 */
export type Place =
  | { readonly kind: 'mesh'; readonly model: TrafficModel }
  | { readonly kind: 'gateway'; readonly model: TrafficModel; readonly id: string }
  | { readonly kind: 'service'; readonly model: TrafficModel; readonly id: string };

/** Something to expect of: a place behind one property, so that everything else of it stays free. */
export interface HasPlace {
  readonly routingPlace: Place;
}

/** As messages name it: `gateway 'shop/gateway'`. */
export function describePlace(place: Place): string {
  return place.kind === 'mesh' ? `mesh '${place.model.mesh.origin.path}'` : `${place.kind} '${place.id}'`;
}

/** What the mesh does with a request at a place. */
export function ask(place: Place, input: RequestInput): Decision {
  if (place.kind === 'service' && input.host === undefined) return askAsCaller(place, input);
  const simulator = simulatorOf(place.model);
  return simulator.decide(entryOf(place, simulator), input);
}

function entryOf(place: Place, simulator: Simulator): Entry {
  switch (place.kind) {
    case 'mesh': return simulator.gatewayEntry();
    case 'gateway': return simulator.gatewayEntry(place.id);
    case 'service': return simulator.serviceEntry(place.id);
  }
}

const SIMULATORS = new WeakMap<TrafficModel, Simulator>();
const CALLERS = new WeakMap<TrafficModel, Map<string, Simulator>>();

/** The simulator of a model, made once: models never change. */
export function simulatorOf(model: TrafficModel): Simulator {
  const known = SIMULATORS.get(model);
  if (known !== undefined) return known;
  const simulator = new Simulator(model);
  SIMULATORS.set(model, simulator);
  return simulator;
}

/** Name of the caller that stands for every service which may call another one; no service can have it. */
const ANY_CALLER = '(any caller)';

/**
 * A request that a service gets from whoever may call it: only its own table decides. On a mesh that routes no calls the table acts on requests through gateways alone, so
 * it decides only where no service calls this one.
 */
function askAsCaller({ model, id }: { readonly model: TrafficModel; readonly id: string }, input: RequestInput): Decision {
  const service = model.services.find((candidate) => candidate.id === id) ?? refuse(`the mesh has no service '${id}'`, 'ask a service that is part of it');
  const known = CALLERS.get(model) ?? new Map<string, Simulator>();
  CALLERS.set(model, known);
  const isCalled = model.services.some(({ calls }) => calls.some((call) => call.service === id));
  const { serviceToService, ...mesh } = model.mesh;
  const asked = isCalled && serviceToService !== undefined ? { ...mesh, serviceToService } : mesh;
  const simulator = known.get(id) ?? new Simulator({ ...model, mesh: asked, services: [callerOf(service), ...model.services] });
  known.set(id, simulator);
  return simulator.decide(simulator.serviceEntry(ANY_CALLER), { ...input, host: service.host });
}

function callerOf({ id, namespace, origin }: Service): Service {
  return {
    id: ANY_CALLER, name: ANY_CALLER, namespace, origin, host: ANY_CALLER, kind: 'workload', ports: [], versions: [], routes: [],
    calls: [{ service: id }], identity: 'service',
  };
}
