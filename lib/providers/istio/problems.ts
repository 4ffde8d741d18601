/** What routes of the Gateway API cannot say here. In a service's table a VirtualService says it, where callers have proxies beside them; a gateway's table has none. */
import type { RetryEvent } from '../../model/action';
import { replacesRawText } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';

/** One reason, and the way out. */
export interface Problem {
  readonly reason: string;
  readonly fix: string;
  /** @default - the route's own */
  readonly property?: string;
}

const TITLE = 'Istio';

const NO_STATUS: readonly RetryEvent[] = ['deadline-exceeded', 'internal', 'resource-exhausted'];

/** Everything of a route that an HTTPRoute cannot say. */
export function problemsOf(route: TableRoute): readonly Problem[] {
  const { action, label, closes, filters, guards, policy, match } = route;
  const isMute = guards?.cors !== undefined && action.kind !== 'forward';
  const event = policy.retry?.on.find((one) => NO_STATUS.includes(one));
  const [each, whole] = [policy.retry?.perTryTimeoutMs, policy.timeouts?.requestMs];
  const stripsPrefix = action.kind === 'redirect' && action.path?.kind === 'prefix' && action.path.value === '/' && match.kind === 'http' && match.path.kind === 'prefix' && match.path.value !== '/';
  const found = (isFound: boolean, reason: string, fix: string, place: Pick<Problem, 'property'> = {}): readonly Problem[] => isFound ? [{ reason, fix, ...place }] : [];
  return [
    ...found(isMute, `${TITLE} answers preflights where it sends requests on, and ${closes ? 'some requests of ' : ''}${label} ${closes ? 'are' : 'is'} answered without a service`,
      'give the service a route that takes everything, and leads to a version', { property: 'cors' }),
    ...found(closes && !isMute, `some requests of ${label} would have to be answered 404 in front of later routes, and ${TITLE}'s routes of the Gateway API answer nothing themselves`,
      'give the service a route that takes everything, or name hosts and paths so that no later route meets this one'),
    ...found(action.kind === 'respond' && !closes, `${TITLE}'s routes of the Gateway API answer nothing themselves, as ${label} does`, 'send these requests to a service that answers them'),
    ...found(filters.fault !== undefined, `${TITLE}'s routes of the Gateway API inject no faults, as ${label} does`, 'inject them where services call each other, not behind a gateway'),
    ...found(event !== undefined, `${TITLE}'s routes of the Gateway API try again by statuses of HTTP, not on '${event}' as ${label} does`, 'leave the event out'),
    ...found(each !== undefined && whole !== undefined && each > whole,
      `${TITLE}'s routes of the Gateway API take no limit of each try that is longer than that of the request, as ${label} has`, 'leave the limit of each try out, or shorten it'),
    ...found(replacesRawText(route), `${TITLE} replaces prefixes by segments only, and ${label} replaces raw text`, 'match a prefix by segments'),
    ...found(stripsPrefix, `${TITLE} leaves two slashes where a redirect takes a prefix off, as ${label} does`, 'redirect to a path that is not only a slash'),
  ];
}
