import { aws_iam as iam, aws_s3 as s3, aws_sqs as sqs } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { program, version } from './program';
import { MeshService } from '../../lib';

test('a grant reaches the role of the service, in a policy of its own', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const bucket = new s3.Bucket(stack, 'Images');

  bucket.grantRead(service);

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    Description: 'Service account shop/catalog',
    Policies: [
      Match.objectLike({ PolicyName: 'mesh' }),
      { PolicyName: 'grants', PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'], Effect: 'Allow' })] }) },
    ],
  });
});

test('a grant reaches the role of every version where each has its own', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1'), version('v2')], identityPerVersion: true });
  const queue = new sqs.Queue(stack, 'Jobs');

  queue.grantConsumeMessages(service);

  const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role', { Properties: { Policies: Match.arrayWith([Match.objectLike({ PolicyName: 'grants' })]) } }));
  expect(roles).toHaveLength(2);
});

test('a resource policy names the roles of the service', () => {
  const { stack, mesh } = program();
  const service = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const queue = new sqs.Queue(stack, 'Jobs');

  queue.addToResourcePolicy(new iam.PolicyStatement({
    actions: ['sqs:SendMessage'], principals: [service.grantPrincipal], resources: ['*'],
  }));

  Template.fromStack(stack).hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Principal: { AWS: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('ShopCatalogRole'), 'Arn'] }] } })] }),
  });
});
