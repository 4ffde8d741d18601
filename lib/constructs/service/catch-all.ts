/** Routes that take everything on a service's ports, or everything that meets a few conditions. */
import type { ServiceCore } from './service-core';
import { fail } from '../../diagnostics';
import type { Destination, HttpMatch, Match, ServicePort } from '../../model';
import { kindOf } from '../../model/arrival';
import type { RoutePolicyOptions } from '../traffic/resilience';

/** Conditions beside the path. */
export type PreviewConditions = Pick<HttpMatch, 'headers' | 'query'>;

/** A route for every kind of protocol that the ports speak. */
export interface CatchAllDraft {
  /** Name where the ports speak one kind of protocol; else `-http`, `-grpc` or `-tcp` follows. */
  readonly name: string;
  readonly property: string;
  readonly destinations: readonly Destination[];
  readonly conditions?: PreviewConditions;
  readonly policy?: RoutePolicyOptions;
}

/** Adds the routes. Throws MESH213 where a port's protocol cannot meet the conditions. */
export function addCatchAllRoutes(core: ServiceCore, draft: CatchAllDraft): void {
  const { name, conditions, ...rest } = draft;
  const matches = catchAllMatches(core.ports);
  for (const match of matches) {
    const narrowed = conditions === undefined ? match : narrow(match, conditions, core, draft.property);
    core.addRoute({ ...rest, name: matches.length === 1 ? name : `${name}-${match.kind}`, match: narrowed });
  }
}

function catchAllMatches(ports: readonly ServicePort[]): readonly Match[] {
  const kinds = new Set(ports.map(({ protocol }) => kindOf(protocol)));
  return [...kinds].map((kind) => {
    switch (kind) {
      case 'http': return { kind, path: { kind: 'prefix', value: '/' }, headers: [], query: [] };
      case 'grpc': return { kind, metadata: [] };
      case 'tcp': return { kind };
    }
  });
}

function narrow(match: Match, { headers, query }: PreviewConditions, core: ServiceCore, property: string): Match {
  if (match.kind === 'http') return { ...match, headers, query };
  if (match.kind === 'grpc' && query.length === 0) return { ...match, metadata: headers };
  return fail('MESH213', { origin: core.origin, property }, `its conditions cannot be read on a ${match.kind} port`,
    match.kind === 'grpc'
      ? 'use a header, which is a metadata entry of the call; gRPC calls have no query'
      : 'leave the conditions out, or give the service only http, http2 or grpc ports');
}
