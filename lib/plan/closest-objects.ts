/** What the user may have meant: objects whose kind and name are near to those of a selector that found nothing. */
import { describeObject } from './owner';
import type { KubeObject } from '../kube/object';

const SHOWN = 3;

/** Names of the nearest objects, nearest first; none when there are no objects. */
export function closestObjects(wanted: { readonly kind: string; readonly name: string }, objects: readonly KubeObject[]): readonly string[] {
  const text = `${wanted.kind} ${wanted.name}`.toLowerCase();
  return objects
    .map((object) => ({ name: describeObject(object), distance: editDistance(text, `${object.kind} ${object.metadata.name}`.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** Insertions, deletions and replacements from one text to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
