/** CloudFormation for cloud assemblies: deploys, deletes and cancels as `cdk deploy` and `cdk destroy` ask it to. */
import { readFileSync } from 'fs';
import * as path from 'path';
import { Assembly, AssemblyStack, readAssembly } from './assembly';
import { AssetStore } from './asset-store';
import { ChartRegistry, REGISTRY_HOSTS } from './chart-registry';
import { CustomResources, RESPONSE_HOST } from './custom-resources';
import { AwsCall, CREDENTIALS, Endpoints } from './endpoints';
import { readCluster } from './kubeconfig';
import { Execution, Lambda } from './lambda';
import { EmulatorOptions, REGION, Settings, settingsOf } from './options';
import { World } from './resource-work';
import { emptyStack, ResourceFailure, StackOperation } from './stack-operation';
import { Leftover, StackState, StackStatus, State } from './state';
import { MachineExecution, StepFunctions } from './step-functions';
import { equalText, parseTemplate, Text } from './template';
import { LateResponse, Timeline, TimelineEntry } from './timeline';
import { assertNoCircle } from './walk';

export interface StackResult {
  readonly name: string;
  readonly ok: boolean;
  /** `UNCHANGED`: nothing was to be done. `REFUSED`: the operation never began. */
  readonly status: StackStatus | 'UNCHANGED' | 'REFUSED';
  readonly reason?: string;
  readonly failures: readonly ResourceFailure[];
  readonly outputs: { readonly [name: string]: string };
  /** What was kept by a policy or could not be removed. */
  readonly leftovers: readonly Leftover[];
}

export interface DeployResult {
  readonly ok: boolean;
  readonly stacks: readonly StackResult[];
  /** Events of this call alone. */
  readonly timeline: readonly TimelineEntry[];
}

export interface DeployOptions {
  /** Parameters by stack. @default - those of the templates */
  readonly parameters?: { readonly [stack: string]: { readonly [name: string]: string } };
}

/** Statuses of a stack that was never made; `cdk deploy` deletes it and begins anew. */
const NEVER_MADE: readonly StackStatus[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];
const CANNOT_UPDATE: readonly StackStatus[] = ['UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED'];

export class Emulator {
  private readonly settings: Settings;
  private readonly state: State;
  private readonly events: Timeline;
  private readonly world: World;
  private readonly assets: AssetStore;
  private readonly lambda: Lambda;
  private readonly stepFunctions: StepFunctions;
  private readonly endpoints: Endpoints;
  private readonly running = new Map<string, StackOperation>();
  private readonly stuck = new Map<string, StackOperation>();

  constructor(options: EmulatorOptions) {
    const settings = this.settings = settingsOf(options);
    const state = this.state = new State(settings.stateDir);
    const assets = this.assets = new AssetStore(path.join(settings.stateDir, 'assets'), settings.layersRoot);
    this.events = new Timeline(settings.log);
    const cluster = readCluster(settings.clusterName, settings.kubeconfig);
    this.lambda = new Lambda(settings, state, assets, () => this.variables());
    this.stepFunctions = new StepFunctions(settings, state, this.lambda);
    const customResources = new CustomResources(settings, this.lambda, this.events);
    this.world = { settings, state, cluster, customResources, readAsset: key => assets.read(key) };
    const registry = new ChartRegistry(settings.charts);
    this.endpoints = new Endpoints(() => ({ lambda: this.lambda, stepFunctions: this.stepFunctions, customResources, cluster, registry, statusOf: (name) => state.stackNamed(name.split('/')[1] ?? name)?.status }));
  }

  /** Everything that happened to resources since the emulator began. */
  get timeline(): readonly TimelineEntry[] { return this.events.entries; }
  /** Responses that came when nobody waited any more. */
  get lateResponses(): readonly LateResponse[] { return this.events.late; }
  /** Runs of functions. */
  get executions(): readonly Execution[] { return this.lambda.executions; }
  /** Runs of state machines. */
  get machineExecutions(): readonly MachineExecution[] { return this.stepFunctions.executions; }
  /** Calls of EKS and STS. */
  get awsCalls(): readonly AwsCall[] { return this.endpoints.calls; }
  /** How often Lambda refused a call because too many ran. */
  get throttles(): number { return this.lambda.throttles; }

  /** What the stack looks like now. */
  describe(stackName: string): Readonly<StackState> | undefined {
    return this.state.stackNamed(stackName);
  }

  /**
   * Deploys stacks of an assembly, each after those that it depends on; ends at the first that fails.
   * @param stackNames exactly these. @default - all
   */
  async deploy(assemblyDir: string, stackNames?: readonly string[], options: DeployOptions = {}): Promise<DeployResult> {
    const assembly = readAssembly(assemblyDir);
    const chosen = choose(assembly, stackNames);
    await this.endpoints.open();
    this.assets.publish(assembly.assets);
    return this.collect(async results => {
      for (const stack of chosen) {
        results.push(await this.deployStack(stack, options.parameters?.[stack.name] ?? {}));
        if (!results.at(-1)!.ok) return;
      }
    });
  }

