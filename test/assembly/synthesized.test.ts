/** What a synthesis writes is what is read: nothing that an answer needs is lost on the way through the files. */
import { App, aws_certificatemanager as acm, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { folderWith } from './folders';
import { build as quickstart } from '../../examples/quickstart';
import {
  CanaryService, GatewayListener, GatewayLoadBalancer, Mesh, MeshGateway, MeshNamespace, MeshProvider, MeshService, Pin, Protocol, RouteMatch, ServiceVersion, HeaderMatch,
} from '../../lib';
import { readModels } from '../../lib/assembly';
import { modelFrom } from '../../lib/assembly/model-shape';
import { Simulator } from '../../lib/simulator';
import { existingCluster, version } from '../constructs/program';

/** The model as it is after a way through JSON. */
const throughJson = (model: unknown) => JSON.parse(JSON.stringify(model)) as unknown;

/** A mesh in two namespaces with two gateways and a gRPC service, with services in a stack of their own. */
function shop(scope: App | Stage, id = 'Shop'): Mesh {
  const stack = new Stack(scope, id, { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider: MeshProvider.appMesh(), namespaces: [MeshNamespace.create('stock')] });
  const team = new Stack(scope, `${id}Team`, { env: { account: '111122223333', region: 'eu-west-1' } });
  const stock = new MeshService(team, 'Stock', { mesh, namespace: 'stock', port: 9000, protocol: Protocol.GRPC, versions: [ServiceVersion.fromImage('v1', { image: 'stock:1' })] });
  const products = new CanaryService(team, 'Products', { mesh, port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, calls: [stock], pins: [Pin.header('x-beta', HeaderMatch.present())] });
  const edge = new MeshGateway(mesh, 'Edge', { listeners: [GatewayListener.http({ port: 80 })] });
  edge.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
  const inner = new MeshGateway(mesh, 'Inner', { namespace: 'stock', listeners: [GatewayListener.grpc({ port: 9000 })] });
  inner.addRoute('Stock', { match: RouteMatch.grpc({ service: 'stock.v1.Stock' }), to: stock });
  return mesh;
}

describe('a synthesized program', () => {
  test('is read as the quickstart says it', () => {
    const app = quickstart(new App({ outdir: folderWith({}) }));
    const mesh = app.node.findChild('Shop').node.findChild('Mesh') as Mesh;

    expect(readModels(app.synth().directory)).toEqual([{ file: 'Shop-Mesh.mesh.json', name: 'shop-mesh', model: throughJson(mesh.buildModel()) }]);
  });

  test('has the meshes of all its stages, each with services of several stacks', () => {
    const app = new App({ outdir: folderWith({}) });
    const meshes = [shop(app), shop(new Stage(app, 'Test')), shop(new Stage(app, 'Prod'))];

    const read = readModels(app.synth().directory);

    expect(read.map(({ file, name }) => `${file} ${name}`)).toEqual([
      'Shop-Mesh.mesh.json shop-mesh', 'assembly-Prod/Prod-Shop-Mesh.mesh.json prod-shop-mesh', 'assembly-Test/Test-Shop-Mesh.mesh.json test-shop-mesh',
    ]);
    expect(read.map(({ model }) => model)).toEqual([meshes[0], meshes[2], meshes[1]].map((mesh) => throughJson(mesh!.buildModel())));
  });

  test('answers as the living program does', () => {
    const app = new App({ outdir: folderWith({}) });
    const living = new Simulator(modelFrom(throughJson(shop(app).buildModel())));
    const read = new Simulator(readModels(app.synth().directory)[0]!.model);
    const ask = (simulator: Simulator) => [
      simulator.decide(simulator.gatewayEntry('edge'), { path: '/products/7' }),
      simulator.decide(simulator.gatewayEntry('inner'), { path: '/stock.v1.Stock/Get' }),
      simulator.decide(simulator.serviceEntry('products'), { path: '/stock.v1.Stock/Get', host: 'stock.stock' }),
    ];

    expect(ask(read)).toEqual(ask(living));
    expect(ask(read).map(({ branches }) => branches.length)).toEqual([2, 1, 1]);
  });

  test('carries values known only at deployment as the text of their intrinsics', () => {
    const app = new App({ outdir: folderWith({}) });
    const mesh = shop(app);
    const stack = Stack.of(mesh);
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', parameter('CertificateArn'));
    new MeshService(mesh, 'Reviews', { port: 8080, versions: [version('v1', { image: `${parameter('Image')}:1`, env: { TABLE: parameter('Table') } } as object)] });
    const edge = new MeshGateway(mesh, 'Public', { loadBalancer: GatewayLoadBalancer.internal({ certificate }) });
    edge.addRoute('All', { match: RouteMatch.any(), to: mesh.node.findChild('Reviews') as MeshService });

    const [{ model }] = readModels(app.synth().directory) as [ReturnType<typeof readModels>[number]];

    expect(model.services.find(({ name }) => name === 'reviews')!.versions[0]!.pods).toMatchObject({
      image: '{"Fn::Join":["",[{"Ref":"Image"},":1"]]}', env: [{ name: 'TABLE', value: '{"Ref":"Table"}' }],
    });
    expect(model.gateways.find(({ name }) => name === 'public')!.exposure).toMatchObject({ certificate: '{"Ref":"CertificateArn"}' });
  });

  test('forgets a mesh that was renamed, though its file still lies there', () => {
    const outdir = folderWith({});
    const before = new App({ outdir });
    shop(before, 'Old');
    before.synth();
    const after = new App({ outdir });
    shop(after, 'New');
    after.synth();

    expect(readModels(outdir).map(({ file }) => file)).toEqual(['New-Mesh.mesh.json']);
  });
});
