/** One resource of every class of aws-cdk-lib that has `grant*` methods, with as few properties as it needs; the common ones also with a key of their own. */
import {
  aws_apigateway as apigateway, aws_apigatewayv2 as apigatewayv2, aws_appconfig as appconfig, aws_appmesh as appmesh, aws_batch as batch,
  aws_cloudfront as cloudfront, aws_cloudfront_origins as origins, aws_codebuild as codebuild, aws_codecommit as codecommit,
  aws_codedeploy as codedeploy, aws_codeguruprofiler as profiler, aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_docdb as docdb,
  aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecr as ecr, aws_ecs as ecs, aws_efs as efs, aws_elasticsearch as elasticsearch, aws_events as events,
  aws_iam as iam, aws_kinesis as kinesis, aws_kinesisfirehose as firehose, aws_kms as kms, aws_lambda as lambda, aws_lambda_nodejs as nodejs, aws_logs as logs,
  aws_opensearchservice as opensearch, aws_rds as rds, aws_route53 as route53, aws_s3 as s3, aws_s3_assets as assets, aws_scheduler as scheduler,
  aws_secretsmanager as secretsmanager, aws_ses as ses, aws_sns as sns, aws_sqs as sqs, aws_ssm as ssm, aws_stepfunctions as sfn, custom_resources, Duration, Size, triggers,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as more from './more-resources';

/** Makes the resource `Subject` and whatever it needs below a scope. */
export type Maker = (scope: Construct) => object;

const vpcOf = (scope: Construct) => new ec2.Vpc(scope, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
const keyOf = (scope: Construct) => new kms.Key(scope, 'Key');
const code = { code: lambda.Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X };
const functionOf = (scope: Construct, id = 'Function') => new lambda.Function(scope, id, code);
const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
const waiting = { interval: Duration.seconds(5), maxAttempts: 3, backoffRate: 1 };
const container = { image: ecs.ContainerImage.fromRegistry('nginx'), memoryLimitMiB: 128 };

function withContainer<T extends ecs.TaskDefinition>(definition: T): T {
  definition.addContainer('Main', container);
  return definition;
}

const auroraOf = (scope: Construct) => ({
  engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }), vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
});
const instanceOf = (scope: Construct) => ({
  engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }), vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
});
const serverlessOf = (scope: Construct) => ({
  engine: rds.DatabaseClusterEngine.AURORA_MYSQL, vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, enableDataApi: true,
});