  /** Deletes stacks, each before those that it depends on. @default - all */
  async delete(stackNames?: readonly string[]): Promise<DeployResult> {
    await this.endpoints.open();
    const stacks = this.inOrder().reverse().filter(({ name }) => stackNames === undefined || stackNames.includes(name));
    return this.collect(async results => {
      for (const stack of stacks) {
        results.push(await this.deleteStack(stack));
        if (!results.at(-1)!.ok) return;
      }
    });
  }

  /** Cancels the update that runs; the stack rolls back. A creation cannot be cancelled. */
  cancel(stackName: string): void {
    const operation = this.running.get(stackName);
    if (operation?.stack.status !== 'UPDATE_IN_PROGRESS') {
      throw new Error(`CancelUpdateStack cannot be called from current state (${operation?.stack.status ?? this.state.stackNamed(stackName)?.status ?? 'no such stack'})`);
    }
    operation.cancellation.cancel('User Initiated');
  }

  /** Goes on with a roll-back that failed. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html */
  async continueRollBack(stackName: string): Promise<DeployResult> {
    const operation = this.stuck.get(stackName);
    if (operation === undefined) throw new Error(`Stack ${stackName} is not in UPDATE_ROLLBACK_FAILED state`);
    await this.endpoints.open();
    return this.collect(async results => {
      operation.failures.length = 0;
      results.push(await this.guarded(operation, async () => this.rollBack(operation, 'ContinueUpdateRollback')));
    });
  }

  /** Ends all functions and the server; the state stays. */
  async close(): Promise<void> {
    this.stepFunctions.close();
    this.lambda.close();
    this.world.customResources.close();
    await this.endpoints.close();
    this.state.flush();
  }

  private async collect(act: (results: StackResult[]) => Promise<void>): Promise<DeployResult> {
    const results: StackResult[] = [];
    const from = this.events.entries.length;
    await act(results);
    this.state.flush();
    return { ok: results.every(({ ok }) => ok), stacks: results, timeline: this.events.entries.slice(from) };
  }

  private async deployStack({ name, templateFile, dependencies }: AssemblyStack, parameters: { readonly [name: string]: Text }): Promise<StackResult> {
    const existing = this.state.stackNamed(name);
    if (this.running.has(name)) return refusal(name, `Stack:${existing!.id} is in ${existing!.status} state and can not be updated.`);
    if (existing && NEVER_MADE.includes(existing.status)) {
      const deleted = await this.deleteStack(existing);
      if (!deleted.ok) return deleted;
    } else if (existing && CANNOT_UPDATE.includes(existing.status)) {
      return refusal(name, `Stack:${existing.id} is in ${existing.status} state and can not be updated.`);
    }
    const stack = this.state.stackNamed(name) ?? this.state.add(emptyStack(name, false, this.state.nextSerial(), dependencies));
    const creates = stack.template === undefined;
    try {
      const template = parseTemplate(readFileSync(templateFile, 'utf8'));
      const whole = Object.values(stack.resources).every(({ status }) => status === 'complete');
      if (!creates && whole && JSON.stringify(stack.template) === JSON.stringify(template) && equalText(stack.parameters, parameters)) return resultOf(stack, 'UNCHANGED');
      const operation = new StackOperation(stack, this.world, this.events);
      const { status } = stack;
      return await this.guarded(operation, async () => {
        stack.status = creates ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS';
        Object.assign(stack, { dependencies });
        return this.update(operation, status, creates, async () => operation.forward(template, parameters));
      });
    } catch (error) {
      // refused before anything changed: by a limit, a circle, a reference to nothing
      if (creates) this.state.remove(stack);
      return refusal(name, (error as Error).message);
    }
  }

  private async update(operation: StackOperation, before: StackStatus, creates: boolean, forward: () => Promise<void>): Promise<StackResult> {
    const { stack } = operation;
    try {
      await forward();
    } catch (error) {
      if (!operation.hasBegun) {
        stack.status = before;
        throw error;
      }
      const reason = (error as Error).message;
      this.events.say(`${stack.name} ROLLBACK: ${reason}`);
      return creates ? this.rollBackCreation(operation, reason) : this.rollBack(operation, reason);
    }
    if (!creates) {
      stack.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
      await operation.cleanUp();
    }
    stack.status = creates ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    return resultOf(stack, stack.status, { leftovers: operation.leftovers });
  }

