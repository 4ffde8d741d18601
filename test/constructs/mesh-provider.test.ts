/** The one line that changes the mesh: what each provider makes of the same program. */
import { Annotations, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { objectOf, objectsOf } from './manifests';
import { errorOf, program, version } from './program';
import {
  GatewayApiInstall, IstioDataPlane, MeshGateway, MeshProvider, MeshService, RouteMatch, ServiceToService, type IMeshService,
} from '../../lib';

/** A gateway in front of a service, which calls another one where it is wanted. */
function shop(provider: MeshProvider, calls: 'one' | 'none' = 'none') {
  const { app, stack, mesh } = program({ provider });
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
  const called: IMeshService[] = calls === 'one' ? [catalog] : [];
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')], calls: called });
  new MeshGateway(mesh, 'Gateway').addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
  return { app, stack, mesh, products };
}

/** Kinds of all objects, sorted. */
function kindsOf({ stack }: ReturnType<typeof shop>): readonly string[] {
  return [...new Set(objectsOf(stack).map(({ kind }) => kind))].sort();
}

function warningsOf({ app }: ReturnType<typeof shop>): readonly string[] {
  return app.synth().stacks.flatMap(({ messages }) => messages).filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data));
}

test.each([
  ['istio', MeshProvider.istio(), ['ConfigMap', 'Deployment', 'Gateway', 'HTTPRoute', 'Namespace', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'Sidecar']],
  ['envoy-gateway', MeshProvider.envoyGateway(), ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'Deployment', 'EnvoyProxy', 'Gateway', 'GatewayClass', 'HTTPRoute', 'Namespace',
    'PodDisruptionBudget', 'Service', 'ServiceAccount']],
] as const)('%s says a shop in its own objects', (name, provider, kinds) => {
  expect(provider.providerName).toBe(name);
  expect(kindsOf(shop(provider))).toEqual(kinds);
});

test('a role is made only for a service that may do something, where proxies ask nothing of AWS', () => {
  const plain = shop(MeshProvider.istio());
  const granted = shop(MeshProvider.istio());
  new Bucket(granted.stack, 'Bucket').grantRead(granted.products);

  const rolesOf = (stack: Stack) => Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(([id]) => id !== 'MeshDeployerRole').map(([, role]) => role);
  expect(rolesOf(plain.stack)).toEqual([]);
  const [role, ...others] = rolesOf(granted.stack);
  expect(others).toEqual([]);
  expect(role!.Properties).not.toHaveProperty('Policies');
  Template.fromStack(granted.stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: Match.arrayWith(['s3:GetObject*']) })] }),
  });
});

test('Envoy Gateway refuses services that call each other, until it is told to stand at the edge only', () => {
  expect(errorOf(() => shop(MeshProvider.envoyGateway(), 'one').app.synth())).toBe(
    '  [Shop/Mesh/Products] MESH401 Envoy Gateway cannot say declared calls at a service: its proxies stand at the edge, so calls between services would pass by every route, share, retry and timeout; '
    + 'accept that with serviceToService: ServiceToService.EDGE_ONLY (https://gateway.envoyproxy.io/v1.9/concepts/)\n'
    + '  at   Shop/Mesh/Products (MeshService), calls\n  fix  leave it out, or choose AWS App Mesh or Istio, which can');
  expect(warningsOf(shop(MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY }), 'one')).filter((text) => text.includes('calls'))).toHaveLength(2);
});

test('a control plane that is not ours has to be set up, which a warning says until it is acknowledged', () => {
  const provider = () => MeshProvider.istio({ controlPlane: { existing: true } });
  const acknowledged = shop(provider());
  Annotations.of(acknowledged.mesh).acknowledgeWarning('cdk-eks-mesh:MESH902');

  expect(Object.keys(Template.fromStack(shop(provider()).stack).findResources('Custom::AWSCDK-EKS-HelmChart'))).toEqual([]);
  expect(warningsOf(shop(provider()))).toEqual([
    'MESH902 the control plane is not installed by this program, and its own defaults read paths and retry in another way than the program says\n'
    + '  at   Shop/Mesh (Mesh), provider.controlPlane.existing = true\n'
    + '  fix  set pathNormalization.normalization to MERGE_SLASHES, defaultHttpRetryPolicy.attempts to 0 and the extension providers of its logs in its mesh configuration, '
    + "then acknowledge this with Annotations.of(mesh).acknowledgeWarning('cdk-eks-mesh:MESH902') [ack: cdk-eks-mesh:MESH902]",
  ]);
  expect(warningsOf(acknowledged)).toEqual([]);
});

test('ambient mode labels namespaces, and has a proxy for requests in each', () => {
  const { stack } = shop(MeshProvider.istio({ dataPlane: IstioDataPlane.AMBIENT, revision: 'blue', controlPlane: { gatewayApi: GatewayApiInstall.EXISTING } }));

  expect(objectOf(stack, 'Namespace', 'shop').metadata.labels).toMatchObject({ 'istio.io/dataplane-mode': 'ambient' });
  expect(objectsOf(stack).filter(({ kind, spec }) => kind === 'Gateway' && (spec as { gatewayClassName: string }).gatewayClassName === 'istio-waypoint')).toHaveLength(1);
  expect(Object.keys(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart')).map((id) => id.replace(/[0-9a-f]{8}$/, ''))).toEqual([
    'IstioSystemIstioBaseChart', 'IstioSystemIstioCniChart', 'IstioSystemIstioIstiodBlueChart', 'IstioSystemIstioZtunnelChart',
  ]);
});
