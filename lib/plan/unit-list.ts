/** What is common to all units of a program, whoever brings them: their order, and that every unit and every object occurs once. */
import { saysTheSame } from './merge-patch';
import { describeObject, originOfPath, type OriginOf } from './owner';
import type { Unit } from './unit';
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic';
import { keyOf, type KubeObject } from '../kube/object';

/** The order of creation: wave, then id. */
export function compareUnits(a: Unit, b: Unit): number {
  if (a.wave !== b.wave) return a.wave - b.wave;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Reports MESH505 for every unit id and every object that occurs twice. A unit that is doubled as a whole is reported once. */
export function checkIdentities(units: readonly Unit[], originOf: OriginOf = originOfPath): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const unitOwners = new Map<string, string>();
  const objectHolders = new Map<string, Holder>();
  for (const unit of units) {
    const other = unitOwners.get(unit.id);
    if (other !== undefined) {
      findings.push(duplicateUnit(unit, other, originOf));
      continue;
    }
    unitOwners.set(unit.id, unit.owner);
    for (const object of unit.objects) {
      const key = keyOf(object);
      const holder = objectHolders.get(key);
      if (holder === undefined) objectHolders.set(key, { unit, object });
      else if (!areShared(holder, { unit, object })) findings.push(duplicateObject(describeObject(object), { unit, other: holder.unit.owner, originOf }));
    }
  }
  return findings;
}

/** An object and the unit that it stands in. */
interface Holder {
  readonly unit: Unit;
  readonly object: KubeObject;
}

/** Versions of one service may hold the same account, and routes of one gateway the same answer: it goes with the last of them. */
function areShared(one: Holder, other: Holder): boolean {
  if (one.unit.id === other.unit.id) return false;
  const isOneService = one.unit.shard.startsWith('service:') && one.unit.shard === other.unit.shard;
  const isOneGroup = one.unit.group !== undefined && one.unit.group.id === other.unit.group?.id;
  return (isOneService || isOneGroup) && saysTheSame(one.object, other.object);
}

function duplicateUnit(unit: Unit, other: string, originOf: OriginOf): Diagnostic {
  return diagnose({
    code: 'MESH505',
    what: `'${unit.owner}' and '${other}' both make the unit '${unit.id}'`,
    origin: originOf(unit.owner),
    property: 'name',
    value: `'${unit.id}'`,
    fix: 'give one of them another name or another namespace',
  });
}

interface ObjectClash {
  readonly unit: Unit;
  readonly other: string;
  readonly originOf: OriginOf;
}

function duplicateObject(name: string, { unit, other, originOf }: ObjectClash): Diagnostic {
  const both = unit.owner === other ? `'${other}' makes ${name} twice` : `'${unit.owner}' and '${other}' both make ${name}`;
  return diagnose({
    code: 'MESH505',
    what: both,
    origin: originOf(unit.owner),
    property: unit.property ?? `unit '${unit.id}'`,
    fix: 'rename one of the two objects, or leave one out and change the other with mesh.patchObject()',
  });
}
