/** What the diff says of the changes that a rollout is made of: neighbouring states of a canary, a blue/green flip, a preview, a path. */
import { BlueGreenRoute, BlueGreenScope, CanaryService, Color, HeaderMatch, MeshGateway, MeshService, Pin, Preview, RouteMatch, type BlueGreenRouteProps } from '../../lib';
import { describeChange, diffModels } from '../../lib/diff';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { modelOf, program, version } from '../constructs/program';

/** A canary behind a gateway, called by another service as well when asked. */
function canary(percent: number, options: { readonly pinned?: boolean; readonly called?: boolean } = {}): TrafficModel {
  const { mesh } = program();
  const products = new CanaryService(mesh, 'Products', {
    stable: version('v1'), canary: version('v2'), canaryPercent: percent, pins: options.pinned ? [Pin.header('x-experiment', HeaderMatch.exactly('b'))] : [],
  });
  if (options.called) new MeshService(mesh, 'Web', { versions: [version('v1')], calls: [products] });
  new MeshGateway(mesh, 'Gateway').addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
  return modelOf(mesh);
}

function checkout(props: Partial<BlueGreenRouteProps>): TrafficModel {
  const { mesh } = program();
  const gateway = new MeshGateway(mesh, 'Gateway');
  const side = (id: string) => new MeshService(mesh, id, { versions: [version('v1')] });
  new BlueGreenRoute(gateway, 'Checkout', { match: RouteMatch.prefix('/checkout'), blue: side('Blue'), green: side('Green'), active: Color.BLUE, ...props });
  return modelOf(mesh);
}

/** Every line, and its witness before and after. */
function said(before: TrafficModel, after: TrafficModel): readonly string[] {
  const { changes, unproven } = diffModels(before, after);
  expect(unproven).toEqual([]);
  return changes.flatMap((change) => [describeChange(change), `${change.witness.text}: ${change.witness.before} | ${change.witness.after}`]);
}

describe('a canary rollout is one line a step', () => {
  test.each([
    [0, 5, 'v1 100 % -> 95 %, v2 0 % -> 5 %', 'shop/products@v1', '95 % shop/products@v1, 5 % shop/products@v2'],
    [5, 25, 'v1 95 % -> 75 %, v2 5 % -> 25 %', '95 % shop/products@v1, 5 % shop/products@v2', '75 % shop/products@v1, 25 % shop/products@v2'],
    [25, 50, 'v1 75 % -> 50 %, v2 25 % -> 50 %', '75 % shop/products@v1, 25 % shop/products@v2', '50 % shop/products@v1, 50 % shop/products@v2'],
    [50, 100, 'v1 50 % -> 0 %, v2 50 % -> 100 %', '50 % shop/products@v1, 50 % shop/products@v2', 'shop/products@v2'],
    [5, 0, 'v1 95 % -> 100 %, v2 5 % -> 0 %', '95 % shop/products@v1, 5 % shop/products@v2', 'shop/products@v1'],
  ])('from %d % to %d %', (from, to, effect, before, after) => {
    const named = effect.replace(/v2 0 % -> 100 %/, 'v2');

    expect(said(canary(from), canary(to))).toEqual([`/products/*: shop/products ${named}`, `GET /products: ${before} | ${after}`]);
  });

  test('that leaves out who is pinned', () => {
    expect(said(canary(5, { pinned: true }), canary(25, { pinned: true }))[0])
      .toBe("/products/* without header x-experiment 'b': shop/products v1 95 % -> 75 %, v2 5 % -> 25 %");
  });

  test('that names every way in', () => {
    expect(said(canary(5, { called: true }), canary(25, { called: true }))[0])
      .toBe("requests for shop/products /* (through route 'products', calls from shop/web): shop/products v1 95 % -> 75 %, v2 5 % -> 25 %");
  });
});

describe('a blue/green switch', () => {
  const preview = Preview.header('x-preview', HeaderMatch.exactly('green'));

  test('between two services is one line without preview', () => {
    expect(said(checkout({}), checkout({ active: Color.GREEN }))).toEqual([
      '/checkout/*: was shop/blue, is now shop/green', 'GET /checkout: shop/blue@v1 | shop/green@v1',
    ]);
  });

  test('between two services is two lines with preview', () => {
    expect(said(checkout({ preview }), checkout({ preview, active: Color.GREEN }))).toEqual([
      "/checkout/* with header x-preview 'green': preview: was shop/green, is now shop/blue", 'GET /checkout with x-preview: green: shop/green@v1 | shop/blue@v1',
      "/checkout/* without header x-preview 'green': was shop/blue, is now shop/green", 'GET /checkout: shop/blue@v1 | shop/green@v1',
    ]);
  });

  test('for all callers is two lines at the router', () => {
    const all = { preview, appliesTo: BlueGreenScope.ALL_CALLERS };

    expect(said(checkout(all), checkout({ ...all, active: Color.GREEN })).filter((_, at) => at % 2 === 0)).toEqual([
      "/checkout/* with header x-preview 'green': shop/checkout preview: was shop/green@v1, is now shop/blue@v1",
      "/checkout/* without header x-preview 'green': shop/checkout was shop/blue@v1, is now shop/green@v1",
    ]);
  });

  test('says when its preview is closed or opened', () => {
    expect(said(checkout({ preview }), checkout({}))[0]).toBe("/checkout/* with header x-preview 'green': preview closed: was shop/green, is now shop/blue");
    expect(said(checkout({}), checkout({ preview }))[0]).toBe("/checkout/* with header x-preview 'green': preview opened: was shop/blue, is now shop/green");
  });
});
