/** Deliberately wrong translations. The campaign has to find each of them, or it proves nothing. */
import type { TranslatedSabotage } from './ground';
import type { EnvoyObject } from '../../../lib/providers/local-envoy';

/** A wrong translation by what is wrong with it. */
export const SABOTAGES: { readonly [what: string]: TranslatedSabotage } = {
  'asks routes in the opposite order': everywhere('routes', (routes) => [...routes as unknown[]].reverse()),
  'takes a prefix as raw text': renamed('pathSeparatedPrefix', 'prefix'),
  'takes the beginning of a text for a regular expression': everywhere('regex', (regex) => `${String(regex)}.*`),
  'does not look at query parameters': everywhere('queryParameters', () => undefined),
  'does not look at headers': everywhere('headers', () => undefined),
  'gives shares to the wrong versions': everywhere('clusters', (clusters) => swapWeights(clusters as Weight[])),
  'leaves out a hundredth of a share': everywhere('weight', (weight) => (weight as number) > 1 ? (weight as number) - 1 : weight),
  'falls through to the table without host': everywhere('virtualHosts', fallThrough),
  'minds the port in the host': everywhere('ignorePortInHostMatching', () => false),
  'does not normalise paths': everywhere('normalizePath', () => false),
  'does not merge slashes': everywhere('mergeSlashes', () => false),
  'unescapes slashes': everywhere('pathWithEscapedSlashesAction', () => 'UNESCAPE_AND_FORWARD'),
  'does not rewrite paths by expressions': everywhere('regexRewrite', () => undefined),
  'does not rewrite paths': everywhere('prefixRewrite', () => undefined),
  'does not rewrite hosts': everywhere('hostRewriteLiteral', () => undefined),
  'adds headers instead of setting them': everywhere('appendAction', () => 'APPEND_IF_EXISTS_OR_ADD'),
  'does not remove headers of answers': everywhere('responseHeadersToRemove', () => undefined),
  'forgets the limit of a request': everywhere('timeout', () => '0s'),
  'forgets to try again': everywhere('retryPolicy', () => undefined),
  'sends redirects to the wrong host': everywhere('hostRedirect', (host) => `x${String(host)}`),
  'answers with another status': everywhere('directResponse', (answer) => ({ ...answer as EnvoyObject, status: 599 })),
};

interface Weight extends EnvoyObject {
  readonly weight: number;
}

/** Changes a field wherever it stands in the listeners. */
function everywhere(field: string, change: (value: unknown) => unknown): TranslatedSabotage {
  return edited((key, value) => key === field ? change(value) : value);
}

function renamed(from: string, to: string): TranslatedSabotage {
  return edited((_, value) => {
    if (typeof value !== 'object' || value === null || !(from in value)) return value;
    const { [from]: moved, ...rest } = value as EnvoyObject;
    return { ...rest, [to]: moved };
  });
}

function edited(edit: (key: string, value: unknown) => unknown): TranslatedSabotage {
  return (translation) => ({ ...translation, listeners: translation.listeners.map((one) => ({ ...one, listener: JSON.parse(JSON.stringify(one.listener, edit)) as EnvoyObject })) });
}

function swapWeights(clusters: readonly Weight[]): readonly Weight[] {
  return clusters.map((cluster, at) => ({ ...cluster, weight: clusters[clusters.length - 1 - at]!.weight }));
}

function fallThrough(hosts: unknown): unknown {
  const tables = hosts as readonly { readonly domains: readonly string[]; readonly routes?: readonly EnvoyObject[] }[];
  const rest = tables.find(({ domains }) => domains[0] === '*')?.routes ?? [];
  return tables.map((table) => table.domains[0] === '*' ? table : { ...table, routes: [...table.routes ?? [], ...rest] });
}

/** Translations of guards that let something else in. */
export const GUARD_SABOTAGES: { readonly [what: string]: TranslatedSabotage } = {
  'asks nothing for single routes': everywhere('typedPerFilterConfig', () => undefined),
  'lets in other networks': everywhere('addressPrefix', (address) => address === '10.0.0.0' ? '127.0.0.0' : address),
  'takes tokens for others': everywhere('audiences', () => undefined),
  'shares with any site': everywhere('allowOriginStringMatch', () => [{ safeRegex: { regex: '.*' } }]),
};
