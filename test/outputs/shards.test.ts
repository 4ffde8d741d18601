import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { circleIn, clusterPort, edgesOf, manifestsOf, resourcesOf, type TemplateResource } from './templates';
import { renderDiagnostic } from '../../lib/diagnostics';
import { checkBudgets } from '../../lib/outputs/cloudformation/budgets';
import { writeManifests } from '../../lib/outputs/cloudformation/manifests';
import { writeRoles, type RoleRequest } from '../../lib/outputs/cloudformation/roles';
import { checkShardPlan, placeOf, Shards, type ShardPlan } from '../../lib/outputs/cloudformation/shards';
import type { Unit } from '../../lib/plan/unit';
import { MESH_UNITS, serviceUnits, unit } from '../plan/units';

const EDGE = unit('shop/gateway/routes', { shard: 'edge', needs: ['shop/mesh'] });
const role = (index: number): RoleRequest => ({
  name: `service-${index}`, namespace: 'shop', owner: 'Main/Mesh', shard: `service:service-${index}`, permissions: [],
});

/** A mesh of many services, written in shards. */
function program(services: number, plan: ShardPlan | undefined) {
  const app = new App();
  const main = new Stack(app, 'Main');
  const mesh = new Construct(main, 'Mesh');
  const barrier = new CfnResource(main, 'Barrier', { type: 'Test::Barrier' });
  const indices = Array.from({ length: services }, (_, index) => index);
  const units: readonly Unit[] = [...MESH_UNITS, ...indices.flatMap((index) => serviceUnits(index)), EDGE];
  const roles = indices.map(role);
  const shards = new Shards({ scope: mesh, name: 'shop' }, plan);
  const scopeOf = ({ shard }: { readonly shard: string }) => shards.scopeOf(shard, mesh);
  const findings = checkBudgets({ units, roles, mesh, origin: { path: 'Main/Mesh', type: 'Mesh' }, plan, constructAt: () => mesh });
  writeRoles(roles, { scopeOf, oidcProvider: clusterPort().oidcProvider });
  writeManifests(units, { cluster: clusterPort([barrier]), mesh: 'shop', scopeOf, adoptExisting: false });
  return { app, main, mesh, shards, findings };
}

const dependsOn = (resource: TemplateResource) => resource.DependsOn ?? [];

test('all units of a service share a shard, which depends on its id and the number alone', () => {
  const plan: ShardPlan = { count: 7, kind: 'nested' };

  expect(placeOf('service:shop/products', plan)).toEqual(placeOf('service:shop/products', { ...plan, kind: 'stacks' }));
  expect(placeOf('service:shop/products', undefined)).toEqual({ kind: 'main' });
  expect([placeOf('main', plan), placeOf('edge', plan)]).toEqual([{ kind: 'main' }, { kind: 'edge' }]);
});

const templateOf = (stack: Stack) => Template.fromStack(stack).toJSON() as { readonly Resources: { readonly [id: string]: TemplateResource } };

const SIZES = [['nested', 500, 7], ['stacks', 750, 10]] as const;

test.each(SIZES)('%s shards hold %d services, without a circle, each template within its limits', (kind, services, count) => {
  const { main, shards, findings } = program(services, { count, kind });

  const templates = [...shards.all, main].map(templateOf);

  expect(findings).toEqual([]);
  expect(templates).toHaveLength(count + 2);
  for (const template of templates) {
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
    expect(circleIn(template.Resources)).toBeUndefined();
  }
});

