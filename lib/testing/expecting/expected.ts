/** Single facts that a test expects, with names resolved. Made by `parseExpectation`, judged by the checks. */
import type { Service, Version } from '../../model/service';

/** A service, or one version of it. */
export interface ResolvedTarget {
  readonly service: Service;
  readonly version?: Version;
}

/** One share of an expected split, by the name that the test used. */
export interface ExpectedShare {
  readonly name: string;
  /** 0 to 100. */
  readonly percent: number;
}

/** One fact. */
export type Expected =
  | { readonly kind: 'target'; readonly target: ResolvedTarget }
  | { readonly kind: 'split'; readonly of?: ResolvedTarget; readonly shares: readonly ExpectedShare[] }
  | { readonly kind: 'unroutable'; readonly at?: 'gateway' | 'service' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'redirect'; readonly status?: number; readonly location?: string }
  | { readonly kind: 'respond'; readonly status?: number; readonly body?: string }
  | { readonly kind: 'refused'; readonly status?: number }
  | { readonly kind: 'preflight'; readonly isAllowed: boolean }
  /** Parts of what the gateway's route asks for; none: it asks for anything at all. */
  | { readonly kind: 'asks'; readonly tokenOf?: string; readonly clientsOf?: string; readonly rate?: string }
  | { readonly kind: 'path'; readonly value: string }
  | { readonly kind: 'host'; readonly value: string }
  | { readonly kind: 'port'; readonly value: number }
  /** `value` left out: the header is not there. */
  | { readonly kind: 'header'; readonly name: string; readonly value?: string }
  /** `ms` left out: no limit. */
  | { readonly kind: 'timeout'; readonly ms?: number }
  | { readonly kind: 'idle-timeout'; readonly ms?: number }
  | { readonly kind: 'retried'; readonly value: boolean }
  | { readonly kind: 'retries'; readonly attempts: number }
  | { readonly kind: 'per-try'; readonly ms: number }
  | { readonly kind: 'retry-on'; readonly events: readonly string[] }
  | { readonly kind: 'mirrored'; readonly value: boolean }
  | { readonly kind: 'mirror'; readonly target?: ResolvedTarget; readonly percent?: number }
  | { readonly kind: 'faulty'; readonly value: boolean }
  | { readonly kind: 'delay'; readonly ms?: number; readonly percent?: number }
  | { readonly kind: 'abort'; readonly status?: number; readonly percent?: number }
  /** `value` left out: the header is taken away. */
  | { readonly kind: 'response-header'; readonly name: string; readonly value?: string }
  | { readonly kind: 'gateway-route'; readonly name: string }
  | { readonly kind: 'service-route'; readonly name: string }
  | { readonly kind: 'host-table'; readonly name: string };
