/** Control planes of whole programs: what a cluster has once, what depends on where it runs. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { errorOf, existingCluster } from './program';
import { GatewayApiInstall, Mesh, MeshProvider, type AppMeshControllerOptions } from '../../lib';

function newStack(region?: string): Stack {
  return new Stack(new App(), 'Shop', region === undefined ? {} : { env: { account: '123456789012', region } });
}

/** Meshes of one stack, each in a namespace of its own; on one cluster, or on several. */
function meshes(providers: { readonly [id: string]: MeshProvider }, on: 'one' | 'several' = 'one', stack = newStack('eu-west-1')): Stack {
  const shared = on === 'one' ? existingCluster(stack) : undefined;
  for (const [id, provider] of Object.entries(providers)) {
    new Mesh(stack, id, { cluster: shared ?? existingCluster(stack, `${id}Cluster`), namespace: id.toLowerCase(), provider });
  }
  return stack;
}

const chartsOf = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart')).map((id) => id.replace(/Chart[0-9a-f]{8}$/, ''));
const definitionsOf = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('Custom::KubernetesDefinitions'));

describe('on one cluster, two meshes are refused that both install', () => {
  test.each([
    ['the App Mesh controller', () => MeshProvider.appMesh(),
      'one controller serves all meshes of a cluster: let one mesh install it, with alsoForMeshes for the other, which says existing: true'],
    ['Istio', () => MeshProvider.istio({ controlPlane: { gatewayApi: GatewayApiInstall.EXISTING } }),
      'a cluster has one control plane: let one mesh install it, and say existing: true for the other'],
    ['Envoy Gateway', () => MeshProvider.envoyGateway({ controller: { gatewayApi: GatewayApiInstall.EXISTING } }),
      'one controller serves all meshes of a cluster: let one mesh install it, and say existing: true for the other'],
  ])('%s', (what, provider, remedy) => {
    expect(errorOf(() => Template.fromStack(meshes({ One: provider(), Two: provider() })))).toBe(
      `MESH111 two meshes install ${what} on one cluster: 'Shop/One' and 'Shop/Two'\n  at   Shop/Two (Mesh), provider\n  fix  ${remedy}`);
  });

  test('the Gateway API', () => {
    expect(errorOf(() => Template.fromStack(meshes({ Inner: MeshProvider.istio(), Edge: MeshProvider.envoyGateway() })))).toBe(
      "MESH111 two meshes install the Gateway API on one cluster: 'Shop/Inner' and 'Shop/Edge'\n  at   Shop/Edge (Mesh), provider\n"
      + '  fix  let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other');
  });
});

test('Istio and Envoy Gateway stand on one cluster of one stack, where one of them brings the Gateway API', () => {
  const stack = meshes({ Inner: MeshProvider.istio(), Edge: MeshProvider.envoyGateway({ controller: { gatewayApi: GatewayApiInstall.EXISTING } }) });

  expect(definitionsOf(stack)).toEqual(['GatewayApiDefinitions3fc868b5', 'EnvoyGatewayDefinitions92a9a4ae']);
  expect(chartsOf(stack)).toEqual(['IstioSystemIstioBase', 'IstioSystemIstioIstiod', 'EnvoyGatewaySystemEnvoyGateway']);
  expect(Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function'))).toEqual(['MeshDeployer']);
});

test.each([
  ['App Mesh', () => MeshProvider.appMesh(), ['AppmeshSystemAppmeshController']],
  ['Istio', () => MeshProvider.istio(), ['IstioSystemIstioBase', 'IstioSystemIstioIstiod']],
  ['Envoy Gateway', () => MeshProvider.envoyGateway(), ['EnvoyGatewaySystemEnvoyGateway']],
])('%s stands on two clusters of one stack, each with its own function', (_, provider, charts) => {
  const stack = meshes({ First: provider(), Second: provider() }, 'several');

  expect(chartsOf(stack)).toEqual([...charts, ...charts]);
  expect(Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function'))).toEqual(['MeshDeployer', 'MeshDeployer2']);
});

test('two meshes of Envoy Gateway stand on one cluster, where one of them installs the controller', () => {
  const stack = meshes({ One: MeshProvider.envoyGateway(), Two: MeshProvider.envoyGateway({ controller: { existing: true } }) });

  expect(chartsOf(stack)).toEqual(['EnvoyGatewaySystemEnvoyGateway']);
});

describe('the images of the App Mesh controller', () => {
  const valuesIn = (region: string | undefined, controller: AppMeshControllerOptions = {}) =>
    JSON.stringify(Object.values(Template.fromStack(meshes({ Shop: MeshProvider.appMesh({ controller }) }, 'one', newStack(region))).findResources('Custom::AWSCDK-EKS-HelmChart')));

  test.each([
    ['me-south-1', '772975370895.dkr.ecr.me-south-1.amazonaws.com'],
    [undefined, '840364872350.dkr.ecr.us-west-2.amazonaws.com'],
  ])('of region %s come from %s', (region, registry) => {
    expect(valuesIn(region)).toContain(`${registry}/aws-appmesh-envoy`);
  });

  test('are refused in a partition that has none, unless a registry is named', () => {
    expect(errorOf(() => valuesIn('cn-north-1'))).toBe([
      "MESH603 no registry of App Mesh's images is known in region 'cn-north-1'",
      '  at   Shop/Shop (Mesh), provider',
      '  fix  copy the images into a registry of your own and name it with imageRegistry',
    ].join('\n'));
    expect(valuesIn('cn-north-1', { imageRegistry: 'registry.example' })).toContain('registry.example/aws-appmesh-envoy');
  });
});
