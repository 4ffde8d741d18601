/**
 * One operation on one stack: forward along its template, then either clean-up or the way back. A nested stack is an operation
 * inside of its parent's, and cleans up when the parent does.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-monitor-stack.html
 */
import { CustomResourceResult } from './custom-resources';
import { Declaration, DeclaredStack } from './declared';
import { ACCOUNT, REGION } from './options';
import { assertAllowed, idInFailure, madeUpId, perform, World } from './resource-work';
import { Leftover, ResourceState, StackState } from './state';
import { equalText, parseTemplate, Properties, Template, Text } from './template';
import { Phase, Timeline, TimelineEntry } from './timeline';
import { Cancellation, Cancelled, walk } from './walk';

export interface ResourceFailure { readonly stack: string; readonly resource: string; readonly reason: string }

/** The operation cannot go on; the resources that failed are named in the operation. */
export class OperationFailed extends Error {}

/** Something to remove, with the place that it had in the order. */
interface Doomed { readonly logicalId: string; readonly record: ResourceState; readonly kind: 'removed' | 'replaced' | 'created' | 'nested' }

type Snapshot = Pick<StackState, 'template' | 'parameters' | 'resources' | 'outputs' | 'exports' | 'imports'>;

const NESTED = 'AWS::CloudFormation::Stack';

export class StackOperation {
  readonly failures: ResourceFailure[] = [];
  readonly leftovers: Leftover[] = [];
  readonly cancellation = new Cancellation();
  private before!: Snapshot;
  private declared?: DeclaredStack;
  /** What resources were before this operation changed them; nothing for those that it created. */
  private readonly touched = new Map<string, ResourceState | undefined>();
  /** Resources that the way forward, and then the way back, replaced. */
  private readonly replaced = new Map<string, ResourceState>();
  private readonly replacedBack = new Map<string, ResourceState>();
  private readonly children = new Map<string, StackOperation>();

  constructor(readonly stack: StackState, private readonly world: World, private readonly timeline: Timeline) {}

  /** Whether the template was accepted, so that there may be something to take back. */
  get hasBegun(): boolean { return this.declared !== undefined; }

  /** Creates and updates what the template declares. A template that is refused throws before anything changes. */
  async forward(template: Template, parameters: { readonly [name: string]: Text }): Promise<void> {
    const { stack } = this;
    const declared = new DeclaredStack(stack, template, parameters, this.world);
    assertSameTypes(stack, declared);
    const { resources, outputs, exports, imports } = stack;
    this.before = structuredClone({ template: stack.template, parameters: stack.parameters, resources, outputs, exports, imports });
    this.declared = declared;
    Object.assign(stack, { template, parameters });
    const errors = await this.walkDeclared(declared, declared.ids, async id => this.bring(id), this.cancellation);
    if (errors.size > 0 || this.cancellation.reason !== undefined) throw new OperationFailed(this.reasonOf(errors));
    Object.assign(stack, { ...this.outputsOf(declared), imports: declared.imports });
  }

  /** After the whole stack has succeeded: removes what left the template and what was replaced, in reverse order. */
  async cleanUp(): Promise<void> {
    const { stack } = this;
    const declared = this.declared!;
    const removed = Object.keys(stack.resources).filter(id => !declared.ids.includes(id));
    const doomed: Doomed[] = [
      ...removed.map(logicalId => ({ logicalId, record: stack.resources[logicalId], kind: 'removed' as const })),
      ...[...this.replaced].map(([logicalId, record]) => ({ logicalId, record, kind: 'replaced' as const })),
      ...this.nestedDoom(),
    ];
    await this.removeAll(doomed, 'clean-up', async child => child.cleanUp());
  }

  /**
   * Takes every resource that was changed back to what it was, along the old template.
   * @throws OperationFailed if one cannot go back
   */
  async rollBack(): Promise<void> {
    const { stack, before } = this;
    const old = new DeclaredStack(stack, before.template!, before.parameters, this.world);
    const changed = old.ids.filter(id => this.touched.get(id) !== undefined);
    const errors = await this.walkDeclared(old, changed, async id => this.takeBack(id, old));
    if (errors.size > 0) throw new OperationFailed(this.reasonOf(errors));
    const { template, parameters, outputs, exports, imports } = before;
    Object.assign(stack, { template, parameters, outputs, exports, imports });
    for (const [id, record] of Object.entries(before.resources)) if (!this.touched.has(id)) stack.resources[id] = record;
  }

