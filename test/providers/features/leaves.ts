/** Programs in which one value is another one. */
import { modelFrom } from '../../../lib/assembly/model-shape';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { validateModel } from '../../../lib/model/validate';

type Path = readonly (string | number)[];

/** A value of a program, and the programs that differ from it in that value. */
export interface Leaf {
  /** `gateways.[].listeners.[].port`. */
  readonly name: string;
  readonly program: TrafficModel;
  readonly changed: readonly TrafficModel[];
}

/** The values of a program that another one does not have; all of them where there is no other. Where constructs stand is no value. */
export function leavesOf(program: TrafficModel, without?: TrafficModel): readonly Leaf[] {
  return pathsOf(program).filter((path) => without === undefined || at(without, path) !== at(program, path)).map((path) => ({
    name: path.map((key) => typeof key === 'number' ? '[]' : key).join('.'), program,
    changed: othersThan(at(program, path)).map((value) => changedAt(program, path, value) as TrafficModel).filter(isProgram),
  }));
}

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, part]) => key === 'origin' || key === 'property' ? [] : pathsOf(part, [...path, Array.isArray(value) ? Number(key) : key]));
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as { readonly [key: string]: unknown } | undefined)?.[key], value);
}

/** Words that stand for one of several. */
const WORDS = [
  ['created', 'existing'], ['network-load-balancer', 'cluster'], ['internal', 'internet-facing'], ['http', 'http2', 'grpc', 'tcp'], ['strict', 'permissive', 'disabled'],
  ['second', 'minute', 'hour', 'day'], ['any', 'declared-only'], ['debug', 'info', 'error'],
];

function othersThan(value: unknown): readonly unknown[] {
  switch (typeof value) {
    case 'boolean': return [!value];
    case 'number': return [value + 1, value * 2 + 3, undefined];
    case 'string': return [...WORDS.filter((words) => words.includes(value)).flat().filter((word) => word !== value), `${value}x`, `x${value}`, undefined];
    default: return [];
  }
}

function changedAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) return value.map((one, index) => index === key ? changedAt(one, rest, other) : one as unknown);
  const changed = changedAt((value as { readonly [key: string]: unknown })[key], rest, other);
  const { [key]: _, ...others } = value as { readonly [key: string]: unknown };
  return changed === undefined ? others : { ...others, [key]: changed };
}

function isProgram(json: TrafficModel): boolean {
  try {
    return validateModel(modelFrom(json)).every(({ severity }) => severity !== 'error');
  } catch {
    return false;
  }
}
