/** What a grant to a service leaves behind: policies beside the roles, and pods that wait for them. */
import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CanaryService, MeshProvider, MeshService, ServiceVersion } from '../../../lib';
import { circleIn, resourcesOf } from '../../outputs/templates';
import { program, version } from '../program';

const catalogRole = { Ref: Match.stringLikeRegexp('^ShopCatalogRole[0-9a-f]{8}$') };
const statementsOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
  .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as readonly { readonly Action: unknown; readonly Resource: unknown }[]);

test('a grant stands in a policy of its own, which is attached to the role of the service', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });

  new s3.Bucket(stack, 'Images').grantRead(service);

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', {
    Description: 'Service account shop/catalog',
    Policies: [Match.objectLike({ PolicyName: 'mesh' })],
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^grants-[0-9a-f]{8}$'),
    PolicyDocument: { Version: '2012-10-17', Statement: [Match.objectLike({ Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'], Effect: 'Allow' })] },
    Roles: [catalogRole],
  });
});

test('a grant reaches the role of every version where each has its own', () => {
  const { stack, mesh } = program();
  const service = new CanaryService(mesh, 'Catalog', { stable: version('v1'), canary: version('v2'), canaryPercent: 5, identityPerVersion: true });

  new sqs.Queue(stack, 'Jobs').grantConsumeMessages(service);

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^grants-'),
    Roles: ['V1', 'V2'].map((name) => ({ Ref: Match.stringLikeRegexp(`^ShopCatalog${name}Role[0-9a-f]{8}$`) })),
  });
});

test('the policy of a resource names all roles of the service', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1'), version('v2')], weights: { v1: 50, v2: 50 }, identityPerVersion: true });
  const other = new MeshService(mesh, 'Orders', { versions: [version('v1')] });
  const queue = new sqs.Queue(stack, 'Jobs');
  const roles = ['CatalogV1', 'CatalogV2', 'Orders'].map((name) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(`^Shop${name}Role`), 'Arn'] }));

  queue.addToResourcePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], principals: [service.grantPrincipal, other.grantPrincipal], resources: ['*'] }));

  Template.fromStack(stack).hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Principal: { AWS: roles } })] }),
  });
});

test('a key whose policy names the role closes no circle with a secret that the pods read', () => {
  const { stack, mesh } = program({ provider: MeshProvider.istio() });
  const secret = new secretsmanager.Secret(stack, 'Password', { encryptionKey: new kms.Key(stack, 'Key') });
  const v1 = ServiceVersion.fromImage('v1', { image: 'shop/app:v1', env: { PASSWORD: secret.secretArn } });
  const service = new MeshService(mesh, 'Catalog', { versions: [v1] });
  const role = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ShopCatalogRole'), 'Arn'] };
  const throughSecrets = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } };

  secret.grantRead(service);

  expect(circleIn(resourcesOf(stack))).toBeUndefined();
  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Principal: { AWS: role }, Condition: throughSecrets })]) }),
  });
});

test('two services that may call one function both get the right', () => {
  const { stack, mesh } = program();
  const services = ['Catalog', 'Orders'].map((id) => new MeshService(mesh, id, { versions: [version('v1')] }));
  const fn = new lambda.Function(stack, 'Function', { code: lambda.Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });

  for (const service of services) fn.grantInvoke(service);

  expect(statementsOf(stack).filter(({ Action }) => Action === 'lambda:InvokeFunction')).toHaveLength(2);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
});

test('a bucket of another account is told nothing, and the role may read it', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });

  const grant = s3.Bucket.fromBucketAttributes(stack, 'Images', { bucketName: 'images', account: '444455556666' }).grantRead(service);

  expect(grant.success).toBe(true);
  expect(statementsOf(stack).map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining(':s3:::images')]);
  Template.fromStack(stack).resourceCountIs('AWS::S3::BucketPolicy', 0);
});

test("statements of the user's own reach the role", () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const statement = new iam.PolicyStatement({ actions: ['rekognition:DetectLabels'], resources: ['*'] });

  const { statementAdded } = service.grantPrincipal.addToPrincipalPolicy(statement);
  statement.addActions('rekognition:DetectText');

  expect(statementAdded).toBe(true);
  expect(statementsOf(stack)).toEqual([{ Action: ['rekognition:DetectLabels', 'rekognition:DetectText'], Effect: 'Allow', Resource: '*' }]);
});

test('pods wait for all of their rights, and what waits for a grant waits for its policy', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const later = new sqs.Queue(stack, 'Later');

  new sqs.Queue(stack, 'Jobs').grantConsumeMessages(service).applyBefore(later);

  const resources = Object.entries(resourcesOf(stack));
  const waiting = resources.filter(([, { DependsOn = [] }]) => [DependsOn].flat().some((id) => /^ShopCatalogGrants[0-9a-f]{8}$/.test(id))).map(([id]) => id);
  expect(waiting).toEqual(expect.arrayContaining([expect.stringMatching(/^Later/), expect.stringMatching(/^ShopCatalogV1Version[0-9a-f]{8}$/)]));
  expect(resources.filter(([id]) => waiting.includes(id) && id.startsWith('Shop')).map(([, { Properties }]) => JSON.stringify(Properties.Manifest)).join())
    .toContain('ServiceAccount');
});

test('whoever only looks at the principal gets no role', () => {
  const { stack, mesh } = program({ provider: MeshProvider.istio() });
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });

  const { conditions } = service.grantPrincipal.policyFragment;

  expect(conditions).toEqual({});
  expect(Object.keys(resourcesOf(stack)).filter((id) => id.includes('Role') && id.startsWith('ShopCatalog'))).toEqual([]);
});

test('a role keeps its logical id and its place, whether something is granted or not', () => {
  const rolesWith = (isGranted: boolean) => {
    const { stack, mesh } = program();
    const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
    if (isGranted) new sqs.Queue(stack, 'Jobs').grantPurge(service);
    return Template.fromStack(stack).findResources('AWS::IAM::Role');
  };

  expect(rolesWith(true)).toEqual(rolesWith(false));
});

test('a service in the stack of a team gets the account into the policy of a key beside the mesh, as a role whose stack depends on that of the key', () => {
  const { app, stack, mesh } = program();
  const team = new Stack(app, 'Team', { env: { account: '111122223333', region: 'eu-west-1' } });
  const service = new MeshService(team, 'Catalog', { mesh, versions: [version('v1')] });
  const key = new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [] } });

  kms.KeyGrants.fromKey(key).decrypt(service);

  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: Match.objectLike({ Statement: [Match.objectLike({ Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] } } })] }),
  });
  expect(statementsOf(team).map(({ Action }) => Action)).toEqual(['kms:Decrypt']);
});
