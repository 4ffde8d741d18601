/** Resources of `resources.ts` whose classes need more than a line. */
import {
  aws_apigatewayv2 as apigatewayv2, aws_apigatewayv2_authorizers as authorizers, aws_apigatewayv2_integrations as integrations, aws_appsync as appsync, aws_backup as backup,
  aws_bedrockagentcore as agents, aws_cognito as cognito, aws_ecr as ecr, aws_lambda as lambda, aws_stepfunctions as sfn, SecretValue,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const gatewayOf = (scope: Construct, id = 'Subject') => new agents.Gateway(scope, id, { gatewayName: 'shop', authorizerConfiguration: agents.GatewayAuthorizer.usingAwsIam() });
const functionOf = (scope: Construct) => new lambda.Function(scope, 'Function', {
  code: lambda.Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});
const iamOnly = {
  authProviders: [{ authorizationType: appsync.AppSyncAuthorizationType.IAM }],
  connectionAuthModeTypes: [appsync.AppSyncAuthorizationType.IAM],
  defaultPublishAuthModeTypes: [appsync.AppSyncAuthorizationType.IAM],
  defaultSubscribeAuthModeTypes: [appsync.AppSyncAuthorizationType.IAM],
};
const eventApiOf = (scope: Construct) => new appsync.EventApi(scope, 'Api', { apiName: 'events', authorizationConfig: iamOnly });

export const RESOURCES: { readonly [name: string]: (scope: Construct) => object } = {
  'aws_apigatewayv2.HttpRoute': (scope) => {
    const api = new apigatewayv2.HttpApi(scope, 'Api');
    const integration = new integrations.HttpUrlIntegration('Integration', 'https://example.com');
    return api.addRoutes({ path: '/shop', integration, authorizer: new authorizers.HttpIamAuthorizer() })[0]!;
  },
  'aws_appsync.ChannelNamespace': (scope) => eventApiOf(scope).addChannelNamespace('Subject'),
  'aws_appsync.EventApi': eventApiOf,
  'aws_appsync.GraphqlApi': (scope) => new appsync.GraphqlApi(scope, 'Subject', {
    name: 'shop', definition: { schema: { bind: () => ({ apiId: 'api', definition: 'type Query { version: String! }' }) } },
    authorizationConfig: { defaultAuthorization: { authorizationType: appsync.AuthorizationType.IAM } },
  }),
  'aws_backup.BackupVault': (scope) => new backup.BackupVault(scope, 'Subject'),
  'aws_bedrockagentcore.ApiKeyCredentialProvider': (scope) => new agents.ApiKeyCredentialProvider(scope, 'Subject', { apiKey: SecretValue.unsafePlainText('key') }),
  'aws_bedrockagentcore.BrowserCustom': (scope) => new agents.BrowserCustom(scope, 'Subject'),
  'aws_bedrockagentcore.CodeInterpreterCustom': (scope) => new agents.CodeInterpreterCustom(scope, 'Subject'),
  'aws_bedrockagentcore.Evaluator': (scope) => new agents.Evaluator(scope, 'Subject', {
    evaluatorName: 'shop', level: agents.EvaluationLevel.TRACE,
    evaluatorConfig: agents.EvaluatorConfig.codeBased({ lambdaFunction: functionOf(scope) }),
  }),
  'aws_bedrockagentcore.Gateway': (scope) => gatewayOf(scope),
  'aws_bedrockagentcore.GatewayTarget': (scope) => agents.GatewayTarget.forLambda(scope, 'Subject', {
    gateway: gatewayOf(scope, 'Gateway'),
    lambdaFunction: functionOf(scope),
    toolSchema: agents.ToolSchema.fromInline([{ name: 'tool', description: 'a tool', inputSchema: { type: agents.SchemaDefinitionType.OBJECT } }]),
  }),
  'aws_bedrockagentcore.Memory': (scope) => new agents.Memory(scope, 'Subject', { memoryName: 'shop' }),
  'aws_bedrockagentcore.OAuth2CredentialProvider': (scope) => agents.OAuth2CredentialProvider.usingGithub(scope, 'Subject', { clientId: 'shop', clientSecret: SecretValue.unsafePlainText('key') }),
  'aws_bedrockagentcore.Runtime': (scope) => new agents.Runtime(scope, 'Subject', {
    agentRuntimeArtifact: agents.AgentRuntimeArtifact.fromEcrRepository(new ecr.Repository(scope, 'Images')),
  }),
  'aws_bedrockagentcore.WorkloadIdentity': (scope) => new agents.WorkloadIdentity(scope, 'Subject', { workloadIdentityName: 'shop' }),
  'aws_cognito.UserPool': (scope) => new cognito.UserPool(scope, 'Subject'),
  'aws_stepfunctions.Activity': (scope) => new sfn.Activity(scope, 'Subject'),
};
