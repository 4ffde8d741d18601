/**
 * Matches in Envoy's words. A match becomes one or several: where no single header condition says what is meant, the route is written
 * once for each alternative, one after the other, which means the same.
 * @see https://github.com/envoyproxy/envoy/blob/v1.40.0/api/envoy/config/route/v3/route_components.proto RouteMatch, HeaderMatcher
 */
import { assertNever } from '../../../diagnostics/mesh-error';
import { matchesValue } from '../../../model/evaluate';
import type { GrpcMatch, HeaderMatch, HttpMatch, PathMatch, QueryMatch, ValueMatch } from '../../../model/match';
import { escapeRegex } from '../../../model/regex';
import type { EnvoyObject } from '../options';

/** Everything. */
export const ANYTHING: EnvoyObject = { prefix: '/' };

/** The alternatives of a match; the port is decided before, by the listener or the table. */
export function lowerMatch(match: HttpMatch | GrpcMatch): readonly EnvoyObject[] {
  const path = match.kind === 'http' ? lowerPath(match.path) : lowerCall(match);
  const headers = match.kind === 'http' ? match.headers : match.metadata;
  const pseudo = match.kind === 'http' ? pseudoHeaders(match) : [];
  const query = match.kind === 'http' ? match.query.map(lowerQuery) : [];
  return alternativesOf(headers).map((alternative) => {
    const conditions = [...pseudo, ...alternative];
    return {
      ...path,
      ...(conditions.length === 0 ? {} : { headers: conditions }),
      ...(query.length === 0 ? {} : { query_parameters: query }),
    };
  });
}

/** A regular expression; Envoy matches the whole text, and takes no empty expression. */
function lowerRegex(regex: string): EnvoyObject {
  return { regex: regex === '' ? '^$' : regex };
}

function lowerPath(path: PathMatch): EnvoyObject {
  switch (path.kind) {
    case 'exact': return { path: path.value };
    // a separated prefix must not be `/`
    case 'prefix': return path.value === '/' ? ANYTHING : { path_separated_prefix: path.value };
    case 'raw-prefix': return { prefix: path.value };
    case 'regex': return { safe_regex: lowerRegex(path.value) };
    default: return assertNever(path);
  }
}

function lowerCall({ service, method }: GrpcMatch): EnvoyObject {
  if (service === undefined && method === undefined) return ANYTHING;
  if (service !== undefined && method !== undefined) return { path: `/${service}/${method}` };
  const part = (name: string | undefined) => name === undefined ? '[^/]+' : escapeRegex(name);
  return { safe_regex: lowerRegex(`/${part(service)}/${part(method)}`) };
}

function pseudoHeaders({ method, scheme }: HttpMatch): readonly EnvoyObject[] {
  return [
    ...(method === undefined ? [] : [{ name: ':method', string_match: { exact: method } }]),
    ...(scheme === undefined ? [] : [{ name: ':scheme', string_match: { exact: scheme } }]),
  ];
}

/** The first occurrence counts and nothing is decoded: so Envoy reads queries by itself. */
function lowerQuery({ name, match }: QueryMatch): EnvoyObject {
  switch (match.kind) {
    case 'exact': return { name, string_match: { exact: match.value } };
    case 'regex': return { name, string_match: { safe_regex: lowerRegex(match.value) } };
    case 'present': return { name, present_match: true };
    default: return assertNever(match);
  }
}

function alternativesOf(headers: readonly HeaderMatch[]): readonly (readonly EnvoyObject[])[] {
  const start: readonly (readonly EnvoyObject[])[] = [[]];
  return headers.reduce((so, header) => so.flatMap((before) => lowerHeader(header).map((more) => [...before, ...more])), start);
}

/** Any of the lists, every condition of a list. */
function lowerHeader({ name, match, inversion }: HeaderMatch): readonly (readonly EnvoyObject[])[] {
  const present: EnvoyObject = { name, present_match: true };
  const absent: EnvoyObject = { name, present_match: true, invert_match: true };
  const condition: EnvoyObject = { name, ...lowerValue(match) };
  // Envoy's plain inversion asks for a header that is there
  const different: EnvoyObject = { ...condition, invert_match: true };
  switch (inversion) {
    case 'none': return [[condition]];
    case 'present-and-different': return match.kind === 'present' ? [[present, absent]] : [[different]];
    case 'absent-or-different':
      if (match.kind === 'present') return [[absent]];
      // a missing header counts as an empty one: right as long as the condition refuses the empty text
      if (!matchesValue(match, '')) return [[{ ...different, treat_missing_header_as_empty: true }]];
      return [[absent], [different]];
    default: return assertNever(inversion);
  }
}

function lowerValue(match: ValueMatch): EnvoyObject {
  switch (match.kind) {
    case 'exact': return { string_match: { exact: match.value } };
    case 'prefix': return { string_match: { prefix: match.value } };
    case 'suffix': return { string_match: { suffix: match.value } };
    case 'regex': return { string_match: { safe_regex: lowerRegex(match.value) } };
    case 'range': return { range_match: { start: match.start, end: match.end } };
    case 'present': return { present_match: true };
    default: return assertNever(match);
  }
}
