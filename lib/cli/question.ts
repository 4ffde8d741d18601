/** Reads what `simulate` and `explain` are asked: the request, the model, and the entry that it comes in by. */
import { UsageError } from './errors';
import type { Io } from './io';
import { loadModel } from './models';
import type { QuestionOptions } from './question-options';
import { readRequestInput, readWords } from './request';
import { requireSound } from './sound';
import type { LoadedModel } from '../assembly';
import type { TrafficModel } from '../model/traffic-model';
import type { Entry } from '../simulator/decision';
import type { RequestInput } from '../simulator/request';
import { Simulator } from '../simulator/simulator';

/** A question that can be asked. */
export interface Question {
  readonly loaded: LoadedModel;
  readonly simulator: Simulator;
  readonly entry: Entry;
  readonly input: RequestInput;
}

/** Reads the model and the request. Throws errors with what and fix where either cannot be understood. */
export function readQuestion(words: readonly string[], options: QuestionOptions, io: Io): Question {
  const told = readWords(words, options.grpc);
  const input = readRequestInput(told, options);
  const loaded = loadModel(told.assembly, options.mesh, io);
  requireSound(loaded);
  const simulator = new Simulator(loaded.model);
  return { loaded, simulator, entry: entryOf(simulator, loaded.model, options), input };
}

function entryOf(simulator: Simulator, { gateways }: TrafficModel, { gateway, from }: QuestionOptions): Entry {
  if (from !== undefined) return simulator.serviceEntry(from);
  if (gateway !== undefined || gateways.length === 1) return simulator.gatewayEntry(gateway);
  throw new UsageError(
    gateways.length === 0 ? 'the mesh has no gateway' : `the mesh has ${gateways.length} gateways`,
    `${gateways.length === 0 ? '' : `name one: ${gateways.map(({ id }) => `--gateway ${id}`).join(' or ')}; `}a call between services is asked with --from SERVICE`,
  );
}
