/** Generated programs and requests, answered by the simulator and by a real Envoy that runs what a mesh's own control plane made of them. */
import * as fc from 'fast-check';
import { TranslatedGround, type TranslatedSabotage } from './ground';
import { sayableProgram } from './programs';
import type { TranslatedProgram, Translator } from './translation';
import { opaque } from '../../../lib/model/opaque';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import type { Provider } from '../../../lib/providers/provider';
import { Simulator, type Branch, type Decision } from '../../../lib/simulator';
import { inCluster } from '../../manifest-objects';
import { questions, type Question } from '../../simulator/arbitraries/requests';
import { canonical, calledProtocol, sharesOf, writtenHost } from '../envoy/campaign-run';
import type { Answer, Sent } from '../envoy/client';
import { abortOf, choicesOf, expectationOf, meansNothing, readAnswer, type Seen } from '../envoy/expectation';
import { CHOICE } from '../envoy/proving-ground';

/** What to run. */
export interface TranslatedCampaign {
  readonly provider: Provider;
  readonly translate: Translator;
  /** Where requests enter: at gateways, or at the proxy beside the calling pods. */
  readonly stage: Question['at'];
  readonly seed: number;
  readonly models: number;
  readonly requests: number;
  /** Programs that share one gateway, whose tables get long. @default 1 */
  readonly crowd?: number;
  /** Only these programs. @default all from 0 */
  readonly numbers?: readonly number[];
  /** Programs in one translation. @default 50 */
  readonly batch?: number;
  readonly sabotage?: TranslatedSabotage;
  /** Changes programs once all of them can be said. @default - none */
  readonly change?: (model: TrafficModel) => TrafficModel;
  /** Address that the proxies see of their clients. @default - not said */
  readonly client?: string;
  /** @default 20 */
  readonly maxDifferences?: number;
  readonly log?: (line: string) => void;
}

/** Simulator and proxy disagree. */
export interface TranslatedDifference {
  readonly model: number;
  readonly question: Question;
  readonly number: number;
  readonly expected: unknown;
  readonly seen: unknown;
}

/** Figures. */
export interface TranslatedResult {
  readonly models: number;
  readonly requests: number;
  readonly splits: number;
  readonly meaningless: number;
  readonly endings: { readonly [kind: string]: number };
  /** Routes that the provider cannot say, by the code of the finding; they were taken out of their programs. */
  readonly removed: { readonly [code: string]: number };
  readonly complaints: readonly string[];
  readonly differences: readonly TranslatedDifference[];
}

/** A split with more numbers than this is only tried at a few. */
const MAX_NUMBERS = 220;

/** Runs a campaign. */
export async function runTranslatedCampaign(options: TranslatedCampaign): Promise<TranslatedResult> {
  const { provider, seed, batch = 50, maxDifferences = 20 } = options;
  const tally: Tally = { requests: 0, splits: 0, meaningless: 0, endings: {}, removed: {}, complaints: [], differences: [] };
  const { numbers = Array.from({ length: options.models }, (_, at) => at) } = options;
  let models = 0;
  for (let start = 0; start < numbers.length && tally.differences.length < maxDifferences; start += batch) {
    const programs = numbers.slice(start, start + batch).flatMap((number) => {
      const sayable = sayableProgram(provider, seed, number, options.crowd);
      if (sayable === undefined) return [];
      for (const [code, count] of Object.entries(sayable.removed)) tally.removed[code] = (tally.removed[code] ?? 0) + count;
      const model = options.change?.(sayable.model) ?? sayable.model;
      return [{ number, program: { model, objects: objectsOf(provider, model) } }];
    });
    models += programs.length;
    const ground = await TranslatedGround.open(programs.map(({ program }) => program), options.translate, options.sabotage);
    tally.complaints.push(...ground.complaints);
    try {
      await Promise.all(programs.map(async ({ number, program }) => new Inquiry(ground, program, number, tally, options).ask()));
    } finally {
      await ground.close();
    }
    options.log?.(`${start + programs.length} programs, ${tally.requests} requests, ${tally.differences.length} differences`);
  }
  return { models, ...tally };
}

