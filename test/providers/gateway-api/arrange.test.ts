import { matchesValue } from '../../../lib/model/evaluate';
import type { GrpcMatch, HttpMatch, ValueMatch } from '../../../lib/model/match';
import { matchesRegex } from '../../../lib/model/regex';
import { arrange, type Arrangement, type Order } from '../../../lib/providers/gateway-api/arrange';
import { headerConditions, valueRegex } from '../../../lib/providers/gateway-api/conditions';
import { limitFindings } from '../../../lib/providers/gateway-api/limits';
import { grpcMatchOf, httpMatchOf } from '../../../lib/providers/gateway-api/match';
import { bySpecificity } from '../../../lib/providers/gateway-api/order';
import { durationOf } from '../../../lib/providers/gateway-api/rule';
import type { TableRoute } from '../../../lib/providers/gateway-api/table-route';
import * as build from '../../model-builders';

function route(name: string, match: HttpMatch | GrpcMatch, overrides: Partial<TableRoute> = {}): TableRoute {
  return {
    name, label: `route '${name}'`, match, action: { kind: 'forward', destinations: [{ service: 'shop/products', version: name, port: 8080, weight: 1 }] },
    filters: {}, policy: {}, origin: build.origin(name, 'GatewayRoute'), property: `addRoute('${name}')`, closes: false, ...overrides,
  };
}

const at = (path: string) => build.http(build.prefix(path));

/** Names and paths of what became of a table, group by group. */
function shapeOf(arrangement: Arrangement): unknown {
  if (arrangement.kind === 'obstacles') return arrangement.obstacles.map(({ reason, fix }) => `${reason}; ${fix}`);
  return arrangement.groups.map((group) => group.map((route) => {
    const { action } = route;
    const { path, headers = [], method } = httpMatchOf(route);
    const ending = action.kind === 'forward' ? action.destinations.map(({ version }) => version).join() : action.kind === 'respond' ? String(action.status) : action.kind;
    return [method, path.type, path.value, ...headers.map(({ type, name, value }) => `${name}${type === 'Exact' ? '=' : '~'}${value}`), '->', ending].filter(Boolean).join(' ');
  }));
}

describe('inverted conditions', () => {
  test('leave the requests that they exclude to later routes, which come first', () => {
    const beta = route('beta', build.http(build.prefix('/'), { headers: [build.header('x-env', { kind: 'exact', value: 'prod' }, 'absent-or-different')] }));

    expect(shapeOf(arrange([beta, route('old', at('/old')), route('rest', at('/'))], 'listed'))).toEqual([[
      'PathPrefix /old x-env=prod -> old', 'PathPrefix / x-env=prod -> rest', 'PathPrefix / -> beta',
    ]]);
  });

  test('close the table for them where nothing later takes them', () => {
    const known = route('known', build.http(build.prefix('/'), { headers: [build.header('x-user', { kind: 'prefix', value: 'bot' }, 'present-and-different')] }));

    expect(shapeOf(arrange([known], 'listed'))).toEqual([['PathPrefix / x-user~bot.* -> 404', 'PathPrefix / x-user~.* -> known']]);
  });
});

