/** A preview that runs as a process of its own, as a user starts it, and what it says. */
import { spawn, spawnSync, type ChildProcess } from 'child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'fs';
import { request, type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'http';
import { tmpdir } from 'os';
import { join } from 'path';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { STUB_HEADERS } from '../../../lib/preview/stubs';
import { envoy, ROOT } from '../tools';

/** How ts-node finds its settings from any folder. */
const SOURCES = { TS_NODE_PROJECT: join(ROOT, 'test/tsconfig.json') };

/** One JSON line of a preview. */
export interface Said {
  readonly event: string;
  readonly [fact: string]: any;
}

/** How a preview is started. */
export interface RunningOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Text in place of JSON lines. */
  readonly text?: boolean;
}

/** How a preview ended. */
export interface Ended {
  readonly code: number | null;
  readonly seconds: number;
}

/** A running preview, with the Envoy that CHECK_ENVOY names or the pinned one. Its temporary files lie in a folder of its own, so that what is left behind is seen. */
export class Running {
  readonly startedAt = performance.now();
  readonly tmp = mkdtempSync(join(tmpdir(), 'preview-check-'));
  readonly said: Said[] = [];
  output = '';
  readonly ended: Promise<Ended>;
  readonly process: ChildProcess;
  private rest = '';

  constructor(assembly: string, { args = [], env = {}, text = false }: RunningOptions = {}) {
    this.process = spawn(process.execPath, [...commandLine(), 'preview', assembly, ...(text ? [] : ['--json']), ...args], {
      cwd: this.tmp, env: { ...process.env, ENVOY: process.env.CHECK_ENVOY ?? envoy(), TMPDIR: this.tmp, ...SOURCES, ...env },
    });
    this.process.stdout!.setEncoding('utf8').on('data', (part: string) => this.read(part));
    this.process.stderr!.setEncoding('utf8').on('data', (part: string) => { this.output += part; });
    this.ended = new Promise(done => this.process.once('close', code => done({ code, seconds: (performance.now() - this.startedAt) / 1000 })));
  }

  /** Waits for a line of that kind, after those already seen of it. */
  async next(event: string, isWanted: (said: Said) => boolean = () => true, seconds = 120): Promise<Said> {
    const until = performance.now() + seconds * 1000;
    let over = false;
    void this.ended.then(() => { over = true; });
    for (;;) {
      const found = this.said.find(one => one.event === event && isWanted(one));
      if (found !== undefined) {
        this.said.splice(0, this.said.indexOf(found) + 1);
        return found;
      }
      if (over || performance.now() > until) throw new Error(`the preview did not say '${event}'${over ? ', it has ended' : ''}; it said\n${this.output}`);
      await new Promise(done => setTimeout(done, 5));
    }
  }

  /** Ends it as Ctrl-C does. */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }

  /** Process ids of its Envoys: their command line names its folder. */
  envoys(): readonly number[] {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
      const line = commandOf(pid);
      return line.includes(this.tmp) && line.includes('--config-path');
    });
  }

  /** Folders of previews that it left; the compiler of the sources leaves a cache of its own. */
  leftovers(): readonly string[] {
    return readdirSync(this.tmp).filter(name => name.startsWith('cdk-eks-mesh-'));
  }

  /** Takes its folder away; kills what is left of a failed check. */
  dispose(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
    for (const pid of this.envoys()) process.kill(pid, 'SIGKILL');
    rmSync(this.tmp, { recursive: true, force: true });
  }

  private read(part: string): void {
    this.output += part;
    const lines = (this.rest + part).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('{')) this.said.push(JSON.parse(line) as Said);
  }
}

/** The compiled command line where it is newer than the sources, else the sources. */
function commandLine(): readonly string[] {
  const main = join(ROOT, 'dist-lib/cli/main.js');
  const isFresh = existsSync(main) && statSync(join(ROOT, 'dist-lib/preview/run-preview.js'), { throwIfNoEntry: false }) !== undefined
    && newest(join(ROOT, 'dist-lib/preview'), '.js') >= newest(join(ROOT, 'lib/preview'), '.ts');
  if (isFresh) return [main];
  return ['-r', join(ROOT, 'node_modules/ts-node/register/transpile-only'), join(ROOT, 'lib/cli/main.ts')];
}

/** Seconds that the command line needs to start and say its version: what a busy machine slows down, it slows down as well. */
export function startSeconds(): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [...commandLine(), '--version'], { env: { ...process.env, ...SOURCES }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the command line does not start: ${stderr}`);
  return (performance.now() - started) / 1000;
}

/** Whether the compiled command line is measured. */
export function isCompiled(): boolean {
  return commandLine().length === 1;
}

function newest(folder: string, ending: string): number {
  return Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith(ending)).map(file => statSync(join(folder, file)).mtimeMs));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Addresses in hexadecimal on which a process listens, as the kernel writes them: `0100007F` is 127.0.0.1. */
export function listensOn(pid: number): readonly string[] {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  }));
  return ['tcp', 'tcp6'].flatMap(kind => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1).flatMap(line => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === '0A' && inodes.has(inode) ? [local.split(':')[0]!] : [];
  }));
}

/** A folder with model files, written as a synthesis writes them. */
export class Models {
  readonly folder = mkdtempSync(join(tmpdir(), 'preview-models-'));

  constructor(models: { readonly [name: string]: TrafficModel }) {
    for (const [name, model] of Object.entries(models)) this.write(name, model);
  }

  write(name: string, model: TrafficModel): void {
    this.writeText(name, JSON.stringify(model));
  }

  writeText(name: string, text: string): void {
    writeFileSync(join(this.folder, `${name}.mesh.json`), text);
  }

  /** Takes a model away and brings it back later, as a synthesis into an empty folder does. */
  hide(name: string): () => void {
    const file = join(this.folder, `${name}.mesh.json`);
    renameSync(file, `${file}.hidden`);
    return () => renameSync(`${file}.hidden`, file);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An answer, or the reason why there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is asked; the stub's own headers are written short: `stub-fail`. */
export interface Ask {
  readonly headers?: OutgoingHttpHeaders;
  readonly agent?: Agent | false;
  readonly method?: string;
}

/** One HTTP/1.1 request; fails where the connection does. */
export function ask(url: string, { headers = {}, agent = false, method = 'GET' }: Ask = {}): Promise<Answer> {
  return new Promise((done, failed) => {
    const asking = request(url, { headers, agent: agent as Agent, method }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('end', () => done({ status: response.statusCode!, headers: response.headers, body })).on('error', failed);
    });
    asking.on('error', failed).end();
  });
}

/** Runs curl as a user does with the lines that a preview prints. */
export function shell(command: string): string {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Names of the stub's headers, so that a renamed one fails the checks. */
export const STUB = STUB_HEADERS.map(({ header }) => header.split(':')[0]!);