  /** After the way back: removes what the operation had created. Gives the errors by resource. */
  async rollBackCleanUp(phase: Phase = 'roll-back clean-up'): Promise<Map<string, Error>> {
    const created = [...this.touched].filter(([, before]) => before === undefined).map(([id]) => id);
    const doomed: Doomed[] = [
      ...created.filter(id => id in this.stack.resources).map(logicalId => ({ logicalId, record: this.stack.resources[logicalId], kind: 'created' as const })),
      ...[...this.replacedBack].map(([logicalId, record]) => ({ logicalId, record, kind: 'replaced' as const })),
      ...this.nestedDoom(),
    ];
    return this.removeAll(doomed, phase, async child => { await child.rollBackCleanUp(phase); });
  }

  /** Deletes the stack; what fails stays in it. `created`: by the roll-back of what created it. */
  async delete(created = false): Promise<Map<string, Error>> {
    const { stack } = this;
    stack.status = 'DELETE_IN_PROGRESS';
    const doomed = Object.entries(stack.resources).map(([logicalId, record]): Doomed => ({ logicalId, record, kind: created ? 'created' : 'removed' }));
    const errors = await this.removeAll(doomed, 'delete');
    stack.status = errors.size > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
    return errors;
  }

  // --- forward -----------------------------------------------------------------------------------------------------

  private async bring(id: string): Promise<void> {
    const { stack } = this;
    const declared = this.declared!;
    const declaration = declared.declarationOf(id);
    const current = stack.resources[id];
    const properties = this.resolved(id, declared, declaration, current ? 'Update' : 'Create');
    if (current?.status === 'complete' && equalText(current.properties, properties)) {
      Object.assign(current, declaration);
      return;
    }
    const entry = this.begin({
      logicalId: id, type: declaration.type, verb: current ? 'Update' : 'Create', phase: 'forward', id: current?.id ?? '', properties, oldProperties: current?.properties,
    });
    await this.recorded(entry, async () => this.change(id, declaration, properties, entry));
  }

  private async change(id: string, declaration: Declaration, properties: Properties, entry: TimelineEntry): Promise<void> {
    const { stack, world } = this;
    const current = stack.resources[id] && structuredClone(stack.resources[id]);
    if (current) assertAllowed(id, current, properties, world);
    this.touched.set(id, current);
    const unfinished: ResourceState = { ...declaration, id: current?.id ?? madeUpId(stack, id, world), properties, attributes: current?.attributes ?? {}, status: 'unfinished' };
    stack.resources[id] = unfinished;
    world.state.save();
    const work = { verb: entry.verb, logicalId: id, type: declaration.type, properties };
    try {
      const result = declaration.type === NESTED ? await this.bringNested(id, unfinished, properties)
        : await perform({ ...work, oldProperties: current?.properties, id: current?.id, cancellation: this.cancellation }, stack, world);
      stack.resources[id] = { ...unfinished, ...result, status: 'complete' };
    } catch (error) {
      const reported = idInFailure(error);
      if (reported !== undefined && (!current || world.settings.cloudFormation.failedUpdateId === 'taken')) unfinished.id = reported;
      throw error;
    } finally {
      entry.id = stack.resources[id].id;
      if (current && entry.id !== current.id) this.replaced.set(id, current);
      world.state.save();
    }
  }

  private async bringNested(id: string, unfinished: ResourceState, properties: Properties): Promise<CustomResourceResult> {
    const { stack, world } = this;
    const exists = this.touched.get(id) !== undefined;
    const child = exists ? world.state.stackOf(unfinished.id) : world.state.add(emptyStack(`${stack.name}-${id}-${world.state.nextSerial()}`, true, world.state.nextSerial()));
    unfinished.id = child.id;
    const operation = new StackOperation(child, world, this.timeline);
    const template = parseTemplate(world.readAsset(String(properties.TemplateURL).split('/').pop()!));
    const forget = this.cancellation.onCancel(reason => operation.cancellation.cancel(reason));
    const { status } = child;
    child.status = exists ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS';
    try {
      await operation.forward(template, (properties.Parameters ?? {}) as { readonly [name: string]: Text });
      child.status = exists ? 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' : 'CREATE_COMPLETE';
    } catch (error) {
      child.status = !operation.hasBegun ? status : exists ? 'UPDATE_FAILED' : 'CREATE_FAILED';
      if (this.cancellation.reason !== undefined && operation.failures.length === 0) throw new Cancelled(`Resource ${exists ? 'update' : 'creation'} cancelled`);
      throw new Error(`Embedded stack ${child.id} was not successfully ${exists ? 'updated' : 'created'}: ${(error as Error).message}`);
    } finally {
      forget();
      if (operation.hasBegun) this.children.set(id, operation);
      this.failures.push(...operation.failures);
    }
    return { id: child.id, attributes: Object.fromEntries(Object.entries(child.outputs).map(([name, value]) => [`Outputs.${name}`, value])) };
  }