  private async rollBackCreation(operation: StackOperation, reason: string): Promise<StackResult> {
    const { stack, failures, leftovers } = operation;
    stack.status = 'ROLLBACK_IN_PROGRESS';
    const errors = await operation.rollBackCleanUp('roll-back');
    stack.status = errors.size > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE';
    return resultOf(stack, stack.status, { reason, failures, leftovers });
  }

  private async rollBack(operation: StackOperation, reason: string): Promise<StackResult> {
    const { stack, failures, leftovers } = operation;
    stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    try {
      await operation.rollBack();
    } catch (error) {
      stack.status = 'UPDATE_ROLLBACK_FAILED';
      this.stuck.set(stack.name, operation);
      return resultOf(stack, stack.status, { reason: `${reason} ${(error as Error).message}`, failures, leftovers });
    }
    this.stuck.delete(stack.name);
    stack.status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    await operation.rollBackCleanUp();
    stack.status = 'UPDATE_ROLLBACK_COMPLETE';
    return resultOf(stack, stack.status, { reason, failures, leftovers });
  }

  private async deleteStack(stack: StackState): Promise<StackResult> {
    const user = this.state.stacks.find(other => other !== stack && other.imports.some(name => name in stack.exports));
    if (user) return refusal(stack.name, `Export ${user.imports.find(name => name in stack.exports)} cannot be deleted as it is in use by ${user.name}`);
    const operation = new StackOperation(stack, this.world, this.events);
    return this.guarded(operation, async () => {
      const errors = await operation.delete();
      const failures = [...errors].map(([node, error]) => ({ stack: stack.name, resource: node.split(' ')[0], reason: error.message }));
      if (errors.size === 0) this.state.remove(stack);
      const reason = errors.size === 0 ? undefined : `The following resource(s) failed to delete: [${failures.map(({ resource }) => resource).sort().join(', ')}].`;
      return resultOf(stack, stack.status, { reason, failures, leftovers: operation.leftovers });
    });
  }

  private async guarded(operation: StackOperation, act: () => Promise<StackResult>): Promise<StackResult> {
    const { name } = operation.stack;
    if (this.running.has(name)) return refusal(name, `Stack ${name} is in ${operation.stack.status} state and can not be updated.`);
    this.running.set(name, operation);
    try {
      const result = await act();
      this.events.say([name, result.status, result.reason ?? ''].join(' ').trimEnd());
      return result;
    } finally {
      this.running.delete(name);
      this.state.save();
    }
  }

  private inOrder(): StackState[] {
    const stacks = this.state.stacks.filter(({ nested }) => !nested);
    const names = stacks.map(({ name }) => name);
    const before = (name: string) => stacks.find(stack => stack.name === name)!.dependencies;
    assertNoCircle(names, before);
    const ordered: StackState[] = [];
    const visit = (stack: StackState): void => {
      if (ordered.includes(stack)) return;
      stacks.filter(({ name }) => stack.dependencies.includes(name)).forEach(visit);
      ordered.push(stack);
    };
    stacks.forEach(visit);
    return ordered;
  }

  private variables(): { readonly [name: string]: string } {
    const { kubeconfig, charts } = this.settings;
    const { address } = this.endpoints;
    const endpoints = ['EKS', 'STS', 'LAMBDA', 'SFN', 'CLOUDFORMATION'].map(service => [`AWS_ENDPOINT_URL_${service}`, address]);
    return {
      ...Object.fromEntries(endpoints) as { readonly [name: string]: string },
      ...CREDENTIALS,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      EMULATOR_ENDPOINT: address,
      EMULATOR_RESPONSE_HOST: RESPONSE_HOST,
      EMULATOR_HOSTS: REGISTRY_HOSTS.join(','),
      EMULATOR_ASSETS: this.assets.folder,
      ...(kubeconfig !== undefined && { EMULATOR_KUBECONFIG: path.resolve(kubeconfig) }),
      ...(charts !== undefined && { EMULATOR_CHARTS: path.resolve(charts) }),
    };
  }
}

function choose({ stacks }: Assembly, names: readonly string[] | undefined): readonly AssemblyStack[] {
  const unknown = (names ?? []).filter(name => !stacks.some(stack => stack.name === name));
  if (unknown.length > 0) throw new Error(`No stacks match the name(s) ${unknown.join(', ')}; the assembly has ${stacks.map(({ name }) => name).join(', ')}`);
  return stacks.filter(({ name }) => names === undefined || names.includes(name));
}

function resultOf(stack: StackState, status: StackResult['status'], more: Partial<StackResult> = {}): StackResult {
  const ok = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE', 'UNCHANGED'].includes(status);
  return { name: stack.name, ok, status, failures: [], outputs: stack.outputs, leftovers: [], ...more };
}

function refusal(name: string, reason: string): StackResult {
  return { name, ok: false, status: 'REFUSED', reason, failures: [], outputs: {}, leftovers: [] };
}
