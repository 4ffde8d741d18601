/**
 * Which mesh wrote which unit into which stack. Logical ids come from namespaces and names, so two meshes of one stack, be they on one cluster
 * or on two, cannot both have `shop/products` there.
 */
import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { diagnose, type Diagnostic } from '../../diagnostics';
import type { Unit } from '../../plan/unit';
import { originOf } from '../origin';

const WRITERS = new WeakMap<Stack, Map<string, Construct>>();

/** Notes the units of a mesh. Reports MESH505, once, for those that another mesh has written into the same stack. */
export function claimUnits(mesh: Construct, units: readonly Unit[], stackOf: (unit: Unit) => Stack): readonly Diagnostic[] {
  const taken = units.flatMap((unit) => {
    const stack = stackOf(unit);
    const writers = WRITERS.get(stack) ?? new Map<string, Construct>();
    WRITERS.set(stack, writers);
    const other = writers.get(unit.id);
    if (other === undefined) writers.set(unit.id, mesh);
    return other === undefined || other === mesh ? [] : [{ unit, stack, other }];
  });
  if (taken.length === 0) return [];
  const [{ unit, stack, other }] = taken;
  const more = taken.length === 1 ? '' : ` and ${taken.length - 1} more`;
  return [diagnose({
    code: 'MESH505',
    what: `meshes '${other.node.path}' and '${mesh.node.path}' both make '${unit.id}'${more} in stack '${stack.node.path}', where that name can stand once`,
    origin: originOf(mesh),
    property: 'namespace',
    fix: 'give one of the meshes other namespaces, or put one of them with its services into a stack of its own',
  })];
}