  private outputsOf(declared: DeclaredStack): { readonly outputs: { readonly [name: string]: string }; readonly exports: { readonly [name: string]: string } } {
    const { stack, world } = this;
    try {
      const found = declared.outputs();
      for (const [name, value] of Object.entries(stack.exports)) {
        const user = world.state.stacks.find(other => other !== stack && other.imports.includes(name));
        if (user !== undefined && found.exports[name] !== value) throw new Error(`Export ${name} cannot be ${name in found.exports ? 'updated' : 'deleted'} as it is in use by ${user.name}`);
      }
      for (const name of Object.keys(found.exports)) {
        const owner = world.state.stacks.find(other => other !== stack && name in other.exports);
        if (owner) throw new Error(`Export with name ${name} is already exported by stack ${owner.name}`);
      }
      return found;
    } catch (error) {
      this.failures.push({ stack: stack.name, resource: 'Outputs', reason: (error as Error).message });
      throw new OperationFailed((error as Error).message);
    }
  }

  // --- the way back ------------------------------------------------------------------------------------------------

  private async takeBack(id: string, old: DeclaredStack): Promise<void> {
    const { stack, world } = this;
    const [current, before] = [stack.resources[id], this.touched.get(id)!];
    if (current.status === 'complete' && current.id === before.id && equalText(current.properties, before.properties)) return;
    const properties = this.resolved(id, old, before, 'Update');
    const { rollBackId } = world.settings.cloudFormation;
    const physical = rollBackId === 'new' ? current.id : before.id;
    const entry = this.begin({ logicalId: id, type: before.type, verb: 'Update', phase: 'roll-back', id: physical, properties, oldProperties: current.properties });
    await this.recorded(entry, async () => {
      const result = before.type === NESTED ? await this.takeNestedBack(id, before)
        : before.type.startsWith('AWS::') && before.type !== 'AWS::CloudFormation::CustomResource' ? { id: before.id, attributes: before.attributes }
          : await perform({ verb: 'Update', logicalId: id, type: before.type, properties, oldProperties: current.properties, id: physical }, stack, world);
      stack.resources[id] = { ...before, ...result, properties, status: 'complete' };
      if (result.id !== current.id) this.replacedBack.set(id, current);
      const lost = this.replaced.get(id);
      if (lost && lost.id !== result.id) this.leave(id, lost.id, 'replaced on the way forward, and not taken back by the roll-back');
      entry.id = result.id;
    });
  }

  private async takeNestedBack(id: string, before: ResourceState): Promise<CustomResourceResult> {
    const child = this.children.get(id);
    if (child) {
      child.stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
      child.failures.length = 0;
      await child.rollBack();
    }
    return { id: before.id, attributes: before.attributes };
  }

  // --- removal -----------------------------------------------------------------------------------------------------

  private nestedDoom(): Doomed[] {
    const updated = [...this.children.keys()].filter(id => this.touched.get(id) !== undefined);
    return updated.map(logicalId => ({ logicalId, record: this.touched.get(logicalId)!, kind: 'nested' }));
  }

  /** Removes in reverse order; `nested` is what an updated nested stack does at its turn. */
  private async removeAll(doomed: readonly Doomed[], phase: Phase, nested?: (child: StackOperation) => Promise<void>): Promise<Map<string, Error>> {
    const key = ({ logicalId, kind }: Doomed) => `${logicalId} ${kind}`;
    const byKey = new Map(doomed.map(one => [key(one), one]));
    const dependents = (node: string) => doomed.filter(other => other.record.needs.includes(byKey.get(node)!.logicalId)).map(key);
    const errors = await walk({
      nodes: [...byKey.keys()],
      before: dependents,
      parallel: this.world.settings.cloudFormation.parallel,
      // what cannot be removed is left behind in a clean-up, and stops what it needs in a deletion
      afterFailure: 'go on',
      work: async node => {
        const one = byKey.get(node)!;
        if (one.kind === 'nested') await this.finishNested(one, nested!);
        else await this.remove(one, phase);
      },
    });
    return errors;
  }

  private async finishNested({ logicalId }: Doomed, act: (child: StackOperation) => Promise<void>): Promise<void> {
    const child = this.children.get(logicalId)!;
    await act(child);
    child.stack.status = child.stack.status.includes('ROLLBACK') ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE';
    this.leftovers.push(...child.leftovers);
  }

