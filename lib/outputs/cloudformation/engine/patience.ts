/** What is "not yet" and what is "no": the first is tried again until the deadline, the second fails at once. */
import retry from 'async-retry';
import { ApiError } from './api';
import { Refusal } from './event';

/** The time that a request has. */
export interface Deadline {
  /** Milliseconds since 1970. */
  readonly end: number;
  /** As the user sees it. */
  readonly seconds: number;
}

/** True once nothing can be waited for any more. */
export function isOver({ end }: Deadline): boolean {
  return Date.now() >= end;
}

/** Sleeps, but not past the deadline. */
export function pause(ms: number, { end }: Deadline): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(ms, end - Date.now()))));
}

/** Longest time between two looks at what is waited for. */
const LOOK_MS = 1_000;

/** Sleeps between two looks: briefly at first, because much is ready in an instant, a second in the end. */
export function pauseBetweenLooks(began: number, deadline: Deadline): Promise<void> {
  return pause(Math.min(LOOK_MS, 100 + (Date.now() - began) / 4), deadline);
}

/** An access entry takes some seconds until every API server knows it. */
const UNAUTHORIZED_MS = 60_000;

const NETWORK = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EAI_AGAIN|ENOTFOUND|socket hang up|got no answer/;

/** The API server answers 500 to an object that its schema does not know. */
const NEVER = /failed to create typed patch object|field not declared in schema/;

/** Whether an error may mend by itself. Webhooks that do not answer yet come as status 500. */
export function isTransient(error: unknown, sinceMs: number): boolean {
  if (!(error instanceof ApiError)) return NETWORK.test(String((error as { code?: string }).code ?? '') + String((error as Error).message));
  if (error.status === 401) return Date.now() - sinceMs < UNAUTHORIZED_MS;
  if (error.status === 409 && error.reason === 'Conflict') return /the object has been modified|Precondition failed/i.test(error.message);
  if (error.status === 403) return /is being terminated/.test(error.message);
  return error.status === 429 || (error.status >= 500 && !NEVER.test(error.message));
}

/** Runs until it works, is refused, or the deadline is over; then the last error is what the user reads. */
export function patiently<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  return retry(async (bail) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal || !isTransient(error, began) || isOver(deadline)) {
        bail(error as Error);
        return undefined as never;
      }
      throw error;
    }
  }, { forever: true, minTimeout: 250, maxTimeout: 4_000, factor: 1.6, randomize: true, retries: 1_000 });
}
