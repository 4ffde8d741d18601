/** Generated programs and requests, answered by the simulator and by a real Envoy. In: a seed and sizes. Out: figures, and every difference. */
import * as fc from 'fast-check';
import type { Sent } from './client';
import { branchFor, choicesOf, expectationOf, meansNothing, readAnswer, type Choice, type Seen } from './expectation';
import { CHOICE, ProvingGround, type Proven, type Sabotage } from './proving-ground';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { plusShare, Simulator, type Decision, type Entry, type Share } from '../../../lib/simulator';
import { trafficModels } from '../../simulator/arbitraries/models';
import { questions, type Question } from '../../simulator/arbitraries/requests';

/** What to run. */
export interface CampaignOptions {
  readonly seed: number;
  readonly models: number;
  /** Requests in all; splits that are counted out come on top. */
  readonly requests: number;
  /** Only this program of the campaign. */
  readonly only?: number;
  readonly sabotage?: Sabotage;
  /** Stops after so many differences. @default 20 */
  readonly maxDifferences?: number;
  /** Programs in one Envoy at a time. @default 20 */
  readonly batch?: number;
  /** Told after each batch. */
  readonly log?: (line: string) => void;
  /** Told of each difference when it is found. */
  readonly report?: (difference: Difference) => void;
}

/** Simulator and Envoy disagree. */
export interface Difference {
  /** Number of the program in the campaign of that seed. */
  readonly model: number;
  readonly question: Question;
  readonly choice: Choice;
  readonly expected: unknown;
  readonly seen: unknown;
}

/** Figures of a campaign. */
export interface CampaignResult {
  readonly models: number;
  /** Requests that were sent to Envoy and compared. */
  readonly requests: number;
  /** Splits whose every number was tried and counted. */
  readonly splits: number;
  /** Requests that were left out: a header with two values has no meaning that meshes share. */
  readonly meaningless: number;
  /** Answers by what ended them. */
  readonly endings: { readonly [kind: string]: number };
  readonly differences: readonly Difference[];
}

/** A split with more numbers than this is not counted out, only tried at a few. */
const MAX_NUMBERS = 220;

/** Runs a campaign. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const tally = new Tally(options.report);
  const numbers = options.only === undefined ? Array.from({ length: options.models }, (_, at) => at) : [options.only];
  const { batch = 20, maxDifferences = 20 } = options;
  for (let start = 0; start < numbers.length && tally.differences.length < maxDifferences; start += batch) {
    await runBatch(numbers.slice(start, start + batch), options, tally);
    options.log?.(`${start + Math.min(batch, numbers.length - start)} programs, ${tally.requests} requests, ${tally.differences.length} differences`);
  }
  const { requests, splits, meaningless, endings, differences } = tally;
  return { models: numbers.length, requests, splits, meaningless, endings: Object.fromEntries([...endings].sort()), differences };
}

/** The program of a campaign by its number, the same for ever: the seed of each program is its own. */
export function modelOf(seed: number, number: number): TrafficModel {
  return fc.sample(trafficModels(), { seed: seed * 1_000_003 + number, numRuns: 1 })[0]!;
}

class Tally {
  requests = 0;
  splits = 0;
  meaningless = 0;
  readonly endings = new Map<string, number>();
  readonly differences: Difference[] = [];

  constructor(private readonly report: (difference: Difference) => void = () => undefined) {}

  differ(difference: Difference): void {
    this.differences.push(difference);
    this.report(difference);
  }
}

async function runBatch(numbers: readonly number[], options: CampaignOptions, tally: Tally): Promise<void> {
  const ground = await ProvingGround.open(numbers.map((number) => modelOf(options.seed, number)), options.sabotage === undefined ? {} : { sabotage: options.sabotage });
  try {
    const each = Math.ceil(options.requests / options.models);
    await Promise.all(ground.programs.map(async (program, at) => {
      const asked = fc.sample(questions(program.model), { seed: options.seed * 7_000_003 + numbers[at]!, numRuns: each });
      await new Inquiry(ground, program, numbers[at]!, tally).ask(asked, options.maxDifferences ?? 20);
    }));
  } finally {
    await ground.close();
  }
}

/** One program's questions. */
class Inquiry {
  private readonly simulator: Simulator;

  constructor(private readonly ground: ProvingGround, private readonly program: Proven, private readonly number: number, private readonly tally: Tally) {
    this.simulator = new Simulator(program.model);
  }