  private async remove(one: Doomed, phase: Phase): Promise<void> {
    const { stack, world } = this;
    const { logicalId, record, kind } = one;
    const forget = () => { if (kind !== 'replaced') delete stack.resources[logicalId]; };
    const entry = this.begin({ logicalId, type: record.type, verb: 'Delete', phase, id: record.id, properties: record.properties });
    const policy = kind === 'replaced' ? record.updateReplacePolicy : record.deletionPolicy;
    if (policy === 'Retain' || (policy === 'RetainExceptOnCreate' && kind !== 'created')) {
      this.timeline.end(entry, 'skipped', policy);
      this.leave(logicalId, record.id, policy);
      forget();
      return;
    }
    const leavesBehind = phase === 'clean-up' || phase === 'roll-back clean-up';
    const attempts = leavesBehind ? world.settings.cloudFormation.cleanUpAttempts : 1;
    try {
      await this.recorded(entry, async () => this.withAttempts(attempts, async () => this.removeOnce(one)));
    } catch (error) {
      if (!leavesBehind) throw error;
      this.leave(logicalId, record.id, (error as Error).message);
    }
    forget();
    world.state.save();
  }

  private async removeOnce({ logicalId, record, kind }: Doomed): Promise<void> {
    const { stack, world } = this;
    if (record.type !== NESTED) {
      await perform({ verb: 'Delete', logicalId, type: record.type, properties: record.properties, id: record.id }, stack, world);
      return;
    }
    const nested = world.state.stacks.find(other => other.id === record.id);
    if (nested === undefined) return;
    const operation = new StackOperation(nested, world, this.timeline);
    const errors = await operation.delete(kind === 'created');
    this.leftovers.push(...operation.leftovers);
    if (errors.size > 0) throw new Error(`Embedded stack ${nested.id} was not successfully deleted: The following resource(s) failed to delete: [${[...errors.keys()].map(node => node.split(' ')[0]).join(', ')}].`);
    world.state.remove(nested);
  }

  private async withAttempts(attempts: number, act: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (error) {
        if (attempt >= attempts) throw error;
        const { cloudFormation: { cleanUpRetrySeconds }, scale } = this.world.settings;
        await new Promise(resolve => setTimeout(resolve, cleanUpRetrySeconds * 1000 * scale.waits));
      }
    }
  }

  // --- what all of them do -----------------------------------------------------------------------------------------

  private async walkDeclared(declared: DeclaredStack, nodes: readonly string[], work: (id: string) => Promise<void>, cancellation?: Cancellation): Promise<Map<string, Error>> {
    return walk({
      nodes,
      work,
      cancellation,
      before: id => declared.declarationOf(id).needs,
      parallel: this.world.settings.cloudFormation.parallel,
      afterFailure: 'stop',
      failed: (id, error) => {
        this.failures.push({ stack: this.stack.name, resource: id, reason: error.message });
        cancellation?.cancel(`${id} failed`);
      },
    });
  }

  /** Resolves properties; what cannot be resolved fails the resource, as its creation would. */
  private resolved(id: string, declared: DeclaredStack, { type }: { readonly type: string }, verb: 'Create' | 'Update'): Properties {
    try {
      return declared.propertiesOf(id);
    } catch (error) {
      const entry = this.begin({ logicalId: id, type, verb, phase: 'forward', id: '', properties: {} });
      this.timeline.end(entry, 'failed', (error as Error).message);
      throw error;
    }
  }

  private begin({ logicalId, ...entry }: Omit<TimelineEntry, 'stack' | 'resource' | 'start' | 'status'> & { readonly logicalId: string }): TimelineEntry {
    return this.timeline.begin({ stack: this.stack.name, resource: logicalId, ...entry });
  }

  private async recorded(entry: TimelineEntry, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.timeline.end(entry, 'complete');
    } catch (error) {
      this.timeline.end(entry, error instanceof Cancelled ? 'cancelled' : 'failed', (error as Error).message);
      throw error;
    }
  }

  private leave(resource: string, id: string, reason: string): void {
    this.leftovers.push({ stack: this.stack.name, resource, id, reason });
  }

  private reasonOf(errors: ReadonlyMap<string, Error>): string {
    const failed = [...errors].filter(([, error]) => !(error instanceof Cancelled)).map(([id]) => id);
    if (failed.length === 0) return this.cancellation.reason ?? 'Resource update cancelled';
    const created = failed.every(id => this.touched.has(id) && this.touched.get(id) === undefined);
    return `The following resource(s) failed to ${created ? 'create' : 'update'}: [${failed.sort().join(', ')}].`;
  }
}

function assertSameTypes(stack: StackState, declared: DeclaredStack): void {
  const changed = declared.ids.filter(id => stack.resources[id] !== undefined && stack.resources[id].type !== declared.declarationOf(id).type);
  if (changed.length > 0) throw new Error(`Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]`);
}

/** A stack that has nothing yet. */
export function emptyStack(name: string, nested: boolean, serial: number, dependencies: readonly string[] = []): StackState {
  const uuid = `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
  return {
    name, nested, dependencies, id: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/${uuid}`,
    status: 'CREATE_IN_PROGRESS', parameters: {}, resources: {}, outputs: {}, exports: {}, imports: [],
  };
}
