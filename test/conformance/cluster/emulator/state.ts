/** What exists: stacks and their resources, in one JSON file that outlives the process. */
import * as fs from 'fs';
import * as path from 'path';
import { DeletionPolicy, Properties, Template, Text } from './template';

export interface ResourceState {
  type: string;
  /** Physical id. */
  id: string;
  properties: Properties;
  attributes: { readonly [name: string]: Text };
  /** Logical ids that have to exist before, and to be deleted after. */
  needs: readonly string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  /** `unfinished`: its last operation failed, was cancelled, or was cut off with the process. */
  status: 'complete' | 'unfinished';
}

/** Something that a stack no longer knows and that may still exist. */
export interface Leftover { readonly stack: string; readonly resource: string; readonly id: string; readonly reason: string }

export type StackStatus =
  | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_COMPLETE' | 'UPDATE_FAILED' | 'CREATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS' | 'DELETE_COMPLETE' | 'DELETE_FAILED';

export interface StackState {
  readonly name: string;
  /** ARN. */
  readonly id: string;
  /** Whether it is a resource of another stack. */
  readonly nested: boolean;
  status: StackStatus;
  template?: Template;
  parameters: { readonly [name: string]: Text };
  resources: { [logicalId: string]: ResourceState };
  outputs: { readonly [name: string]: string };
  exports: { readonly [name: string]: string };
  /** Names of exports that its template imports. */
  imports: readonly string[];
  /** Stacks of the assembly that have to exist before. */
  dependencies: readonly string[];
}

interface File {
  stacks: { [id: string]: StackState };
  /** Object keys of layer versions; they outlive their stack, as functions may still use them. */
  layers: { [arn: string]: string };
  serial: number;
}

export class State {
  private readonly file: string;
  private readonly content: File;
  private timer?: NodeJS.Timeout;

  constructor(folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, 'state.json');
    this.content = fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) as File : { stacks: {}, layers: {}, serial: 0 };
  }

  get stacks(): readonly StackState[] { return Object.values(this.content.stacks); }
  get layers(): { [arn: string]: string } { return this.content.layers; }

  stackNamed(name: string): StackState | undefined {
    return this.stacks.find(stack => stack.name === name && !stack.nested);
  }

  stackOf(id: string): StackState {
    const stack = this.content.stacks[id];
    if (stack === undefined) throw new Error(`Stack with id ${id} does not exist`);
    return stack;
  }

  add(stack: StackState): StackState {
    this.content.stacks[stack.id] = stack;
    this.save();
    return stack;
  }

  remove(stack: StackState): void {
    delete this.content.stacks[stack.id];
    this.save();
  }

  /** A number that was never given out before, for names that must not come back. */
  nextSerial(): number {
    return ++this.content.serial;
  }

  /** Writes soon; many changes in a moment are one write. */
  save(): void {
    this.timer ??= setTimeout(() => this.flush(), 100);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    fs.writeFileSync(`${this.file}.new`, JSON.stringify(this.content, undefined, 1));
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
