/** Installed, changed and removed on a living node, under streams of requests; pods get ready 8 s after their start. The rest of the table is `nightly.ts`. */
import { dump, failuresOf, lossesOf, World } from './world';

describe.each(['envoy-gateway', 'istio'] as const)('the shop on %s', (mesh) => {
  let world: World;
  let before: Readonly<Record<string, unknown>>;
  beforeAll(() => {
    world = World.create(mesh);
    before = dump();
  });
  afterAll(() => world.end());

  test('is complete only when everything serves, and serves as the simulator says', async () => {
    await world.mustDeploy({ canary: '2.0.0', canaryPercent: 5 });

    // the first request at once
    expect(world.get('/products').last).toMatchObject({ status: 200 });
    expect(world.get('/products/1', 50, { headers: { 'x-experiment-id': 'b' } }).seen).toEqual({ '200 shop/products:2.0.0-ready8s': 50 });
    expect(world.get('/checkout', 20).seen).toEqual({ '200 shop/checkout:3.1.0-ready8s': 20 });
    expect(world.get('/checkout', 20, { headers: { 'x-preview': 'green' } }).seen).toEqual({ '200 shop/checkout:3.2.0-ready8s': 20 });
    expect(world.get('/productsx').last.status).toBe(404);
    expect(JSON.parse(world.get('/products/7?x=1').last.body)).toMatchObject({ host: expect.stringMatching(/^products\.shop\.svc\.cluster\.local/), path: '/products/7?x=1' });
    const shares = world.get('/products/2', 2_000).seen;
    // four sigma of 5 % of 2,000 are 39
    expect(shares['200 shop/products:2.0.0-ready8s']).toBeGreaterThan(61);
    expect(shares['200 shop/products:2.0.0-ready8s']).toBeLessThan(139);
  });

  test('loses nothing while the share of the canary grows, and the other colour takes over', async () => {
    const streams = await world.under('/products/3', () => world.mustDeploy({ canary: '2.0.0', canaryPercent: 50, active: 'green' }));

    expect(lossesOf(streams)).toEqual([]);
    expect(Object.keys(streams.gateway.seen).sort()).toEqual(['200 shop/products:1.8.2-ready8s', '200 shop/products:2.0.0-ready8s']);
    expect(world.get('/checkout', 20).seen).toEqual({ '200 shop/checkout:3.2.0-ready8s': 20 });
  });

  test('loses nothing while a version replaces another one, whose name and pods go', async () => {
    const streams = await world.under('/products/4', () => world.mustDeploy({ stable: '1.9.0', stableName: 'v3', active: 'green' }));

    expect(lossesOf(streams)).toEqual([]);
    expect(world.get('/products', 20).seen).toEqual({ '200 shop/products:1.9.0-ready8s': 20 });
  });

  test('refuses an image that does not stay up: the text names pod and reason, requests go on', async () => {
    const failed: string[] = [];
    const streams = await world.under('/products/5', async () => {
      failed.push(...failuresOf(await world.deploy({ stable: '1.9.1-crash', stableName: 'v3', active: 'green' })));
    });

    expect(failed.join('\n')).toMatch(/UPDATE_ROLLBACK_COMPLETE/);
    expect(failed.join('\n')).toMatch(/apps\/Deployment shop\/products-v3: .*pod products-v3-[a-z0-9-]+: container app crashes, \d+ restarts \(exit code 1/);
    expect(lossesOf(streams)).toEqual([]);
    expect(world.get('/products', 20).seen).toEqual({ '200 shop/products:1.9.0-ready8s': 20 });
  });

  test('leaves nothing behind but what the documents name', async () => {
    const result = await world.emulator.delete();

    expect(failuresOf(result)).toEqual(['Shop: DELETE_COMPLETE ']);
    const after = dump();
    const left = Object.keys(after).filter((key) => before[key] === undefined);
    expect(left.filter((key) => !LEFT[mesh].some((pattern) => pattern.test(key)))).toEqual([]);
    expect(Object.keys(before).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]))).toEqual([]);
  });
});

/** What stays: retained namespaces with what Kubernetes makes in each, definitions with their admission policy, and what hooks of charts make. */
const COMMON = [/^Namespace \/shop$/, /^(ServiceAccount|ConfigMap) (shop|istio-system|envoy-gateway-system)\/(default|kube-root-ca\.crt)$/, /^ValidatingAdmissionPolicy(Binding)? \/safe-upgrades/];
const LEFT = {
  'envoy-gateway': [...COMMON, /^Namespace \/envoy-gateway-system$/, /^Secret envoy-gateway-system\/envoy/, /certgen/, /^MutatingWebhookConfiguration \/envoy-gateway-topology-injector/],
  'istio': [...COMMON, /^Namespace \/istio-system$/, /^ConfigMap istio-system\/istio-/, /^ConfigMap [^/]+\/istio-ca-root-cert$/, /^Secret istio-system\/istio-ca-secret$/, /^GatewayClass \/istio/, /^ConfigMap [^/]+\/istio-ca-crl$/],
};
