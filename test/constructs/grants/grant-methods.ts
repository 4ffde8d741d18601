/** What of aws-cdk-lib grants something, found by looking at what it exports; and how each method is called. */
import * as cdk from 'aws-cdk-lib';

type Class = { readonly prototype: object };

const isGrant = (name: string) => /^grant($|[A-Z])/.test(name) && name !== 'grantPrincipal';

/** Names of the methods of an object and of its classes. */
function methodsOf(start: object): readonly string[] {
  const names = new Set<string>();
  for (let place = start; place !== null && place !== Object.prototype; place = Object.getPrototypeOf(place) as object) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(place))) if (typeof property.value === 'function') names.add(name);
  }
  return [...names].sort();
}

/** `grant*` methods of an object or a prototype. */
export function grantMethodsOf(start: object): readonly string[] {
  return methodsOf(start).filter(isGrant);
}

/** Every exported class with `grant*` methods, as `module.Class`. */
export function grantingClasses(): readonly string[] {
  return Object.entries(cdk).filter(([module]) => /^[a-z]/.test(module)).flatMap(([module, exported]) => classesIn(module, exported as object))
    .filter(([, one]) => grantMethodsOf(one.prototype).length > 0).map(([name]) => name).sort();
}

function classesIn(path: string, exported: object): readonly (readonly [string, Class])[] {
  return Object.entries(exported).flatMap(([name, one]) => {
    if (typeof one === 'function' && (one as Class).prototype !== undefined) return [[`${path}.${name}`, one as Class] as const];
    // a namespace in a module
    return /^[a-z]/.test(name) && typeof one === 'object' && one !== null ? classesIn(`${path}.${name}`, one as object) : [];
  });
}

/** Classes that no resource stands for, and why. */
export const LEFT_OUT: { readonly [pattern: string]: string } = {
  'Base$|BaseV2$': 'abstract',
  'Grants$': 'the face of a resource, which stands here itself and whose face is tried with it',
  '^aws_apigateway\\.\\w*RestApi$': 'grants only to endpoints of a VPC',
  '^aws_bedrockagentcore\\.\\w+(Config|Configuration|Schema|MemoryStrategy)$': 'grants only to the role of a gateway or memory',
  '^aws_cloudfront\\.experimental\\.EdgeFunction$': 'a function in a stack of its own in us-east-1',
  '^aws_dynamodb\\.TableV2MultiAccountReplica$': 'a table of another account, which no account of this program has',
  '^aws_ecs_patterns\\.': 'hands its own service rights',
  '^aws_eks(_v2)?\\.': 'access entries of a cluster, by ARN',
  '^aws_route53\\.KeySigningKey$': 'grants Route 53 the use of its key',
  '^aws_stepfunctions_tasks\\.': 'grants a state machine its own rights',
};

/** Methods that grant something else than rights to a principal. */
const NOT_FOR_PRINCIPALS = new Set([
  'grantPublicAccess', 'publicAccess', // to everybody
  'grantInvokeCompositePrincipal', // to a CompositePrincipal, which is no grantable
  'grantOnKey', 'grantActions', // called by faces
  'multiAccountReplicationTo', 'multiAccountReplicationFrom', // to tables
  'arnForTasks', 'arnForScheduleInGroup', 'arnForObjects', 'executionArn', // texts
  'granteeStackDependsOnKeyStack', 'isGranteeFromAnotherAccount', 'isGranteeFromAnotherRegion', // answers
  'constructor',
]);

/** Classes whose `grant` is private, for their other methods. */
const PRIVATE_GRANT = /^aws_lambda|^triggers\.|Domain$/;

/** Calls every `grant*` method of a resource, and every method of its `grants`. Returns the grants. */
export function grantEverything(owner: string, resource: object, grantee: cdk.aws_iam.IGrantable): readonly cdk.aws_iam.Grant[] {
  const call = (target: object, name: string) => {
    const method = (target as { readonly [method: string]: (...args: readonly unknown[]) => unknown })[name]!;
    return method.apply(target, argumentsFor(name, { owner, resource, grantee, isListed: method.length > 1 }) as unknown[]);
  };
  const { grants } = resource as { readonly grants?: object };
  const isCalled = (method: string) => !NOT_FOR_PRINCIPALS.has(method) && !method.startsWith('_');
  return [
    ...grantMethodsOf(resource).filter((method) => isCalled(method) && !(method === 'grant' && PRIVATE_GRANT.test(owner))).map((method) => call(resource, method)),
    ...(grants === undefined ? [] : methodsOf(grants)).filter((method) => isCalled(method) && method !== 'grant').map((method) => call(grants!, method)),
  ].filter((answer): answer is cdk.aws_iam.Grant => answer instanceof cdk.aws_iam.Grant);
}

interface Situation {
  readonly owner: string;
  readonly resource: object;
  readonly grantee: cdk.aws_iam.IGrantable;
  /** Whether the method takes actions as a list. */
  readonly isListed: boolean;
}

/** Arguments of a method; those that take more than a grantee by name. */
function argumentsFor(method: string, { owner, resource, grantee, isListed }: Situation): readonly unknown[] {
  switch (method) {
    case 'grant':
      if (owner === 'aws_bedrockagentcore.Runtime') return [['bedrock:InvokeModel'], ['*']];
      if (/^aws_appsync\.\w+Api$/.test(owner)) return [grantee, cdk.aws_appsync.IamResource.all(), 'appsync:GraphQL'];
      return [grantee, 'service:First', 'service:Second'];
    case 'actionsOnObjectKeys': case 'actionsOnBucketAndObjectKeys': return [grantee, '*', 's3:GetObjectAttributes'];
    case 'actions': return [grantee, isListed ? ['service:Action'] : 'service:Action'];
    case 'grantIndexRead': case 'grantIndexWrite': case 'grantIndexReadWrite': return ['index', grantee];
    case 'grantPathRead': case 'grantPathWrite': case 'grantPathReadWrite': return ['path', grantee];
    case 'grantConnect': return [grantee, 'shop'];
    case 'grantStream': return [grantee, 'dynamodb:GetRecords'];
    case 'grantExecution': case 'execution': return [grantee, 'states:StopExecution'];
    case 'grantAttachVolumeByResourceTag': case 'grantDetachVolumeByResourceTag': return [grantee, [resource]];
    case 'grantSubmitJob': return [grantee, queueFor(resource as cdk.aws_batch.EcsJobDefinition)];
    case 'grantInvokeVersion': return [grantee, (resource as cdk.aws_lambda.Function).latestVersion];
    case 'grantReplicationPermission': case 'replicationPermission': return [grantee, { destinations: [{ bucket: copiesFor(resource as cdk.aws_s3.Bucket) }] }];
    default: return [grantee];
  }
}

function copiesFor(bucket: cdk.aws_s3.Bucket): cdk.aws_s3.IBucket {
  return bucket.node.tryFindChild('Copies') as cdk.aws_s3.IBucket | undefined ?? cdk.aws_s3.Bucket.fromBucketName(bucket, 'Copies', 'copies');
}

function queueFor(definition: cdk.aws_batch.EcsJobDefinition): cdk.aws_batch.IJobQueue {
  return cdk.aws_batch.JobQueue.fromJobQueueArn(definition, 'Queue', 'arn:aws:batch:eu-west-1:111122223333:job-queue/shop');
}
