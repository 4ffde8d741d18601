/**
 * A match taken apart: conditions on one dimension of a request each. What a gateway route changes on the way is folded into the
 * conditions of the service's routes, so that every condition speaks of the request as the client wrote it.
 */
import { regexSamples } from './regex-samples';
import type { Filters, PathRewrite } from '../model/action';
import { holdsFor, matchesPath, matchesValue } from '../model/evaluate';
import type { HeaderMatch, Match, PathMatch, ValueMatch } from '../model/match';
import { literalPrefix } from '../model/regex';
import { headersAfter, pathAfter } from '../simulator';

/** A part of a request that varies by itself: `path`, `method`, `scheme`, `call`, `header <name>`, `query <name>`. */
export type Dimension = string;

/** The value of a dimension; undefined: a header or parameter that is not there. */
export type Value = string | undefined;

/** What the values worth trying are made of. */
export interface Hints {
  /** Values, and beginnings of values. */
  readonly texts: readonly string[];
  /** Ends of values. */
  readonly ends: readonly string[];
  readonly numbers: readonly number[];
  /** Whether values made of these stand for all values there are, as far as this condition can tell them apart. */
  readonly complete: boolean;
}

/** One condition. */
export interface Atom {
  readonly dimension: Dimension;
  readonly holds: (value: Value) => boolean;
  readonly hints: Hints;
}

/** The changes that stand between the client and the table whose match is taken apart. */
export interface Passage {
  readonly match: Match;
  readonly filters: Filters;
}

const NOTHING: Hints = { texts: [], ends: [], numbers: [], complete: true };

/** The conditions of a match, port aside; `passage` is the gateway route before a service's table. */
export function atomsOf(match: Match, passage?: Passage): readonly Atom[] {
  switch (match.kind) {
    case 'tcp': return [];
    case 'grpc': return [...callAtoms(match.service, match.method), ...match.metadata.map((condition) => headerAtom(condition, passage))];
    case 'http': return [
      pathAtom(match.path, passage),
      ...(match.method === undefined ? [] : [fixed('method', match.method)]),
      ...(match.scheme === undefined ? [] : [fixed('scheme', match.scheme)]),
      ...match.headers.map((condition) => headerAtom(condition, passage)),
      ...match.query.map(({ name, match: condition }) => ({
        dimension: `query ${name}`, holds: (value: Value) => value !== undefined && matchesValue(condition, value), hints: valueHints(condition),
      })),
    ];
  }
}

function fixed(dimension: Dimension, wanted: string): Atom {
  return { dimension, holds: (value) => value === wanted, hints: { ...NOTHING, texts: [wanted] } };
}

function callAtoms(service: string | undefined, method: string | undefined): readonly Atom[] {
  return [
    ...(service === undefined ? [] : [fixed('call service', service)]),
    ...(method === undefined ? [] : [fixed('call method', method)]),
  ];
}

function pathAtom(path: PathMatch, passage: Passage | undefined): Atom {
  const rewrite = passage?.filters.rewritePath;
  const hints = pathHints(path);
  if (rewrite === undefined) return { dimension: 'path', holds: (value) => matchesPath(path, value!), hints };
  return {
    dimension: 'path',
    holds: (value) => matchesPath(path, pathAfter(rewrite, passage!.match, value!)),
    hints: { ...hints, texts: hints.texts.flatMap((text) => beforeRewrite(text, rewrite, passage!.match)) },
  };
}

function pathHints(path: PathMatch): Hints {
  if (path.kind !== 'regex') return { ...NOTHING, texts: [path.value] };
  const { text, complete } = literalPrefix(path.value);
  return { ...NOTHING, texts: complete ? [text] : [text, ...regexSamples(path.value)], complete };
}

/** Texts that a rewrite turns into this one, or into something that begins like it. */
function beforeRewrite(text: string, rewrite: PathRewrite, match: Match): readonly string[] {
  if (rewrite.kind === 'full' || match.kind !== 'http' || match.path.kind === 'exact' || match.path.kind === 'regex') return [];
  const prefix = match.path.value;
  const head = match.path.kind === 'prefix' && rewrite.value.endsWith('/') ? rewrite.value.slice(0, -1) : rewrite.value;
  const before = prefix === '/' && match.path.kind === 'prefix' ? '' : prefix;
  return [...(text.startsWith(head) ? [`${before}${text.slice(head.length)}`] : []), prefix];
}

function headerAtom(condition: HeaderMatch, passage: Passage | undefined): Atom {
  const { name } = condition;
  const dimension = `header ${name}`;
  const hints = valueHints(condition.match);
  const changes = passage?.filters.requestHeaders;
  if (changes === undefined || ![...changes.remove, ...changes.set.map((one) => one.name), ...changes.add.map((one) => one.name)].includes(name)) {
    return { dimension, holds: (value) => holdsFor(condition, value), hints };
  }
  const after = (value: Value): Value => headersAfter(changes, value === undefined ? {} : { [name]: value })[name];
  const added = changes.add.some((one) => one.name === name);
  return { dimension, holds: (value) => holdsFor(condition, after(value)), hints: added ? { ...hints, complete: false } : hints };
}

function valueHints(match: ValueMatch): Hints {
  switch (match.kind) {
    case 'exact': case 'prefix': return { ...NOTHING, texts: [match.value] };
    case 'suffix': return { ...NOTHING, ends: [match.value] };
    case 'range': return { ...NOTHING, numbers: [match.start, match.end] };
    case 'present': return NOTHING;
    case 'regex': {
      const { text, complete } = literalPrefix(match.value);
      if (match.value === '.*') return NOTHING;
      return { ...NOTHING, texts: complete ? [text] : [text, ...regexSamples(match.value)], complete };
    }
  }
}
