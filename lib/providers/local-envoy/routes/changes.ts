/** Rewrites of paths, and changes of headers, in Envoy's words. */
import type { HeaderChanges, HeaderValue, PathRewrite } from '../../../model/action';
import type { Match } from '../../../model/match';
import { escapeRegex } from '../../../model/regex';
import type { EnvoyObject } from '../options';

/**
 * A rewrite of the path, for a route or a redirect. `/api` to `/v2` turns `/api/x` into `/v2/x`; `/` strips the prefix and leaves `/` of
 * nothing, for which Envoy's own prefix rewrite would write `//x`.
 */
export function lowerPathRewrite(rewrite: PathRewrite, match: Match): EnvoyObject {
  const path = match.kind === 'http' ? match.path : undefined;
  if (rewrite.kind === 'prefix' && path?.kind === 'raw-prefix') return { prefix_rewrite: rewrite.value };
  if (rewrite.kind === 'full' || path?.kind !== 'prefix') return regexRewrite('^.*$', rewrite.value);
  const head = rewrite.value.endsWith('/') ? rewrite.value.slice(0, -1) : rewrite.value;
  if (path.value === '/') return { prefix_rewrite: `${head}/` };
  return head === '' ? regexRewrite(`^${escapeRegex(path.value)}/?`, '/') : { prefix_rewrite: head };
}

function regexRewrite(regex: string, value: string): EnvoyObject {
  return { regex_rewrite: { pattern: { regex }, substitution: value.replace(/\\/g, '\\\\') } };
}

/** The fields of a route, or of a weight, that change headers. Envoy removes first, then sets and adds in the order written. */
export function lowerHeaderChanges(changes: HeaderChanges | undefined, side: 'request' | 'response'): EnvoyObject {
  if (changes === undefined) return {};
  const values = [
    ...changes.set.map((value) => headerOption(value, 'OVERWRITE_IF_EXISTS_OR_ADD')),
    ...changes.add.map((value) => headerOption(value, 'APPEND_IF_EXISTS_OR_ADD')),
  ];
  return {
    ...(values.length === 0 ? {} : { [`${side}_headers_to_add`]: values }),
    ...(changes.remove.length === 0 ? {} : { [`${side}_headers_to_remove`]: changes.remove }),
  };
}

/** A header with a fixed value: `%` would begin one of Envoy's variables, and an empty value would be left out. */
export function headerOption({ name, value }: HeaderValue, action: 'OVERWRITE_IF_EXISTS_OR_ADD' | 'APPEND_IF_EXISTS_OR_ADD'): EnvoyObject {
  return { header: { key: name, value: value.replace(/%/g, '%%') }, append_action: action, ...(value === '' ? { keep_empty_value: true } : {}) };
}
