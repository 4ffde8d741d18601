/** Who is let in: tokens, networks, rates. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Guards, TokenIssuer } from '../../guards';
import { isNetwork } from '../../networks';
import { besideProperty, finding, isIntegerWithin, type Place, type Rule } from '../rule';

/** The largest number that proxies count to. */
const MAX_REQUESTS = 4_294_967_295;

/** Reports MESH111 for tokens that nothing can be checked by and for networks that are none and limits of nothing, MESH102 for an issuer named twice, MESH203 for a rate out of range. */
export const admissionRule: Rule = {
  name: 'admission',
  gatewayRoute: (route) => {
    const { guards = {}, action, name, origin } = route;
    return [
      ...checkAdmission(guards, (part) => ({ origin, property: besideProperty(route, part) })),
      ...(guards.rateLimit === undefined || action.kind === 'forward' ? [] : [finding('MESH111', { origin, property: besideProperty(route, 'rateLimit') },
        `route '${name}' answers itself, and only what is sent on to services is limited`, 'leave rateLimit out')]),
    ];
  },
};

/** What is wrong with tokens, networks and rates, wherever they are written. */
export function checkAdmission({ tokens, clients, rateLimit }: Guards, place: (part: string) => Place): readonly Diagnostic[] {
  return [
    ...(tokens === undefined ? [] : checkTokens(tokens, place('jwt'))),
    ...(clients === undefined ? [] : checkClients(clients, place('allowFrom'))),
    ...(rateLimit === undefined || isIntegerWithin(rateLimit.requests, 1, MAX_REQUESTS) ? [] : [finding('MESH203', { ...place('rateLimit'), value: rateLimit.requests },
      `a limit of ${rateLimit.requests} requests per ${rateLimit.per} is not an integer from 1 to ${MAX_REQUESTS}`, 'give an integer from 1, or leave the limit out')]),
  ];
}

function checkTokens(tokens: readonly TokenIssuer[], place: Place): readonly Diagnostic[] {
  const issuers = tokens.map(({ issuer }) => issuer);
  const twice = issuers.find((issuer, at) => issuers.indexOf(issuer) !== at);
  return [
    ...tokens.flatMap((token, at) => checkToken(token, { ...place, property: `${place.property}[${at}]` })),
    ...(twice === undefined ? [] : [finding('MESH102', { ...place, value: twice }, `the issuer '${twice}' is named twice`, 'name it once, with all audiences')]),
  ];
}

function checkToken({ issuer, audiences, keys }: TokenIssuer, place: Place): readonly Diagnostic[] {
  const report = (value: string, what: string, fix: string) => [finding('MESH111', { ...place, value }, what, fix)];
  const bad = [
    ...(issuer === '' || issuer.length > 253 ? report(issuer, `an issuer has 1 to 253 characters, not ${issuer.length}`, "give the claim iss of the tokens, for example 'https://id.example.com'") : []),
    ...(audiences.includes('') ? report('', `an audience of '${issuer}' is empty`, 'name what must be in the claim aud, or leave audiences out') : []),
  ];
  if (keys.kind === 'remote') {
    return /^https:\/\/[^\s/?#]+(\/\S*)?$/.test(keys.uri) ? bad
      : [...bad, ...report(keys.uri, `the keys of '${issuer}' are fetched from '${keys.uri}', which is no https address`, "give an address such as 'https://id.example.com/jwks.json', or the keys themselves")];
  }
  return isKeySet(keys.jwks) ? bad : [...bad, ...report(keys.jwks, `the keys of '${issuer}' are no JSON Web Key Set`, 'give JSON with a list \'keys\', which is not empty')];
}

function isKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) && keys.length > 0;
  } catch {
    return false;
  }
}

function checkClients(clients: readonly string[], place: Place): readonly Diagnostic[] {
  const fix = "name networks such as '10.0.0.0/8' or '2001:db8::/32'";
  if (clients.length === 0) return [finding('MESH111', place, 'no client is let in', `${fix}, or leave allowFrom out`)];
  return clients.filter((client) => !isNetwork(client)).map((client) => finding('MESH111', { ...place, value: client }, `'${client}' is no network`, fix));
}
