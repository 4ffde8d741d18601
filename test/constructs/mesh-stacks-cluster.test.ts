/** Stacks and shards on a cluster of the same program, whose name, function and issuer are known only at deployment. */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { version } from './program';
import { CanaryService, HostRewrite, Mesh, MeshCluster, MeshGateway, MeshProvider, MeshShards, RouteMatch } from '../../lib';
import { circleIn } from '../outputs/templates';

/** A platform stack with cluster, mesh and gateway, and a team stack with a canary. */
function platformAndTeam(shards?: MeshShards) {
  const app = new App();
  const platform = new Stack(app, 'Platform');
  const team = new Stack(app, 'Team');
  const cluster = new MeshCluster(platform, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: new KubectlV35Layer(platform, 'Layer') });
  const mesh = new Mesh(platform, 'Mesh', { cluster, namespace: 'shop', provider: MeshProvider.appMesh(), ...(shards === undefined ? {} : { shards }) });
  const gateway = new MeshGateway(mesh, 'Gateway');
  for (const [scope, id] of [[mesh, 'Catalog'], [mesh, 'Stock'], [team, 'Orders']] as const) {
    const service = new CanaryService(scope, id, { mesh, port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5 });
    gateway.addRoute(id, { match: RouteMatch.prefix(`/${id.toLowerCase()}`), to: service, hostRewrite: HostRewrite.toService() });
  }
  return app;
}

test.each([
  ['without shards', undefined, { Platform: [], Team: ['Platform'] }],
  ['with nested shards', MeshShards.nested(2), { Platform: [], Team: ['Platform'] }],
])('a service in another stack waits for the platform, and never the other way round, %s', (_how, shards, expected) => {
  const assembly = platformAndTeam(shards).synth();

  const needs = assembly.stacks.map(({ stackName, dependencies }) => [stackName, dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets'))]);
  expect(Object.fromEntries(needs)).toEqual(expected);
  for (const file of readdirSync(assembly.directory).filter((name) => name.endsWith('.template.json'))) {
    expect(circleIn(JSON.parse(readFileSync(join(assembly.directory, file), 'utf8')).Resources)).toBeUndefined();
  }
});

test('shards in stacks wait for the platform alone', () => {
  const assembly = platformAndTeam(MeshShards.stacks(2)).synth();

  const needs = assembly.stacks.filter(({ stackName }) => stackName !== 'Platform')
    .map(({ stackName, dependencies }) => [stackName, dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets'))]);
  expect(needs.length).toBeGreaterThanOrEqual(2);
  expect(needs.map(([, ids]) => ids)).toEqual(needs.map(() => ['Platform']));
});
