/** Grants that come too late, that no policy can hold, and that fill more than one. */
import { AspectPriority, Aspects, aws_dynamodb as dynamodb, aws_iam as iam, aws_sqs as sqs, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { MeshProvider, MeshService, type IMesh } from '../../../lib';
import { resourcesOf } from '../../outputs/templates';
import { errorOf, program, version } from '../program';

const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
const catalogOf = (mesh: IMesh & IConstruct) => new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
const LATE = `MESH106 mesh 'shop' was synthesized before this was added
  at   Shop/Mesh/Catalog (MeshService), grantPrincipal
  fix  add it in a constructor, or in an aspect of a priority below AspectPriority.MUTATING that acts when it visits the app or stage itself`;

describe('a grant after the mesh was written', () => {
  const lateGrant = (grant: (service: MeshService, stack: Stack) => void, before: (service: MeshService, stack: Stack) => void = () => undefined) => {
    const { app, stack, mesh } = program({ provider: MeshProvider.istio() });
    const service = catalogOf(mesh);
    before(service, stack);
    let isDone = false;
    Aspects.of(stack).add({
      visit: () => {
        if (!isDone) grant(service, stack);
        isDone = true;
      },
    }, { priority: AspectPriority.DEFAULT });
    return errorOf(() => app.synth());
  };
  const queue = (id: string) => (service: MeshService, stack: Stack) => { new sqs.Queue(stack, id).grantPurge(service); };

  test('is refused when it is the first', () => {
    expect(lateGrant(queue('Jobs'))).toBe(LATE);
  });

  test('is refused when there are others', () => {
    expect(lateGrant(queue('Late'), queue('Jobs'))).toBe(LATE);
  });

  test('is refused where the policy of a resource would name the role', () => {
    const named = (service: MeshService, stack: Stack) => {
      new sqs.Queue(stack, 'Late').addToResourcePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], principals: [service.grantPrincipal], resources: ['*'] }));
    };

    expect(lateGrant(named)).toBe(LATE);
    expect(lateGrant(named, queue('Jobs'))).toBe(LATE);
  });
});

test('a grant of an early aspect counts', () => {
  const { app, stack, mesh } = program({ provider: MeshProvider.istio() });
  const service = catalogOf(mesh);
  const queue = new sqs.Queue(stack, 'Jobs');
  Aspects.of(app).add({ visit: (node) => { if (node === app) queue.grantPurge(service); } }, { priority: AspectPriority.MUTATING - 1 });

  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
});

test('a statement that cannot stand in the policy of a role is refused', () => {
  const { app, mesh } = program();
  catalogOf(mesh).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'] }));

  expect(errorOf(() => app.synth())).toBe(`  [Shop/Mesh/Catalog] MESH508 a statement that is granted to service 'shop/catalog' cannot stand in the policy of a role: A PolicyStatement used in an identity-based policy must specify at least one resource.
  at   Shop/Mesh/Catalog (MeshService), grantPrincipal
  fix  give the statement actions and resources, and no principals`);
});

/** Every policy text of the roles, in characters as IAM counts them; references are as long as the names that stand for them. */
function sizesOf(stack: Stack) {
  const resources = Object.values(resourcesOf(stack));
  const size = (document: unknown) => JSON.stringify(stack.resolve(document), (_, value) => value?.['Fn::GetAtt'] === undefined ? value : 'x'.repeat(120)).length;
  const documents = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => size(Properties.PolicyDocument));
  const held = resources.filter(({ Properties }) => Properties?.Description === 'Service account shop/catalog')
    .flatMap(({ Properties }) => (Properties.Policies as readonly { readonly PolicyDocument: unknown }[] | undefined ?? []).map(({ PolicyDocument }) => size(PolicyDocument)));
  return { inline: documents('AWS::IAM::Policy'), managed: documents('AWS::IAM::ManagedPolicy'), held };
}

function grantTables(count: number, minimize = false) {
  const { app, stack, mesh } = program({}, { '@aws-cdk/aws-iam:minimizePolicies': minimize });
  const service = catalogOf(mesh);
  for (let index = 0; index < count; index++) new dynamodb.Table(stack, `Granted${index}`, { partitionKey }).grantReadWriteData(service);
  return { app, stack };
}

function grantQueues(count: number, minimize = false) {
  const { app, stack, mesh } = program({}, { '@aws-cdk/aws-iam:minimizePolicies': minimize });
  const service = catalogOf(mesh);
  for (let index = 0; index < count; index++) new sqs.Queue(stack, `Granted${index}`).grantConsumeMessages(service);
  return { app, stack };
}

test.each([['queues', grantQueues], ['tables', grantTables]] as const)('eighty grants of %s fill policies within the limits of IAM, and lose nothing', (_, grant) => {
  const { stack } = grant(80);

  const { inline, managed, held } = sizesOf(stack);

  expect(inline).toHaveLength(1);
  expect(inline[0]! + held[0]!).toBeLessThanOrEqual(10_240);
  expect(managed.length).toBeGreaterThan(1);
  expect(managed.length).toBeLessThanOrEqual(10);
  for (const size of managed) expect(size).toBeLessThanOrEqual(6_144);
  const text = JSON.stringify(Object.values(resourcesOf(stack)).filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type)));
  for (let index = 0; index < 80; index++) expect(text).toMatch(new RegExp(`"Granted${index}[0-9A-F]{8}"`));
});

test('pods wait for the managed policies, too', () => {
  const { stack } = grantTables(80);

  const resources = resourcesOf(stack);
  const account = Object.entries(resources).find(([id]) => /^ShopCatalogV1Version[0-9a-f]{8}$/.test(id))![1];

  expect(account.DependsOn).toEqual(expect.arrayContaining(Object.keys(resources).filter((id) => /^ShopCatalog(More)?Grants/.test(id))));
});

test('statements are merged where the program asks for it', () => {
  const { managed } = sizesOf(grantQueues(80, true).stack);

  expect(managed.length).toBeLessThan(sizesOf(grantQueues(80).stack).managed.length);
});

test('more than a role can have is refused, with the numbers and the way to less', () => {
  expect(errorOf(() => grantTables(250).app.synth())).toMatch(new RegExp(`^  \\[Shop/Mesh/Catalog\\] MESH507 the grants to service 'shop/catalog' take about \\d+ characters: \\d+ managed policies, more than the 10 of a role
  at   Shop/Mesh/Catalog \\(MeshService\\), grantPrincipal
  fix  name resources by a common prefix, for example 'arn:aws:dynamodb:\\*:\\*:table/shop-\\*', or part the service`));
});

test('a statement of many resources becomes several', () => {
  const { stack, mesh } = program();
  const resources = Array.from({ length: 200 }, (_, index) => `arn:aws:s3:::images-of-the-shop-number-${String(index).padStart(80, '0')}/*`);

  catalogOf(mesh).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ sid: 'Images', actions: ['s3:GetObject'], resources }));

  const documents = Object.values(resourcesOf(stack)).filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type))
    .map(({ Properties }) => Properties.PolicyDocument as { readonly Statement: readonly { readonly Sid: string; readonly Resource: readonly string[] }[] });
  expect(documents.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource)).sort()).toEqual(resources);
  for (const { Statement } of documents) expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
});

test('a statement that no policy can hold is refused', () => {
  const { app, mesh } = program();
  const conditions = { StringEquals: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`aws:PrincipalTag/${index}`, 'a value of some length'])) };

  catalogOf(mesh).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], conditions }));

  expect(errorOf(() => app.synth())).toMatch(/MESH507 a statement that is granted to service 'shop\/catalog' takes about \d+ characters, more than the 6144 of a managed policy/);
});
