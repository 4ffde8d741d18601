/** Expressions are RE2. */
import type { HeaderMatch, Match } from '../../match';
import { checkRegex } from '../../regex';
import { finding, matchProperty, type Rule } from '../rule';

/** Reports MESH202 for an expression that is not RE2, wherever it stands. */
export const regexesRule: Rule = {
  name: 'regexes',
  route: (route) => expressionsOf(route.match).flatMap(({ part, source }) => {
    const reason = checkRegex(source);
    if (reason === undefined) return [];
    return [finding('MESH202', { origin: route.origin, property: `${matchProperty(route)}.${part}`, value: source }, `'${source}' is not an RE2 expression: ${reason}`,
      'write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax')];
  }),
};

interface Expression {
  readonly part: string;
  readonly source: string;
}

function expressionsOf(match: Match): readonly Expression[] {
  switch (match.kind) {
    case 'tcp': return [];
    case 'grpc': return match.metadata.flatMap((header) => headerExpressions('metadata', header));
    case 'http': return [
      ...(match.path.kind === 'regex' ? [{ part: 'path', source: match.path.value }] : []),
      ...match.headers.flatMap((header) => headerExpressions('headers', header)),
      ...match.query.flatMap((query) => query.match.kind === 'regex' ? [{ part: `query['${query.name}']`, source: query.match.value }] : []),
    ];
  }
}

function headerExpressions(list: string, { name, match }: HeaderMatch): readonly Expression[] {
  return match.kind === 'regex' ? [{ part: `${list}['${name}']`, source: match.value }] : [];
}
