/**
 * What becomes of a path on its way through rewrites, as something that can be chained, asked for a path, and said again as one rewrite
 * of a narrower match. Called where a gateway's table and those of the services become one.
 */
import type { PathRewrite } from '../action';
import type { Match, PathMatch } from '../match';

/** One rewrite: to a constant, or of the text that a path begins with. */
export type PathStep =
  | { readonly kind: 'constant'; readonly value: string }
  /** What is left empty by it becomes `/`. */
  | { readonly kind: 'text'; readonly from: string; readonly to: string };

/** Rewrites one after the other; none leaves the path as it is. */
export type PathChange = readonly PathStep[];

/** A part of the paths of a match, and the rewrite that has the effect of a change there. */
export interface RewrittenPath {
  readonly path: PathMatch;
  /** Left out: the path stays as it is. */
  readonly rewrite?: PathRewrite;
}

/** What a rewrite does to the paths that a match takes. */
export function changeOf(rewrite: PathRewrite | undefined, match: Match): PathChange {
  if (rewrite === undefined) return [];
  const { kind, value } = rewrite;
  if (kind === 'full' || match.kind !== 'http') return [{ kind: 'constant', value }];
  switch (match.path.kind) {
    case 'exact': case 'regex': return [{ kind: 'constant', value }];
    case 'raw-prefix': return [{ kind: 'text', from: match.path.value, to: value }];
    // whole segments: the rest begins with a slash of its own, or is empty
    case 'prefix': return [{ kind: 'text', from: withoutSlash(match.path.value), to: withoutSlash(value) }];
  }
}

/** The path after a change. */
export function pathAfterChange(change: PathChange, path: string): string {
  return change.reduce((now, step) => step.kind === 'constant' ? step.value : `${step.to}${now.slice(step.from.length)}` || '/', path);
}

/**
 * A change said as rewrites of the paths of a match, which all went through it. Mostly one; two where a bare prefix becomes something else than what is below
 * it. Undefined where the match is a regular expression, of whose paths no beginning can be replaced.
 */
export function rewritesOf(change: PathChange, path: PathMatch): readonly RewrittenPath[] | undefined {
  if (path.kind === 'exact') return [rewrittenExactly(change, path.value)];
  const whole = change.reduce<PathStep | undefined>(chain, undefined);
  if (whole === undefined || (whole.kind === 'text' && whole.from === whole.to && isSameAtBare(change, path))) return [{ path }];
  if (whole.kind === 'constant') return [{ path, rewrite: { kind: 'full', value: whole.value } }];
  switch (path.kind) {
    case 'regex': return undefined;
    case 'raw-prefix': return [rawly(whole, path.value)];
    case 'prefix': return segments(change, whole, path.value);
  }
}

function segments(change: PathChange, whole: Extract<PathStep, { kind: 'text' }>, prefix: string): readonly RewrittenPath[] {
  const bare = withoutSlash(prefix);
  if (!bare.startsWith(whole.from)) {
    // only the slash that follows is replaced with the rest: the bare prefix became a slash on the way
    return [...(prefix === '/' ? [] : [rewrittenExactly(change, prefix)]), rawly(whole, `${bare}/`)];
  }
  const head = `${whole.to}${bare.slice(whole.from.length)}`;
  if (prefix !== '/' && pathAfterChange(change, prefix) !== (head || '/')) return [rewrittenExactly(change, prefix), rawly(whole, `${bare}/`)];
  return [{ path: { kind: 'prefix', value: prefix }, rewrite: { kind: 'prefix', value: head === '' || head.endsWith('/') ? `${head}/` : head } }];
}

function rewrittenExactly(change: PathChange, value: string): RewrittenPath {
  const after = pathAfterChange(change, value);
  return { path: { kind: 'exact', value }, ...(after === value ? {} : { rewrite: { kind: 'full', value: after } }) };
}

function rawly({ from, to }: Extract<PathStep, { kind: 'text' }>, prefix: string): RewrittenPath {
  const value = `${to}${prefix.slice(from.length)}`;
  return { path: { kind: 'raw-prefix', value: prefix }, ...(value === prefix ? {} : { rewrite: { kind: 'prefix', value } }) };
}

/** Two steps as one, for all paths but a bare prefix that became a slash in between. */
function chain(first: PathStep | undefined, second: PathStep): PathStep {
  if (first === undefined || second.kind === 'constant') return second;
  if (first.kind === 'constant') return { kind: 'constant', value: pathAfterChange([second], first.value) };
  const { from, to } = first;
  return to.length >= second.from.length
    ? { kind: 'text', from, to: `${second.to}${to.slice(second.from.length)}` }
    : { kind: 'text', from: `${from}${second.from.slice(to.length)}`, to: second.to };
}

function isSameAtBare(change: PathChange, path: PathMatch): boolean {
  return path.kind !== 'prefix' || path.value === '/' || pathAfterChange(change, path.value) === path.value;
}

/** The head of a prefix by whole segments, to which a rest with a slash of its own is hung; empty for `/`. */
function withoutSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}
