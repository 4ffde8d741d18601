/** What the order of stacks means for units: nothing in templates orders stacks whose services and routes belong together. */
import { diagnose, type Diagnostic, type Origin } from '../../diagnostics';
import { Wave, type Unit } from '../../plan/unit';

/** Where units are deployed. */
export interface StackLookup {
  /** Path of the stack that deploys a unit. */
  stackOf(unit: Unit): string;
  originOf(owner: string): Origin;
}

/** The units of other stacks that a unit needs. */
export function strangersOf(unit: Unit, byId: ReadonlyMap<string, Unit>, { stackOf }: Pick<StackLookup, 'stackOf'>): readonly Unit[] {
  const own = stackOf(unit);
  return unit.needs.map((id) => byId.get(id)).filter((needed): needed is Unit => needed !== undefined && stackOf(needed) !== own);
}

/** Reports MESH508 where one stack holds the shares of another stack's versions: the two have to be deployed in an order that nothing enforces. */
export function checkStackOrder(units: readonly Unit[], lookup: StackLookup): readonly Diagnostic[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  return units.filter(({ wave }) => wave === Wave.ROUTES).flatMap((unit) => {
    const versions = strangersOf(unit, byId, lookup).filter(({ wave }) => wave === Wave.VERSIONS);
    const stacks = [...new Set(versions.map(lookup.stackOf))].sort();
    if (stacks.length === 0) return [];
    const names = stacks.map((stack) => `'${stack}'`).join(' and ');
    return [diagnose({
      code: 'MESH508',
      what: `routes of stack '${lookup.stackOf(unit)}' hold the shares of versions that ${names} ${stacks.length === 1 ? 'deploys' : 'deploy'}, because routes to several stacks depend on each other's place`,
      origin: lookup.originOf(unit.owner),
      property: 'routes',
      fix: `deploy ${names} first where a version is new, and last where one goes; or give each stack's services a host, or paths, of their own`,
    })];
  });
}
