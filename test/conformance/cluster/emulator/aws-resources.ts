/** Resources of AWS are taken as made: this gives them the names and attributes that templates refer to. */
import { createHash } from 'crypto';
import { ACCOUNT, REGION } from './options';
import { Properties, Text } from './template';

/** What a kubeconfig says about the living cluster. */
export interface Cluster { readonly name: string; readonly endpoint: string; readonly certificateAuthorityData: string }

interface Identity { readonly stack: string; readonly logicalId: string; readonly type: string; readonly properties: Properties; readonly serial: number }

/** Properties that name a resource; a change of one makes another resource. */
const NAMES: { readonly [type: string]: string } = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Lambda::LayerVersion': 'LayerName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::EKS::Cluster': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::ECR::Repository': 'RepositoryName',
};

/** Types whose `Ref` is an ARN. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html */
const REF_IS_ARN = new Set([
  'AWS::IAM::ManagedPolicy', 'AWS::Lambda::LayerVersion', 'AWS::Lambda::Version', 'AWS::Lambda::Alias', 'AWS::StepFunctions::StateMachine', 'AWS::SNS::Topic',
  'AWS::SecretsManager::Secret', 'AWS::CertificateManager::Certificate', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::ElasticLoadBalancingV2::Listener', 'AWS::IAM::OIDCProvider',
]);

/** Types of which every change makes a new one. */
const ALWAYS_REPLACED = new Set(['AWS::Lambda::LayerVersion', 'AWS::Lambda::Version']);

/** Whether new properties make another resource, with another physical id. */
export function replacesResource(type: string, old: Properties, properties: Properties): boolean {
  const name = NAMES[type];
  return ALWAYS_REPLACED.has(type) || (name !== undefined && old[name] !== properties[name]);
}

/** Physical id of a new resource: the name that the template gives, or one that never comes back. */
export function physicalId(identity: Identity, cluster: Cluster): string {
  const { stack, logicalId, type, properties, serial } = identity;
  const given = properties[NAMES[type] ?? ''];
  if (isCluster(type)) return typeof given === 'string' ? given : cluster.name;
  const suffix = createHash('sha256').update(`${stack}/${logicalId}/${serial}`).digest('hex').slice(0, 12);
  const generated = `${stack}-${logicalId}`.slice(0, 50) + `-${suffix}`;
  const name = typeof given === 'string' ? given : type.startsWith('AWS::EC2::') ? `${type.split('::')[2].toLowerCase()}-${suffix}` : generated;
  if (type === 'AWS::Lambda::LayerVersion') return `${arn(type, name)}:${serial}`;
  if (type === 'AWS::Lambda::Version' || type === 'AWS::Lambda::Alias') return `${functionArn(String(properties.FunctionName))}:${properties.Name ?? serial}`;
  return REF_IS_ARN.has(type) ? arn(type, name) : name;
}

/** `Fn::GetAtt`: what is known of the resource, else a text that names resource and attribute. */
export function attributeOf(type: string, id: string, properties: Properties, attribute: string, cluster: Cluster): Text {
  if (isCluster(type)) {
    const known = clusterAttributes(id, cluster)[attribute];
    if (known !== undefined) return known;
  }
  if (attribute === 'Arn' || attribute === `${type.split('::')[2]}Arn`) return id.startsWith('arn:') ? id : arn(type, id);
  const given = properties[attribute];
  if (given !== undefined) return given;
  if (attribute === 'Name' || attribute === `${type.split('::')[2]}Name` || attribute.endsWith('Id')) return id.split(/[:/]/).pop()!;
  return attribute.endsWith('Arn') ? arn(type, `${id}/${attribute}`) : `${id}-${attribute}`;
}

export function isCluster(type: string): boolean {
  return type === 'AWS::EKS::Cluster' || type === 'Custom::AWSCDK-EKS-Cluster';
}

function clusterAttributes(name: string, cluster: Cluster): { readonly [attribute: string]: string } {
  const issuer = `oidc.eks.${REGION}.amazonaws.com/id/1AB`;
  return {
    Arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`,
    Endpoint: cluster.endpoint,
    CertificateAuthorityData: cluster.certificateAuthorityData,
    OpenIdConnectIssuer: issuer,
    OpenIdConnectIssuerUrl: `https://${issuer}`,
    ClusterSecurityGroupId: 'sg-1ab',
    EncryptionConfigKeyArn: '',
  };
}

export function functionArn(name: string): string {
  return name.startsWith('arn:') ? name : arn('AWS::Lambda::Function', name);
}

/** ARN of a resource, in the form of its service where something reads it, else `service:region:account:kind/name`. */
function arn(type: string, name: string): string {
  const [, service, kind] = type.split('::').map(part => part.toLowerCase());
  switch (type) {
    case 'AWS::IAM::Role': return `arn:aws:iam::${ACCOUNT}:role/${name}`;
    case 'AWS::IAM::ManagedPolicy': return `arn:aws:iam::${ACCOUNT}:policy/${name}`;
    case 'AWS::IAM::OIDCProvider': return `arn:aws:iam::${ACCOUNT}:oidc-provider/${name}`;
    case 'AWS::Lambda::Function': return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    case 'AWS::Lambda::LayerVersion': return `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:${name}`;
    case 'AWS::StepFunctions::StateMachine': return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
    case 'AWS::S3::Bucket': return `arn:aws:s3:::${name}`;
    case 'AWS::Logs::LogGroup': return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`;
    case 'AWS::SNS::Topic':
    case 'AWS::SQS::Queue': return `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
    default: return `arn:aws:${service}:${REGION}:${ACCOUNT}:${kind ?? 'resource'}/${name}`;
  }
}
