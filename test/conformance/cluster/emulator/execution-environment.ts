/** One execution environment of a function: a process with folders of its own, which serves one event after the other. */
import { ChildProcess, execFileSync, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Duplex } from 'stream';

export interface FunctionCode {
  readonly arn: string;
  readonly name: string;
  readonly runtime: string;
  readonly handler: string;
  /** Folder with the code. */
  readonly taskRoot: string;
  /** Folders of the layers, in their order. */
  readonly layers: readonly string[];
  readonly environment: { readonly [name: string]: string };
  readonly memoryMb: string;
}

/** What one execution ended with. */
export type Outcome =
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'error'; readonly error: FunctionError };

export interface FunctionError { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] }

export interface Invocation { readonly requestId: string; readonly event: string; readonly timeoutMs: number }

const RUNTIME = path.join(__dirname, 'runtime');

export class ExecutionEnvironment {
  private readonly process: ChildProcess;
  private readonly channel: Duplex;
  private readonly temporary: string;
  private exit?: string;
  private busy?: { readonly resolve: (outcome: Outcome) => void; text: string };

  constructor(private readonly code: FunctionCode, common: { readonly [name: string]: string }, logFile: string, folder: string) {
    this.temporary = folder;
    fs.mkdirSync(folder, { recursive: true });
    fs.mkdirSync(path.dirname(logFile), { recursive: true });
    const log = fs.openSync(logFile, 'a');
    const isPython = code.runtime.startsWith('python');
    if (!isPython && !code.runtime.startsWith('nodejs')) throw new Error(`the emulator runs nodejs and python, not ${code.runtime} (${code.name})`);
    const [program, script] = isPython ? [pythonProgram(), 'bootstrap.py'] : [process.execPath, 'bootstrap.js'];
    // a group of its own, so that kubectl and helm end with the function
    this.process = spawn(program, [path.join(RUNTIME, script)], { cwd: code.taskRoot, env: this.variables(common), stdio: ['ignore', log, log, 'pipe'], detached: true });
    fs.closeSync(log);
    this.channel = this.process.stdio[3] as Duplex;
    this.channel.setEncoding('utf8');
    this.channel.on('data', (text: string) => this.receive(text));
    this.channel.on('error', () => undefined);
    this.process.on('error', error => this.ended(error.message));
    this.process.on('exit', (status, signal) => this.ended(signal ? `signal: ${signal}` : `exit status ${status}`));
  }

  get alive(): boolean { return this.exit === undefined; }

  /** Runs one event; at the time limit the environment is killed, as Lambda does. */
  async run(invocation: Invocation): Promise<Outcome> {
    const outcome = new Promise<Outcome>(resolve => { this.busy = { resolve, text: '' }; });
    const { requestId, event, timeoutMs } = invocation;
    if (this.exit !== undefined) this.finish(crashed(this.exit));
    else this.channel.write(`${JSON.stringify({ requestId, event, arn: this.code.arn, deadlineMs: Date.now() + timeoutMs })}\n`);
    const timer = setTimeout(() => {
      this.finish({ kind: 'error', error: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` } });
      this.kill();
    }, timeoutMs);
    return outcome.finally(() => clearTimeout(timer));
  }

  kill(): void {
    if (this.alive && this.process.pid !== undefined) {
      try {
        process.kill(-this.process.pid, 'SIGKILL');
      } catch {
        // it has just ended by itself
      }
    }
    fs.rmSync(this.temporary, { recursive: true, force: true });
  }

  private receive(text: string): void {
    if (this.busy === undefined) return;
    this.busy.text += text;
    if (!this.busy.text.endsWith('\n')) return;
    const answer = JSON.parse(this.busy.text) as { readonly result?: unknown; readonly error?: FunctionError };
    this.finish(answer.error ? { kind: 'error', error: answer.error } : { kind: 'result', json: JSON.stringify(answer.result) });
  }

  private ended(reason: string): void {
    this.exit ??= reason;
    this.finish(crashed(reason));
  }

  private finish(outcome: Outcome): void {
    const { busy } = this;
    this.busy = undefined;
    busy?.resolve(outcome);
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
  private variables(common: { readonly [name: string]: string }): { readonly [name: string]: string } {
    const { code, temporary } = this;
    const within = (...folders: readonly string[]) => code.layers.flatMap(layer => folders.map(folder => path.join(layer, folder)));
    return {
      ...common,
      PATH: [path.join(RUNTIME, 'bin'), ...within('bin', 'kubectl', 'helm', 'awscli'), process.env.PATH ?? ''].join(':'),
      NODE_PATH: [...within('nodejs/node_modules'), path.join(RUNTIME, 'modules')].join(':'),
      PYTHONPATH: [...within('python'), path.join(RUNTIME, 'python')].join(':'),
      PYTHONDONTWRITEBYTECODE: '1',
      HOME: temporary,
      TMPDIR: temporary,
      // where the kubectl function of the CDK writes in place of /tmp
      TEST_OUTDIR: temporary,
      LAMBDA_TASK_ROOT: code.taskRoot,
      _HANDLER: code.handler,
      AWS_LAMBDA_FUNCTION_NAME: code.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: code.memoryMb,
      AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${path.basename(temporary)}`,
      ...code.environment,
    };
  }
}

let python: string | undefined;

/** The interpreter itself: what is found first may be a script of a version manager, which takes longer to start than the function. */
function pythonProgram(): string {
  return python ??= execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
}

const crashed = (reason: string): Outcome => ({ kind: 'error', error: { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited with error: ${reason}` } });
