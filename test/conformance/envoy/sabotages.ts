/** Deliberately wrong lowerings. The campaign has to find each of them, or it proves nothing. */
import type { Sabotage } from './proving-ground';
import type { EnvoyObject, EnvoyResources } from '../../../lib/providers/local-envoy';

/** A wrong lowering by what is wrong with it. */
export const SABOTAGES: { readonly [what: string]: Sabotage } = {
  'takes a missing header for one that does not differ': everywhere('treat_missing_header_as_empty', () => undefined),
  'takes a prefix as raw text': renamed('path_separated_prefix', 'prefix'),
  'takes the beginning of a text for a regular expression': everywhere('regex', (regex) => `${String(regex)}.*`),
  'turns inversions around': everywhere('invert_match', () => undefined),
  'counts the end of a range in': everywhere('range_match', (range) => ({ start: (range as Range).start, end: (range as Range).end + 1 })),
  'does not look at query parameters': everywhere('query_parameters', () => undefined),
  'asks routes in the opposite order': everywhere('routes', (routes) => [...routes as unknown[]].reverse()),
  'falls through to the table without host': everywhere('virtual_hosts', fallThrough),
  'minds the port in the host': everywhere('ignore_port_in_host_matching', () => false),
  'does not normalise paths': everywhere('normalize_path', () => false),
  'does not merge slashes': everywhere('merge_slashes', () => false),
  'unescapes slashes': everywhere('path_with_escaped_slashes_action', () => 'UNESCAPE_AND_FORWARD'),
  'gives shares to the wrong versions': everywhere('clusters', (clusters) => swapWeights(clusters as Weight[])),
  'leaves out weights of 0': everywhere('clusters', (clusters) => (clusters as Weight[]).map((one) => one.weight === 0 ? { ...one, weight: 1 } : one)),
  'strips prefixes without leaving a slash': everywhere('regex_rewrite', (rewrite) => JSON.parse(JSON.stringify(rewrite).replace('/?"', '"')) as unknown),
  'does not rewrite hosts': everywhere('host_rewrite_literal', () => undefined),
  'adds headers instead of setting them': everywhere('append_action', () => 'APPEND_IF_EXISTS_OR_ADD'),
  'does not remove headers of answers': everywhere('response_headers_to_remove', () => undefined),
  'drops what comes after a percent sign': everywhere('value', (value) => typeof value === 'string' ? value.replace(/%%.*/, '') : value),
  'forgets the limit of a request': everywhere('timeout', () => '0s'),
  'sends redirects to the wrong host': everywhere('host_redirect', (host) => `x${String(host)}`),
  'answers with another body': everywhere('inline_string', (body) => `${String(body)}!`),
  'lets faults be': everywhere('abort', () => undefined),
  'serves TLS listeners as http': everywhere('scheme_header_transformation', () => undefined),
};

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Weight extends EnvoyObject {
  readonly weight: number;
}

/** Changes a field wherever it stands in the listeners. */
function everywhere(field: string, change: (value: unknown) => unknown): Sabotage {
  return (resources) => edited(resources, (key, value) => key === field ? change(value) : value);
}

function renamed(from: string, to: string): Sabotage {
  return (resources) => edited(resources, (_, value) => {
    if (typeof value !== 'object' || value === null || !(from in value)) return value;
    const { [from]: moved, ...rest } = value as EnvoyObject;
    return { ...rest, [to]: moved };
  });
}

function edited({ listeners, routes, clusters }: EnvoyResources, edit: (key: string, value: unknown) => unknown): EnvoyResources {
  return { listeners: JSON.parse(JSON.stringify(listeners, edit)) as EnvoyObject[], routes, clusters };
}

function swapWeights(clusters: readonly Weight[]): readonly Weight[] {
  return clusters.map((cluster, at) => ({ ...cluster, weight: clusters[clusters.length - 1 - at]!.weight }));
}

function fallThrough(hosts: unknown): unknown {
  const tables = hosts as readonly { readonly domains: readonly string[]; readonly routes: readonly EnvoyObject[] }[];
  const rest = tables.find(({ domains }) => domains[0] === '*')?.routes ?? [];
  return tables.map((table) => table.domains[0] === '*' ? table : { ...table, routes: [...table.routes, ...rest] });
}
