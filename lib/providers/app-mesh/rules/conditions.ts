/** What one match may hold, at a gateway and in a service's table alike. */
import type { Diagnostic, Origin } from '../../../diagnostics/diagnostic';
import type { HeaderMatch, Match } from '../../../model/match';
import { findIf, finding, type Place } from '../../rule';
import { segmentRegex } from '../lower-match';

/** @see CRD of VirtualRouter and GatewayRoute, `headers`, `queryParameters`, `metadata`, `path` */
const MAX_CONDITIONS = 10;
const MAX_TEXT = 255;
const MAX_HEADER_NAME = 50;
const RESERVED_PATHS = ['/aws-appmesh', '/aws-app-mesh'];
const RESERVED_SERVICES = ['aws.app-mesh', 'aws.appmesh'];

/** A route of either stage. */
export interface MatchOwner {
  readonly name: string;
  readonly origin: Origin;
  readonly property: string;
  readonly match: Match;
}

/** The property that holds a route's match; a route that a property such as `pins[0]` made has no other. */
function matchPropertyOf({ property }: MatchOwner): string {
  return property.startsWith('addRoute(') ? `${property}.match` : property;
}

/** Reports MESH404 for too many or too long conditions, MESH406 for reserved paths and services. */
export function conditionFindings(route: MatchOwner): readonly Diagnostic[] {
  const { match } = route;
  const at = (part: string, value?: unknown): Place => ({ origin: route.origin, property: `${matchPropertyOf(route)}.${part}`, value });
  switch (match.kind) {
    case 'tcp': return [];
    case 'grpc': return [
      ...headerFindings(route, match.metadata, 'metadata'),
      ...findIf(RESERVED_SERVICES.some((prefix) => match.service?.startsWith(prefix)), () => finding('MESH406', at('service', match.service),
        `App Mesh keeps gRPC services that begin with ${RESERVED_SERVICES.map((name) => `'${name}'`).join(' or ')} for itself`, 'rename the gRPC service')),
      ...findIf((match.method?.length ?? 0) > MAX_HEADER_NAME, () => finding('MESH404', at('method', match.method),
        `the gRPC method has ${match.method?.length} characters, and App Mesh allows ${MAX_HEADER_NAME}`, 'match the service without the method')),
    ];
    case 'http': return [
      ...headerFindings(route, match.headers, 'headers'),
      ...findIf(match.query.length > MAX_CONDITIONS, () => finding('MESH404', at('query'),
        `route '${route.name}' has ${match.query.length} query conditions, and App Mesh allows ${MAX_CONDITIONS}`, 'match fewer parameters')),
      ...pathFindings(route, match.path, at),
    ];
  }
}

function pathFindings(route: MatchOwner, path: Extract<Match, { kind: 'http' }>['path'], at: (part: string, value?: unknown) => Place): readonly Diagnostic[] {
  const written = path.kind === 'prefix' && path.value !== '/' ? segmentRegex(path.value) : path.value;
  const becomes = written === path.value ? '' : `, which App Mesh gets as the regular expression '${written}'`;
  return [
    ...findIf(written.length > MAX_TEXT, () => finding('MESH404', at('path', path.value),
      `the path of route '${route.name}' takes ${written.length} characters${becomes}, and App Mesh allows ${MAX_TEXT}`, 'match a shorter path')),
    ...findIf(path.kind !== 'regex' && RESERVED_PATHS.some((prefix) => path.value.startsWith(prefix)), () => finding('MESH406', at('path', path.value),
      `App Mesh keeps paths that begin with ${RESERVED_PATHS.map((name) => `'${name}'`).join(' or ')} for itself`, 'serve another path')),
  ];
}

function headerFindings(route: MatchOwner, headers: readonly HeaderMatch[], part: 'headers' | 'metadata'): readonly Diagnostic[] {
  const place = (property: string, value?: unknown): Place => ({ origin: route.origin, property: `${matchPropertyOf(route)}.${property}`, value });
  const notion = part === 'headers' ? 'header' : 'metadata';
  return [
    ...findIf(headers.length > MAX_CONDITIONS, () => finding('MESH404', place(part),
      `route '${route.name}' has ${headers.length} ${notion} conditions, and App Mesh allows ${MAX_CONDITIONS}`, 'match fewer, or split the route')),
    ...headers.flatMap(({ name, match }) => [
      ...findIf(name.length > MAX_HEADER_NAME, () => finding('MESH404', place(`${part}['${name}']`, name),
        `the ${notion} name has ${name.length} characters, and App Mesh allows ${MAX_HEADER_NAME}`, 'use a shorter name')),
      ...('value' in match ? findIf(match.value.length > MAX_TEXT || match.value === '', () => finding('MESH404', place(`${part}['${name}']`, match.value),
        `the condition on ${notion} '${name}' has ${match.value.length} characters, and App Mesh allows 1 to ${MAX_TEXT}`,
        match.value === '' ? 'give a text, or ask for presence' : 'match a prefix of it')) : []),
    ]),
  ];
}