/** By name of the class, `module.Class`; what follows a space tells variants apart. */
export const RESOURCES: { readonly [name: string]: Maker } = {
  ...more.RESOURCES,
  'aws_apigateway.ApiKey': (scope) => new apigateway.ApiKey(scope, 'Subject'),
  'aws_apigateway.Method': (scope) => new apigateway.RestApi(scope, 'Api').root.addMethod('GET'),
  'aws_apigateway.RateLimitedApiKey': (scope) => new apigateway.RateLimitedApiKey(scope, 'Subject'),
  'aws_apigatewayv2.ApiKey': (scope) => new apigatewayv2.ApiKey(scope, 'Subject'),
  'aws_apigatewayv2.RateLimitedApiKey': (scope) => new apigatewayv2.RateLimitedApiKey(scope, 'Subject'),
  'aws_apigatewayv2.WebSocketApi': (scope) => new apigatewayv2.WebSocketApi(scope, 'Subject'),
  'aws_apigatewayv2.WebSocketStage': (scope) => new apigatewayv2.WebSocketStage(scope, 'Subject', { webSocketApi: new apigatewayv2.WebSocketApi(scope, 'Api'), stageName: 'live' }),
  'aws_appconfig.Environment': (scope) => new appconfig.Environment(scope, 'Subject', { application: new appconfig.Application(scope, 'Application') }),
  'aws_appmesh.VirtualGateway': (scope) => new appmesh.VirtualGateway(scope, 'Subject', { mesh: new appmesh.Mesh(scope, 'AppMesh') }),
  'aws_appmesh.VirtualNode': (scope) => new appmesh.VirtualNode(scope, 'Subject', { mesh: new appmesh.Mesh(scope, 'AppMesh') }),
  'aws_batch.EcsJobDefinition': (scope) => new batch.EcsJobDefinition(scope, 'Subject', {
    container: new batch.EcsEc2ContainerDefinition(scope, 'Container', { cpu: 1, memory: Size.mebibytes(128), image: ecs.ContainerImage.fromRegistry('nginx') }),
  }),
  'aws_cloudfront.Distribution': (scope) => new cloudfront.Distribution(scope, 'Subject', { defaultBehavior: { origin: new origins.HttpOrigin('example.com') } }),
  'aws_cloudfront.CloudFrontWebDistribution': (scope) => new cloudfront.CloudFrontWebDistribution(scope, 'Subject', {
    originConfigs: [{ customOriginSource: { domainName: 'example.com' }, behaviors: [{ isDefaultBehavior: true }] }],
  }),
  'aws_codebuild.ReportGroup': (scope) => new codebuild.ReportGroup(scope, 'Subject'),
  'aws_codecommit.Repository': (scope) => new codecommit.Repository(scope, 'Subject', { repositoryName: 'shop' }),
  'aws_codedeploy.LambdaDeploymentGroup': (scope) => new codedeploy.LambdaDeploymentGroup(scope, 'Subject', { alias: functionOf(scope).addAlias('live') }),
  'aws_codeguruprofiler.ProfilingGroup': (scope) => new profiler.ProfilingGroup(scope, 'Subject'),
  'aws_codepipeline_actions.ManualApprovalAction': (scope) => {
    const approval = new actions.ManualApprovalAction({ actionName: 'Approve' });
    const artifact = new codepipeline.Artifact();
    const source = new actions.S3SourceAction({ actionName: 'Source', bucket: new s3.Bucket(scope, 'Source', { versioned: true }), bucketKey: 'source.zip', output: artifact });
    new codepipeline.Pipeline(scope, 'Pipeline', { stages: [{ stageName: 'Source', actions: [source] }, { stageName: 'Approval', actions: [approval] }] });
    return approval;
  },
  'aws_docdb.DatabaseSecret': (scope) => new docdb.DatabaseSecret(scope, 'Subject', { username: 'shop', encryptionKey: keyOf(scope) }),
  'aws_dynamodb.Table': (scope) => new dynamodb.Table(scope, 'Subject', { partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE }),
  'aws_dynamodb.Table with a key': (scope) => new dynamodb.Table(scope, 'Subject', { partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE, encryptionKey: keyOf(scope) }),
  'aws_dynamodb.TableV2': (scope) => new dynamodb.TableV2(scope, 'Subject', { partitionKey, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE }),
  'aws_dynamodb.TableV2 with a key': (scope) => new dynamodb.TableV2(scope, 'Subject', {
    partitionKey, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE, encryption: dynamodb.TableEncryptionV2.customerManagedKey(keyOf(scope)),
  }),
  'aws_ec2.Volume': (scope) => new ec2.Volume(scope, 'Subject', { availabilityZone: 'eu-west-1a', size: Size.gibibytes(8), encrypted: true, encryptionKey: keyOf(scope) }),
  'aws_ecr.Repository': (scope) => new ecr.Repository(scope, 'Subject'),
  'aws_ecs.Cluster': (scope) => new ecs.Cluster(scope, 'Subject', { vpc: vpcOf(scope) }),
  'aws_ecs.Ec2TaskDefinition': (scope) => withContainer(new ecs.Ec2TaskDefinition(scope, 'Subject')),
  'aws_ecs.ExternalTaskDefinition': (scope) => withContainer(new ecs.ExternalTaskDefinition(scope, 'Subject')),
  'aws_ecs.FargateTaskDefinition': (scope) => withContainer(new ecs.FargateTaskDefinition(scope, 'Subject')),
  'aws_ecs.TaskDefinition': (scope) => withContainer(new ecs.TaskDefinition(scope, 'Subject', { compatibility: ecs.Compatibility.EC2 })),
  'aws_efs.FileSystem': (scope) => new efs.FileSystem(scope, 'Subject', { vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }),
  'aws_efs.FileSystem with a key': (scope) => new efs.FileSystem(scope, 'Subject', { vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, kmsKey: keyOf(scope) }),
  'aws_elasticsearch.Domain': (scope) => new elasticsearch.Domain(scope, 'Subject', { version: elasticsearch.ElasticsearchVersion.V7_10 }),
  'aws_events.EventBus': (scope) => new events.EventBus(scope, 'Subject'),
  'aws_iam.LazyRole': (scope) => new iam.LazyRole(scope, 'Subject', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  'aws_iam.Role': (scope) => new iam.Role(scope, 'Subject', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  'aws_kinesis.Stream': (scope) => new kinesis.Stream(scope, 'Subject'),
  'aws_kinesis.Stream with a key': (scope) => new kinesis.Stream(scope, 'Subject', { encryptionKey: keyOf(scope) }),
  'aws_kinesis.StreamConsumer': (scope) => new kinesis.StreamConsumer(scope, 'Subject', { streamConsumerName: 'shop', stream: new kinesis.Stream(scope, 'Stream', { encryptionKey: keyOf(scope) }) }),
  'aws_kinesisfirehose.DeliveryStream': (scope) => new firehose.DeliveryStream(scope, 'Subject', { destination: new firehose.S3Bucket(new s3.Bucket(scope, 'Bucket')) }),
  'aws_kinesisfirehose.KinesisStreamSource': (scope) => new firehose.KinesisStreamSource(new kinesis.Stream(scope, 'Stream')),
  'aws_kms.Alias': (scope) => new kms.Alias(scope, 'Subject', { aliasName: 'alias/shop', targetKey: keyOf(scope) }),
  'aws_kms.Key': (scope) => new kms.Key(scope, 'Subject'),
  'aws_lambda.Alias': (scope) => functionOf(scope).addAlias('live'),
  'aws_lambda.DockerImageFunction': (scope) => new lambda.DockerImageFunction(scope, 'Subject', { code: lambda.DockerImageCode.fromEcr(new ecr.Repository(scope, 'Images')) }),
  'aws_lambda.Function': (scope) => functionOf(scope, 'Subject'),
  'aws_lambda.FunctionUrl': (scope) => functionOf(scope).addFunctionUrl(),
  'aws_lambda.SingletonFunction': (scope) => new lambda.SingletonFunction(scope, 'Subject', { ...code, uuid: 'f7d4f730-4ee1-11e8-9c2d-fa7ae01bbebc' }),
  'aws_lambda.Version': (scope) => functionOf(scope).currentVersion,
  'aws_lambda_nodejs.NodejsFunction': (scope) => new nodejs.NodejsFunction(scope, 'Subject', { ...code }),
  'aws_logs.LogGroup': (scope) => new logs.LogGroup(scope, 'Subject'),
  'aws_logs.LogGroup with a key': (scope) => new logs.LogGroup(scope, 'Subject', { encryptionKey: keyOf(scope) }),
  'aws_opensearchservice.Domain': (scope) => new opensearch.Domain(scope, 'Subject', { version: opensearch.EngineVersion.OPENSEARCH_2_19 }),
  'aws_rds.DatabaseCluster': (scope) => new rds.DatabaseCluster(scope, 'Subject', { ...auroraOf(scope), writer: rds.ClusterInstance.serverlessV2('writer'), enableDataApi: true }),
  'aws_rds.DatabaseClusterFromSnapshot': (scope) => new rds.DatabaseClusterFromSnapshot(scope, 'Subject', {
    ...auroraOf(scope), writer: rds.ClusterInstance.serverlessV2('writer'), snapshotIdentifier: 'snapshot', enableDataApi: true,
  }),
  'aws_rds.DatabaseInstance': (scope) => new rds.DatabaseInstance(scope, 'Subject', { ...instanceOf(scope), iamAuthentication: true }),
  'aws_rds.DatabaseInstanceFromSnapshot': (scope) => new rds.DatabaseInstanceFromSnapshot(scope, 'Subject', {
    ...instanceOf(scope), snapshotIdentifier: 'snapshot', credentials: rds.SnapshotCredentials.fromGeneratedSecret('shop'), iamAuthentication: true,
  }),
  'aws_rds.DatabaseInstanceReadReplica': (scope) => {
    const { engine, ...rest } = instanceOf(scope);
    const instanceType = new ec2.InstanceType('t4g.micro');
    return new rds.DatabaseInstanceReadReplica(scope, 'Subject', { ...rest, instanceType, sourceDatabaseInstance: new rds.DatabaseInstance(scope, 'Source', { engine, ...rest }) });
  },
  'aws_rds.DatabaseProxy': (scope) => {
    const instance = new rds.DatabaseInstance(scope, 'Instance', instanceOf(scope));
    return new rds.DatabaseProxy(scope, 'Subject', { proxyTarget: rds.ProxyTarget.fromInstance(instance), secrets: [instance.secret!], vpc: instance.vpc, iamAuth: true });
  },
  'aws_rds.DatabaseSecret': (scope) => new rds.DatabaseSecret(scope, 'Subject', { username: 'shop', encryptionKey: keyOf(scope) }),
  'aws_rds.ServerlessCluster': (scope) => new rds.ServerlessCluster(scope, 'Subject', serverlessOf(scope)),
  'aws_rds.ServerlessClusterFromSnapshot': (scope) => new rds.ServerlessClusterFromSnapshot(scope, 'Subject', { ...serverlessOf(scope), snapshotIdentifier: 'snapshot' }),
  'aws_route53.HostedZone': (scope) => new route53.HostedZone(scope, 'Subject', { zoneName: 'example.com' }),
  'aws_route53.PrivateHostedZone': (scope) => new route53.PrivateHostedZone(scope, 'Subject', { zoneName: 'example.com', vpc: vpcOf(scope) }),
  'aws_route53.PublicHostedZone': (scope) => new route53.PublicHostedZone(scope, 'Subject', { zoneName: 'example.com' }),
  'aws_s3.Bucket': (scope) => new s3.Bucket(scope, 'Subject'),
  'aws_s3.Bucket with a key': (scope) => new s3.Bucket(scope, 'Subject', { encryptionKey: keyOf(scope) }),
  'aws_s3_assets.Asset': (scope) => new assets.Asset(scope, 'Subject', { path: __filename }),
  'aws_scheduler.ScheduleGroup': (scope) => new scheduler.ScheduleGroup(scope, 'Subject'),
  'aws_secretsmanager.Secret': (scope) => new secretsmanager.Secret(scope, 'Subject'),
  'aws_secretsmanager.Secret with a key': (scope) => new secretsmanager.Secret(scope, 'Subject', { encryptionKey: keyOf(scope) }),
  'aws_secretsmanager.SecretTargetAttachment': (scope) => new secretsmanager.SecretTargetAttachment(scope, 'Subject', {
    secret: new secretsmanager.Secret(scope, 'Secret', { encryptionKey: keyOf(scope) }),
    target: new rds.DatabaseInstance(scope, 'Instance', instanceOf(scope)),
  }),
  'aws_ses.EmailIdentity': (scope) => new ses.EmailIdentity(scope, 'Subject', { identity: ses.Identity.domain('example.com') }),
  'aws_sns.Topic': (scope) => new sns.Topic(scope, 'Subject'),
  'aws_sns.Topic with a key': (scope) => new sns.Topic(scope, 'Subject', { masterKey: keyOf(scope) }),
  'aws_sqs.Queue': (scope) => new sqs.Queue(scope, 'Subject'),
  'aws_sqs.Queue with a key': (scope) => new sqs.Queue(scope, 'Subject', { encryptionMasterKey: keyOf(scope) }),
  'aws_ssm.StringListParameter': (scope) => new ssm.StringListParameter(scope, 'Subject', { stringListValue: ['a', 'b'] }),
  'aws_ssm.StringParameter': (scope) => new ssm.StringParameter(scope, 'Subject', { stringValue: 'a' }),
  'aws_stepfunctions.StateMachine': (scope) => new sfn.StateMachine(scope, 'Subject', { definitionBody: sfn.DefinitionBody.fromString('{}') }),
  'custom_resources.WaiterStateMachine': (scope) => new custom_resources.WaiterStateMachine(scope, 'Subject', { isCompleteHandler: functionOf(scope, 'IsComplete'), timeoutHandler: functionOf(scope, 'Timeout'), ...waiting }),
  'triggers.TriggerFunction': (scope) => new triggers.TriggerFunction(scope, 'Subject', code),
};