test('nested service shards wait for what they need of the mesh and not for each other; the edge waits for all; all get the function of the mesh', () => {
  const { main, shards } = program(20, { count: 3, kind: 'nested' });
  const resources = resourcesOf(main);

  const idOf = (name: string) => Object.keys(resources).find((id) => id.startsWith(`Shop${name}`))!;
  const mesh = [idOf('Namespace'), idOf('Mesh')].sort();
  const services = [0, 1, 2].map((index) => idOf(`Shard${index}`));
  for (const id of services) expect([...dependsOn(resources[id]!)].sort()).toEqual(mesh);
  expect([...dependsOn(resources[idOf('EdgeShard')]!)].sort()).toEqual([idOf('Mesh'), ...services].sort());
  for (const id of [...services, idOf('EdgeShard')]) expect(edgesOf(resources[id]!)).toContain('MeshDeployer');
  expect(edgesOf(resources.MeshDeployer!)).toContain('Barrier');
  for (const shard of shards.all) {
    const { Resources } = templateOf(shard);
    expect(Object.values(Resources).map(({ Type }) => Type)).not.toContain('AWS::Lambda::Function');
    for (const { Properties } of Object.values(manifestsOf(shard))) expect(Properties.ServiceToken).toEqual({ Ref: expect.stringMatching(/MeshDeployer.*Arn/) });
  }
});

test('shards beside the mesh are stacks of the same scope that depend on it', () => {
  const { app, main, shards } = program(20, { count: 3, kind: 'stacks' });

  const names = shards.all.map(({ stackName }) => stackName).sort();

  expect(names).toEqual(['Main-EdgeShard', 'Main-Shard0', 'Main-Shard1', 'Main-Shard2']);
  for (const shard of shards.all) expect(shard.dependencies).toContain(main);
  const edge = shards.all.find(({ stackName }) => stackName === 'Main-EdgeShard')!;
  expect(edge.dependencies.map(({ stackName }) => stackName).sort()).toEqual(['Main', 'Main-Shard0', 'Main-Shard1', 'Main-Shard2']);
  expect(app.synth().stacks).toHaveLength(5);
});

test('a nested shard keeps its logical id when the mesh moves in the tree', () => {
  const ids = [['Mesh'], ['Platform', 'Mesh']].map((path) => {
    const main = new Stack(new App(), 'Main');
    const mesh = path.reduce<Construct>((scope, id) => new Construct(scope, id), main);
    const shards = new Shards({ scope: mesh, name: 'shop' }, { count: 1, kind: 'nested' });
    new CfnResource(shards.scopeOf('service:a', mesh), 'Any', { type: 'Test::Any' });
    return Object.keys(resourcesOf(main));
  });

  expect(ids[0]).toEqual(ids[1]);
  expect(ids[0]![0]).toMatch(/^ShopShard0[0-9a-f]{8}$/);
});

test('what belongs to a construct of another stack stays there', () => {
  const app = new App();
  const mesh = new Construct(new Stack(app, 'Main'), 'Mesh');
  const team = new Construct(new Stack(app, 'Team'), 'Products');
  const shards = new Shards({ scope: mesh, name: 'shop' }, { count: 3, kind: 'nested' });

  expect(shards.scopeOf('service:products', team)).toBe(team);
  expect(shards.scopeOf('main', mesh)).toBe(mesh);
  expect(shards.all).toEqual([]);
});

test.each([0, -1, 1.5, 201, Number.NaN])('a plan of %p shards is refused', (count) => {
  const mesh = new Construct(new Stack(new App(), 'Main'), 'Mesh');

  expect(checkShardPlan({ count, kind: 'nested' }, { path: 'Main/Mesh', type: 'Mesh' }, mesh).map(renderDiagnostic)).toEqual([
    `MESH506 the number of shards is ${count}, not an integer from 1 to 200
  at   Main/Mesh (Mesh), shards = ${count}
  fix  declare about one shard for every 25 services that you expect in the end, and keep the number`,
  ]);
});

test('stacks beside a mesh in a nested stack are refused', () => {
  const mesh = new Construct(new NestedStack(new Stack(new App(), 'Main'), 'Inner'), 'Mesh');

  expect(checkShardPlan({ count: 2, kind: 'stacks' }, { path: 'Main/Inner/Mesh', type: 'Mesh' }, mesh).map(renderDiagnostic)).toEqual([
    `MESH506 shards are stacks beside that of the mesh, but the stack of the mesh is nested
  at   Main/Inner/Mesh (Mesh), shards = 2
  fix  declare MeshShards.nested(2), or make the mesh in a stack that is not nested`,
  ]);
});
