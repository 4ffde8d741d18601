/** JSON patches on plain data; the package that applies them is loaded with the first one. */
import type * as fastJsonPatch from 'fast-json-patch';
import { copyPlain } from './merge-patch';

/** One operation of a JSON patch. @see https://www.rfc-editor.org/rfc/rfc6902 */
export interface PatchOperation {
  /** `add`, `remove`, `replace`, `move`, `copy` or `test`. */
  readonly op: string;
  /** JSON pointer, for example `/spec/replicas`. */
  readonly path: string;
  readonly value?: unknown;
  /** JSON pointer; with `move` and `copy`. */
  readonly from?: string;
}

/** The changed copy, or the first operation (counted from 0) that does not apply, and why. */
export type Patched =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'stuck'; readonly index: number; readonly reason: string };

/** Applies all operations to a copy, or none. */
export function applyOperations(target: unknown, operations: readonly PatchOperation[]): Patched {
  let value: unknown = copyPlain(target);
  for (const [index, operation] of operations.entries()) {
    try {
      value = load().applyOperation(value, copyPlain(operation) as fastJsonPatch.Operation, true, true, true).newDocument;
    } catch (error) {
      return { kind: 'stuck', index, reason: describeFailure(operation, (error as Error).name) };
    }
  }
  return { kind: 'value', value };
}

/** Names of the package's errors in the user's words. */
function describeFailure({ op, path, from }: PatchOperation, failure: string): string {
  switch (failure) {
    case 'OPERATION_OP_INVALID': return `op is '${op}', not add, remove, replace, move, copy or test`;
    case 'OPERATION_PATH_INVALID': return `path is '${path}', which does not begin with '/'`;
    case 'OPERATION_FROM_REQUIRED': return `${op} '${path}' has no from`;
    case 'OPERATION_FROM_UNRESOLVABLE': return `nothing is at from '${from}'`;
    case 'OPERATION_VALUE_REQUIRED': return `${op} '${path}' has no value`;
    case 'OPERATION_VALUE_CANNOT_CONTAIN_UNDEFINED': return `the value of ${op} '${path}' contains undefined`;
    case 'OPERATION_PATH_CANNOT_ADD': return `add '${path}' has no parent in the object`;
    case 'OPERATION_PATH_UNRESOLVABLE': return `nothing is at '${path}'`;
    case 'OPERATION_PATH_ILLEGAL_ARRAY_INDEX': return `'${path}' leads into a list with something that is no index`;
    case 'OPERATION_VALUE_OUT_OF_BOUNDS': return `'${path}' is past the end of the list`;
    case 'TEST_OPERATION_FAILED': return `test '${path}' finds another value`;
    // the package throws plain errors for reserved names and for moves into themselves
    default: return `${op} '${path}' is not possible on this object`;
  }
}

let library: typeof fastJsonPatch | undefined;

function load(): typeof fastJsonPatch {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  library ??= require('fast-json-patch') as typeof fastJsonPatch;
  return library;
}
