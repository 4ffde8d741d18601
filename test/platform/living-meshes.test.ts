import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MeshCluster } from '../../lib/constructs/mesh-cluster';
import { installEnvoyGateway, installIstio, type ClusterAccess, type EnvoyGatewayInstallation, type IstioInstallation } from '../../lib/platform';

const SITE = { origin: { path: 'Shop/Mesh', type: 'Mesh' }, property: 'provider' };

function newCluster(stack: Stack): ClusterAccess {
  return MeshCluster.fromAttributes(stack, 'Cluster', {
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

function summaryOf(stack: Stack): unknown {
  return Object.entries(chartsOf(stack)).map(([id, { Properties: { Release, Chart: chart, Repository, Version, Namespace }, DependsOn = [] }]) =>
    ({ id, release: Release, chart: `${Repository} ${chart} ${Version}`, namespace: Namespace, after: DependsOn.filter((one) => !one.startsWith('Cluster')) }));
}

const valuesOf = (stack: Stack, id: string) => JSON.parse(chartsOf(stack)[id]!.Properties.Values) as unknown;

const ISTIO = 'https://istio-release.storage.googleapis.com/charts';
const DEFINITIONS = 'oci://docker.io/envoyproxy/gateway-crds-helm gateway-crds-helm v1.9.1';

describe('Istio', () => {
  const install = (stack: Stack, options: Partial<IstioInstallation> = {}, cluster = newCluster(stack)) =>
    installIstio(stack, 'Istio', cluster, { site: SITE, gatewayApi: true, ambient: false, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } }, ...options });

  test('comes after the definitions that it reads, its own and those of the Gateway API, and goes before them', () => {
    const stack = new Stack(new App(), 'Shop');

    const ready = install(stack);
    new CfnResource(stack, 'Object', { type: 'Custom::Manifest' }).addResourceDependency(ready);

    expect(summaryOf(stack)).toEqual([
      { id: 'IstioGatewayApi', release: 'gateway-api', chart: DEFINITIONS, namespace: 'gateway-api', after: [] },
      { id: 'IstioBase', release: 'istio-base', chart: `${ISTIO} base 1.31.1`, namespace: 'istio-system', after: ['IstioGatewayApi'] },
      { id: 'Istio', release: 'istio-istiod', chart: `${ISTIO} istiod 1.31.1`, namespace: 'istio-system', after: ['IstioBase'] },
    ]);
    expect(valuesOf(stack, 'IstioGatewayApi')).toEqual({ crds: { gatewayAPI: { enabled: true, channel: 'experimental' }, envoyGateway: { enabled: false } } });
    expect(valuesOf(stack, 'Istio')).toEqual({ autoscaleMin: 2, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } } });
    expect(Template.fromStack(stack).toJSON().Resources.Object.DependsOn).toEqual(['Istio']);
  });

  test('brings the proxies of nodes in ambient mode, before and after the control plane', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { ambient: true, revision: 'blue', imageHub: 'mirror.example.com/istio' });

    expect(Object.entries(chartsOf(stack)).map(([id, { DependsOn = [] }]) => [id, DependsOn.filter((one) => !one.startsWith('Cluster'))])).toEqual([
      ['IstioGatewayApi', []], ['IstioBase', ['IstioGatewayApi']], ['IstioCni', ['IstioBase']], ['Istio', ['IstioCni']], ['IstioZtunnel', ['Istio']],
    ]);
    expect(valuesOf(stack, 'Istio')).toEqual({
      profile: 'ambient', global: { hub: 'mirror.example.com/istio' }, revision: 'blue', autoscaleMin: 2, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } },
    });
    expect(valuesOf(stack, 'IstioBase')).toEqual({ profile: 'ambient', global: { hub: 'mirror.example.com/istio' }, defaultRevision: 'blue' });
    expect(chartsOf(stack).Istio!.Properties.Release).toBe('istio-istiod-blue');
  });

  test('leaves definitions alone that the cluster has', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { gatewayApi: false, values: { autoscaleMin: 3, global: { proxy: { logLevel: 'debug' } } } });

    expect(Object.keys(chartsOf(stack))).toEqual(['IstioBase', 'Istio']);
    expect(valuesOf(stack, 'Istio')).toEqual({ autoscaleMin: 3, meshConfig: { defaultHttpRetryPolicy: { attempts: 0 } }, global: { proxy: { logLevel: 'debug' } } });
  });

  test('is refused twice on one cluster', () => {
    const stack = new Stack(new App(), 'Shop');
    const cluster = newCluster(stack);
    install(stack, {}, cluster);

    expect(() => installIstio(stack, 'Second', cluster, { site: SITE, gatewayApi: false, ambient: false, meshConfig: {} })).toThrow(
      "MESH111 two meshes install Istio on one cluster: 'Shop/Mesh' and 'Shop/Mesh'\n  at   Shop/Mesh (Mesh), provider\n"
      + '  fix  a cluster has one control plane: let one mesh install it, and say existing: true for the other');
  });
});

describe('Envoy Gateway', () => {
  const install = (stack: Stack, options: Partial<EnvoyGatewayInstallation> = {}, cluster = newCluster(stack)) =>
    installEnvoyGateway(stack, 'EnvoyGateway', cluster, { site: SITE, gatewayApi: true, usesBackends: false, ...options });

  test('comes after all definitions, which its own chart does not bring again', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack);

    expect(summaryOf(stack)).toEqual([
      { id: 'EnvoyGatewayDefinitions', release: 'gateway-api', chart: DEFINITIONS, namespace: 'gateway-api', after: [] },
      {
        id: 'EnvoyGateway', release: 'envoy-gateway', chart: 'oci://docker.io/envoyproxy/gateway-helm gateway-helm v1.9.1', namespace: 'envoy-gateway-system',
        after: ['EnvoyGatewayDefinitions', 'EnvoyGatewayNamespace'],
      },
    ]);
    expect(valuesOf(stack, 'EnvoyGatewayDefinitions')).toEqual({ crds: { gatewayAPI: { enabled: true, channel: 'experimental' }, envoyGateway: { enabled: true } } });
    expect(valuesOf(stack, 'EnvoyGateway')).toEqual({ crds: { enabled: false }, deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 } });
  });

  test('reads hosts outside of the mesh only where there are some, and takes images from a mirror', () => {
    const stack = new Stack(new App(), 'Shop');

    install(stack, { gatewayApi: false, usesBackends: true, imageRegistry: 'mirror.example.com' });

    expect(valuesOf(stack, 'EnvoyGatewayDefinitions')).toEqual({ crds: { gatewayAPI: { enabled: false, channel: 'experimental' }, envoyGateway: { enabled: true } } });
    expect(chartsOf(stack).EnvoyGatewayDefinitions!.Properties.Release).toBe('envoy-gateway-crds');
    expect(valuesOf(stack, 'EnvoyGateway')).toMatchObject({ config: { envoyGateway: { extensionApis: { enableBackend: true } } }, global: { imageRegistry: 'mirror.example.com' } });
  });

  test('and Istio do not both install the Gateway API on one cluster', () => {
    const stack = new Stack(new App(), 'Shop');
    const cluster = newCluster(stack);
    install(stack, {}, cluster);

    expect(() => installIstio(stack, 'Istio', cluster, { site: SITE, gatewayApi: true, ambient: false, meshConfig: {} })).toThrow(
      "MESH111 two meshes install the Gateway API on one cluster: 'Shop/Mesh' and 'Shop/Mesh'\n  at   Shop/Mesh (Mesh), provider\n"
      + '  fix  let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other');
  });
});
