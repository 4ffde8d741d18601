/** Values of a Helm chart as plain data. A value that only an output knows is a reference, which the output replaces. */

/** Values of a chart; texts and whole values may be tokens. */
export interface ChartValues {
  readonly [key: string]: unknown;
}

/** Stands in values for the ARN of the role that a step of the same control plane makes, for example `{ roleArnOf: 'appmesh-system/appmesh-controller/role' }`. */
export interface RoleArnReference {
  /** Identity of the step. */
  readonly roleArnOf: string;
}

/** `changes` over `values`, key by key; lists and references are replaced, and `null` takes a key's default away, as Helm does it. */
export function mergeValues(values: ChartValues, changes: ChartValues): ChartValues {
  const merged: { [key: string]: unknown } = { ...values };
  for (const [key, change] of Object.entries(changes)) {
    const value = merged[key];
    merged[key] = isRecord(value) && !isReference(value) && isRecord(change) ? mergeValues(value, change) : change;
  }
  return merged;
}

/** A copy of the values with the ARN in place of each reference. */
export function resolveRoleArns(values: ChartValues, arnOf: (step: string) => string): ChartValues {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isRecord(value)) return value;
    return isReference(value) ? arnOf(value.roleArnOf) : resolveRoleArns(value, arnOf);
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, resolve(value)]));
}

/** Tokens are instances of classes, and are carried as they are. */
function isRecord(value: unknown): value is ChartValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isReference(value: ChartValues | RoleArnReference): value is RoleArnReference {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === 'roleArnOf';
}
