/** What a mesh is to the rest of a CDK program: synthesis, aspects, warnings, tokens, the model beside the templates. */
import { readFileSync } from 'fs';
import { join } from 'path';
import {
  Annotations, App, Aspects, CfnParameter, CfnResource, Duration, Stack, Tags, aws_certificatemanager as acm, aws_ecr as ecr, type IAspect,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { objectOf } from './manifests';
import { errorOf, existingCluster, modelOf, program, version } from './program';
import {
  BlueGreenRoute, BlueGreenScope, Color, GatewayLoadBalancer, Mesh, MeshGateway, MeshProvider, MeshService, ObjectPatch, RouteMatch, RouteTarget, ServiceVersion,
} from '../../lib';
import { constructAt } from '../../lib/constructs/report';
import { openShop, single, type Shop } from '../wrong-programs/shop';

/** Warnings of a synthesis, by id. */
function acknowledgeable({ app }: Pick<Shop, 'app'>): readonly string[] {
  return app.synth().stacks.flatMap(({ messages }) => messages).map(({ id, entry }) => `${id} ${/\[ack: (.*)\]$/.exec(String(entry.data))?.[1]}`);
}

describe('synthesis', () => {
  test.each([
    ['a service', ({ mesh }: Shop) => single(mesh, 'Late'), 'Shop/Mesh/Late (MeshService), mesh'],
    ['a route', ({ gateway, catalog }: Shop) => gateway.addRoute('Late', { match: RouteMatch.any(), to: catalog }), 'Shop/Mesh/Gateway/Late (GatewayRoute), match'],
    ["a service's own route", ({ catalog }: Shop) => catalog.addRoute('late', { match: RouteMatch.exact('/late'), weights: { v1: 100 } }),
      "Shop/Mesh/Catalog (MeshService), addRoute('late')"],
    ['a call', ({ catalog }: Shop) => catalog.addCall(catalog), 'Shop/Mesh/Catalog (MeshService), addCall(service)'],
    ['an object', ({ mesh }: Shop) => mesh.addObjects('late'), "Shop/Mesh (Mesh), addObjects('late')"],
    ['a patch', ({ mesh }: Shop) => mesh.patchObject({ kind: 'Deployment', name: 'catalog-v1' }, ObjectPatch.merge({})), 'Shop/Mesh (Mesh), patchObject(selector)'],
  ])('refuses %s after it', (_what, add, at) => {
    const parts = openShop();
    parts.app.synth();

    const error = errorOf(() => add(parts));

    expect(error).toBe(`MESH106 mesh 'shop' was synthesized before this was added\n  at   ${at}\n`
      + '  fix  add it in a constructor, or in an aspect of a priority below AspectPriority.MUTATING that acts when it visits the app or stage itself');
  });

  test('says the same when it is forced again', () => {
    const { app } = openShop();
    const first = app.synth().getStackByName('Shop').template;

    const second = app.synth({ force: true }).getStackByName('Shop').template;

    expect(second).toEqual(first);
  });

  test('takes what an aspect adds when it visits the app', () => {
    const { app, stack, mesh } = openShop();
    Aspects.of(app).add({ visit: (node) => void (node === app && single(mesh, 'FromAspect')) }, { priority: 100 });

    expect(objectOf(stack, 'VirtualService', 'from-aspect').spec.awsName).toBe('from-aspect.shop.svc.cluster.local');
  });

  test('builds the model at any time without side effects', () => {
    const { app, stack, mesh } = openShop();
    const before = JSON.stringify(mesh.buildModel());
    single(mesh, 'Later');
    const after = mesh.buildModel();
    app.synth();

    expect(JSON.parse(before).services).toHaveLength(1);
    expect(after.services).toHaveLength(2);
    expect(objectOf(stack, 'VirtualService', 'later')).toBeDefined();
  });
});

describe('the model beside the templates', () => {
  test('equals what buildModel says, save values known only at deployment', () => {
    const { app, stack, mesh } = openShop();
    const image = ecr.Repository.fromRepositoryName(stack, 'Repository', new CfnParameter(stack, 'Name').valueAsString).repositoryUriForTag('1.0.0');
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromImage('v1', { image })] });
    const model = JSON.parse(JSON.stringify(mesh.buildModel()));

    const written = JSON.parse(readFileSync(join(app.synth().directory, 'Shop-Mesh.mesh.json'), 'utf8'));

    expect(written.services[1].versions[0].pods.image).toEqual({ 'Fn::Join': ['', expect.arrayContaining([{ Ref: 'Name' }, ':1.0.0'])] });
    model.services[1].versions[0].pods.image = written.services[1].versions[0].pods.image;
    expect(written).toEqual(model);
  });
});

