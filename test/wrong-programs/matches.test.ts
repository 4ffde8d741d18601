/** Wrong matches and wrong orders: paths, ports, hosts, expressions, rewrites, ties, priorities. */
import { canary, refuses, route, shop, single, synthesizedRoute, warningsOf } from './shop';
import { BlueGreenRoute, Color, HeaderMatch, HostRewrite, Pin, Preview, Rewrite, RouteMatch, RouteTarget, type GatewayRouteOptions } from '../../lib';
import { program } from '../constructs/program';

/** Two routes that lead to different services, in one gateway. */
function twoRoutes(first: Partial<GatewayRouteOptions>, second: Partial<GatewayRouteOptions>) {
  const { app, mesh, gateway, catalog } = shop();
  const common = { match: RouteMatch.prefix('/api'), hostRewrite: HostRewrite.toService() };
  gateway.addRoute('First', { ...common, to: catalog, ...first });
  gateway.addRoute('Second', { ...common, to: single(mesh, 'Other'), ...second });
  return app;
}

describe('matches', () => {
  refuses([
    {
      name: 'a path without slash', run: () => route({ match: RouteMatch.prefix('api') }), says: `MESH201 path 'api' does not start with '/'
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = 'api'
  fix  write '/api'`,
    },
    {
      name: 'a path with a query', run: () => route({ match: RouteMatch.prefix('/api?beta=1') }), says: `MESH201 path '/api?beta=1' holds '?' or '#', which are never part of a path
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = '/api?beta=1'
  fix  match query parameters by their own condition`,
    },
    {
      name: 'a port that no listener has', run: () => route({ match: RouteMatch.prefix('/api', { port: 8443 }) }), says: `MESH108 gateway 'shop/gateway' has no port 8443, it has 80
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.port = 8443
  fix  name one of 80, or add the port`,
    },
    {
      name: 'a port that the called service does not have', run: () => {
        const { app, gateway, catalog } = shop();
        gateway.addRoute('Api', { match: RouteMatch.any(), to: RouteTarget.service(catalog, { port: 9090 }), hostRewrite: HostRewrite.toService() });
        app.synth();
      }, says: `  [Shop/Mesh/Gateway/Api] MESH108 service 'shop/catalog' has no port 9090, it has 8080
  at   Shop/Mesh/Gateway/Api (GatewayRoute), to.port = 9090
  fix  name one of 8080, or add the port`,
    },
    {
      name: "a port that a service's own route names and the service does not have", run: () =>
        single(program().mesh, 'Products').addRoute('beta', { match: RouteMatch.prefix('/beta', { port: 9090 }), weights: { v1: 100 } }), says: `MESH108 service 'shop/products' has no port 9090, it has 8080
  at   Shop/Mesh/Products (MeshService), addRoute('beta').match.port = 9090
  fix  name one of 8080, or add the port`,
    },
    {
      name: 'a host with a scheme', run: () => route({ match: RouteMatch.any({ hosts: ['https://api.example.com'] }) }), says: `MESH210 'https://api.example.com' is not a host name without scheme and port
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.hosts = 'https://api.example.com'
  fix  write a name such as 'api.example.com', or '*.example.com' for every name below`,
    },
    {
      name: "a host in a service's own route", run: () =>
        single(program().mesh, 'Products').addRoute('beta', { match: RouteMatch.any({ hosts: ['a.example.com'] }), weights: { v1: 100 } }), says: `MESH210 a route of a service cannot choose by host
  at   Shop/Mesh/Products (MeshService), addRoute('beta').match.hosts
  fix  leave out hosts: every request for the service has the same host; choose by host at a gateway`,
    },
    {
      name: 'a header name with a space', run: () => route({ match: RouteMatch.any({ headers: { 'x env': HeaderMatch.present() } }) }), says: `MESH211 'x env' is not a header name
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.headers['x env']
  fix  use letters, digits and '-', for example 'x-env'; path, method and host have conditions of their own`,
    },
    {
      name: 'a prefix rewrite on an exact match', run: () => route({ match: RouteMatch.exact('/api'), rewrite: Rewrite.prefix('/') }), says: `MESH212 route 'api' replaces a prefix, but its match is an exact path
  at   Shop/Mesh/Gateway/Api (GatewayRoute), rewrite = '/'
  fix  replace the full path, or match a prefix`,
    },
    {
      name: 'a rewrite to something that is no path', run: () => route({ rewrite: Rewrite.prefix('v2') }), says: `MESH212 route 'api' rewrites the path to 'v2', which is no path
  at   Shop/Mesh/Gateway/Api (GatewayRoute), rewrite = 'v2'
  fix  write a path that starts with '/' and has no query; '/' strips a prefix`,
    },
  ]);
});

