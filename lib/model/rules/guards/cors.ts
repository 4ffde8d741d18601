/** Scripts of other sites. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway, GatewayRoute } from '../../gateway';
import { originText, type Cors } from '../../guards';
import type { Match } from '../../match';
import { covers, matchRelation } from '../../overlap';
import { hostTables } from '../../precedence';
import { besideProperty, finding, type Place, type Rule } from '../rule';

const ORIGIN = /^https?:\/\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d{1,5})?$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reports MESH111 for sharing that no browser understands, MESH218 for a route whose preflights a route with other cors takes, or none. */
export const corsRule: Rule = {
  name: 'cors',
  gatewayRoute: (route, gateway) => {
    const cors = route.guards?.cors;
    if (cors === undefined) return [];
    const place = { origin: route.origin, property: besideProperty(route, 'cors') };
    const part = missedBy(route.match);
    return [
      ...checkCors(cors, place),
      ...(route.action.kind === 'forward' ? [] : [finding('MESH111', place, `route '${route.name}' answers itself, and only what services answer is shared with scripts of other sites`, 'leave cors out')]),
      ...(part === undefined || isAnsweredElsewhere(route, gateway) ? [] : [finding('MESH218', place,
        `preflights come with method OPTIONS and without headers of their own, so route '${route.name}', which asks for ${part}, does not take them`,
        'leave the condition out, or add a route without it in front of the same service, with the same cors')]),
    ];
  },
};

/** What is wrong with sharing, wherever it is written. */
export function checkCors(cors: Cors, { origin, property }: Place): readonly Diagnostic[] {
  const report = (part: string, value: unknown, what: string, fix: string) => finding('MESH111', { origin, property: `${property}.${part}`, value }, what, fix);
  const texts = [['allowMethods', cors.methods], ['allowHeaders', cors.headers], ['exposeHeaders', cors.exposedHeaders]] as const;
  const lists = [['allowOrigins', cors.origins.map(originText)] as const, ...texts];
  const isOpen = lists.some(([, values]) => values.includes('*'));
  return [
    ...lists.filter(([, values]) => values.includes('*') && values.length > 1).map(([part, values]) => report(part, values, "'*' allows any, and others stand beside it", "leave the others out, or '*'")),
    ...lists.flatMap(([part, values]) => twice(values).map((value) => report(part, value, `'${value}' is named twice`, 'name it once'))),
    ...(cors.origins.length > 0 ? [] : [report('allowOrigins', '', 'no origin is allowed', "name the sites whose scripts may read answers, for example 'https://shop.example.com', or leave cors out")]),
    ...cors.origins.filter((one) => one.kind !== 'any' && !ORIGIN.test(one.kind === 'exact' ? one.value : `${one.scheme}://x${one.ending}`)).map((one) => report('allowOrigins', originText(one),
      `'${originText(one)}' is no origin`, "write scheme and host in lower case and no path: 'https://shop.example.com', 'https://*.example.com', or '*'")),
    ...texts.flatMap(([part, values]) => values.filter((value) => !TOKEN.test(value)).map((value) => report(part, value, `'${value}' is no name of a ${part === 'allowMethods' ? 'method' : 'header'}`,
      'use letters, digits and hyphens'))),
    ...(cors.credentials && isOpen ? [report('allowCredentials', true, "browsers send no credentials where '*' is allowed", 'name origins, methods and headers, or leave allowCredentials out')] : []),
    ...(cors.maxAgeMs === undefined || (cors.maxAgeMs > 0 && cors.maxAgeMs % 1000 === 0) ? [] : [report('maxAge', `${cors.maxAgeMs}ms`, 'browsers count maxAge in whole seconds', 'give whole seconds, at least one')]),
  ];
}

function twice(values: readonly string[]): readonly string[] {
  return values.filter((value, at) => value !== '*' && values.indexOf(value) === at && values.lastIndexOf(value) !== at);
}

/** Whether the preflights of a route all come to others of its gateway, which answer them in the same way. */
function isAnsweredElsewhere(route: GatewayRoute, gateway: Gateway): boolean {
  const wanted = preflightsOf(route.match);
  const tables = hostTables(gateway).filter(({ routes }) => routes.includes(route));
  return tables.length > 0 && tables.every(({ routes }) => {
    const takers = routes.filter(({ match }) => missedBy(match) === undefined && matchRelation(preflightsOf(match), wanted) !== 'disjoint');
    const last = takers.findIndex(({ match }) => covers(preflightsOf(match), wanted));
    return last >= 0 && takers.slice(0, last + 1).every((other) => sharingOf(other) === sharingOf(route));
  });
}

function sharingOf({ action, guards }: GatewayRoute): string {
  return JSON.stringify(action.kind === 'forward' ? guards?.cors : {});
}

/** The preflights of a match that does not miss them: what asks for a header to be missing holds. */
function preflightsOf(match: Match): Match {
  return match.kind === 'http' ? { ...match, method: 'OPTIONS', headers: [] } : match;
}

function missedBy(match: Match): string | undefined {
  if (match.kind !== 'http') return undefined;
  if (match.method !== undefined && match.method !== 'OPTIONS') return `method ${match.method}`;
  const header = match.headers.find(({ inversion }) => inversion !== 'absent-or-different');
  return header === undefined ? undefined : `header '${header.name}'`;
}