describe('aspects of the user', () => {
  test('tag the roles of services, gateways, the controller and the function that deploys, and the function', () => {
    const { app, stack } = openShop();
    Tags.of(app).add('team', 'shop');

    const roles = Template.fromStack(stack).findResources('AWS::IAM::Role');

    const own = ['AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::EKS::AccessEntry'].map((type) => Object.values(Template.fromStack(stack).findResources(type))[0]);
    expect(Object.keys(roles)).toHaveLength(4);
    expect([...Object.values(roles), ...own].map((resource) => resource?.Properties.Tags)).toEqual([1, 2, 3, 4, 5, 6, 7].map(() => [{ Key: 'team', Value: 'shop' }]));
  });

  test('see every resource that the mesh makes', () => {
    const { app, stack } = openShop();
    const seen: string[] = [];
    const spy: IAspect = { visit: (node: IConstruct) => void (CfnResource.isCfnResource(node) && seen.push(stack.resolve(node.logicalId))) };
    Aspects.of(app).add(spy);

    const resources = Object.keys(Template.fromStack(stack).toJSON().Resources);

    expect(seen.sort()).toEqual(resources.filter((id) => id !== 'CDKMetadata').sort());
  });

  test('cdk-nag judges the roles and finds only what the controller cannot do without', () => {
    const { app } = openShop();
    app.synth();

    const { violations } = new AwsSolutionsChecks().validateScope(app);

    const findings = violations.flatMap(({ ruleName, violatingResources }) => (violatingResources ?? []).map(({ constructPath }) => `${ruleName} ${constructPath}`));
    expect([...new Set(findings)].sort()).toEqual([
      'AwsSolutions-IAM5[Resource::*] Shop/Mesh/AppmeshSystemAppmeshControllerRole0bdc6488',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:appmesh:eu-west-1:111122223333:mesh/shop/*] Shop/Mesh/AppmeshSystemAppmeshControllerRole0bdc6488',
    ]);
  });
});

describe('warnings', () => {
  test('say that AWS ended App Mesh, with the id to acknowledge it', () => {
    const warnings = acknowledgeable(openShop());

    expect(warnings).toEqual(['/Shop/Mesh cdk-eks-mesh:MESH901']);
  });

  test('can be acknowledged after the mesh is made', () => {
    const parts = openShop();
    Annotations.of(parts.mesh).acknowledgeWarning('cdk-eks-mesh:MESH901');

    expect(acknowledgeable(parts)).toEqual([]);
  });

  test('can be acknowledged before the mesh is made, at its stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
    Annotations.of(stack).acknowledgeWarning('cdk-eks-mesh:MESH901');
    new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider: MeshProvider.appMesh() });

    expect(acknowledgeable({ app })).toEqual([]);
  });

  test.each(['Shop', 'Shop/Mesh', 'Shop/Mesh/Gateway'])('that only the synthesis shows can be acknowledged at %s', (path) => {
    const parts = openShop();
    Annotations.of(parts.mesh).acknowledgeWarning('cdk-eks-mesh:MESH901');
    parts.gateway.addRoute('All', { match: RouteMatch.any(), to: parts.catalog });
    Annotations.of(constructAt(parts.app, path)!).acknowledgeWarning('cdk-eks-mesh:MESH405');

    expect(acknowledgeable(parts)).toEqual([]);
  });
});

describe('values known only at deployment', () => {
  test('reach the template as intrinsics: image, environment, certificate', () => {
    const { stack, mesh, catalog } = openShop();
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', parameter('CertificateArn'));
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromImage('v1', { image: parameter('Image'), env: { TABLE: parameter('Table') } })] });
    const edge = new MeshGateway(mesh, 'Edge', { loadBalancer: GatewayLoadBalancer.internal({ certificate }) });
    edge.addRoute('All', { match: RouteMatch.any(), to: catalog });

    const [container] = objectOf(stack, 'Deployment', 'reviews-v1').spec.template.spec.containers;
    const { annotations } = objectOf(stack, 'Service', 'edge').metadata;

    expect(container).toMatchObject({ image: '<Image>', env: [{ name: 'TABLE', value: '<Table>' }] });
    expect(Object.values(annotations)).toContain('<CertificateArn>');
  });

  test('reach the template when they hold quotes and line breaks of JSON', () => {
    const { stack, mesh } = openShop();
    const value = `{"table":"${new CfnParameter(stack, 'Table').valueAsString}",\n"kind":"a"}`;
    single(mesh, 'Reviews', { versions: [version('v1', { env: { CONFIG: value } } as object)] });

    const [container] = objectOf(stack, 'Deployment', 'reviews-v1').spec.template.spec.containers;

    expect(container.env).toEqual([{ name: 'CONFIG', value: '{"table":"<Table>",\n"kind":"a"}' }]);
  });

  test('name the role of a service account', () => {
    const { stack } = openShop();

    expect(objectOf(stack, 'ServiceAccount', 'catalog').metadata.annotations['eks.amazonaws.com/role-arn']).toMatch(/^<ShopCatalogRole[0-9a-f]{8}\.Arn>$/);
  });
});

test('a blue/green switch for all callers keeps the timeout of its service', () => {
  const { mesh, gateway } = openShop();
  const orders = new MeshService(mesh, 'Orders', { port: 8080, versions: [version('blue'), version('green')], timeout: Duration.seconds(7) });
  new BlueGreenRoute(gateway, 'Switch', {
    match: RouteMatch.prefix('/orders'), blue: RouteTarget.version(orders, 'blue'), green: RouteTarget.version(orders, 'green'),
    active: Color.BLUE, appliesTo: BlueGreenScope.ALL_CALLERS,
  });

  const service = modelOf(mesh).services.find(({ name }) => name === 'orders');

  expect(service?.routes.map(({ policy }) => policy)).toEqual([{ timeouts: { requestMs: 7000 } }]);
});

test('an empty mesh is deployed: a namespace, a controller, a mesh, by a function with its role', () => {
  const { stack } = program();

  const kinds = Object.values(Template.fromStack(stack).toJSON().Resources as object).map(({ Type }) => Type).sort();

  expect(kinds).toEqual([
    'AWS::EKS::AccessEntry', 'AWS::IAM::Role', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'Custom::AWSCDK-EKS-HelmChart', 'Custom::AWSCDK-EKS-KubernetesObjectValue',
    'Custom::KubernetesObjects', 'Custom::KubernetesObjects',
  ]);
});
