/** Which paths of the client become a path that a service's route takes, once the gateway has rewritten them. */
import { matchesPath } from '../evaluate';
import type { PathMatch } from '../match';
import { pathCovers, pathRelation } from '../overlap';
import { literalPrefix } from '../regex';
import type { PathStep } from './path-change';

const ANY_PATH: PathMatch = { kind: 'prefix', value: '/' };

/** The gateway's rewrite, of paths that `own` takes. */
export interface Rewriting {
  readonly own: PathMatch;
  /** Left out: the path stays as it is. */
  readonly step?: PathStep;
}

/**
 * The paths of `own` that a rewrite turns into paths that `wanted` takes: none, one match, or two where the bare prefix and something else below
 * it become the same. Undefined where no match says it: a regular expression under a rewrite. May take more than `own`.
 */
export function preImagesOf(wanted: PathMatch, { own, step }: Rewriting): readonly PathMatch[] | undefined {
  if (step === undefined) return [wanted];
  if (step.kind === 'constant') return matchesPath(wanted, step.value) ? [ANY_PATH] : [];
  if (pathCovers(wanted, ANY_PATH)) return [ANY_PATH];
  const text = own.kind === 'prefix' ? new SegmentText(own.value, step.from, step.to) : new RawText(step.from, step.to);
  switch (wanted.kind) {
    case 'exact': return text.before(wanted.value);
    case 'prefix': return text.beforeSegments(wanted.value);
    case 'raw-prefix': return text.beforeRaw(wanted.value);
    case 'regex': {
      const literal = literalPrefix(wanted.value);
      if (literal.complete) return text.before(literal.text);
      return pathRelation({ kind: 'raw-prefix', value: step.to || '/' }, wanted) === 'disjoint' ? [] : undefined;
    }
  }
}

/** A prefix by whole segments that is replaced: what follows it is nothing, or begins with a slash. */
class SegmentText {
  constructor(private readonly own: string, private readonly from: string, private readonly to: string) {}

  /** Before it became this path. */
  before(path: string): readonly PathMatch[] {
    const below = path.startsWith(`${this.to}/`) ? [`${this.from}${path.slice(this.to.length)}`] : [];
    // below `/` every path goes on, so it is never bare
    const bare = this.own !== '/' && path === this.bare ? [this.own] : [];
    return [...bare, ...below].map((value) => ({ kind: 'exact', value }));
  }

  /** Before it became this prefix, which is not `/`, or something below it. */
  beforeSegments(prefix: string): readonly PathMatch[] {
    if (matchesPath({ kind: 'prefix', value: prefix }, this.bare)) return [ANY_PATH];
    return prefix.startsWith(`${this.to}/`) ? [{ kind: 'prefix', value: `${this.from}${prefix.slice(this.to.length)}` }] : [];
  }

  /** Before it began with this text, which is not `/`. */
  beforeRaw(start: string): readonly PathMatch[] {
    if (this.bare.startsWith(start)) return [ANY_PATH];
    return start.startsWith(`${this.to}/`) ? [{ kind: 'raw-prefix', value: `${this.from}${start.slice(this.to.length)}` }] : [];
  }

  /** What the bare prefix becomes. */
  private get bare(): string {
    return this.to || '/';
  }
}

/** A beginning that is replaced as text: anything may follow it. */
class RawText {
  constructor(private readonly from: string, private readonly to: string) {}

  before(path: string): readonly PathMatch[] {
    return path.startsWith(this.to) ? [{ kind: 'exact', value: this.back(path) }] : [];
  }

  beforeSegments(prefix: string): readonly PathMatch[] {
    if (this.to.startsWith(`${prefix}/`)) return [ANY_PATH];
    if (!prefix.startsWith(this.to)) return [];
    const value = this.back(prefix);
    // a prefix by segments never ends in a slash, a raw one may
    return value.endsWith('/') ? [{ kind: 'exact', value }, { kind: 'raw-prefix', value: `${value}/` }] : [{ kind: 'prefix', value }];
  }

  beforeRaw(start: string): readonly PathMatch[] {
    if (this.to.startsWith(start)) return [ANY_PATH];
    return start.startsWith(this.to) ? [{ kind: 'raw-prefix', value: this.back(start) }] : [];
  }

  private back(text: string): string {
    return `${this.from}${text.slice(this.to.length)}`;
  }
}
