/** Scripts of other sites. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { describeOrigin } from '../../describe';
import type { Cors } from '../../guards';
import type { Match } from '../../match';
import { besideProperty, finding, type Place, type Rule } from '../rule';

const ORIGIN = /^https?:\/\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d{1,5})?$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reports MESH111 for sharing that no browser understands, MESH218 for a route whose preflights another route takes. */
export const corsRule: Rule = {
  name: 'cors',
  gatewayRoute: (route) => {
    const cors = route.guards?.cors;
    if (cors === undefined) return [];
    const place = { origin: route.origin, property: besideProperty(route, 'cors') };
    const part = missedBy(route.match);
    return [
      ...checkCors(cors, place),
      ...(route.action.kind === 'forward' ? [] : [finding('MESH111', place, `route '${route.name}' answers itself, and only what services answer is shared with scripts of other sites`, 'leave cors out')]),
      ...(part === undefined ? [] : [finding('MESH218', place,
        `preflights come with method OPTIONS and without headers of their own, so route '${route.name}', which asks for ${part}, does not take them`,
        'leave the condition out, or add a route without it in front of the same service, with the same cors')]),
    ];
  },
};

function checkCors(cors: Cors, { origin, property }: Place): readonly Diagnostic[] {
  const report = (part: string, value: unknown, what: string, fix: string) => finding('MESH111', { origin, property: `${property}.${part}`, value }, what, fix);
  const texts = [['allowMethods', cors.methods], ['allowHeaders', cors.headers], ['exposeHeaders', cors.exposedHeaders]] as const;
  const isOpen = cors.origins.some(({ kind }) => kind === 'any') || texts.some(([, values]) => values.includes('*'));
  return [
    ...(cors.origins.length > 0 ? [] : [report('allowOrigins', '', 'no origin is allowed', "name the sites whose scripts may read answers, for example 'https://shop.example.com', or leave cors out")]),
    ...cors.origins.filter((one) => one.kind !== 'any' && !ORIGIN.test(one.kind === 'exact' ? one.value : `${one.scheme}://x${one.ending}`)).map((one) => report('allowOrigins', describeOrigin(one),
      `'${describeOrigin(one)}' is no origin`, "write scheme and host in lower case and no path: 'https://shop.example.com', 'https://*.example.com', or '*'")),
    ...texts.flatMap(([part, values]) => values.filter((value) => !TOKEN.test(value)).map((value) => report(part, value, `'${value}' is no name of a ${part === 'allowMethods' ? 'method' : 'header'}`,
      'use letters, digits and hyphens'))),
    ...(cors.credentials && isOpen ? [report('allowCredentials', true, "browsers send no credentials where '*' is allowed", 'name origins, methods and headers, or leave allowCredentials out')] : []),
    ...(cors.maxAgeMs === undefined || (cors.maxAgeMs > 0 && cors.maxAgeMs % 1000 === 0) ? [] : [report('maxAge', `${cors.maxAgeMs}ms`, 'browsers count maxAge in whole seconds', 'give whole seconds, at least one')]),
  ];
}

function missedBy(match: Match): string | undefined {
  if (match.kind !== 'http') return undefined;
  if (match.method !== undefined && match.method !== 'OPTIONS') return `method ${match.method}`;
  const header = match.headers.find(({ inversion }) => inversion !== 'absent-or-different');
  return header === undefined ? undefined : `header '${header.name}'`;
}
