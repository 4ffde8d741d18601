/** What one scenario of the nightly run acts on: the shop from one state to the next under streams of requests, with what was sent, lost and said. */
import { loadavg } from 'os';
import type { LivingMesh, Shop } from './shop';
import { failuresOf, pause, World, type WorldOptions } from './world';
import type { DeployResult } from '../emulator';
import { Load, type LoadReport } from '../load';
import { kubectl } from '../node';

/** A row, or a part of a row, of the table. */
export interface Scenario {
  /** A sentence. */
  readonly name: string;
  /** @default - both */
  readonly meshes?: readonly LivingMesh[];
  /** Needs a node on which nothing else was. @default false */
  readonly fresh?: boolean;
  readonly run: (stage: Stage) => Promise<void>;
}

/** Scenarios that share a node. */
export interface Group {
  readonly name: string;
  /** Whether states of the cluster are compared: then nothing of a scenario that failed may be left for the next one. @default false */
  readonly comparesStates?: boolean;
  readonly world?: WorldOptions;
  readonly scenarios: readonly Scenario[];
}

/** Which requests are sent while something changes. */
export interface Streamed {
  /** Path of the gateway. @default '/products' */
  readonly path?: string;
  /** Whether a pod calls products besides. @default true */
  readonly between?: boolean;
  /** Length of the stream that is held open through the gateway. @default '1h' */
  readonly stream?: string;
}

/** What a scenario saw. */
export interface Seen {
  requests: number;
  /** Late answers included. */
  lost: number;
  late: number;
  /** Requests that the client itself sent again, because a connection was closed under it. */
  again: number;
  /** Text of a failure that was expected. */
  text: string;
  readonly problems: string[];
}

/** The node, and what one scenario saw on it. */
export class Stage {
  readonly seen: Seen = { requests: 0, lost: 0, late: 0, again: 0, text: '', problems: [] };

  constructor(readonly world: World) {}

  get mesh(): LivingMesh {
    return this.world.mesh;
  }

  /** The state that a scenario begins with; nothing is streamed meanwhile. */
  async begin(shop: Partial<Shop> = {}): Promise<void> {
    await this.world.mustDeploy(shop);
  }

  /** One state after the other, without a lost request. */
  async change(shops: readonly Partial<Shop>[], streamed: Streamed = {}): Promise<void> {
    await this.under(streamed, async () => {
      for (const shop of shops) await this.world.mustDeploy(shop);
    });
  }

  /** A state that is refused or rolled back, without a lost request; the text names what the pattern names. */
  async refuse(shop: Partial<Shop>, pattern: RegExp, streamed: Streamed = {}): Promise<void> {
    await this.under(streamed, async () => this.failed(await this.world.deploy(shop), pattern));
  }

  /** Judges a deployment that has to fail. */
  failed(result: DeployResult, pattern: RegExp): void {
    const text = failuresOf(result).join('\n');
    this.seen.text = text;
    if (result.ok) this.seen.problems.push('the deployment succeeded, and should have failed');
    else if (!pattern.test(text)) this.seen.problems.push(`the text does not match ${pattern}: ${text}`);
    const stuck = result.stacks.find(({ status }) => /FAILED$/.test(status));
    if (stuck !== undefined) this.seen.problems.push(`stack ${stuck.name} is in ${stuck.status}: ${stuck.reason ?? ''}`);
  }

  /** Streams of requests while something happens; what comes in the five seconds after it is judged as well. */
  async under({ path = '/products', between = true, stream = '1h' }: Streamed, action: () => Promise<unknown>): Promise<void> {
    const loads = [{ name: 'through the gateway', load: await Load.start(`http://${this.world.gateway()}${path}`, { stream }) }];
    if (between) loads.push({ name: 'between services', load: await Load.start('http://products:8080/between', { from: this.world.caller() }) });
    let failure: unknown;
    await pause(2_000);
    await action().catch((error: unknown) => { failure = error; });
    await pause(5_000);
    for (const { name, load } of loads) {
      await load.stop().then((report) => this.count(name, report), (error: Error) => void this.seen.problems.push(`${name}: ${error.message.slice(0, 500)}`));
    }
    if (failure !== undefined) throw failure as Error;
  }

  /** Adds a report. */
  count(name: string, { total, lost, late, again, unready, byKind, lostAt, seen, maxLatencyMs }: LoadReport): void {
    this.seen.requests += total;
    this.seen.lost += lost;
    this.seen.late += late;
    this.seen.again += again;
    if (lost + unready === 0) return;
    const first = lostAt.slice(0, 4).map(({ at, kind, status, reason }) => `${at} ${kind} ${status ?? ''} ${reason}`).join('; ');
    this.seen.problems.push(`${name}: ${lost} of ${total} lost, ${late} of them late (${maxLatencyMs} ms at most, the machine's load is ${loadavg()[0]!.toFixed(1)}), `
      + `${unready} at pods that were not ready ${JSON.stringify(byKind)} ${JSON.stringify(seen)}: ${first}`);
  }

  /** Notes what does not hold; the scenario goes on. */
  expect(holds: boolean, otherwise: string): void {
    if (!holds) this.seen.problems.push(otherwise);
  }

  /** What requests saw has to be exactly this version. */
  serves(version: string, path = '/products', host?: string): void {
    const { seen, last } = this.world.get(path, 20, host === undefined ? {} : { headers: { host } });
    this.expect(Object.keys(seen).join() === `200 ${version}`, `${path} is served by ${JSON.stringify(seen)}, not by ${version}: ${last.body.slice(0, 200)}`);
  }

  /** Two states of the cluster are alike. */
  same(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, ignored: readonly RegExp[] = []): void {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !isVolatile(key) && !ignored.some((pattern) => pattern.test(key))).sort();
    const differing = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
    this.expect(differing.length === 0, `differs: ${differing.map((key) => `${key}: ${difference(before[key], after[key])}`).join('; ').slice(0, 3_000)}`);
  }
}

/** What holds moments: leaders of Istio's control plane, releases of Helm, which number and date themselves, and the job that a chart runs at each of its changes. */
const VOLATILE = [/^Job envoy-gateway-system\/.*certgen$/, /^ConfigMap istio-system\/istio-(leader|gateway|namespace|ip|status)/, /^ConfigMap istio-system\/.*(leader|lock)/, /^Secret [^/]+\/sh\.helm\.release\.v1\./];

/** Whether an object, by its key in a dump, holds moments. */
export function isVolatile(key: string): boolean {
  return VOLATILE.some((pattern) => pattern.test(key));
}

/** The places in which two values differ. */
function difference(before: unknown, after: unknown, path = ''): string {
  if (before === undefined) return path === '' ? 'is there now' : `${path} is there now: ${JSON.stringify(after)?.slice(0, 200)}`;
  if (after === undefined) return path === '' ? 'is gone' : `${path} is gone: ${JSON.stringify(before).slice(0, 200)}`;
  if (!isRecord(before) || !isRecord(after)) return `${path}: ${JSON.stringify(before)?.slice(0, 200)} -> ${JSON.stringify(after)?.slice(0, 200)}`;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => difference(before[key], after[key], `${path}/${key}`)).join(', ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A field of an object of the cluster; empty where there is none. */
export function field(kind: string, name: string, path: string, namespace = 'shop'): string {
  return kubectl(['get', kind, name, '-n', namespace, '--ignore-not-found', '-o', `jsonpath={${path}}`]).trim();
}
