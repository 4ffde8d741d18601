/**
 * The user's changes to single objects, on plain data, before anything is checked or written.
 * In: units and patches. Out: changed copies, and MESH504 for every patch that does not do what its text says.
 */
import { closestObjects } from './closest-objects';
import { applyOperations, type Patched, type PatchOperation } from './json-patch';
import { isPlainMap, mergePatch, saysTheSame } from './merge-patch';
import { describeObject } from './owner';
import type { Unit } from './unit';
import { diagnose, type Diagnostic, type Origin } from '../diagnostics/diagnostic';
import { assertNever } from '../diagnostics/mesh-error';
import { keyOf, type KubeObject } from '../kube/object';

/** Names one object. */
export interface PatchSelector {
  /** Left out: any group and version. */
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  /** Left out: the only object of that kind and name, in whatever namespace. */
  readonly namespace?: string;
}

/** What changes: a merge patch (RFC 7386) or a JSON patch (RFC 6902). */
export type PatchBody =
  | { readonly kind: 'merge'; readonly value: { readonly [key: string]: unknown } }
  | { readonly kind: 'json'; readonly operations: readonly PatchOperation[] };

/** A change to one object. */
export interface ObjectPatch {
  readonly selector: PatchSelector;
  readonly patch: PatchBody;
  /** Who wrote it. */
  readonly origin: Origin;
}

/** Units after all patches, and what went wrong. */
export interface PatchResult {
  readonly units: readonly Unit[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Applies patches in their order; several on one object build on each other. A patch with a finding changes nothing.
 * Reports MESH504 for a patch that selects no object or several, changes nothing, changes an identity, or does not apply.
 */
export function applyPatches(units: readonly Unit[], patches: readonly ObjectPatch[]): PatchResult {
  if (patches.length === 0) return { units, diagnostics: [] };
  const program = units.map((unit) => ({ unit, objects: [...unit.objects] }));
  const places = placesOf(program.map(({ objects }) => objects));
  const diagnostics: Diagnostic[] = [];
  for (const patch of patches) {
    const { kind, name } = patch.selector;
    const matches = (places.get(placeKey(kind, name)) ?? []).filter((place) => selects(patch.selector, objectAt(place)));
    // an object that several units hold is one object
    const distinct = [...new Map(matches.map((match) => [keyOf(objectAt(match)), match])).values()];
    const [place, ...more] = distinct;
    const outcome = place === undefined ? noMatch(patch.selector, places)
      : more.length > 0 ? severalMatches(patch.selector, distinct.map(objectAt)) : changed(objectAt(place), patch.patch);
    if (outcome.kind === 'changed') matches.forEach((match) => { match.objects[match.index] = outcome.object; });
    else diagnostics.push(refusal(patch, outcome));
  }
  return { units: program.map(({ unit, objects }) => ({ ...unit, objects })), diagnostics };
}

/** Where an object stands in the list under change. */
interface Place {
  readonly objects: KubeObject[];
  readonly index: number;
}

type Places = ReadonlyMap<string, readonly Place[]>;

type Refusal = { readonly kind: 'refused'; readonly what: string; readonly fix: string };
type Outcome = { readonly kind: 'changed'; readonly object: KubeObject } | Refusal;

const objectAt = ({ objects, index }: Place): KubeObject => objects[index]!;
const placeKey = (kind: string, name: string): string => `${kind} ${name}`;

function placesOf(lists: readonly KubeObject[][]): Places {
  const places = new Map<string, Place[]>();
  for (const objects of lists) {
    objects.forEach(({ kind, metadata }, index) => {
      const key = placeKey(kind, metadata.name);
      const known = places.get(key);
      if (known === undefined) places.set(key, [{ objects, index }]);
      else known.push({ objects, index });
    });
  }
  return places;
}

function selects(selector: PatchSelector, { apiVersion, metadata }: KubeObject): boolean {
  return (selector.apiVersion === undefined || selector.apiVersion === apiVersion)
    && (selector.namespace === undefined || selector.namespace === metadata.namespace);
}

function noMatch(selector: PatchSelector, places: Places): Refusal {
  const candidates = closestObjects(selector, [...places.values()].flat().map(objectAt));
  const fix = candidates.length === 0 ? 'select one of the objects that the mesh makes: it makes none yet' : `select one of the objects that the mesh makes, for example ${candidates.join(', ')}`;
  return { kind: 'refused', what: `the patch of ${describeSelector(selector)} matches no object`, fix };
}

function severalMatches(selector: PatchSelector, matches: readonly KubeObject[]): Refusal {
  return {
    kind: 'refused',
    what: `the patch of ${describeSelector(selector)} matches ${matches.length} objects, not 1`,
    fix: `add namespace or apiVersion to the selector: ${matches.map((object) => `${describeObject(object)} (${object.apiVersion})`).join(', ')}`,
  };
}

function changed(before: KubeObject, patch: PatchBody): Outcome {
  const name = describeObject(before);
  const result = patchedValue(before, patch);
  if (result.kind === 'stuck') {
    return { kind: 'refused', what: `operation ${result.index + 1} of the patch of ${name} does not apply: ${result.reason}`, fix: 'write the operation for the object as the mesh makes it: its manifest in the template shows it' };
  }
  if (saysTheSame(before, result.value)) {
    return { kind: 'refused', what: `the patch of ${name} changes nothing`, fix: 'leave the patch out, or correct its keys: the object says this already' };
  }
  const moved = changedIdentity(before, result.value);
  if (moved !== undefined) {
    return { kind: 'refused', what: `the patch of ${name} changes its ${moved}`, fix: `leave ${moved} as it is; add an object of your own with mesh.addObjects() instead` };
  }
  return { kind: 'changed', object: result.value as KubeObject };
}

function patchedValue(before: KubeObject, patch: PatchBody): Patched {
  switch (patch.kind) {
    case 'merge': return { kind: 'value', value: mergePatch(before, patch.value) };
    case 'json': return applyOperations(before, patch.operations);
    default: return assertNever(patch);
  }
}

/** The first of the identifying fields that differs. */
function changedIdentity(before: KubeObject, after: unknown): string | undefined {
  if (!isPlainMap(after)) return 'whole content';
  const metadata = isPlainMap(after.metadata) ? after.metadata : {};
  if (before.apiVersion !== after.apiVersion) return 'apiVersion';
  if (before.kind !== after.kind) return 'kind';
  if (before.metadata.name !== metadata.name) return 'metadata.name';
  return before.metadata.namespace === metadata.namespace ? undefined : 'metadata.namespace';
}

function refusal({ selector, origin }: ObjectPatch, { what, fix }: Refusal): Diagnostic {
  return diagnose({ code: 'MESH504', what, fix, origin, property: `patchObject(${describeSelector(selector)})` });
}

function describeSelector({ apiVersion, kind, name, namespace }: PatchSelector): string {
  const object = describeObject({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
  return apiVersion === undefined ? object : `${object} (${apiVersion})`;
}
