/** Requests to the cluster and what became of them, by the echo program: on this machine, or in a pod of the cluster. */
import { spawn, type ChildProcess } from 'child_process';
import { join } from 'path';
import { kubernetes, nodePrograms } from './build';
import { access } from './node';
import { mustRun } from '../tools';

/** Where requests come from: this machine, which is outside of the cluster, or a pod (`namespace/name`) that runs an image of echo. */
export type Origin = 'outside' | { readonly pod: string; readonly container?: string };

/** Options of `echo load` and `echo get`. */
export interface RequestOptions {
  readonly from?: Origin;
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authorities that servers are checked against; for `get` alone. @default - those of the machine or image */
  readonly roots?: string;
}

/** Options of a load. */
export interface LoadOptions extends RequestOptions {
  /** Requests in a second. @default 200 */
  readonly rate?: number;
  /** Hold a response of this length open besides, one after another: `1h`. @default - none */
  readonly stream?: string;
}

/** One request without the answer that it should have had. */
export interface Loss {
  /** Time of the day in UTC when it was due. */
  readonly at: string;
  readonly afterMs: number;
  readonly kind: string;
  readonly status?: number;
  readonly reason: string;
}

/** What a load saw; see `programs/node/echo/load.go`. */
export interface LoadReport {
  readonly total: number;
  readonly lost: number;
  readonly late: number;
  readonly unready: number;
  readonly again: number;
  readonly maxLatencyMs: number;
  /** By status and version: `200 shop/products:1.8.2`. */
  readonly seen: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
  readonly streams?: { readonly opened: number; readonly ended: number; readonly broken: number; readonly lines: number };
  readonly lostAt: readonly Loss[];
}

/** What a number of requests, one after another, saw. */
export interface GetReport {
  readonly total: number;
  readonly seen: Readonly<Record<string, number>>;
  readonly last: { readonly status: number; readonly body: string; readonly error?: string };
}

/** Sends requests, one after another. */
export function get(url: string, times = 1, { from = 'outside', headers = {}, roots }: RequestOptions = {}): GetReport {
  const [program, ...args] = echo(from);
  const rootFlags = roots === undefined ? [] : ['-roots', Buffer.from(roots).toString('base64')];
  return JSON.parse(mustRun(program!, [...args, 'get', ...rootFlags, ...headerFlags(headers), url, String(times)], environment())) as GetReport;
}

/** A load that runs until it is stopped. */
export class Load {
  private output = '';

  private constructor(private readonly process: ChildProcess, private readonly ended: Promise<number | null>) {
    process.stdout!.setEncoding('utf8').on('data', (part: string) => { this.output += part; });
    process.stderr!.setEncoding('utf8').on('data', (part: string) => { this.output += part; });
  }

  /** Begins to send; done when the first good answer is there. */
  static async start(url: string, { from = 'outside', headers = {}, rate = 200, stream }: LoadOptions = {}): Promise<Load> {
    const [program, ...args] = echo(from, true);
    const child = spawn(program!, [...args, 'load', '-rate', String(rate), ...(stream === undefined ? [] : ['-stream', stream]), ...headerFlags(headers), url], environment());
    const load = new Load(child, new Promise(done => child.once('close', done)));
    let over = false;
    void load.ended.then(() => { over = true; });
    while (!load.output.includes('"event":"first"')) {
      if (over) throw new Error(`the load on ${url} ended at once: ${load.output}`);
      await new Promise(done => setTimeout(done, 50));
    }
    return load;
  }

  /** Ends the load and waits for the answers that are under way. */
  async stop(): Promise<LoadReport> {
    // the end of its standard input tells it, in a pod as well
    this.process.stdin!.end();
    const code = await this.ended;
    const last = this.output.trim().split('\n').pop()!;
    if (code !== 0 || !last.includes('"event":"end"')) throw new Error(`the load ended with ${code}: ${this.output.slice(-2000)}`);
    return JSON.parse(last) as LoadReport;
  }
}

function echo(from: Origin, interactive = false): string[] {
  if (from === 'outside') return [join(nodePrograms(), 'echo')];
  const [namespace, name] = from.pod.split('/');
  const container = from.container === undefined ? [] : ['-c', from.container];
  return [join(kubernetes(), 'kubectl'), 'exec', ...(interactive ? ['-i'] : []), '-n', namespace!, name!, ...container, '--', '/usr/local/bin/echo'];
}

function headerFlags(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => ['-header', `${name}: ${value}`]);
}

function environment() {
  return { env: { ...process.env, KUBECONFIG: access().kubeconfig } };
}
