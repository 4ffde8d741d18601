/**
 * Lambda: runs the functions of the templates, with its limits. Synchronous calls are refused when too many run; asynchronous ones
 * are queued, repeated after errors, and may be delivered twice.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { AssetStore } from './asset-store';
import { functionArn } from './aws-resources';
import { ExecutionEnvironment, FunctionCode, FunctionError, Outcome } from './execution-environment';
import { Settings } from './options';
import { State, StackState } from './state';
import { isList, Properties, Text } from './template';

/** An answer of Lambda itself, before any code of the function runs. */
export class LambdaRefusal extends Error {
  constructor(readonly name: 'TooManyRequestsException' | 'RequestTooLargeException' | 'ResourceNotFoundException', message: string) { super(message); }
  get httpStatus(): number {
    return this.name === 'TooManyRequestsException' ? 429 : this.name === 'RequestTooLargeException' ? 413 : 404;
  }
}

/** One run of a function, for tests to count. */
export interface Execution {
  readonly name: string;
  readonly requestId: string;
  readonly asynchronous: boolean;
  readonly start: number;
  end?: number;
  error?: FunctionError;
}

interface FunctionSettings extends FunctionCode { readonly timeoutMs: number; readonly reserved?: number; readonly retries: number; readonly maxAgeMs: number }

const SIX_HOURS = 6 * 3600;

export class Lambda {
  readonly executions: Execution[] = [];
  /** How often a call was refused because too many ran. */
  throttles = 0;
  private readonly running = new Map<string, number>();
  private readonly idle = new Map<string, ExecutionEnvironment[]>();
  private readonly environments = new Set<ExecutionEnvironment>();
  private readonly sleepers = new Set<() => void>();
  private events = 0;
  private closed = false;

  constructor(
    private readonly settings: Settings, private readonly state: State, private readonly assets: AssetStore,
    private readonly variables: () => { readonly [name: string]: string },
  ) {}

