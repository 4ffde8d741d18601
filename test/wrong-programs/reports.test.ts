/** How findings reach the user: all in one run, with nothing written, and not to be skipped. */
import { mkdtempSync, readdirSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { openShop, single, type Shop } from './shop';
import { HeaderMatch, HostRewrite, Mesh, MeshProvider, ObjectPatch, RetryPolicy, RouteMatch, RouteTarget } from '../../lib';
import { errorOf, existingCluster, version } from '../constructs/program';

/** A mirror, a tie and too many pods: three findings of three places. */
function threeMistakes(): Shop {
  const parts = openShop();
  const { mesh, gateway, catalog } = parts;
  const other = single(mesh, 'Other', { versions: [version('v1', { replicas: 60 } as object)] });
  const common = { hostRewrite: HostRewrite.toService() };
  gateway.addRoute('First', { match: RouteMatch.prefix('/api', { headers: { 'x-a': HeaderMatch.present() } }), to: catalog, ...common });
  gateway.addRoute('Second', { match: RouteMatch.prefix('/api', { headers: { 'x-b': HeaderMatch.present() } }), to: other, ...common, mirror: { to: catalog } });
  return parts;
}

const THREE_FINDINGS = `  [Shop/Mesh/Gateway/Second] MESH206 routes 'first' (/api/* with header x-a) and 'second' (/api/* with header x-b) of gateway 'shop/gateway' take the same request, and neither is more specific
  at   Shop/Mesh/Gateway/Second (GatewayRoute), match
  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Gateway/First, match
  [Shop/Mesh/Gateway/Second] MESH401 AWS App Mesh cannot say mirroring at a gateway: it has no mirroring (https://github.com/aws/aws-app-mesh-roadmap/issues/35)
  at   Shop/Mesh/Gateway/Second (GatewayRoute), mirror
  fix  leave it out, or choose Istio or Envoy Gateway, which can
  [Shop/Mesh/Other] MESH403 version 'v1' of service 'shop/other' may have 60 pods, and beyond 50 proxies App Mesh cuts running ones off too
  at   Shop/Mesh/Other (MeshService), versions[0].replicas = 60
  fix  use at most 50, or raise the quota at AWS and declare quotas.proxiesPerVersion`;

test('reports everything that the whole program shows in one run', () => {
  const { app } = threeMistakes();

  const error = errorOf(() => app.synth());

  expect(error).toBe(THREE_FINDINGS);
});

test('reports what only the written objects show in one run', () => {
  const { app, mesh } = openShop();
  mesh.patchObject({ kind: 'Deployment', name: 'catalog-v1' }, ObjectPatch.merge({ spec: { replicas: 2 } }));
  mesh.addObjects('own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, spec: { arn: { Ref: 'Queue' } } });

  const error = errorOf(() => app.synth());

  expect(error).toBe(`  [Shop/Mesh] MESH504 the patch of Deployment 'shop/catalog-v1' changes nothing
  at   Shop/Mesh (Mesh), patchObject(Deployment 'catalog-v1')
  fix  leave the patch out, or correct its keys: the object says this already
  [Shop/Mesh] MESH503 ConfigMap 'settings' holds the raw intrinsic 'Ref' at spec.arn
  at   Shop/Mesh (Mesh), addObjects('own'): spec.arn
  fix  give the value as a text token before it enters an object, for example Token.asString(Fn.getAtt(...)) or role.roleArn`);
});

test('reports the findings of every mesh of a program', () => {
  const { app, stack, gateway } = openShop();
  gateway.addRoute('Health', { match: RouteMatch.exact('/health'), to: RouteTarget.respond(200) });
  const other = new Mesh(new Stack(app, 'Second', { env: { account: stack.account, region: stack.region } }), 'Mesh', {
    cluster: existingCluster(stack, 'SecondCluster'), namespace: 'second', provider: MeshProvider.appMesh(),
  });
  single(other, 'Stock', { versions: [version('v1', { replicas: 60 } as object)] });

  const error = errorOf(() => app.synth());

  expect(error.match(/MESH\d+/g)).toEqual(['MESH401', 'MESH403']);
});

test('says the same at a second synthesis', () => {
  const { app } = threeMistakes();
  const first = errorOf(() => app.synth());

  const second = errorOf(() => app.synth({ force: true }));

  expect(second).toBe(first);
});

test('leaves nothing on disk when a program is wrong', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'wrong-'));
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider: MeshProvider.appMesh() });
  single(mesh, 'Products', { versions: [version('v1', { replicas: 60 } as object)] });

  expect(() => app.synth()).toThrow('MESH403');

  expect(readdirSync(outdir)).toEqual([]);
});

test('refuses to synthesize a wrong program whose validation is skipped', () => {
  const { app } = threeMistakes();

  const error = errorOf(() => app.synth({ skipValidation: true }));

  const findings = THREE_FINDINGS.replace(/^ {2}\[.*?\] /gm, '');
  expect(error).toBe(`Resolution error: the mesh has errors and cannot be synthesized:\n${findings}.`);
});

test('throws at the line where the line alone is wrong', () => {
  const { mesh } = openShop();

  const act = () => single(mesh, 'Products', { retries: RetryPolicy.of({ attempts: 0, on: [] }) });

  expect(errorOf(act)).toBe(`MESH303 the number of retries is 0, not an integer from 1
  at   Shop/Mesh/Products (MeshService), retries.attempts = 0
  fix  give attempts at least 1, or leave out retries`);
});
