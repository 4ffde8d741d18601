/**
 * The deployment function of a stack: one for each cluster that the stack deploys to. Its logical id says nothing of constructs, because a resource's service token can never change.
 * Everything that a call needs comes before it, so whoever has its ARN waits for all of that.
 */
import { existsSync } from 'fs';
import { join } from 'path';
import { Aws, Lazy, Stack, type CfnResource, aws_eks as eksV1, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_s3_assets as assets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ClusterPort, DeployerAccess } from './cluster-port';
import { clusterNumber } from './clusters-of-stack';
import { MAX_DEADLINE_SECONDS, PROTOCOL, type CommonProperties } from './protocol';
import { joinName } from '../../kube/names';

/** What resources of the function have in common. */
export interface Deployer {
  /** ARN of the function. */
  readonly serviceToken: string;
  /** Role that the function assumes before it speaks to the cluster. */
  readonly roleArn?: string;
}

/** The function with all it needs; the same place from lib and from dist-lib. */
const CODE = join(__dirname, '../../../dist-lib/outputs/cloudformation/engine');

/** Longest name of a policy, less room for a region. */
const MAX_POLICY_NAME = 100;

const DEPLOYERS = new WeakMap<Stack, Map<ClusterPort, Deployer>>();

/** Stacks whose nested stacks send requests, too: in their own name. */
const WITH_NESTED = new WeakSet<Stack>();

/** The function for a cluster in the scope's stack; nested stacks use that of the stack that they are in. */
export function deployerFor(scope: Construct, cluster: ClusterPort): Deployer {
  const stack = rootStackOf(scope);
  if (stack !== Stack.of(scope)) WITH_NESTED.add(stack);
  const known = DEPLOYERS.get(stack) ?? new Map<ClusterPort, Deployer>();
  DEPLOYERS.set(stack, known);
  const found = known.get(cluster);
  if (found !== undefined) return found;
  const number = clusterNumber(stack, cluster);
  const made = createDeployer(stack, cluster, number === 1 ? 'MeshDeployer' : `MeshDeployer${number}`);
  known.set(cluster, made);
  return made;
}

/** Properties that every resource of the function has. */
export function deployerProperties(scope: Construct, cluster: ClusterPort, mesh: string): CommonProperties {
  const { serviceToken, roleArn } = deployerFor(scope, cluster);
  const { clusterName } = cluster;
  return { ServiceToken: serviceToken, Protocol: PROTOCOL, ClusterName: clusterName, ...(roleArn === undefined ? {} : { RoleArn: roleArn }), Mesh: mesh };
}

function rootStackOf(scope: Construct): Stack {
  const stack = Stack.of(scope);
  return stack.nestedStackParent === undefined ? stack : rootStackOf(stack.nestedStackParent);
}

function createDeployer(stack: Stack, cluster: ClusterPort, id: string): Deployer {
  if (!existsSync(join(CODE, 'index.js'))) throw new Error(`the deployment function is not there: ${CODE}\n  fix  run npx projen bundle`);
  const access = cluster.deployer();
  const scope = new Construct(stack, id);
  const log = fixed(new logs.CfnLogGroup(scope, 'Log', { retentionInDays: logs.RetentionDays.ONE_MONTH }), `${id}Log`);
  const statements = [writeLog(log), describeStack(scope)];
  const { role } = access;
  const { arn, dependencies } = role === undefined ? ownRole(scope, cluster, { id, access, statements }) : givenRole(scope, role, { id, statements });
  const code = new assets.Asset(scope, 'Code', { path: CODE, exclude: ['*.map', '*.d.ts'] });
  const fn = fixed(new lambda.CfnFunction(scope, 'Function', {
    description: `Deploys Kubernetes objects to ${cluster.clusterName}`,
    code: { s3Bucket: code.s3BucketName, s3Key: code.s3ObjectKey },
    handler: 'index.handler',
    runtime: lambda.determineLatestNodeRuntime(scope).name,
    role: arn,
    timeout: MAX_DEADLINE_SECONDS + 60,
    memorySize: 512,
    environment: { variables: { AWS_URL_SUFFIX: Aws.URL_SUFFIX } },
    loggingConfig: { logGroup: log.ref, logFormat: 'JSON' },
    ...(access.vpcConfig === undefined ? {} : { vpcConfig: access.vpcConfig }),
  }), id);
  code.addResourceMetadata(fn, 'Code');
  fn.node.addDependency(...cluster.barriers, ...dependencies);
  return { serviceToken: fn.attrArn, ...(access.roleArn === undefined ? {} : { roleArn: access.roleArn }) };
}

interface FunctionRole {
  readonly arn: string;
  readonly dependencies: readonly Construct[];
}

/** What every function may do, whoever it is. */
interface FunctionRights {
  /** Logical id of the function. */
  readonly id: string;
  readonly statements: readonly object[];
}

/** The role of the cluster's kubectl function may do what is needed, and the cluster knows it; it only cannot ask how the own stack is. */
function givenRole(scope: Construct, role: iam.IRole, { id, statements }: FunctionRights): FunctionRole {
  const { stackName, region } = Stack.of(scope);
  const policy = fixed(new iam.CfnPolicy(scope, 'Policy', {
    // other stacks may give the same role the same rights: policies of one name would replace each other
    policyName: `${joinName([id, stackName], MAX_POLICY_NAME)}-${region}`, roles: [role.roleName], policyDocument: document(statements),
  }), `${id}Policy`);
  return { arn: role.roleArn, dependencies: [policy, ...(Construct.isConstruct(role) ? [role] : [])] };
}

/** A role of our own, which the cluster lets in by an access entry. */
function ownRole(scope: Construct, cluster: ClusterPort, { id, access, statements }: FunctionRights & { readonly access: DeployerAccess }): FunctionRole {
  const { partition } = Stack.of(scope);
  const { vpcConfig, roleArn } = access;
  const role = fixed(new iam.CfnRole(scope, 'Role', {
    description: `Deploys Kubernetes objects to ${cluster.clusterName}`,
    assumeRolePolicyDocument: document([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }]),
    // network interfaces are made before anybody knows their names
    ...(vpcConfig === undefined ? {} : { managedPolicyArns: [`arn:${partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole`] }),
    policies: [{
      policyName: 'Deploy',
      policyDocument: document([
        { Effect: 'Allow', Action: 'eks:DescribeCluster', Resource: cluster.clusterArn },
        ...statements,
        ...(roleArn === undefined ? [] : [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn }]),
      ]),
    }],
  }), `${id}Role`);
  if (roleArn !== undefined) return { arn: role.attrArn, dependencies: [role] };
  const entry = fixed(new eksV1.CfnAccessEntry(scope, 'Access', {
    clusterName: cluster.clusterName,
    principalArn: role.attrArn,
    accessPolicies: [{ policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`, accessScope: { type: 'cluster' } }],
  }), `${id}Access`);
  return { arn: role.attrArn, dependencies: [role, entry] };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html */
function writeLog(log: logs.CfnLogGroup): object {
  return { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: log.attrArn };
}

function describeStack(scope: Construct): object {
  const stack = Stack.of(scope);
  const { stackId, stackName, partition, region, account } = stack;
  const nested = `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}-*`;
  return { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: Lazy.list({ produce: () => [stackId, ...(WITH_NESTED.has(stack) ? [nested] : [])] }) };
}

function document(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function fixed<T extends CfnResource>(resource: T, logicalId: string): T {
  resource.overrideLogicalId(logicalId);
  return resource;
}
