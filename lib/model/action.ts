/**
 * What happens to a request that a route took: where it goes, what is changed on the way, how failures are treated.
 */
import type { ServiceId } from './service';

/** One share of a split. A service-stage route always names a version; a gateway route may leave the choice to the service. */
export interface Destination {
  readonly service: ServiceId;
  /** Left out: the service's own routes choose the version. */
  readonly version?: string;
  /** Service port; left out means the port the request came in on, or the only one. */
  readonly port?: number;
  /** Relative share, an integer from 0; 0 keeps the destination warm. */
  readonly weight: number;
}

/** A change of the path before the request is sent on. */
export type PathRewrite =
  /** Replaces the matched prefix; `/` strips it. */
  | { readonly kind: 'prefix'; readonly value: string }
  /** Replaces the whole path. */
  | { readonly kind: 'full'; readonly value: string };

/** A change of the host before the request is sent on. */
export type HostRewrite =
  /** The host becomes the destination service's own host name. */
  | { readonly kind: 'service' }
  | { readonly kind: 'exact'; readonly value: string };

/** Changes of headers, in the order remove, set, add. Names in lower case. */
export interface HeaderChanges {
  readonly set: readonly HeaderValue[];
  readonly add: readonly HeaderValue[];
  readonly remove: readonly string[];
}

/** One header and its value. */
export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** A copy of the traffic, whose answers are thrown away. */
export interface Mirror {
  readonly service: ServiceId;
  readonly version?: string;
  /** Service port; left out means the port the request came in on, or the only one. */
  readonly port?: number;
  /** Share of the requests that are copied, 0 to 100. */
  readonly percent: number;
}

/** A deliberate failure. */
export interface Fault {
  readonly delay?: { readonly ms: number; readonly percent: number };
  readonly abort?: { readonly status: number; readonly percent: number };
}

/** Where a matched request ends. */
export type RouteAction =
  | { readonly kind: 'forward'; readonly destinations: readonly Destination[] }
  | {
    readonly kind: 'redirect';
    /** 301, 302, 303, 307 or 308. */
    readonly status: number;
    readonly scheme?: 'http' | 'https';
    readonly host?: string;
    readonly port?: number;
    readonly path?: PathRewrite;
  }
  | { readonly kind: 'respond'; readonly status: number; readonly body?: string };

/** What is changed on a request on its way; each field left out changes nothing. */
export interface Filters {
  readonly rewritePath?: PathRewrite;
  readonly rewriteHost?: HostRewrite;
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly mirrors?: readonly Mirror[];
  readonly fault?: Fault;
}

/** The failures a request is tried again for. Values are the names that Envoy's App Mesh API gave them. */
export type RetryEvent =
  | 'server-error' | 'gateway-error' | 'client-error' | 'stream-error' | 'connection-error'
  | 'cancelled' | 'deadline-exceeded' | 'internal' | 'resource-exhausted' | 'unavailable';

/** Retries after the first try. */
export interface Retry {
  /** Number of tries after the first, from 1. */
  readonly attempts: number;
  /** Limit of each try; left out means only the request timeout limits it. */
  readonly perTryTimeoutMs?: number;
  readonly on: readonly RetryEvent[];
}

/** Limits of one request. Left out means no limit; nothing is taken from a target's hidden defaults. */
export interface Timeouts {
  /** Whole request, all tries together. */
  readonly requestMs?: number;
  /** Time without a byte. */
  readonly idleMs?: number;
}

/** How failures are treated. Left out: no retry, no limit. */
export interface RoutePolicy {
  readonly retry?: Retry;
  readonly timeouts?: Timeouts;
}