function objectsOf(provider: Provider, model: TranslatedProgram['model']) {
  const environment = { partition: opaque('aws'), region: opaque('eu-west-1'), account: opaque('111122223333'), urlSuffix: opaque('amazonaws.com') };
  return inCluster(provider.lower(model, { environment, roleArns: new Map() }).flatMap(({ objects }) => objects));
}

interface Tally {
  requests: number;
  splits: number;
  meaningless: number;
  readonly endings: { [kind: string]: number };
  readonly removed: { [code: string]: number };
  readonly complaints: string[];
  readonly differences: TranslatedDifference[];
}

class Inquiry {
  private readonly simulator: Simulator;

  constructor(
    private readonly ground: TranslatedGround, private readonly program: TranslatedProgram, private readonly number: number,
    private readonly tally: Tally, private readonly options: TranslatedCampaign,
  ) {
    this.simulator = new Simulator(program.model);
  }

  async ask(): Promise<void> {
    const { seed, requests, models, stage, maxDifferences = 20, client } = this.options;
    const drawn = fc.sample(questions(this.program.model), { seed: seed * 7_000_003 + this.number, numRuns: Math.ceil(requests / models) * 6 });
    for (const [at, question] of drawn.filter((one) => one.at === stage).slice(0, Math.ceil(requests / models)).entries()) {
      if (this.tally.differences.length >= maxDifferences) return;
      // proxies at the edge do not believe what scheme a client says it came by
      const { scheme: _, ...rest } = question.input;
      const input = client === undefined ? rest : { ...rest, client };
      const asked = { ...question, input };
      const decision = this.simulator.decide(stage === 'gateway' ? this.simulator.gatewayEntry(asked.id) : this.simulator.serviceEntry(asked.id), input);
      if (meansNothing(decision) || !hasMeaningHere(decision) || this.leavesMesh(asked, decision)) {
        this.tally.meaningless += 1;
        continue;
      }
      await this.compare(asked, decision, at * 7919 % 100_003);
      if (decision.branches.length > 1 && at % 5 === 0) await this.countOut(asked, decision);
    }
  }

  /** A call of a host outside goes to that host, and one that is held back where nothing listens on its port is refused without an answer. */
  private leavesMesh({ id, input }: Question, { entry, branches }: Decision): boolean {
    // where everything is let out, an undeclared call of a host outside is passed on to where it was going
    const isPassedOn = (service: Service | undefined) => entry.kind === 'service' && service?.kind === 'external' && !entry.from.calls.some((call) => call.service === service.id);
    return branches.some(({ ending, service }) => ending.kind === 'outside' || isPassedOn(service))
      || (branches.every(({ ending }) => ending.kind === 'blocked') && this.ground.addressOf(`calls ${id} ${input.port}`) === undefined);
  }

  private async compare(question: Question, decision: Decision, number: number): Promise<Seen> {
    const possible = decision.branches.filter(({ share }) => share.numerator > 0)
      .map((branch) => ({ branch, isAborted: abortOf(decision, branch) !== undefined || branch.ending.kind === 'refused', expected: withVersionLimits(expectationOf(decision, branch), branch) }));
    const answer = await this.ground.client.send(this.wire(question, decision, number)).catch((error: unknown) => refusal(error));
    const seen = possible.map(({ expected }) => readAnswer(answer, expected));
    const pairs = possible.map(({ isAborted, expected }, at) => ({ expected: comparable(expected, isAborted), seen: comparable(seen[at]!, isAborted) }));
    const at = pairs.findIndex((pair) => canonical(pair.expected) === canonical(pair.seen));
    this.tally.requests += 1;
    const { kind } = (possible[Math.max(at, 0)]!.branch as Branch).ending;
    this.tally.endings[kind] = (this.tally.endings[kind] ?? 0) + 1;
    if (at < 0) {
      const closest = Math.max(0, pairs.findIndex((pair) => pair.expected.pods === pair.seen.pods));
      this.tally.differences.push({ model: this.number, question, number, ...pairs[closest]! });
    }
    return seen[Math.max(at, 0)]!;
  }