  /** Runs the function and gives back what it returned; throws a LambdaRefusal if it was not run. */
  async invoke(nameOrArn: string, event: string, asynchronous = false): Promise<Outcome> {
    const limit = asynchronous ? this.settings.lambda.asyncBytes : this.settings.lambda.syncBytes;
    if (Buffer.byteLength(event) > limit) throw new LambdaRefusal('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`);
    const found = this.settingsOf(nameOrArn);
    const now = [...this.running.values()].reduce((sum, count) => sum + count, 0);
    const own = this.running.get(found.name) ?? 0;
    if (now >= this.settings.lambda.concurrency || own >= (found.reserved ?? Infinity)) {
      this.throttles++;
      throw new LambdaRefusal('TooManyRequestsException', 'Rate Exceeded.');
    }
    this.running.set(found.name, own + 1);
    try {
      return await this.execute(found, event, asynchronous);
    } finally {
      this.running.set(found.name, this.running.get(found.name)! - 1);
    }
  }

  /** Puts an event into the function's queue; it is tried again after errors and throttles. */
  invokeLater(nameOrArn: string, event: string): void {
    const limit = this.settings.lambda.asyncBytes;
    if (Buffer.byteLength(event) > limit) throw new LambdaRefusal('RequestTooLargeException', `${Buffer.byteLength(event)} byte payload is too large for the Event invocation type (limit ${limit} bytes)`);
    this.settingsOf(nameOrArn);
    void this.deliver(nameOrArn, event);
    const { duplicates, duplicateAfterMs } = this.settings.lambda;
    if (duplicates > 0 && ++this.events % duplicates === 0) void this.sleep(duplicateAfterMs).then(async () => this.deliver(nameOrArn, event));
  }

  /** What GetFunction tells. */
  describe(nameOrArn: string): { readonly Configuration: { readonly FunctionName: string; readonly FunctionArn: string; readonly State: string } } {
    const { name, arn } = this.settingsOf(nameOrArn);
    return { Configuration: { FunctionName: name, FunctionArn: arn, State: 'Active' } };
  }

  close(): void {
    this.closed = true;
    this.environments.forEach(environment => environment.kill());
    this.sleepers.forEach(wake => wake());
  }

  private async deliver(nameOrArn: string, event: string): Promise<void> {
    const began = Date.now();
    const scale = this.settings.scale.waits;
    for (let errors = 0, throttled = 0; !this.closed;) {
      try {
        const { retries, maxAgeMs } = this.settingsOf(nameOrArn);
        const outcome = await this.invoke(nameOrArn, event, true);
        if (outcome.kind === 'result' || errors >= retries || Date.now() - began > maxAgeMs) return;
        await this.sleep(scale * 60_000 * ++errors);
      } catch (error) {
        // the function is gone: nobody is left to run the event
        if (error instanceof LambdaRefusal && error.name === 'ResourceNotFoundException') return;
        if (!(error instanceof LambdaRefusal) || error.name !== 'TooManyRequestsException') return this.settings.log(`internal: an event was lost: ${String(error)}`);
        if (Date.now() - began > scale * SIX_HOURS * 1000) return;
        await this.sleep(scale * 1000 * Math.min(300, 2 ** throttled++));
      }
    }
  }

  private async execute(found: FunctionSettings, event: string, asynchronous: boolean): Promise<Outcome> {
    const requestId = randomUUID();
    const record: Execution = { name: found.name, requestId, asynchronous, start: Date.now() };
    this.executions.push(record);
    const key = JSON.stringify(found);
    const environment = this.idle.get(key)?.pop() ?? await this.begin(found);
    const outcome = withinLimit(await environment.run({ requestId, event, timeoutMs: found.timeoutMs }), this.settings.lambda.syncBytes);
    record.end = Date.now();
    if (outcome.kind === 'error') {
      record.error = outcome.error;
      fs.appendFileSync(this.logOf(found), `ERROR ${JSON.stringify(outcome.error)}\n`);
    }
    this.keep(key, environment);
    return outcome;
  }

  private async begin(found: FunctionSettings): Promise<ExecutionEnvironment> {
    await this.sleep(this.settings.lambda.coldStartMs);
    const common = { ...this.variables(), EMULATOR_WAIT_SCALE: String(this.settings.scale.waits) };
    const environment = new ExecutionEnvironment(found, common, this.logOf(found), path.join(this.settings.stateDir, 'tmp', randomUUID()));
    this.environments.add(environment);
    return environment;
  }

  private logOf({ name }: FunctionSettings): string {
    return path.join(this.settings.stateDir, 'logs', `${name}.log`);
  }

  private keep(key: string, environment: ExecutionEnvironment): void {
    const idle = this.idle.get(key) ?? [];
    this.idle.set(key, idle);
    const { environments, idle: most } = this.settings.lambda;
    if (environment.alive && environments === 'reuse' && idle.length < most && !this.closed) {
      idle.push(environment);
    } else {
      environment.kill();
      this.environments.delete(environment);
    }
  }

  private async sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.closed) return;
    await new Promise<void>(resolve => {
      const wake = () => { clearTimeout(timer); this.sleepers.delete(wake); resolve(); };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }

  private settingsOf(nameOrArn: string): FunctionSettings {
    const arn = functionArn(nameOrArn).split(':').slice(0, 7).join(':');
    for (const stack of this.state.stacks) {
      for (const { type, id, properties } of Object.values(stack.resources)) {
        if (type === 'AWS::Lambda::Function' && functionArn(id) === arn) return this.readSettings(stack, arn, id, properties);
      }
    }
    throw new LambdaRefusal('ResourceNotFoundException', `Function not found: ${arn}`);
  }

  private readSettings(stack: StackState, arn: string, name: string, properties: Properties): FunctionSettings {
    const { scale } = this.settings;
    const queue = Object.values(stack.resources).find(({ type, properties: { FunctionName } }) => type === 'AWS::Lambda::EventInvokeConfig' && FunctionName === name)?.properties;
    const variables = (properties.Environment as { readonly Variables?: { readonly [name: string]: string } } | undefined)?.Variables ?? {};
    const layers = isList<Text>(properties.Layers) ? properties.Layers : [];
    return {
      arn,
      name,
      runtime: String(properties.Runtime),
      handler: String(properties.Handler),
      taskRoot: this.taskRoot(name, properties),
      layers: layers.map(layer => this.layerFolder(String(layer))),
      environment: { ...variables, ...this.settings.environment },
      memoryMb: String(properties.MemorySize ?? '128'),
      timeoutMs: Number(properties.Timeout ?? 3) * 1000 * scale.functionTimeout,
      ...(properties.ReservedConcurrentExecutions !== undefined && { reserved: Number(properties.ReservedConcurrentExecutions) }),
      retries: Number(queue?.MaximumRetryAttempts ?? 2),
      maxAgeMs: Number(queue?.MaximumEventAgeInSeconds ?? SIX_HOURS) * 1000 * scale.waits,
    };
  }

  private taskRoot(name: string, properties: Properties): string {
    const { S3Key, ZipFile } = properties.Code as { readonly S3Key?: string; readonly ZipFile?: string };
    if (S3Key !== undefined) return this.assets.folderOf(S3Key);
    const folder = path.join(this.settings.stateDir, 'inline', name);
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, String(properties.Runtime).startsWith('python') ? 'index.py' : 'index.js');
    if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== ZipFile) fs.writeFileSync(file, ZipFile ?? '');
    return folder;
  }

  private layerFolder(arn: string): string {
    const key = this.state.layers[arn];
    if (key === undefined) throw new Error(`Layer version ${arn} does not exist`);
    return this.assets.folderOf(key);
  }
}

function withinLimit(outcome: Outcome, bytes: number): Outcome {
  if (outcome.kind === 'error' || Buffer.byteLength(outcome.json) <= bytes) return outcome;
  return { kind: 'error', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage: `Response payload size exceeded maximum allowed payload size (${bytes} bytes).` } };
}
