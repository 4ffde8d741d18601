/** Header changes of two stages: what the second sees of the first, and both as one. */
import type { HeaderChanges } from '../action';
import { holdsFor } from '../evaluate';
import type { HeaderMatch } from '../match';

/** Whether a condition on what arrives after changes holds: always, never, as it does on what the client sent, or nobody can say. */
export type HeaderVerdict = 'always' | 'never' | 'as-sent' | 'unclear';

/** A condition on a header that is set is decided, on one that is removed holds as on an absent one, on one that is added to is unclear. */
export function judgeHeader(condition: HeaderMatch, changes: HeaderChanges | undefined): HeaderVerdict {
  const { name } = condition;
  if (changes === undefined) return 'as-sent';
  if (changes.add.some((added) => added.name === name)) return 'unclear';
  const set = changes.set.filter((one) => one.name === name).at(-1);
  if (set === undefined && !changes.remove.includes(name)) return 'as-sent';
  return holdsFor(condition, set?.value) ? 'always' : 'never';
}

/** Both changes as one, in the order remove, set, add: where the second removes or sets a header, nothing of the first is left of it. */
export function chainHeaderChanges(first: HeaderChanges | undefined, second: HeaderChanges | undefined): HeaderChanges | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  const replaced = new Set([...second.remove, ...second.set.map(({ name }) => name)]);
  const isLeft = (name: string) => !replaced.has(name);
  return {
    set: [...first.set.filter(({ name }) => isLeft(name)), ...second.set],
    add: [...first.add.filter(({ name }) => isLeft(name)), ...second.add],
    remove: [...new Set([...first.remove.filter(isLeft), ...second.remove])],
  };
}