describe('regular expressions', () => {
  refuses([
    {
      name: 'one with an open bracket', run: () => route({ match: RouteMatch.regex('/api/(v1') }), says: `MESH202 '/api/(v1' is not an RE2 expression: missing closing ): \`/api/(v1\`
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = '/api/(v1'
  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax`,
    },
    {
      name: 'a look-ahead, which only JavaScript has', run: () => route({ match: RouteMatch.regex('/\\d(?=x)') }), says: `MESH202 '/\\d(?=x)' is not an RE2 expression: invalid or unsupported Perl syntax: \`(?=\`; RE2 has no look-ahead and no look-behind
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = '/\\d(?=x)'
  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax`,
    },
    {
      name: 'an empty class, which only JavaScript has', run: () => route({ match: RouteMatch.regex('/[^]*') }), says: `MESH202 '/[^]*' is not an RE2 expression: missing closing ]: \`[^]*\`; RE2 has no empty class, (?s:.) is any character
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = '/[^]*'
  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax`,
    },
    {
      name: 'a back-reference', run: () => route({ match: RouteMatch.any({ headers: { 'x-id': HeaderMatch.regex('(a)\\1') } }) }), says: `MESH202 '(a)\\1' is not an RE2 expression: invalid escape sequence: \`\\1\`; RE2 has no back-references
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.headers['x-id'] = '(a)\\1'
  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax`,
    },
    {
      name: 'a code point of JavaScript in a pin', run: () => canary({ pins: [Pin.header('x-id', HeaderMatch.regex('\\u0041'))] }), says: `MESH202 '\\u0041' is not an RE2 expression: invalid escape sequence: \`\\u\`; RE2 writes a code point as \\x{41}
  at   Shop/Mesh/Products (CanaryService), pins[0].headers['x-id'] = '\\u0041'
  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax`,
    },
    {
      name: 'one over 255 characters', run: () => synthesizedRoute({ match: RouteMatch.regex(`/${'a'.repeat(255)}`) }), says: `  [Shop/Mesh/Gateway/Api] MESH404 the path of route 'api' takes 256 characters, and App Mesh allows 255
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path = '/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
  fix  match a shorter path`,
    },
  ]);
});

describe('orders', () => {
  refuses([
    {
      name: 'two routes that tie', run: () => twoRoutes(
        { match: RouteMatch.prefix('/api', { headers: { 'x-a': HeaderMatch.present() } }) },
        { match: RouteMatch.prefix('/api', { headers: { 'x-b': HeaderMatch.present() } }) },
      ).synth(), says: `  [Shop/Mesh/Gateway/Second] MESH206 routes 'first' (/api/* with header x-a) and 'second' (/api/* with header x-b) of gateway 'shop/gateway' take the same request, and neither is more specific
  at   Shop/Mesh/Gateway/Second (GatewayRoute), match
  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Gateway/First, match`,
    },
    {
      name: 'two expressions that may tie', run: () => twoRoutes({ match: RouteMatch.regex('/a.*') }, { match: RouteMatch.regex('/.*b') }).synth(), says: `  [Shop/Mesh/Gateway/Second] MESH206 routes 'first' (regex '/a.*') and 'second' (regex '/.*b') of gateway 'shop/gateway' may take the same request, and neither is more specific
  at   Shop/Mesh/Gateway/Second (GatewayRoute), match
  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Gateway/First, match`,
    },
    {
      name: 'one priority for two routes that overlap', run: () => twoRoutes({ match: RouteMatch.any(), priority: 1 }, { priority: 1 }).synth(), says: `  [Shop/Mesh/Gateway/First] MESH209 routes 'second' (/api/*) and 'first' (/*) of gateway 'shop/gateway' both have priority 1 and can take the same request
  at   Shop/Mesh/Gateway/First (GatewayRoute), priority = 1
  fix  give them different priorities; the lower number is asked first`,
    },
    {
      name: 'a priority over 1000', run: () => route({ priority: 1001 }), says: `MESH209 priority 1001 of route 'api' is not an integer from 0 to 1000
  at   Shop/Mesh/Gateway/Api (GatewayRoute), priority = 1001
  fix  give a priority from 0 to 1000; the lowest number is asked first`,
    },
    {
      name: 'priority 0 of a route with a preview', run: () => {
        const { gateway, mesh, catalog } = shop();
        const preview = Preview.header('x-preview', HeaderMatch.present());
        new BlueGreenRoute(gateway, 'Checkout', { match: RouteMatch.any(), blue: catalog, green: single(mesh, 'Other'), active: Color.BLUE, priority: 0, preview });
      }, says: `MESH209 priority 0 leaves no place before it for the preview
  at   Shop/Mesh/Gateway/Checkout (BlueGreenRoute), priority = 0
  fix  give priority at least 1: the preview takes the number before it`,
    },
  ]);

  test('warns of a route that another one hides', () => {
    const app = twoRoutes({ match: RouteMatch.any(), priority: 1 }, {});

    const warnings = warningsOf(app);

    expect(warnings).toEqual([`warning /Shop/Mesh/Gateway/Second MESH207 route 'second' (/api/*) of gateway 'shop/gateway' is never reached, because 'first' (/*) takes everything before it
  at   Shop/Mesh/Gateway/Second (GatewayRoute), match
  fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/Gateway/First, match [ack: cdk-eks-mesh:MESH207]`]);
  });

  test('accepts the same two routes where a priority puts them in order', () => {
    const app = twoRoutes(
      { match: RouteMatch.prefix('/api', { headers: { 'x-a': HeaderMatch.present() } }), priority: 10 },
      { match: RouteMatch.prefix('/api', { headers: { 'x-b': HeaderMatch.present() } }) },
    );

    expect(warningsOf(app)).toEqual([]);
  });
});