  /** Every number once: the count of each version must be exactly its share. */
  private async countOut(question: Question, decision: Decision): Promise<void> {
    const { gateway, service } = choicesOf(decision);
    const total = gateway * service;
    if (total > MAX_NUMBERS) return;
    const counts = new Map<string, number>();
    for (let number = 0; number < total; number++) {
      const { pods, status } = await this.compare(question, decision, number);
      counts.set(`${pods ?? status}`, (counts.get(`${pods ?? status}`) ?? 0) + 1);
    }
    this.tally.splits += 1;
    const expected: { [key: string]: number } = {};
    // the names of routes stand in front of the pods
    for (const [key, share] of Object.entries(sharesOf(decision))) expected[key.split(' ').at(-1)!] = (expected[key.split(' ').at(-1)!] ?? 0) + share;
    const rounded = (shares: { readonly [key: string]: number }) => canonical(Object.fromEntries(Object.entries(shares).map(([key, share]) => [key, Math.round(share * total)])));
    const seen = Object.fromEntries([...counts].map(([key, count]) => [key, count / total]));
    if (rounded(expected) !== rounded(seen)) this.tally.differences.push({ model: this.number, question, number: total, expected, seen });
  }

  private wire({ at, id, input }: Question, { request, entry }: Decision, number: number): Sent {
    const gateway = entry.kind === 'gateway' ? entry.gateway : undefined;
    const protocol = gateway?.listeners.find(({ port }) => port === input.port)?.protocol ?? calledProtocol(this.program.model, input.port, request.host);
    const key = `${gateway === undefined ? 'calls' : 'gateway'} ${id} ${input.port}`;
    const address = this.ground.addressOf(key);
    if (address === undefined) throw new Error(`the control plane made no listener for '${key}'`);
    return {
      address, version: protocol === 'http' ? 'http1' : 'http2', method: request.method, target: input.path, scheme: 'http',
      host: at === 'gateway' ? writtenHost(input.host!, request.port, request.scheme) : `${input.host}:${input.port}`,
      headers: { ...input.headers, [CHOICE.gateway]: String(number) },
    };
  }
}

/** No proxy stands beside the pods, so a version's own limits are those of the routes that lead to it: of each try, where they try again. */
function withVersionLimits(expected: Seen, { ending }: Branch): Seen {
  if (expected.limits === undefined || ending.kind !== 'version') return expected;
  const { requestMs = 0, idleMs = 0 } = ending.version.timeouts ?? {};
  const { limits } = expected;
  const isRetried = limits.attempts > 0;
  return {
    ...expected, limits: {
      ...limits, requestMs: isRetried ? limits.requestMs : shorter(limits.requestMs, requestMs), idleMs: shorter(limits.idleMs, idleMs),
      perTryMs: isRetried ? shorter(limits.perTryMs, requestMs) : limits.perTryMs,
    },
  };
}

/** 0 is no limit. */
function shorter(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}

/** A proxy that resets a stream, or closes a connection, answers nothing. */
function refusal(error: unknown): Answer {
  return { status: 0, headers: {}, body: String(error) };
}

/** A flat table names other routes than two stages do; and where a request is ended on purpose, or refused, its one route has the header changes of both. */
function comparable({ routes: _, ...seen }: Seen, isAborted: boolean): Omit<Seen, 'routes'> {
  return isAborted ? { ...seen, responseHeaders: {} } : seen;
}

/** A request on a gRPC port whose path is none of a call is none of gRPC's: proxies read its path, the model has no route for it. */
function hasMeaningHere({ request, branches }: Decision): boolean {
  // a failure in front of an answer is the proxy's own; whether its headers are changed depends on whether one route or two would have answered
  if (branches.some(({ ending, faults }) => ending.kind !== 'version' && faults.some(({ abort }) => abort?.percent === 100))) return false;
  return request.protocol !== 'grpc' || /^\/[^/]+\/[^/]+$/.test(request.path);
}
