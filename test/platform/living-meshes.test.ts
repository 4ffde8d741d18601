import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { MeshCluster } from '../../lib/constructs/mesh-cluster';
import type { ClusterPort } from '../../lib/outputs/cloudformation/cluster-port';
import { installEnvoyGateway, installIstio, type EnvoyGatewayInstallation, type IstioInstallation } from '../../lib/platform';
import { GATEWAY_API } from '../../lib/platform/versions';

const SITE = { origin: { path: 'Shop/Mesh', type: 'Mesh' }, property: 'provider' };

function newCluster(stack: Stack, id = 'Cluster'): ClusterPort {
  return MeshCluster.fromAttributes(stack, id, {
    clusterName: 'prod', kubectlServiceToken: 'arn:kubectl', openIdConnectProviderArn: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC',
  })._access;
}

interface Chart {
  readonly Properties: { readonly Release: string; readonly Chart: string; readonly Repository: string; readonly Version: string; readonly Namespace: string; readonly Values: string };
  readonly DependsOn?: readonly string[];
}

/** The charts of a stack, each by its logical id. */
function chartsOf(stack: Stack): { readonly [id: string]: Chart } {
  return Object.fromEntries(Object.entries(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart'))) as never;
}

/** The definitions of a stack, each by its logical id. */
function definitionsOf(stack: Stack): { readonly [id: string]: { readonly Properties: object } } {
  return Template.fromStack(stack).findResources('Custom::KubernetesDefinitions') as never;
}

function summaryOf(stack: Stack): unknown {
  return Object.entries(chartsOf(stack)).map(([id, { Properties: { Release, Chart: chart, Repository, Version, Namespace }, DependsOn = [] }]) =>
    ({ id, release: Release, chart: `${Repository} ${chart} ${Version}`, namespace: Namespace, after: DependsOn.filter((one) => !one.startsWith('Cluster')) }));
}

const valuesOf = (stack: Stack, id: string) => JSON.parse(chartsOf(stack)[id]!.Properties.Values) as unknown;

/** Logical ids follow from what is installed alone. */
const IDS = {
  definitions: 'GatewayApiDefinitions3fc868b5', ownDefinitions: 'EnvoyGatewayDefinitions92a9a4ae', base: 'IstioSystemIstioBaseChartbc3a8b35', cni: 'IstioSystemIstioCniCharta31632ae', istiod: 'IstioSystemIstioIstiodChart25d2373c',
  istiodBlue: 'IstioSystemIstioIstiodBlueChart46924299', ztunnel: 'IstioSystemIstioZtunnelChartf3b88de2', envoyGateway: 'EnvoyGatewaySystemEnvoyGatewayChartcfcf795f', envoyGatewayNamespace: 'EnvoyGatewaySystemNamespace50e4ed0f',
} as const;

const ISTIO = 'https://istio-release.storage.googleapis.com/charts';

/** Definitions that stay when the mesh goes, because every object of their kinds would go with them. */
function definitions(Digest: string, ...Files: readonly string[]) {
  return {
    [IDS.definitions]: {
      Type: 'Custom::KubernetesDefinitions', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['MeshDeployer', 'Arn'] }, Protocol: '1', ClusterName: 'prod', Mesh: 'shop',
        Repository: 'oci://docker.io/envoyproxy/gateway-crds-helm', Version: 'v1.9.1', Digest, Files,
      },
    },
  };
}

