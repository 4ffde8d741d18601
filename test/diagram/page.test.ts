/** The page as text. Whether it works is checked in a browser: test/conformance/page. */
import { createHash } from 'crypto';
import { graphOf, pageOf } from '../../lib/diagram';
import { factsOf } from '../../lib/diagram/facts';
import { readHeaders, readPort } from '../../lib/diagram/request-text';
import { STYLE } from '../../lib/diagram/style';
import { wayOf } from '../../lib/diagram/way';
import { describeShare, Simulator } from '../../lib/simulator';
import { service } from '../model-builders';
import { meshOf } from './meshes';
import { SHOP } from './shop';

const SCRIPT = 'const end = "</script><!--";';
const HOSTILE = 'x</script><script>alert(1)</script>\u2028<!-- &';
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the page', () => {
  const page = pageOf(SHOP, SCRIPT);

  test('is the same for the same model', () => {
    expect(pageOf(SHOP, SCRIPT)).toBe(page);
  });

  test('runs its own script and style and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text!);

    expect(scripts).toEqual(['const end = "<\\/script><\\!--";']);
    expect(policy).toBe(`default-src 'none'; script-src ${hashOf(scripts[0]!)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`);
  });

  test('names nothing that a browser would load', () => {
    expect(page.match(/(?:src|href)="(?!data:)[^"]*"|url\((?!#)|@import/g)).toBeNull();
    expect(page.match(/ style="| on[a-z]+="/g)).toBeNull();
  });

  test('takes no text of the model for markup', () => {
    const hostile = { ...SHOP, mesh: { ...SHOP.mesh, name: HOSTILE }, services: [service('a', { name: HOSTILE })] };
    const text = pageOf(hostile, SCRIPT);
    const data = /<script type="application\/json" id="model">([^]*?)<\/script>/.exec(text)![1]!;

    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text).toContain('<title>Mesh x&#60;/script&#62;&#60;script&#62;alert(1)&#60;/script&#62;\u2028&#60;!-- &#38;</title>');
    expect(/[<>&\u2028\u2029]/.test(data)).toBe(false);
    expect((JSON.parse(data) as typeof hostile).mesh.name).toBe(HOSTILE);
  });

  test('carries nothing of the inside of pods', () => {
    expect(page).not.toContain('hunter2');
    expect(page).not.toContain('/bin/serve');
    expect(page).toContain('shop/app:1');
  });
});

describe('colours', () => {
  const block = (start: string) => {
    const text = STYLE.slice(STYLE.indexOf(start) + start.length);
    return Object.fromEntries([...text.slice(0, text.indexOf('}')).matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, value]) => [name!, value!]));
  };
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light! + 0.05) / (dark! + 0.05);
  };

  // WCAG 2.2, 1.4.3: 4.5 for text; 1.4.11: 3 for what has to be seen
  test.each(['light', 'dark'])('of the %s page can be told apart', (theme) => {
    const colours = block(`:root[data-theme=${theme}]{`);
    const pairs: readonly (readonly [string, string, number])[] = [
      ['ink', 'bg', 4.5], ['ink', 'card', 4.5], ['ink', 'accent-soft', 4.5], ['ink', 'way-soft', 4.5], ['muted', 'card', 4.5], ['muted', 'bg', 4.5], ['muted', 'accent-soft', 4.5],
      ['muted', 'frame', 4.5], ['version-ink', 'version', 4.5], ['panel', 'accent', 4.5], ['panel', 'way', 4.5], ['way', 'panel', 4.5], ['bad', 'bad-soft', 4.5], ['good', 'panel', 4.5],
      ['way', 'bg', 3], ['accent', 'bg', 3], ['call', 'bg', 3], ['mirror', 'bg', 3], ['line', 'card', 3], ['line', 'bg', 3],
    ];

    expect(pairs.filter(([front, back, least]) => contrast(colours[front]!, colours[back]!) < least).map(([front, back]) => `${front} on ${back}: ${contrast(colours[front]!, colours[back]!).toFixed(2)}`)).toEqual([]);
  });
});

