/** Programs on a mesh that stands at the edge only: what the model says of it, and what is refused at the user's line. */
import { App, Stack } from 'aws-cdk-lib';
import { existingCluster, errorOf, modelOf, program, version } from './program';
import {
  BlueGreenRoute, BlueGreenScope, Color, IstioDataPlane, Mesh, MeshGateway, MeshProvider, MeshService, RouteMatch, RouterService, RouteTarget, ServiceToService, ServiceVersion,
} from '../../lib';

const edgeOnly = () => MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY });

test.each([
  ['Envoy Gateway', MeshProvider.envoyGateway, { routes: 'ignored', undeclaredCalls: 'allowed' }],
  ['Envoy Gateway at the edge only', edgeOnly, { routes: 'ignored', undeclaredCalls: 'allowed' }],
  ['Istio', MeshProvider.istio, undefined],
  ['Istio without sidecars', () => MeshProvider.istio({ dataPlane: IstioDataPlane.AMBIENT }), { routes: 'applied', undeclaredCalls: 'allowed' }],
  ['AWS App Mesh', MeshProvider.appMesh, undefined],
])('the model of %s carries what it does between services', (_, provider, expected) => {
  expect(modelOf(program({ provider: provider() }).mesh).mesh.serviceToService).toEqual(expected);
});

test('a mesh that is made elsewhere is asked like one that is made here', () => {
  const stack = new Stack(new App(), 'Shop');
  const mesh = Mesh.fromMeshAttributes(stack, 'Mesh', { meshName: 'shop', namespace: 'shop', cluster: existingCluster(stack), provider: edgeOnly() });

  expect(modelOf(mesh as Mesh).mesh.serviceToService).toEqual({ routes: 'ignored', undeclaredCalls: 'allowed' });
});

describe('a switch for all callers', () => {
  const switched = (provider: MeshProvider, appliesTo: BlueGreenScope, ofVersions = false) => {
    const { mesh } = program({ provider });
    const both = new MeshService(mesh, 'Both', { port: 8080, versions: [version('blue'), version('green')] });
    const [blue, green] = ofVersions ? [RouteTarget.version(both, 'blue'), RouteTarget.version(both, 'green')]
      : ['Blue', 'Green'].map((id) => new MeshService(mesh, id, { port: 8080, versions: [version('v1')] }));
    return new BlueGreenRoute(new MeshGateway(mesh, 'Gateway'), 'Checkout', { match: RouteMatch.prefix('/checkout'), blue: blue!, green: green!, active: Color.BLUE, appliesTo });
  };
  const REFUSAL = 'MESH408 Envoy Gateway routes no calls between services, so callers would not follow the switch\n'
    + "  at   Shop/Mesh/Gateway/Checkout (BlueGreenRoute), appliesTo = 'all-callers'\n"
    + '  fix  say appliesTo: BlueGreenScope.GATEWAY, and let services call the side itself; or choose Istio or AWS App Mesh, which route calls between services';

  test.each([['two services', false], ['two versions of one', true]])('is refused for %s', (_, ofVersions) => {
    expect(errorOf(() => switched(edgeOnly(), BlueGreenScope.ALL_CALLERS, ofVersions))).toBe(REFUSAL);
    expect(errorOf(() => switched(MeshProvider.envoyGateway(), BlueGreenScope.ALL_CALLERS, ofVersions))).toBe(REFUSAL);
  });

  test.each([['two services', false], ['two versions of one', true]])('at the gateway, and on other meshes, is none of that for %s', (_, ofVersions) => {
    expect(switched(edgeOnly(), BlueGreenScope.GATEWAY, ofVersions).service).toBeUndefined();
    expect(switched(MeshProvider.istio({ dataPlane: IstioDataPlane.AMBIENT }), BlueGreenScope.ALL_CALLERS, ofVersions).service).toBeDefined();
  });
});

test('a router that a service calls, and pods that have no label in common, are refused at synthesis', () => {
  const { app, mesh } = program({ provider: edgeOnly() });
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')] });
  const paths = new RouterService(mesh, 'Paths', { port: 8080 });
  paths.addRoute('all', { match: RouteMatch.prefix('/'), to: RouteTarget.version(products, 'v1') });
  const reviews = new MeshService(mesh, 'Reviews', { port: 8080, versions: [ServiceVersion.fromPods('v1', { app: 'old' }), ServiceVersion.fromPods('v2', { app: 'new' })], weights: { v1: 50, v2: 50 } });
  new MeshService(mesh, 'Web', { versions: [version('v1')], calls: [paths, reviews] });

  const errors = errorOf(() => app.synth());

  expect(errors).toContain("MESH408 'shop/web' calls 'shop/paths', and Envoy Gateway routes no calls between services, so a call would need pods behind that name: it has no pods of its own");
  expect(errors).toContain("MESH408 'shop/web' calls 'shop/reviews', and Envoy Gateway routes no calls between services, so a call would need pods behind that name: its versions have no label in common");
  expect(errors.match(/MESH4\d\d/g)).toEqual(['MESH408', 'MESH408']);
});
