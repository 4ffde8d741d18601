/** Definitions from a chart; and on them routes: no version gets more requests before it has pods that are ready. */
import { FakeGateways } from './fake-gateways';
import { configMap, definitions, deployment, namespace, reasonsOf, service, unit, until, World, type Units } from './world';
import type { KubeObject } from '../../../lib/kube/object';
import { GATEWAY_API } from '../../../lib/providers/gateway-api/definitions';
import { charts } from '../cluster/charts';

jest.setTimeout(600_000);

let world: World;
let gateways: FakeGateways | undefined;
beforeAll(async () => { world = await World.create({ charts: charts() }); });
afterAll(async () => {
  await gateways?.stop();
  await world?.end();
});

const ROUTES = 'httproutes.gateway.networking.k8s.io';
const BUNDLE = 'gateway.networking.k8s.io/bundle-version';
const inSpace = { DependsOn: ['Space'] };

describe('definitions', () => {
  const foreign = (version: string): KubeObject => ({
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
    metadata: { name: ROUTES, annotations: { [BUNDLE]: version, 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/1' } },
    spec: {
      group: 'gateway.networking.k8s.io', scope: 'Namespaced', names: { plural: 'httproutes', singular: 'httproute', kind: 'HTTPRoute' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
    },
  });
  const removed = async () => {
    await world.cluster.remove('CustomResourceDefinition', ROUTES);
    await until('the end of the definition', async () => await world.cluster.get('CustomResourceDefinition', ROUTES) === undefined);
  };

  test('another digest than the one that was tested is refused before anything is written', async () => {
    const result = await world.deploy({ Digest: { Definitions: definitions({ Digest: '0'.repeat(64) }) } });

    expect(reasonsOf(result)).toEqual([`Definitions: the definitions of ${GATEWAY_API.repository} ${GATEWAY_API.chartVersion} have the digest ${GATEWAY_API.digests.gatewayApi}, not ${'0'.repeat(64)}: `
      + 'the chart is not the one that this library was tested with']);
    expect(await world.cluster.get('CustomResourceDefinition', ROUTES)).toBeUndefined();
  });

  test('older ones of somebody else are an error', async () => {
    await world.cluster.apply(foreign('v1.2.0'), 'platform-team');

    const result = await world.deploy({ Older: { Definitions: definitions() } });

    expect(reasonsOf(result)).toEqual([`Definitions: apiextensions.k8s.io/CustomResourceDefinition ${ROUTES} was installed by somebody else in release v1.2.0, which is older than v${GATEWAY_API.bundle}: `
      + 'let them update it, or remove it, or say gatewayApi: GatewayApiInstall.EXISTING']);
    await removed();
  });

  test('newer ones of somebody else stay', async () => {
    await world.cluster.apply(foreign('v9.0.0'), 'platform-team');

    await world.mustDeploy({ Newer: { Definitions: definitions() } });

    const { spec, metadata } = await world.cluster.read('CustomResourceDefinition', ROUTES);
    expect(metadata.annotations![BUNDLE]).toBe('v9.0.0');
    expect(Object.keys(spec.versions[0].schema.openAPIV3Schema)).not.toContain('properties');
    expect(metadata.managedFields!.map(({ manager }) => manager)).toEqual(['platform-team', 'kube-apiserver']);
    await world.mustDelete('Newer');
    await removed();
  });

  test('are kept when their stack goes, and taken by the next one', async () => {
    await world.mustDeploy({ Made: { Definitions: definitions() } });
    await world.mustDelete('Made');
    expect((await world.cluster.read('CustomResourceDefinition', ROUTES)).metadata.annotations![BUNDLE]).toBe(`v${GATEWAY_API.bundle}`);

    await world.mustDeploy({ Again: { Definitions: definitions() } });

    expect((await world.cluster.read('CustomResourceDefinition', ROUTES)).status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
  });

  test('newer ones of another stack of ours stay, and those of the own stack alone go back', async () => {
    const bundleOf = async () => (await world.cluster.read('CustomResourceDefinition', ROUTES)).metadata.annotations![BUNDLE];
    const newer = () => world.cluster.patch('CustomResourceDefinition', [undefined, ROUTES], { metadata: { annotations: { [BUNDLE]: 'v1.9.0' } } });
    await newer();

    await world.mustDeploy({ Other: { Definitions: definitions() } });
    expect(await bundleOf()).toBe('v1.9.0');

    await removed();
    await world.mustDeploy({ Other: { Definitions: definitions({ Redeploy: 'once' } as object) } });
    await newer();
    await world.mustDeploy({ Other: { Definitions: definitions({ Redeploy: 'more' } as object) } });
    expect(await bundleOf()).toBe(`v${GATEWAY_API.bundle}`);
  });
});

describe('routes', () => {
  beforeAll(() => { gateways = FakeGateways.start(world.cluster); });

  const route = (space: string, shares: Readonly<Record<string, number>>, name = 'shop'): KubeObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace: space },
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: Object.entries(shares).map(([backend, weight]) => ({ name: backend, port: 80, weight })) }] },
  });
  const version = (name: string, space: string, image = 'ready') => unit([deployment(name, space, { image }), service(name, space)], image === 'ready' ? {} : { Wait: 'none' }, inSpace);
  const shop = (space: string, versions: Units, shares: Readonly<Record<string, number>>, properties: Parameters<typeof unit>[1] = {}): Units => ({
    Space: unit([namespace(space)]), ...versions, Routes: unit([route(space, shares)], properties, { DependsOn: ['Space', ...Object.keys(versions)] }),
  });
  const sharesIn = async (space: string) => Object.fromEntries((await world.cluster.read('HTTPRoute', 'shop', space)).spec.rules[0].backendRefs.map(({ name, weight }: { name: string; weight: number }) => [name, weight]));

  test.concurrent('a share grows when the version has a ready pod, and not before', async () => {
    await world.mustDeploy({ Grows: shop('grows', { V1: version('v1', 'grows') }, { v1: 100 }) });
    const slow = unit([deployment('v2', 'grows', { image: 'ready-after:2000' }), service('v2', 'grows')], { Wait: 'none' }, inSpace);

    const deploying = world.mustDeploy({ Grows: shop('grows', { V1: version('v1', 'grows'), V2: slow }, { v1: 95, v2: 5 }) });
    await until('the route', async () => 'v2' in await sharesIn('grows'));
    const slices = (await world.cluster.list('EndpointSlice', 'grows')).filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'v2');
    await deploying;

    expect(slices.flatMap(({ endpoints }) => endpoints as { conditions: { ready: boolean } }[]).map(({ conditions }) => conditions.ready)).toEqual([true]);
  });

  test.concurrent.each([
    ['dead', 'crash', 'pod v2-POD: container app crashes, 3 restarts (exit code 137 OOMKilled)', '600'],
    ['slow', 'never', 'pod v2-POD: container app is not ready', '4'],
  ])('a version whose pods are %s gets no share, and the route is left as it was', async (space, image, text, deadline) => {
    await world.mustDeploy({ [`Route-${space}`]: shop(space, { V1: version('v1', space) }, { v1: 100 }) });
    const { metadata: { generation } } = await world.cluster.read('HTTPRoute', 'shop', space);

    const failed = await world.deploy({ [`Route-${space}`]: shop(space, { V1: version('v1', space), V2: version('v2', space, image) }, { v1: 50, v2: 50 }, { Deadline: deadline }) });

    expect(reasonsOf(failed)).toEqual([`Routes: gateway.networking.k8s.io/HTTPRoute ${space}/shop would send requests to Service ${space}/v2, which has no ready pod: ${text}; the route was left as it is`]);
    expect(await sharesIn(space)).toEqual({ v1: 100 });
    expect((await world.cluster.read('HTTPRoute', 'shop', space)).metadata.generation).toBe(generation);
  });

  test.concurrent('a share that does not grow is not asked about', async () => {
    const versions = { V1: version('v1', 'shrinks'), V2: unit([deployment('v2', 'shrinks', { image: 'ready:v2' }), service('v2', 'shrinks')], {}, inSpace) };
    await world.mustDeploy({ Shrinks: shop('shrinks', versions, { v1: 50, v2: 50 }) });
    world.plane.kubelet.instead.set('ready:v2', 'never');

    await world.mustDeploy({ Shrinks: shop('shrinks', versions, { v1: 95, v2: 5 }, { Deadline: '20' }) });

    expect(await sharesIn('shrinks')).toEqual({ v1: 95, v2: 5 });
  });

  test.concurrent('a Service of another stack may come later where nobody is served yet, and only there', async () => {
    const elsewhere = { Elsewhere: ['elsewhere/cart'] };
    const first = await world.deploy({ Strict: shop('elsewhere', {}, { cart: 1 }, { Deadline: '3' }) });
    expect(reasonsOf(first)).toEqual(['Routes: gateway.networking.k8s.io/HTTPRoute elsewhere/shop would send requests to Service elsewhere/cart, which has no ready pod: '
      + 'the Service does not exist; deploy the stack that makes it first; the route was left as it is']);

    await world.mustDeploy({ Loose: shop('elsewhere', {}, { cart: 1 }, elsewhere) });
    expect(await sharesIn('elsewhere')).toEqual({ cart: 1 });

    const moved = { Elsewhere: ['elsewhere/cart', 'elsewhere/other'], Deadline: '3' };
    const failed = await world.deploy({ Loose: shop('elsewhere', {}, { cart: 1, other: 1 }, moved) });
    expect(reasonsOf(failed)).toEqual(['Routes: gateway.networking.k8s.io/HTTPRoute elsewhere/shop would send requests to Service elsewhere/other, which has no ready pod: '
      + 'the Service does not exist; deploy the stack that makes it first; the route was left as it is']);
    expect(await sharesIn('elsewhere')).toEqual({ cart: 1 });
  });

  test.concurrent('a route that no controller accepts is named at the deadline', async () => {
    gateways!.ignored.add('unseen');
    const result = await world.deploy({ Unseen: { Unit: unit([{ ...route('default', {}, 'unseen'), spec: { parentRefs: [{ name: 'edge' }], rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }] } }], { Deadline: '3' }) } });

    expect(reasonsOf(result)).toEqual(['Unit: not ready after 3 s: gateway.networking.k8s.io/HTTPRoute default/unseen: no controller has accepted it for parent Gateway \'edge\' yet']);
  });

  test.concurrent('a gateway of another class is refused before anything is changed', async () => {
    const gateway = (gatewayClassName: string): KubeObject => ({
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'default' },
      spec: { gatewayClassName, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    });
    const units = (className: string) => ({ Edge: unit([configMap(`edge-${className}`, 'default'), gateway(className)], { Gateways: [`default/edge=${className}`] }) });
    await world.mustDeploy({ Class: units('istio') });

    const result = await world.deploy({ Class: units('envoy') });

    expect(reasonsOf(result)).toEqual(['Edge: gateway default/edge is of class \'istio\', and the program wants class \'envoy\': its proxies and its load balancer would be replaced under running requests; '
      + 'nothing was changed. Give the gateway another gatewayName in this deployment: the new one is programmed before the old one goes, which rollout.settleTime delays until clients have followed DNS']);
    expect(await world.cluster.get('ConfigMap', 'edge-envoy', 'default')).toBeUndefined();
    expect((await world.cluster.read('Gateway', 'edge', 'default')).spec.gatewayClassName).toBe('istio');
  });
});