describe('Istio', () => {
  const install = (stack: Construct, options: Partial<IstioInstallation> = {}, cluster = newCluster(Stack.of(stack))) =>
    installIstio(stack, cluster, { site: SITE, mesh: 'shop', gatewayApi: true, ambient: false, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } }, ...options });

  test('comes after the definitions that it reads, its own and those of the Gateway API, and goes before them', () => {
    const stack = new Stack(new App(), 'Shop');

    const ready = install(stack);
    new CfnResource(stack, 'Object', { type: 'Custom::Manifest' }).addResourceDependency(ready);

    expect(definitionsOf(stack)).toEqual(definitions(GATEWAY_API.digests.gatewayApi, 'experimental-gatewayapi-crds.yaml'));
    expect(summaryOf(stack)).toEqual([
      { id: IDS.base, release: 'istio-base', chart: `${ISTIO} base 1.31.1`, namespace: 'istio-system', after: [IDS.definitions] },
      { id: IDS.istiod, release: 'istio-istiod', chart: `${ISTIO} istiod 1.31.1`, namespace: 'istio-system', after: [IDS.base] },
    ]);
    expect(valuesOf(stack, IDS.istiod)).toEqual({ autoscaleMin: 2, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } } });
    expect(Template.fromStack(stack).toJSON().Resources.Object.DependsOn).toEqual([IDS.istiod]);
  });

  test('brings the proxies of nodes in ambient mode, before and after the control plane', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { ambient: true, revision: 'blue', imageHub: 'mirror.example.com/istio' });

    expect(Object.entries(chartsOf(stack)).map(([id, { DependsOn = [] }]) => [id, DependsOn.filter((one) => !one.startsWith('Cluster'))])).toEqual([
      [IDS.base, [IDS.definitions]], [IDS.cni, [IDS.base]], [IDS.istiodBlue, [IDS.cni]], [IDS.ztunnel, [IDS.istiodBlue]],
    ]);
    expect(valuesOf(stack, IDS.istiodBlue)).toEqual({
      profile: 'ambient', global: { hub: 'mirror.example.com/istio' }, revision: 'blue', autoscaleMin: 2, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } },
    });
    expect(valuesOf(stack, IDS.base)).toEqual({ profile: 'ambient', global: { hub: 'mirror.example.com/istio' }, defaultRevision: 'blue' });
    expect(chartsOf(stack)[IDS.istiodBlue]!.Properties.Release).toBe('istio-istiod-blue');
  });

  test('leaves definitions alone that the cluster has', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { gatewayApi: false, values: { autoscaleMin: 3, global: { proxy: { logLevel: 'debug' } } } });

    expect(definitionsOf(stack)).toEqual({});
    expect(Object.keys(chartsOf(stack))).toEqual([IDS.base, IDS.istiod]);
    expect(valuesOf(stack, IDS.istiod)).toEqual({ autoscaleMin: 3, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } }, global: { proxy: { logLevel: 'debug' } } });
  });

  test('takes the definitions from a mirror, whose content has to be the same', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { definitionsRepository: 'oci://mirror.example.com/crds' });

    expect(definitionsOf(stack)[IDS.definitions]!.Properties).toMatchObject({ Repository: 'oci://mirror.example.com/crds', Version: 'v1.9.1', Digest: GATEWAY_API.digests.gatewayApi });
  });

  test('keeps its logical ids and the function of its definitions wherever the construct that installs it stands', () => {
    const [first, second] = [new Stack(new App(), 'Shop'), new Stack(new App(), 'Shop')];

    install(new Construct(first, 'Mesh'), { ambient: true });
    install(new Construct(new Construct(second, 'Platform'), 'Renamed'), { ambient: true });

    expect(Template.fromStack(second).toJSON()).toEqual(Template.fromStack(first).toJSON());
  });

  test('stands on two clusters of one stack, each with its definitions from its own function', () => {
    const stack = new Stack(new App(), 'Shop');

    for (const id of ['First', 'Second']) install(stack, {}, newCluster(stack, id));

    expect(Object.keys(chartsOf(stack)).slice(0, 2)).toEqual([IDS.base, IDS.istiod]);
    expect(Object.keys(chartsOf(stack))).toHaveLength(4);
    expect(Object.values(definitionsOf(stack)).map(({ Properties }) => (Properties as { readonly ServiceToken: unknown }).ServiceToken)).toEqual(
      ['MeshDeployer', 'MeshDeployer2'].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })));
  });

  test('is refused twice on one cluster', () => {
    const stack = new Stack(new App(), 'Shop');
    const cluster = newCluster(stack);
    install(stack, {}, cluster);

    expect(() => installIstio(stack, cluster, { site: SITE, mesh: 'shop', gatewayApi: false, ambient: false, meshConfig: {} })).toThrow(
      "MESH111 two meshes install Istio on one cluster: 'Shop/Mesh' and 'Shop/Mesh'\n  at   Shop/Mesh (Mesh), provider\n"
      + '  fix  a cluster has one control plane: let one mesh install it, and say existing: true for the other');
  });
});

