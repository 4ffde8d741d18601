/**
 * Where a value came from, and the border that CDK tokens may not cross.
 * Called by every construct before a value enters the model.
 */
import { Token, type Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail, MeshError, showValue, type Diagnostic, type Origin } from '../diagnostics';
import { opaque, type Opaque } from '../model';

export { defined } from '../providers/defined';

/** The origin of everything that a construct says. */
export function originOf(construct: IConstruct): Origin {
  return { path: construct.node.path, type: construct.constructor.name };
}

/** Numbers that stand for tokens are below: the CDK writes into the bytes of numbers of that size, and looks at the bytes of every number that it is asked about. */
const LEAST_PLAIN_NUMBER = -1e288;

/** Returns the value, or throws MESH109 when it is known only at deployment. */
export function concrete<T>(value: T, origin: Origin, property: string): T {
  if ((typeof value === 'number' && value > LEAST_PLAIN_NUMBER) || !Token.isUnresolved(value)) return value;
  return fail('MESH109', { origin, property }, `${property} must be known at synthesis, but is a token`,
    `give ${property} a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`);
}

/** A value that is carried to the deployment unread. */
export function carried(value: string): Opaque {
  return opaque(value);
}

/** Milliseconds of a duration that is known at synthesis. */
export function milliseconds(duration: Duration, origin: Origin, property: string): number {
  if (duration.isUnresolved()) concrete('${Token[duration]}', origin, property);
  return duration.toMilliseconds({ integral: false });
}

/** `milliseconds`, or nothing. */
export function optionalMilliseconds(duration: Duration | undefined, origin: Origin, property: string): number | undefined {
  return duration === undefined ? undefined : milliseconds(duration, origin, property);
}

/** Throws the first error among findings, at the user's line. */
export function throwFirst(findings: readonly Diagnostic[]): void {
  const error = findings.find((finding) => finding.severity === 'error');
  if (error) throw new MeshError(error);
}

/** Refuses numbers that are not integers within bounds. */
export function integerWithin(value: number, bounds: { readonly min: number; readonly max: number }, origin: Origin, property: string): number {
  concrete(value, origin, property);
  if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  return fail('MESH203', { origin, property, value }, `${property} is ${showValue(value)}, not an integer from ${bounds.min} to ${bounds.max}`,
    `give ${property} an integer from ${bounds.min} to ${bounds.max}`);
}
