import { errorOf, modelOf, program, version } from './program';
import { BlueGreenRoute, BlueGreenScope, Color, HeaderMatch, MeshGateway, MeshService, Preview, RouteMatch, RouteTarget, type BlueGreenRouteProps } from '../../lib';
import type { TrafficModel } from '../../lib/model';

type Sides = Pick<BlueGreenRouteProps, 'blue' | 'green'>;

type SidesOf = (services: { blue: MeshService; green: MeshService; both: MeshService }) => Sides;

function shop(sides: SidesOf, props: Partial<BlueGreenRouteProps> = {}): TrafficModel {
  const { mesh } = program();
  const blue = new MeshService(mesh, 'Blue', { port: 8080, versions: [version('v1')] });
  const green = new MeshService(mesh, 'Green', { port: 8080, versions: [version('v1')] });
  const both = new MeshService(mesh, 'Both', { port: 8080, versions: [version('blue'), version('green')] });
  const gateway = new MeshGateway(mesh, 'Gateway');
  new BlueGreenRoute(gateway, 'Checkout', { match: RouteMatch.prefix('/checkout'), active: Color.BLUE, ...sides({ blue, green, both }), ...props });
  return modelOf(mesh);
}

const services: Parameters<typeof shop>[0] = ({ blue, green }) => ({ blue, green });
const versions: Parameters<typeof shop>[0] = ({ both }) => ({ blue: RouteTarget.version(both, 'blue'), green: RouteTarget.version(both, 'green') });
const byHeader = Preview.header('x-preview', HeaderMatch.present());

function gatewayDestinations(model: TrafficModel): unknown {
  return model.gateways[0].routes.map(({ name, action }) => [name, action.kind === 'forward' ? action.destinations : action.kind]);
}

describe('two services at the gateway', () => {
  test.each([[Color.BLUE, 'blue', 'green'], [Color.GREEN, 'green', 'blue']])('leads to the active one when that is %s, and previews the other', (active, serving, idle) => {
    const model = shop(services, { active, preview: byHeader });

    expect(gatewayDestinations(model)).toEqual([
      ['checkout-active', [{ service: `shop/${serving}`, weight: 100 }]],
      ['checkout-preview', [{ service: `shop/${idle}`, weight: 100 }]],
    ]);
  });

  test('previews by header on the same path', () => {
    const model = shop(services, { preview: byHeader });

    expect(model.gateways[0].routes[1].match).toMatchObject({
      path: { kind: 'prefix', value: '/checkout' }, headers: [{ name: 'x-preview', match: { kind: 'present' } }],
    });
  });

  test('previews by host', () => {
    const model = shop(services, { preview: Preview.host('preview.example.com') });

    expect(model.gateways[0].routes[1].hosts).toEqual([{ kind: 'exact', value: 'preview.example.com' }]);
  });

  test('makes no preview unless asked', () => {
    expect(shop(services).gateways[0].routes.map(({ name }) => name)).toEqual(['checkout-active']);
  });
});

test('splits two versions at the gateway 100 to 0 and leaves the service alone', () => {
  const model = shop(versions, { active: Color.GREEN });

  expect(gatewayDestinations(model)).toEqual([
    ['checkout-active', [{ service: 'shop/both', version: 'blue', weight: 0 }, { service: 'shop/both', version: 'green', weight: 100 }]],
  ]);
  expect(model.services.find(({ name }) => name === 'both')!.routes).toEqual([]);
});

test('switches two versions for all callers in the service itself', () => {
  const model = shop(versions, { appliesTo: BlueGreenScope.ALL_CALLERS, preview: byHeader });

  const service = model.services.find(({ name }) => name === 'both')!;
  expect(service.routes.map(({ name, action }) => [name, action.kind === 'forward' && action.destinations.map(({ weight }) => weight)])).toEqual([
    ['preview', [0, 100]],
    ['split', [100, 0]],
  ]);
  expect(gatewayDestinations(model)).toEqual([['checkout-active', [{ service: 'shop/both', weight: 100 }]]]);
});

test('puts a router in front of two services that are switched for all callers', () => {
  const model = shop(services, { appliesTo: BlueGreenScope.ALL_CALLERS, active: Color.GREEN });

  const router = model.services.find(({ name }) => name === 'checkout')!;
  expect(router).toMatchObject({ kind: 'router', host: 'checkout.shop.svc.cluster.local', ports: [{ port: 8080, targetPort: 8080, protocol: 'http' }], versions: [] });
  expect(router.routes[0].action).toEqual({
    kind: 'forward', destinations: [{ service: 'shop/blue', version: 'v1', weight: 0 }, { service: 'shop/green', version: 'v1', weight: 100 }],
  });
  expect(gatewayDestinations(model)).toEqual([['checkout-active', [{ service: 'shop/checkout', weight: 100 }]]]);
});

test('fails if a side that is switched for all callers has two versions', () => {
  const message = errorOf(() => shop(({ blue, both }) => ({ blue, green: both }), { appliesTo: BlueGreenScope.ALL_CALLERS }));

  expect(message).toBe(`MESH111 service 'shop/both' has 2 versions, and a switch for all callers needs one on each side
  at   Shop/Mesh/Gateway/Checkout (BlueGreenRoute), appliesTo = 'all-callers'
  fix  give RouteTarget.version(service, name) for this side`);
});

test('fails if a version is unknown', () => {
  const message = errorOf(() => shop(({ blue, both }) => ({ blue, green: RouteTarget.version(both, 'red') })));

  expect(message).toBe(`MESH107 service 'shop/both' has no version 'red'
  at   Shop/Mesh/Gateway/Checkout (BlueGreenRoute), green = 'red'
  fix  use one of 'blue', 'green', or add the version to the service`);
});

test('fails if no gateway is above and none is given', () => {
  const { mesh } = program();
  const blue = new MeshService(mesh, 'Blue', { versions: [version('v1')] });

  const message = errorOf(() => new BlueGreenRoute(mesh, 'Checkout', { match: RouteMatch.any(), blue, green: blue, active: Color.BLUE }));

  expect(message).toBe(`MESH104 'Shop/Mesh/Checkout' is not inside of a gateway and names none
  at   Shop/Mesh/Checkout (BlueGreenRoute), gateway
  fix  make a MeshGateway the scope, or give the gateway property`);
});

test('gives an explicit priority to the active route and the number before it to the preview', () => {
  const model = shop(services, { priority: 10, preview: byHeader });

  expect(model.gateways[0].routes.map(({ name, priority }) => [name, priority])).toEqual([['checkout-active', 10], ['checkout-preview', 9]]);
});

test('fails if priority 0 leaves no place for the preview', () => {
  const message = errorOf(() => shop(services, { priority: 0, preview: byHeader }));

  expect(message).toBe(`MESH209 priority 0 leaves no place before it for the preview
  at   Shop/Mesh/Gateway/Checkout (BlueGreenRoute), priority = 0
  fix  give priority at least 1: the preview takes the number before it`);
});
