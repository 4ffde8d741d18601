/** Where roles and policies of services stand: in shards, in stacks of teams, in nested stacks, in a mesh that is made elsewhere. */
import { App, aws_kms as kms, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sqs as sqs, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Mesh, MeshProvider, MeshService, MeshShards, ServiceVersion } from '../../../lib';
import { circleIn, resourcesOf, type TemplateResource } from '../../outputs/templates';
import { existingCluster, program, version } from '../program';

type Resources = { readonly [id: string]: TemplateResource };

/** A mesh in two shards: services 0, 2 and 4 read a secret whose key names their roles, services 1, 3 and 5 a bucket each. All know the secret. */
function sharded(kind: 'nested' | 'stacks'): ReadonlyMap<string, Resources> {
  const { app, stack, mesh } = program({ shards: MeshShards[kind](2) });
  const secret = new secretsmanager.Secret(stack, 'Password', { encryptionKey: new kms.Key(stack, 'Key') });
  for (let index = 0; index < 6; index++) {
    const v1 = ServiceVersion.fromImage('v1', { image: 'shop/app:v1', env: { PASSWORD: secret.secretArn } });
    const service = new MeshService(mesh, `Service${index}`, { versions: [v1] });
    if (index % 2 === 0) secret.grantRead(service);
    else new s3.Bucket(stack, `Bucket${index}`).grantRead(service);
  }
  app.synth();
  const shards = [...stack.node.findAll(), ...app.node.children].filter((node): node is Stack => Stack.isStack(node) && node !== stack);
  return new Map([stack, ...shards].map((one) => [one.node.id, resourcesOf(one)]));
}

/** The place of each service's resources of a kind. */
function placesOf(templates: ReadonlyMap<string, Resources>, part: 'Role' | 'Grants') {
  const found = [...templates].flatMap(([place, resources]) => Object.keys(resources).map((id) => ({ place, match: new RegExp(`^ShopService(\\d)${part}[0-9a-f]{8}$`).exec(id) })));
  return Object.fromEntries(found.flatMap(({ place, match }) => match === null ? [] : [[match[1], place === 'Shop' ? 'mesh' : 'shard']]));
}

function dependenciesOf(templates: ReadonlyMap<string, Resources>, isMeant: (id: string, resource: TemplateResource) => boolean): readonly string[] {
  return [...templates.values()].flatMap((resources) => Object.entries(resources)).filter(([id, resource]) => isMeant(id, resource)).flatMap(([, { DependsOn = [] }]) => DependsOn);
}

describe.each(['nested', 'stacks'] as const)('in shards of kind %s', (kind) => {
  test('roles that a key names stand beside the mesh, all others in the shards, and nothing closes a circle', () => {
    const templates = sharded(kind);

    const expected = { 0: 'mesh', 1: 'shard', 2: 'mesh', 3: 'shard', 4: 'mesh', 5: 'shard' };

    expect(placesOf(templates, 'Role')).toEqual(expected);
    expect(placesOf(templates, 'Grants')).toEqual(expected);
    for (const resources of templates.values()) expect(circleIn(resources)).toBeUndefined();
  });

  test('pods wait for rights in their shard', () => {
    const awaited = dependenciesOf(sharded(kind), (id) => /^ShopService[135]V1Version[0-9a-f]{8}$/.test(id));

    for (const index of [1, 3, 5]) expect(awaited).toContainEqual(expect.stringMatching(new RegExp(`^ShopService${index}Grants`)));
  });
});

test('nested shards wait for rights beside the mesh', () => {
  const awaited = dependenciesOf(sharded('nested'), (_, { Type }) => Type === 'AWS::CloudFormation::Stack');

  for (const index of [0, 2, 4]) expect(awaited).toContainEqual(expect.stringMatching(new RegExp(`^ShopService${index}Grants`)));
});

test('nested stacks of the user keep the roles of their services', () => {
  const { app, stack, mesh } = program();
  const nested = new NestedStack(stack, 'Team');
  const service = new MeshService(nested, 'Catalog', { mesh, versions: [version('v1')] });

  new sqs.Queue(stack, 'Jobs').grantPurge(service);

  app.synth();
  expect(Object.keys(resourcesOf(nested)).filter((id) => /^ShopCatalog(Role|Grants)/.test(id))).toHaveLength(2);
});

test('a mesh that is made elsewhere grants its services the same', () => {
  const stack = new Stack(new App(), 'Team', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = Mesh.fromMeshAttributes(stack, 'Mesh', { meshName: 'shop', namespace: 'shop', cluster: existingCluster(stack), provider: MeshProvider.istio() });
  const service = new MeshService(stack, 'Catalog', { mesh, versions: [version('v1')] });

  new s3.Bucket(stack, 'Images', { encryptionKey: new kms.Key(stack, 'Key') }).grantReadWrite(service);

  expect(circleIn(resourcesOf(stack))).toBeUndefined();
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
});
