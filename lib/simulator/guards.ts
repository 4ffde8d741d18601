/** Whether a request passes what a gateway's route asks. Rates are not decided: they depend on what came before. */
import type { Ending } from './decision';
import { assertNever } from '../diagnostics/mesh-error';
import type { Request } from '../model/evaluate';
import type { Cors, Guards, OriginMatch } from '../model/guards';
import { isWithin } from '../model/networks';

/**
 * How a request ends that is not let through to the route; undefined where it is. A bearer token counts as a good one, because nobody can check its signature here, and
 * a request that does not say its client counts as one of a client that is let in.
 */
export function refusalOf(guards: Guards, request: Request): Ending | undefined {
  if (guards.cors !== undefined && isPreflight(request)) return { kind: 'preflight', status: 200, isAllowed: allowsOrigin(guards.cors, request.headers.origin!) };
  if (guards.tokens !== undefined && !hasToken(request)) return { kind: 'refused', status: 401, by: 'jwt' };
  const isOutside = guards.clients !== undefined && request.client !== undefined && !isWithin(request.client, guards.clients);
  return isOutside ? { kind: 'refused', status: 403, by: 'allowFrom' } : undefined;
}

function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && isFilled(headers.origin) && isFilled(headers['access-control-request-method']);
}

function isFilled(header: string | undefined): boolean {
  return header !== undefined && header !== '';
}

function hasToken({ headers }: Request): boolean {
  return /^Bearer +\S/.test(headers.authorization ?? '');
}

/** Whether scripts of an origin may read answers. */
export function allowsOrigin({ origins }: Cors, origin: string): boolean {
  return origins.some((allowed) => matchesOrigin(allowed, origin));
}

function matchesOrigin(allowed: OriginMatch, origin: string): boolean {
  switch (allowed.kind) {
    case 'any': return true;
    case 'exact': return origin === allowed.value;
    case 'subdomains': return origin.startsWith(`${allowed.scheme}://`) && origin.endsWith(allowed.ending);
    default: return assertNever(allowed);
  }
}