describe('Envoy Gateway', () => {
  const install = (stack: Stack, options: Partial<EnvoyGatewayInstallation> = {}, cluster = newCluster(stack)) =>
    installEnvoyGateway(stack, cluster, { site: SITE, mesh: 'shop', gatewayApi: true, usesBackends: false, ...options });

  test('comes after all definitions, which its own chart does not bring again', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack);

    expect(definitionsOf(stack)).toEqual(definitions(GATEWAY_API.digests.both, 'experimental-gatewayapi-crds.yaml', 'generated/'));
    expect(summaryOf(stack)).toEqual([{
      id: IDS.envoyGateway, release: 'envoy-gateway', chart: 'oci://docker.io/envoyproxy/gateway-helm gateway-helm v1.9.1', namespace: 'envoy-gateway-system',
      after: [IDS.envoyGatewayNamespace, IDS.definitions],
    }]);
    expect(valuesOf(stack, IDS.envoyGateway)).toEqual({ crds: { enabled: false }, deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 } });
  });

  test('reads hosts outside of the mesh only where there are some, and takes images and definitions from a mirror', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { gatewayApi: false, usesBackends: true, imageRegistry: 'mirror.example.com', definitionsRepository: 'oci://mirror.example.com/crds' });

    const [expected] = Object.values(definitions(GATEWAY_API.digests.envoyGateway, 'generated/'));
    expect(definitionsOf(stack)).toEqual({
      [IDS.ownDefinitions]: { ...expected, Properties: { ...expected!.Properties, Repository: 'oci://mirror.example.com/crds' } },
    });
    expect(valuesOf(stack, IDS.envoyGateway)).toMatchObject({ config: { envoyGateway: { extensionApis: { enableBackend: true } } }, global: { imageRegistry: 'mirror.example.com' } });
  });

  test('and Istio do not both install the Gateway API on one cluster', () => {
    const stack = new Stack(new App(), 'Shop');
    const cluster = newCluster(stack);
    install(stack, {}, cluster);

    expect(() => installIstio(stack, cluster, { site: SITE, mesh: 'shop', gatewayApi: true, ambient: false, meshConfig: {} })).toThrow(
      "MESH111 two meshes install the Gateway API on one cluster: 'Shop/Mesh' and 'Shop/Mesh'\n  at   Shop/Mesh (Mesh), provider\n"
      + '  fix  let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other');
  });
});

test('both meshes stand on one cluster of one stack, where one of them brings the Gateway API', () => {
  const stack = new Stack(new App(), 'Shop');
  const cluster = newCluster(stack);

  installIstio(new Construct(stack, 'Inner'), cluster, { site: SITE, mesh: 'inner', gatewayApi: true, ambient: false, meshConfig: {} });
  installEnvoyGateway(new Construct(stack, 'Edge'), cluster, { site: SITE, mesh: 'edge', gatewayApi: false, usesBackends: false });

  expect(Object.keys(definitionsOf(stack))).toEqual([IDS.definitions, IDS.ownDefinitions]);
  expect(chartsOf(stack)[IDS.envoyGateway]!.DependsOn).toEqual([IDS.ownDefinitions, IDS.envoyGatewayNamespace]);
  expect(Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function'))).toEqual(['MeshDeployer']);
});

test('the digests are those of three different sets of definitions', () => {
  const digests = Object.values(GATEWAY_API.digests);

  expect(new Set(digests).size).toBe(3);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
});