describe('the way of a request', () => {
  const simulator = new Simulator(SHOP);
  const sharesOf = (path: string, headers = {}, host?: string) => {
    const way = wayOf(simulator.decide(simulator.gatewayEntry(), { path, headers, ...(host === undefined ? {} : { host }) }));
    return Object.fromEntries([...way].map(([id, share]) => [id, describeShare(share)]));
  };

  test('passes gateway, route, service, its route and the versions that get a share', () => {
    expect(sharesOf('/products/7', {}, 'api.example.com')).toEqual({
      'clients:shop/edge': '100 %', 'gateway:shop/edge': '100 %', 'gateway-route:shop/edge/products': '100 %', 'service:shop/products': '100 %',
      'service-route:shop/products/split': '100 %', 'version:shop/products@v1': '95 %', 'version:shop/products@v2': '5 %',
    });
  });

  test('takes a pin', () => {
    expect(sharesOf('/products', { 'x-experiment-id': 'b' }, 'api.example.com')).toMatchObject({ 'service-route:shop/products/pin': '100 %', 'version:shop/products@v2': '100 %' });
  });

  test('adds up what comes to the same node, and splits at the gateway and in routers', () => {
    expect(sharesOf('/both')).toMatchObject({ 'gateway-route:shop/edge/both': '100 %', 'version:shop/products@v1': '66.67 % (2/3)', 'version:stock/stock@v1': '33.33 % (1/3)' });
    expect(sharesOf('/any')).toMatchObject({ 'service:shop/any': '100 %', 'service-route:shop/any/half': '100 %', 'version:shop/products@v1': '50 %', 'service:stock/stock': '50 %' });
  });

  test('ends in an answer, or at the gateway where no route fits', () => {
    expect(Object.keys(sharesOf('/old'))).toEqual(['clients:shop/edge', 'gateway:shop/edge', 'gateway-route:shop/edge/old', 'answer:gateway-route:shop/edge/old']);
    expect(Object.keys(sharesOf('/nothing'))).toEqual(['clients:shop/edge', 'gateway:shop/edge']);
  });

  test('begins at a caller, and ends at a host outside', () => {
    const way = wayOf(simulator.decide(simulator.serviceEntry('products'), { path: '/', host: 'mail.example.com' }));

    expect([...way.keys()]).toEqual(['service:shop/products', 'service:shop/mail']);
  });

  test('names nodes of the picture only', () => {
    const mesh = meshOf(60);
    const known = new Set(graphOf(mesh).nodes.map(({ id }) => id));
    const asked = new Simulator(mesh);
    const ids = mesh.gateways.flatMap((gateway) => gateway.routes.flatMap(({ match, hosts }) => [...wayOf(asked.decide({ kind: 'gateway', gateway }, {
      path: match.kind === 'grpc' ? `/${match.service}/Get` : match.path.value, protocol: match.kind, ...(hosts[0] === undefined ? {} : { host: hosts[0].value }),
    })).keys()]));

    expect(ids.length).toBeGreaterThan(60);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('facts', () => {
  const facts = factsOf(SHOP);
  const of = (id: string) => facts.get(id)!.map(({ name, value }) => `${name}: ${value}`);

  test('of a route say match, host, weights, rewrites and copies', () => {
    expect(of('gateway-route:shop/edge/products')).toEqual([
      'takes: /products/*', 'hosts: api.example.com', 'leads to: shop/products', "rewrites: the matched prefix becomes /, the host becomes the service's own", 'copies: 10 % to stock/stock',
      'route: products', 'written in: Shop/Mesh/gateway/products (GatewayRoute), match',
    ]);
    expect(of('service-route:shop/products/split')).toEqual([
      'takes: /*', 'leads to: weights 95 shop/products@v1, 5 shop/products@v2, 0 shop/products@v3', 'retries: 3 more tries of at most 1.5 s, after server-error', 'timeout: 10 s',
      'route: split', "written in: Shop/Mesh/products (MeshService), addRoute('split')",
    ]);
  });

  test('of a version say shares, pods, TLS, health, pool and outliers', () => {
    expect(of('version:shop/products@v1')).toEqual([
      'gets: 95 % of /*', 'pods: shop/app:1, 2 pods', 'found by: DNS, one address', 'TLS: strict, certificate of SDS',
      'health: http /ping every 5 s, at most 2 s; healthy after 2, unhealthy after 3', 'pool: at most 100 connections, 10 waiting requests',
      'outliers: out for 30 s after 5 errors in a row, at most 50 % of the pods', 'written in: Shop/Mesh/products (MeshService)',
    ]);
  });

  test('of a gateway and a service say listeners, hosts and calls', () => {
    expect(of('gateway:shop/edge')).toEqual([
      'reached from: internet-facing network load balancer', 'listener 80: http, pods listen on 8080',
      'listener 443: http, pods listen on 8443; TLS strict, certificate of ACM, clients must present one for a', 'proxies: 2 pods', 'written in: Shop/Mesh/gateway (MeshGateway)',
    ]);
    expect(of('service:stock/stock')).toEqual(['host: stock.stock.svc.cluster.local', 'ports: http 8080', 'called by: shop/products', 'written in: Shop/Mesh/stock (MeshService)']);
  });

  test('exist for every node but answers', () => {
    const without = graphOf(meshOf(40)).nodes.filter(({ id }) => !factsOf(meshOf(40)).has(id)).map(({ kind }) => kind);

    expect(without).toEqual(['answer']);
  });
});

describe('what is typed', () => {
  test('is read line by line', () => {
    expect(readHeaders(' x-env: beta \n\nAccept:a:b\n')).toEqual({ 'x-env': 'beta', 'Accept': 'a:b' });
    expect([readPort(''), readPort(' 8080 ')]).toEqual([undefined, 8080]);
  });

  test.each([
    [() => readHeaders('x-env'), "'x-env' is not a header\n  fix  write a name, a colon and a value: x-env: beta"],
    [() => readHeaders(': b'), "': b' is not a header\n  fix  write a name, a colon and a value: x-env: beta"],
    [() => readPort('http'), "'http' is not a port\n  fix  write a number from 1 to 65535, or nothing"],
    [() => readPort('70000'), "'70000' is not a port\n  fix  write a number from 1 to 65535, or nothing"],
  ])('is refused where it means nothing', (read, message) => {
    expect(read).toThrow(message);
  });
});
