/**
 * Finds values that are known only at deployment where the library has to read them: in matches, and, as a last net, anywhere in a model.
 * Opaque values are carried unread, so tokens may stand there.
 */
import { Token } from 'aws-cdk-lib';
import { diagnose, type Diagnostic, type Origin } from '../diagnostics';
import type { Match, TrafficModel, Version } from '../model';
import { concrete } from './origin';
import { hasTokens } from '../outputs/cloudformation/token-markers';

/** Throws MESH109 for a match that holds a token. `property` is the match as the user wrote it. */
export function requireConcreteMatch(match: Match, origin: Origin, property: string): void {
  if (!hasTokens(match)) return;
  for (const place of tokensIn(match, property)) concrete(place.token, origin, place.property);
}

/** Reports MESH109 for every token that a constructor did not refuse and that is read nevertheless. Asked where the model holds tokens. */
export function checkReadTokens(model: TrafficModel): readonly Diagnostic[] {
  const { mesh, services, gateways } = model;
  const nodes = [
    mesh, ...services, ...services.flatMap(({ routes }) => routes), ...gateways, ...gateways.flatMap(({ routes }) => routes),
    ...services.flatMap(({ versions }) => versions),
  ];
  const prefixOf = (node: object) => 'discovery' in node ? (node as Version).property ?? 'versions' : '';
  const withoutParts = (node: object) => ({ ...node, versions: undefined, routes: undefined, namespaces: undefined });
  return nodes.flatMap((node) => tokensIn(withoutParts(node), prefixOf(node)).map(({ property }) => diagnose({
    code: 'MESH109',
    what: `${property} must be known at synthesis, but is a token`,
    origin: node.origin,
    property,
    fix: `give ${property} a literal value`,
  })));
}

interface TokenPlace {
  readonly property: string;
  readonly token: unknown;
}

/** Parts of the model whose values reach the template as they are. */
const CARRIED: ReadonlySet<string> = new Set(['image', 'arn', 'arns', 'env', 'command', 'args', 'annotations', 'document', 'exposure', 'accessLog', 'tracing', 'origin']);

/** Words of the model that the user does not write. */
const SILENT: ReadonlySet<string> = new Set(['value', 'match', 'pods', 'scale', 'filters', 'policy']);

function tokensIn(value: unknown, property: string): readonly TokenPlace[] {
  if (typeof value === 'string' || typeof value === 'number') return Token.isUnresolved(value) ? [{ property, token: value }] : [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => tokensIn(entry, `${property}[${nameOf(entry) ?? index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (CARRIED.has(key)) return [];
    if (SILENT.has(key)) return tokensIn(entry, property);
    return tokensIn(entry, property === '' ? key : `${property}.${key}`);
  });
}

function nameOf(entry: unknown): string | undefined {
  const name = (entry as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' && !Token.isUnresolved(name) ? `'${name}'` : undefined;
}