describe('a target that sorts', () => {
  const first = { kind: 'http', path: build.prefix('/'), headers: [build.header('x-beta', { kind: 'present' })], query: [] } as const;

  test('gets a rule for what an earlier route takes of a later one', () => {
    expect(shapeOf(arrange([route('beta', first), route('api', at('/api')), route('rest', at('/'))], bySpecificity))).toEqual([[
      'PathPrefix /api x-beta~.* -> beta', 'PathPrefix / x-beta~.* -> beta', 'PathPrefix /api -> api', 'PathPrefix / -> rest',
    ]]);
  });

  describe('asks expressions last, and', () => {
    const expression = (value: string) => route('numbers', build.http({ kind: 'regex', value }));
    const says = (...routes: readonly TableRoute[]) => shapeOf(arrange(routes, bySpecificity));

    test('gets a later path as an expression, too, which is shorter', () => {
      expect(says(expression('/api/[0-9]+'), route('api', at('/api')), route('rest', at('/')))).toEqual([[
        'RegularExpression /api/[0-9]+ -> numbers', 'RegularExpression /api(/.*)? -> api', 'RegularExpression /.* -> rest',
      ]]);
      expect(arrange([expression('/api/[0-9]+'), route('api', at('/api'))], 'listed')).toMatchObject({ groups: [[{}, { match: { path: { kind: 'prefix' } } }]] });
    });

    test('gets the first expression longer where the later path is long', () => {
      expect(says(expression('/[a-z]+'), route('catalog', at('/catalog')))).toEqual([['RegularExpression ^^^^^^^^/[a-z]+ -> numbers', 'RegularExpression /catalog(/.*)? -> catalog']]);
      expect(matchesRegex('^^^^^^^^/[a-z]+', '/catalog')).toBe(true);
    });

    test('leaves prefixes that nothing earlier may take as they are', () => {
      expect(says(expression('/api/[0-9]+'), route('items', at('/items')))).toEqual([['RegularExpression /api/[0-9]+ -> numbers', 'PathPrefix /items -> items']]);
    });

    test.each([
      ['must stay a prefix, because it is rewritten', route('api', at('/api'), { filters: { rewritePath: { kind: 'prefix', value: '/v2' } } })],
      ['must stay a prefix, because the redirect replaces it', route('api', at('/api'), { action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/v2' } } })],
      ['would be too long as an expression', route('api', at(`/api/${'a'.repeat(1015)}`))],
    ])('is told so where the later path %s', (_, later) => {
      expect(says(expression('/api/[0-9a]+'), later)).toEqual([
        "route 'numbers' comes before route 'api' and some requests fit both, but the mesh would ask the latter first, and no rule between them says which requests these are; "
        + 'let one of them exclude the other, for example by different paths or by a header that only one of them asks for',
      ]);
    });
  });

  test('keeps what a prefix rewrite does in the rules that are added', () => {
    const rewriting = route('beta', first, { filters: { rewritePath: { kind: 'prefix', value: '/v2' } } });
    const arranged = arrange([rewriting, route('api', at('/api'))], bySpecificity);

    expect(arranged.kind === 'groups' && arranged.groups[0]!.slice(0, 2).map(({ match, filters }) => [match.kind === 'http' && match.path, filters.rewritePath])).toEqual([
      [build.prefix('/api'), { kind: 'prefix', value: '/v2/api' }], [build.prefix('/'), { kind: 'prefix', value: '/v2' }],
    ]);
  });
});

describe('groups', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => route(`r${index}`, at(`/r${index}`)));

  test.each<readonly [string, Order]>([['listed', 'listed'], ['sorted', bySpecificity]])('hold 16 rules; more of them part where no request fits two of them: %s', (_, order) => {
    const arranged = arrange([route('r17-get', build.http(build.prefix('/r17'), { method: 'GET' })), ...many(18)], order);

    expect(arranged.kind === 'groups' && arranged.groups.map((group) => group.length)).toEqual(order === 'listed' ? [2, ...Array(17).fill(1)] : Array(19).fill(1));
  });

  test('keep a table whole that fits', () => {
    expect(arrange([...many(15), route('rest', at('/'))], 'listed')).toMatchObject({ kind: 'groups', groups: [{ length: 16 }] });
  });

  test('are too small for a listed table whose routes all meet, but not for a sorted one', () => {
    const table = [...many(20), route('rest', at('/'))];

    expect(shapeOf(arrange(table, 'listed'))).toEqual([
      "21 routes from route 'r0' to route 'rest' depend on each other's place, and one route object of the Gateway API holds 16; "
      + 'leave out explicit priorities and expressions where the longer path may win, or split the table by host',
    ]);
    expect(arrange(table, bySpecificity)).toMatchObject({ kind: 'groups', groups: { length: 21 } });
  });
});

describe('conditions', () => {
  const numbers = [...Array.from({ length: 260 }, (_, index) => index - 130), 999, 1000, 1001, 4096, 65535, 65536, -1000];

  test.each([[0, 1], [-5, 6], [1, 10], [7, 124], [99, 1001], [-120, -7], [-3, 0], [4096, 65536], [5, 5]])('a range from %d to below %d is an expression', (start, end) => {
    const range: ValueMatch = { kind: 'range', start, end };

    for (const text of [...numbers.flatMap((number) => [String(number), `+${number}`, `00${number}`]), '', '-', '1x', ' 1', '-0', '+0', '00', '-007']) {
      expect([text, matchesRegex(valueRegex(range), text)]).toEqual([text, matchesValue(range, text)]);
    }
  });

  test('a beginning and an end of one header are one expression, even where they share characters', () => {
    const headers = [build.header('x', { kind: 'prefix', value: 'aba' }), build.header('x', { kind: 'suffix', value: 'bab' })];
    const [condition] = headerConditions(headers)!;

    for (const text of ['abab', 'ababab', 'abaXbab', 'aba', 'bab', 'ababa', 'abaab']) {
      expect([text, matchesRegex(condition!.value, text)]).toEqual([text, headers.every(({ match }) => matchesValue(match, text))]);
    }
  });

  test('two expressions on one header are refused', () => {
    const twice = build.http(build.prefix('/'), { headers: [build.header('x', { kind: 'regex', value: 'a+' }), build.header('x', { kind: 'suffix', value: 'b' })] });

    expect(shapeOf(arrange([route('twice', twice)], 'listed'))).toEqual([
      "route 'twice' has two conditions on one header or query parameter, of which the Gateway API holds one for each name; say them as one expression",
    ]);
  });

  test('a gRPC call is a path in an HTTPRoute, and has words of its own in a GRPCRoute', () => {
    expect([{}, { service: 'shop.v1.Catalog' }, { service: 'shop.v1.Catalog', method: 'Get' }, { method: 'Get' }].map((call) => httpMatchOf({ match: build.grpc(call) }).path)).toEqual([
      { type: 'PathPrefix', value: '/' }, { type: 'PathPrefix', value: '/shop.v1.Catalog' }, { type: 'Exact', value: '/shop.v1.Catalog/Get' }, { type: 'RegularExpression', value: '/[^/]+/Get' },
    ]);
    expect(grpcMatchOf(build.grpc())).toEqual({});
    expect(grpcMatchOf(build.grpc({ service: 'shop.v1.Catalog', metadata: [build.header('tenant', { kind: 'exact', value: 'a' })] }))).toEqual({
      method: { type: 'Exact', service: 'shop.v1.Catalog' }, headers: [{ type: 'Exact', name: 'tenant', value: 'a' }],
    });
  });
});

test.each([[0, '0s'], [1500, '1500ms'], [3000, '3s'], [99_999, '99999ms'], [120_500, '120s500ms'], [3_600_000, '3600s'], [400_000_000_000, '111111h400s']])('%d ms are %s', (ms, text) => {
  expect(durationOf(ms)).toBe(text);
  expect(text).toMatch(/^([0-9]{1,6}(h|m|s|ms)){1,4}$/);
});

describe('what the schemas refuse', () => {
  const said = (one: TableRoute) => limitFindings([one], 'Istio').map(({ code, what, property }) => `${code} ${property}: ${what}`);

  test.each([
    ['/a//b', "'//'"], ['/a/./b', "'/./'"], ['/a/../b', "'/../'"], ['/a%2Fb', "'%2F'"], ['/a#b', "'#'"], ['/a/..', "an end in '/..'"], ['/a/.', "an end in '/.'"],
    ['/a b', 'a character that must be escaped with %'],
  ])('the path %s', (path, what) => {
    expect(said(route('odd', build.http({ kind: 'exact', value: path })))).toEqual([`MESH406 addRoute('odd'): Istio takes no path with ${what}, as route 'odd' has`]);
    expect(said(route('odd', build.http({ kind: 'regex', value: path })))).toEqual([]);
  });

  test('too many and too large destinations', () => {
    const destinations = Array.from({ length: 17 }, (_, index) => ({ service: 'shop/products', version: `v${index}`, weight: 1_000_001 }));

    expect(said(route('wide', at('/'), { action: { kind: 'forward', destinations } }))).toEqual([
      "MESH404 addRoute('wide'): route 'wide' has 17 destinations, and Istio holds 16",
      "MESH203 addRoute('wide'): the exact shares of route 'wide' need the weight 1000001, and Istio holds weights up to 1000000",
    ]);
  });

  test('a rewrite to the hosts of several services', () => {
    const destinations = [{ service: 'shop/a', version: 'v1', weight: 1 }, { service: 'shop/b', version: 'v1', weight: 1 }];

    expect(said(route('both', at('/'), { action: { kind: 'forward', destinations }, filters: { rewriteHost: { kind: 'service' } } }))).toEqual([
      "MESH401 addRoute('both'): Istio rewrites to one host for each route, and the shares of route 'both' lead to 'shop/a' and 'shop/b'",
    ]);
  });
});
