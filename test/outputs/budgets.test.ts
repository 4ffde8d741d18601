import { App, aws_iam as iam, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { clusterPort } from './templates';
import { renderDiagnostic } from '../../lib/diagnostics';
import { checkBudgets } from '../../lib/outputs/cloudformation/budgets';
import { planGrants, writeGrants } from '../../lib/outputs/cloudformation/grant-policies';
import { policyItem, unitItem } from '../../lib/outputs/cloudformation/load';
import { writeManifests } from '../../lib/outputs/cloudformation/manifests';
import { mergeStatements } from '../../lib/outputs/cloudformation/policy-size';
import { openRole } from '../../lib/outputs/cloudformation/roles';
import type { ShardPlan } from '../../lib/outputs/cloudformation/shards';
import { Wave, type Unit } from '../../lib/plan/unit';
import { configMap, MESH_UNITS, serviceUnits, unit } from '../plan/units';

interface Surroundings {
  readonly plan?: ShardPlan;
  /** Resources that are in the stack of the mesh already. */
  readonly others?: number;
  readonly existingPerTeam?: number;
}

function texts(units: readonly Unit[], { plan, others = 0, existingPerTeam = 0 }: Surroundings = {}) {
  const app = new App();
  const mesh = new Construct(new Stack(app, 'Main'), 'Mesh');
  const team = new Construct(new Stack(app, 'Team'), 'Products');
  for (let index = 0; index < others; index++) new CfnResource(mesh, `Other${index}`, { type: 'Test::Other' });
  for (let index = 0; index < existingPerTeam; index++) new CfnResource(team, `Other${index}`, { type: 'Test::Other' });
  return checkBudgets({
    units, roles: [], mesh, origin: { path: 'Main/Mesh', type: 'Mesh' }, ...(plan === undefined ? {} : { plan }),
    constructAt: (owner) => owner.startsWith('Team') ? team : mesh,
  }).map(renderDiagnostic);
}

const services = (count: number) => [...MESH_UNITS, ...Array.from({ length: count }, (_, index) => serviceUnits(index)).flat()];
const large = (index: number, bytes: number) => unit(`shop/service-${index}/config`, { shard: `service:service-${index}`, objects: [configMap(`config-${index}`, { text: 'x'.repeat(bytes) })] });

test('a program within all limits has no finding', () => {
  expect(texts(services(150), { others: 40 })).toEqual([]);
});

test('too many resources are told with their number, what else is in the stack included, and with the shards that would do', () => {
  expect(texts(services(200), { others: 40 })).toEqual([`MESH501 stack 'Main' would hold 642 resources, more than the 500 of a stack
  at   Main/Mesh (Mesh), shards
  fix  declare shards: MeshShards.nested(2)`]);
});

test('the shards that the remedy names do fit', () => {
  expect(texts(services(200), { others: 40, plan: { count: 2, kind: 'nested' } })).toEqual([]);
  expect(texts(services(200), { others: 40, plan: { count: 1, kind: 'nested' } })).toEqual([`MESH501 Shard0 of stack 'Main' would hold 600 resources, more than the 500 of a stack
  at   Main/Mesh (Mesh), shards = 1
  fix  declare shards: MeshShards.nested(2) instead of MeshShards.nested(1) before the first deployment; later it moves services from stack to stack, which deletes and creates them`]);
});

test('a template that would be too large is told with its bytes', () => {
  expect(texts(Array.from({ length: 15 }, (_, index) => large(index, 80_000)))).toEqual([`MESH501 stack 'Main' would hold a template of about 1210235 bytes, more than the 1000000 of CloudFormation
  at   Main/Mesh (Mesh), shards
  fix  declare shards: MeshShards.nested(2)`]);
});

test('more resources than one deployment may nest lead to stacks beside the mesh', () => {
  expect(texts(services(1000), { plan: { count: 10, kind: 'nested' } })).toEqual([`MESH501 stack 'Main' and its nested shards would hold 3002 resources, more than the 2500 of one deployment
  at   Main/Mesh (Mesh), shards = 10
  fix  declare shards: MeshShards.stacks(10) instead of MeshShards.nested(10) before the first deployment; later it moves services from stack to stack, which deletes and creates them`]);
  expect(texts(services(1000), { plan: { count: 10, kind: 'stacks' } })).toEqual([]);
});

test('what shards cannot take has to leave the stack', () => {
  expect(texts(services(1), { others: 510 })).toEqual([`MESH501 stack 'Main' would hold 515 resources, more than the 500 of a stack
  at   Main/Mesh (Mesh), shards
  fix  move gateways, services or other resources to stacks of their own: what shards cannot take is too much already`]);
});

test('the stack of a team is checked as well, at the construct that the team wrote', () => {
  const owned = Array.from({ length: 2 }, (_, index) => serviceUnits(index, 'Team/Products')).flat();

  expect(texts([...MESH_UNITS, ...owned], { existingPerTeam: 496 })).toEqual([`MESH501 stack 'Team' would hold 502 resources, more than the 500 of a stack
  at   Team/Products (Construct), scope
  fix  spread the services of this stack over several stacks`]);
});

describe('a unit whose update does not fit into an event is told with its bytes', () => {
  const what = (fix: string, property: string) => `MESH502 the objects of 'shop/service-1/config' (1) are 82109 bytes of JSON, more than the 81920 of one resource: the event of an update carries the old and the new ones
  at   Main/Mesh (Construct), ${property}
  fix  ${fix}`;

  test('for a version, a service or a gateway', () => {
    expect(texts([large(1, 82_000)])).toEqual([what('shorten its texts and lists, or spread it over several services or gateways', "'shop/service-1/config'")]);
    expect(texts([large(1, 81_000)])).toEqual([]);
  });

  test('for routes of a gateway', () => {
    expect(texts([{ ...large(1, 82_000), wave: Wave.ROUTES }])).toEqual([what('spread the routes of the gateway over more buckets: routeBuckets', "'shop/service-1/config'")]);
  });

  test("for the user's own objects", () => {
    expect(texts([{ ...large(1, 82_000), property: "addObjects('own')" }])).toEqual([what('add the objects in several parts, or shorten their texts', "addObjects('own')")]);
  });

  test('with characters that are several bytes', () => {
    expect(texts([unit('shop/a/b', { objects: [configMap('c', { text: '\u00e4'.repeat(41_000) })] })])).toHaveLength(1);
  });
});

test('estimated bytes are not below those of the real template', () => {
  const units = services(120);
  const stack = new Stack(new App(), 'Main');
  writeManifests(units, { cluster: clusterPort(), mesh: 'shop', scopeOf: () => stack, adoptExisting: false });

  const estimated = units.reduce((sum, each) => sum + unitItem(each).bytes, 0);

  const actual = JSON.stringify(Template.fromStack(stack).toJSON(), undefined, 1).length;
  expect(estimated).toBeGreaterThanOrEqual(actual);
  expect(estimated).toBeLessThan(3 * actual);
});

test('estimated bytes of policies are not below those of the real template', () => {
  const stack = new Stack(new App(), 'Main');
  const roles = [openRole(stack, { namespace: 'shop', name: 'catalog' })];
  const service = new Construct(stack, 'Catalog');
  const statements = Array.from({ length: 60 }, (_, index) => new iam.PolicyStatement({
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    resources: [new CfnResource(service, `Queue${index}`, { type: 'AWS::SQS::Queue' }).getAtt('Arn').toString(), `${Fn.ref('AWS::Partition')}:${Fn.ref('AWS::Region')}/*`],
  }));
  const plan = planGrants(mergeStatements(statements, service).statements, service, 0);

  const estimated = [plan.inline!, ...plan.managed].reduce((sum, document) => sum + policyItem({ owner: service.node.path, shard: 'main' }, document.toJSON() as object).bytes, 0);

  const written = writeGrants(plan, { id: 'shop/catalog', scope: service, roles });
  const actual = JSON.stringify(stack.resolve(written.map((resource) => (resource as unknown as { _toCloudFormation(): object })._toCloudFormation())), undefined, 1).length;
  expect(estimated).toBeGreaterThanOrEqual(actual);
  expect(estimated).toBeLessThan(3 * actual);
});

test('policies count, and roles that stand in the tree already count once', () => {
  const app = new App();
  const mesh = new Construct(new Stack(app, 'Main'), 'Mesh');
  for (let index = 0; index < 498; index++) new CfnResource(mesh, `Other${index}`, { type: 'Test::Other' });
  const standing = openRole(mesh, { namespace: 'shop', name: 'catalog' });
  const role = { namespace: 'shop', name: 'catalog', owner: 'Main/Mesh', shard: 'main', permissions: [] };
  const policy = policyItem(role, {});
  const findings = (policies: number, counted: boolean) => checkBudgets({
    units: [], roles: [role], policies: Array.from({ length: policies }, () => policy), mesh, origin: { path: 'Main/Mesh', type: 'Mesh' }, constructAt: () => mesh,
    ...(counted ? { counted: new Set([standing]) } : {}),
  }).map(({ what }) => what);

  expect(findings(1, true)).toEqual([]);
  expect(findings(2, true)).toEqual(["stack 'Main' would hold 501 resources, more than the 500 of a stack"]);
  expect(findings(1, false)).toEqual(["stack 'Main' would hold 501 resources, more than the 500 of a stack"]);
});
