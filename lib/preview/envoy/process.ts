/** One running Envoy: its start, what it says, its admin interface, its end. */
import { spawn, type ChildProcess } from 'child_process';
import { request } from 'http';
import { setTimeout as sleep } from 'timers/promises';
import { PreviewError } from '../preview-error';

/** How many lines of its log are kept to explain an end. */
const KEPT_LINES = 20;

/** How long it may take until it serves. */
const START_MS = 20_000;

/** How long it may take to end when asked. */
const STOP_MS = 3000;

/** What an Envoy is started with. */
export interface EnvoyStart {
  readonly binary: string;
  readonly bootstrapFile: string;
  /** Path of the socket its admin interface listens on, as in the bootstrap. */
  readonly adminSocket: string;
}

/** Those that run; none may outlive this process, even if it ends by an accident and nothing can be awaited. */
const RUNNING = new Set<ChildProcess>();
const killAll = () => RUNNING.forEach(child => child.kill('SIGKILL'));

/** A running Envoy. */
export class EnvoyProcess {
  /** Resolves with the reason when it ends without having been asked. */
  readonly died: Promise<string>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private readonly exited: Promise<void>;
  private readonly adminSocket: string;
  private stopping = false;
  private reason?: string;

  constructor({ binary, bootstrapFile, adminSocket }: EnvoyStart) {
    this.adminSocket = adminSocket;
    // a group of its own: Ctrl-C reaches the whole foreground group, and the end of Envoy would be taken for an accident
    this.child = spawn(binary, [
      '--config-path', bootstrapFile, '--disable-hot-restart', '--concurrency', '1', '--drain-time-s', '30',
      // an older Envoy would pass over what it does not know, and mean something else
      '--reject-unknown-dynamic-fields',
      '--log-level', 'warning', '--log-format', '%l %n: %v',
    ], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    if (RUNNING.size === 0) process.on('exit', killAll);
    RUNNING.add(this.child);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.remember(text));
    let tell: (reason: string) => void = () => undefined;
    this.died = new Promise(done => { tell = done; });
    this.exited = new Promise(done => {
      const end = (how: string) => {
        if (this.reason !== undefined) return;
        this.reason = how;
        RUNNING.delete(this.child);
        if (RUNNING.size === 0) process.off('exit', killAll);
        if (!this.stopping) tell(this.explain(how));
        done();
      };
      // after 'close' everything it said has been read
      this.child.once('error', error => end(`could not be started: ${error.message}`)).once('close', (code, signal) => end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`));
    });
  }

  /** What it said last, without what repeats. */
  get lastLines(): readonly string[] {
    return [...this.lines];
  }

  /** Waits until it serves; throws PreviewError when it ends before. */
  async ready(): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      if (this.reason !== undefined) throw new PreviewError('run', this.explain(this.reason), 'the last lines of its log above say why');
      const state = await this.get('/ready').catch(() => '');
      if (state.startsWith('LIVE')) return;
      await sleep(15);
    }
    throw new PreviewError('run', `Envoy did not serve within ${START_MS / 1000} seconds${this.log()}`, 'the last lines of its log above say why');
  }

  /** What its admin interface answers. */
  get(path: string): Promise<string> {
    return new Promise((done, failed) => {
      const asking = request({ socketPath: this.adminSocket, path, agent: false, timeout: 5000 }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => done(text)).on('error', failed);
      });
      asking.once('error', failed).once('timeout', () => asking.destroy(new Error('Envoy does not answer'))).end();
    });
  }

  /** Ends it, by force where it does not follow. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.reason !== undefined) return;
    this.child.kill('SIGTERM');
    const waiting = new AbortController();
    const force = sleep(STOP_MS, undefined, { signal: waiting.signal }).then(() => this.child.kill('SIGKILL'), () => undefined);
    await this.exited;
    waiting.abort();
    await force;
  }

  private remember(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.lines.push(line);
    this.lines.splice(0, this.lines.length - KEPT_LINES);
  }

  private explain(how: string): string {
    return `Envoy ${how}${this.log()}`;
  }

  private log(): string {
    return this.lines.length === 0 ? '; its log is empty' : `; its log ends with\n       ${this.lines.join('\n       ')}`;
  }
}
