import { SHOP, assemblyOf, run, type Outcome } from './world';
import { validateModel } from '../../lib/model/validate';
import { Simulator, decisionJson } from '../../lib/simulator';
import { folderWith } from '../assembly/folders';

const EDGE = ['--gateway', 'edge', '--json'];

/** What a command printed as JSON, with its ending. */
const parsed = ({ code, stdout, stderr }: Outcome) => ({ code, stderr, json: JSON.parse(stdout) as unknown });

describe('--json', () => {
  const simulator = new Simulator(SHOP);

  test('of simulate is the decision with the name of the mesh', async () => {
    const { json, ...ending } = parsed(await run(assemblyOf(SHOP), ['simulate', 'POST', 'https://example.com/products?x=1', '-H', 'X-Env: beta', ...EDGE]));
    const decision = simulator.decide(simulator.gatewayEntry('edge'), { method: 'POST', scheme: 'https', host: 'example.com', path: '/products?x=1', headers: { 'x-env': 'beta' } });

    expect(ending).toEqual({ code: 0, stderr: '' });
    expect(json).toEqual({ mesh: 'shop', ...JSON.parse(JSON.stringify(decisionJson(decision))) });
    expect(json).toMatchObject({ summary: '95 % shop/products@v1, 5 % shop/products@v2', request: { port: 443, query: 'x=1' } });
  });

  test('of a request that nothing takes ends with 1', async () => {
    expect(parsed(await run(assemblyOf(SHOP), ['simulate', '/nope', ...EDGE]))).toMatchObject({ code: 1, json: { branches: [{ ending: { kind: 'no-route', status: 404, stage: 'gateway' } }] } });
  });

  test('of explain has the steps beside the decision', async () => {
    const { code, json } = parsed(await run(assemblyOf(SHOP), ['explain', '/half', ...EDGE]));

    expect(code).toBe(0);
    expect(json).toMatchObject({
      mesh: 'shop', gatewayRoute: { name: 'half', path: 'Shop/Mesh/gateway/half', type: 'GatewayRoute', property: 'match' },
      steps: [
        { stage: 'gateway', owner: 'shop/edge', verdict: 'note' },
        { stage: 'gateway', owner: 'shop/edge', verdict: 'failed', reason: 'path is /half, not /old', route: { name: 'moved' } },
        { verdict: 'failed', route: { name: 'closed' } },
        { verdict: 'failed', route: { name: 'products' } },
        { verdict: 'won', route: { name: 'half', path: 'Shop/Mesh/gateway/half', type: 'GatewayRoute', property: 'match' } },
        { stage: 'service', owner: 'shop/products', verdict: 'note' },
        { verdict: 'failed', route: { name: 'beta' } },
        { verdict: 'won', route: { name: 'split', path: 'Shop/Mesh/products', type: 'MeshService', property: "addRoute('split')" } },
        { stage: 'service', owner: 'shop/reviews', verdict: 'note' },
        { verdict: 'won', route: { name: 'split' } },
      ],
    });
  });

  test('of check is the findings of each mesh', async () => {
    const wrong = { ...SHOP, mesh: { ...SHOP.mesh, name: 'other', namespaces: [] }, services: SHOP.services.map((service) => ({ ...service, versions: [] })) };
    const { code, json } = parsed(await run(folderWith({ 'cdk.out/a.mesh.json': SHOP, 'cdk.out/b.mesh.json': wrong }), ['check', '--json']));

    expect(code).toBe(1);
    expect(json).toEqual([{ mesh: 'shop', file: 'a.mesh.json', findings: [] }, { mesh: 'other', file: 'b.mesh.json', findings: validateModel(wrong) }]);
    expect(validateModel(wrong).length).toBeGreaterThan(0);
  });

  test('leaves errors in words on standard error', async () => {
    expect(await run(folderWith({}), ['simulate', '/', '--json'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error there is no file/) });
  });
});
