/**
 * How Istio writes what the Gateway API leaves open.
 * @see https://github.com/istio/istio/blob/release-1.31/pilot/pkg/config/kube/gateway/conversion.go convertHTTPRoute
 */
import { backendOf, mirrorBackendOf } from './backends';
import type { RetryEvent } from '../../model/action';
import type { Cors } from '../../model/guards';
import { defined, filled } from '../defined';
import { corsFields } from '../gateway-api/cors';
import type { RouteRetry, RouteTimeouts } from '../gateway-api/crd';
import { durationOf, type RuleForm } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { serviceOf, type MeshIndex } from '../mesh-index';

/** Statuses of events; connections that fail, refused streams and gRPC's `cancelled` and `unavailable` are always among what is tried again. */
const CODES: { readonly [E in RetryEvent]: readonly number[] } = {
  'server-error': [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
  'gateway-error': [502, 503, 504],
  'client-error': [409],
  'stream-error': [],
  'connection-error': [],
  'cancelled': [],
  'unavailable': [],
  // the capability table has refused them
  'deadline-exceeded': [],
  'internal': [],
  'resource-exhausted': [],
};

/** The form of routes that stand in a namespace. */
export function formOf(index: MeshIndex, namespace: string, scheme: 'http' | 'https'): RuleForm {
  return {
    scheme,
    backend: (destination) => backendOf(index, namespace, destination),
    backendFilters: () => [],
    mirrorBackend: (mirror) => mirrorBackendOf(index, namespace, mirror),
    hostOf: (service) => serviceOf(index, service).host,
    ownFilters: ({ guards }) => guards?.cors === undefined ? [] : [{ type: 'CORS', cors: corsOf(guards.cors) }],
    rewritesPath: () => false,
    // one slash is taken off a prefix, and nothing parts '/' from what follows it
    rootReplacement: (bare) => `${bare}//`,
    // rewrites are substitutions, in which a backslash would begin the number of a group
    pathValue: (value) => value.replace(/\\/g, '\\\\'),
    headerValue: (value) => value.replace(/%/g, '%%'),
    timeouts: timeoutsOf,
    retry: retryOf,
  };
}

function corsOf(cors: Cors): object {
  return defined({ ...corsFields(cors), maxAge: cors.maxAgeMs === undefined ? undefined : cors.maxAgeMs / 1000 });
}

function timeoutsOf({ action, policy: { timeouts, retry } }: TableRoute): RouteTimeouts | undefined {
  if (action.kind !== 'forward') return undefined;
  const limits = defined({
    request: timeouts?.requestMs === undefined ? undefined : durationOf(timeouts.requestMs),
    backendRequest: retry?.perTryTimeoutMs === undefined ? undefined : durationOf(retry.perTryTimeoutMs),
  });
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function retryOf({ action, policy: { retry } }: TableRoute): RouteRetry | undefined {
  if (action.kind !== 'forward' || retry === undefined) return undefined;
  return defined({ codes: filled([...new Set(retry.on.flatMap((event) => CODES[event]))]), attempts: retry.attempts });
}
