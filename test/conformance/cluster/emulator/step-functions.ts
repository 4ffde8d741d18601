/**
 * Step Functions: executes state machines of templates as far as the CDK's provider framework writes them.
 * @see https://states-language.net/spec.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
import { randomUUID } from 'crypto';
import { Lambda, LambdaRefusal } from './lambda';
import { Settings } from './options';
import { State } from './state';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}
interface Catcher { readonly ErrorEquals: readonly string[]; readonly Next: string }
interface MachineState {
  readonly Type: 'Task' | 'Wait' | 'Pass' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Seconds?: number;
  readonly Error?: string;
  readonly Cause?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
  readonly End?: boolean;
}
interface Machine { readonly StartAt: string; readonly States: { readonly [name: string]: MachineState } }

/** One execution, for tests to look at. */
export interface MachineExecution { readonly arn: string; readonly input: string; status: 'RUNNING' | 'SUCCEEDED' | 'FAILED'; tasks: number; error?: string; cause?: string }

/** Largest input or output of a state, in bytes. */
export const PAYLOAD_BYTES = 262_144;
/** Longest cause of an error. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html */
export const CAUSE_LENGTH = 32_768;

/** A failed state: what retriers and catchers look at. */
class StateError extends Error {
  constructor(readonly error: string, readonly cause: string) { super(`${error}: ${cause}`); }
}

/** A call that the API refuses. */
export class StepFunctionsRefusal extends Error {
  constructor(readonly name: 'ValidationException' | 'StateMachineDoesNotExist', message: string) { super(message); }
}

export class StepFunctions {
  readonly executions: MachineExecution[] = [];
  private readonly sleepers = new Set<() => void>();
  private closed = false;

  constructor(private readonly settings: Settings, private readonly state: State, private readonly lambda: Lambda) {}

  /** Begins an execution and comes back at once with its ARN. */
  startExecution(machineArn: string, input: string): string {
    const machine = this.machineOf(machineArn);
    if (Buffer.byteLength(input) > PAYLOAD_BYTES) {
      throw new StepFunctionsRefusal('ValidationException', `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${PAYLOAD_BYTES}`);
    }
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${randomUUID()}`;
    const execution: MachineExecution = { arn, input, status: 'RUNNING', tasks: 0 };
    this.executions.push(execution);
    void this.run(machine, execution).then(
      () => { execution.status = 'SUCCEEDED'; },
      (error: StateError) => Object.assign(execution, { status: 'FAILED', error: error.error, cause: error.cause }),
    );
    return arn;
  }

  close(): void {
    this.closed = true;
    this.sleepers.forEach(wake => wake());
  }

  private machineOf(arn: string): Machine {
    for (const { resources } of this.state.stacks) {
      for (const { type, id, properties } of Object.values(resources)) {
        if (type === 'AWS::StepFunctions::StateMachine' && id === arn) return JSON.parse(String(properties.DefinitionString)) as Machine;
      }
    }
    throw new StepFunctionsRefusal('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  private async run(machine: Machine, execution: MachineExecution): Promise<void> {
    let [name, input]: [string | undefined, string] = [machine.StartAt, execution.input];
    while (name !== undefined && !this.closed) {
      const current: MachineState = machine.States[name];
      try {
        input = await this.withRetries(current, input, execution);
        name = current.End || current.Type === 'Succeed' ? undefined : current.Next;
      } catch (error) {
        const failed = error instanceof StateError ? error : new StateError('States.Runtime', String(error));
        const catcher = current.Catch?.find(candidate => matches(candidate.ErrorEquals, failed.error));
        if (catcher === undefined) throw failed;
        [name, input] = [catcher.Next, JSON.stringify({ Error: failed.error, Cause: failed.cause })];
      }
    }
  }

  private async withRetries(current: MachineState, input: string, execution: MachineExecution): Promise<string> {
    const attempts = new Map<Retrier, number>();
    for (;;) {
      try {
        return await this.enter(current, input, execution);
      } catch (error) {
        const retrier = error instanceof StateError ? current.Retry?.find(candidate => matches(candidate.ErrorEquals, error.error)) : undefined;
        const done = retrier === undefined ? 0 : attempts.get(retrier) ?? 0;
        if (retrier === undefined || done >= (retrier.MaxAttempts ?? 3) || this.closed) throw error;
        attempts.set(retrier, done + 1);
        await this.sleep(Math.min(retrier.MaxDelaySeconds ?? Infinity, (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** done));
      }
    }
  }

  private async enter(current: MachineState, input: string, execution: MachineExecution): Promise<string> {
    switch (current.Type) {
      case 'Task': {
        execution.tasks++;
        return this.task(String(current.Resource), input);
      }
      case 'Wait': {
        await this.sleep(current.Seconds ?? 0);
        return input;
      }
      case 'Pass':
      case 'Succeed': return input;
      case 'Fail': throw new StateError(current.Error ?? '', current.Cause ?? '');
      default: throw new Error(`the emulator does not support states of type ${String(current.Type)}`);
    }
  }

  private async task(resource: string, input: string): Promise<string> {
    if (!resource.includes(':function:')) throw new Error(`the emulator does not support the task ${resource}`);
    try {
      const outcome = await this.lambda.invoke(resource, input);
      if (outcome.kind === 'error') throw new StateError(outcome.error.errorType, JSON.stringify(outcome.error).slice(0, CAUSE_LENGTH));
      if (Buffer.byteLength(outcome.json) > PAYLOAD_BYTES) throw new StateError('States.DataLimitExceeded', `The state/task '${resource}' returned a result with a size exceeding the maximum number of bytes service limit.`);
      return outcome.json;
    } catch (error) {
      if (error instanceof LambdaRefusal) throw new StateError(`Lambda.${error.name}`, error.message);
      throw error;
    }
  }

  private async sleep(seconds: number): Promise<void> {
    if (this.closed) return;
    await new Promise<void>(resolve => {
      const wake = () => { clearTimeout(timer); this.sleepers.delete(wake); resolve(); };
      const timer = setTimeout(wake, seconds * 1000 * this.settings.scale.waits);
      this.sleepers.add(wake);
    });
  }
}

/** `States.ALL` takes every error but these two. */
function matches(names: readonly string[], error: string): boolean {
  if (error === 'States.DataLimitExceeded' || error === 'States.Runtime') return names.includes(error);
  return names.includes('States.ALL') || names.includes(error) || (names.includes('States.TaskFailed') && error !== 'States.Timeout');
}