  async ask(asked: readonly Question[], maxDifferences: number): Promise<void> {
    for (const [at, question] of asked.entries()) {
      if (this.tally.differences.length >= maxDifferences) return;
      const decision = this.simulator.decide(this.entryOf(question), question.input);
      if (meansNothing(decision)) {
        this.tally.meaningless += 1;
        continue;
      }
      // numbers far above the sum of the weights, so that the remainder is what counts
      await this.compare(question, decision, { gateway: at * 7919 % 100_003, service: at * 104_729 % 100_019 });
      if (decision.branches.length > 1 && at % 10 === 0) await this.countOut(question, decision);
    }
  }

  private entryOf({ at, id }: Question): Entry {
    return at === 'gateway' ? this.simulator.gatewayEntry(id) : this.simulator.serviceEntry(id);
  }

  private async compare(question: Question, decision: Decision, choice: Choice): Promise<Seen> {
    const branch = branchFor(decision, choice);
    const expected = expectationOf(decision, branch);
    const seen = readAnswer(await this.ground.client.send(this.wire(question, decision, choice)), expected);
    this.tally.requests += 1;
    this.tally.endings.set(branch.ending.kind, (this.tally.endings.get(branch.ending.kind) ?? 0) + 1);
    if (canonical(expected) !== canonical(seen)) this.tally.differ({ model: this.number, question, choice, expected, seen });
    return seen;
  }

  /** Every number once: the count of each version must be exactly its share. */
  private async countOut(question: Question, decision: Decision): Promise<void> {
    const { gateway, service } = choicesOf(decision);
    if (gateway * service > MAX_NUMBERS) return;
    const counts = new Map<string, number>();
    for (let outer = 0; outer < gateway; outer++) {
      for (let inner = 0; inner < service; inner++) {
        const seen = await this.compare(question, decision, { gateway: outer, service: inner });
        const key = `${seen.routes} ${seen.pods ?? seen.status}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    this.tally.splits += 1;
    const expected = sharesOf(decision);
    const seen = Object.fromEntries([...counts].map(([key, count]) => [key, count / (gateway * service)]).sort());
    if (canonical(expected) !== canonical(seen)) this.tally.differ({ model: this.number, question, choice: { gateway, service }, expected, seen });
  }

  private wire({ at, id, input }: Question, { request, entry }: Decision, choice: Choice): Sent {
    const { model } = this.program;
    const gateway = entry.kind === 'gateway' ? entry.gateway : undefined;
    const listener = gateway?.listeners.find(({ port }) => port === input.port);
    const protocol = listener?.protocol ?? calledProtocol(model, input.port, request.host);
    const address = gateway === undefined ? this.program.outboundAddress(model.services.find((service) => service.id === id)!) : this.program.gatewayAddress(gateway, listener!);
    return {
      address, version: protocol === 'http' ? 'http1' : 'http2', method: request.method, target: input.path, scheme: input.scheme ?? 'http',
      host: at === 'gateway' ? writtenHost(input.host!, request.port, request.scheme) : `${input.host}:${input.port}`,
      headers: { ...input.headers, [CHOICE.gateway]: String(choice.gateway), [CHOICE.service]: String(choice.service) },
    };
  }
}

/** A client writes the port that it speaks to, unless the scheme implies it. */
export function writtenHost(host: string, port: number, scheme: 'http' | 'https'): string {
  return host.includes(':') || port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`;
}

export function calledProtocol({ services }: TrafficModel, port: number | undefined, host: string): string {
  const called = services.find((service) => service.host === host || host.startsWith(service.name));
  return called?.ports.find((one) => one.port === port)?.protocol ?? 'http';
}

/** The share of each outcome, as a fraction of the numbers. */
export function sharesOf(decision: Decision): { readonly [key: string]: number } {
  const shares = new Map<string, Share>();
  for (const branch of decision.branches) {
    if (branch.share.numerator === 0) continue;
    const { routes, pods, status } = expectationOf(decision, branch);
    const key = `${routes} ${pods ?? status}`;
    shares.set(key, plusShare(shares.get(key) ?? { numerator: 0, denominator: 1 }, branch.share));
  }
  return Object.fromEntries([...shares].map(([key, { numerator, denominator }]) => [key, numerator / denominator]).sort());
}

/** One text for equal data, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1)) : part);
}
