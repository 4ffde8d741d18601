/**
 * Whatever grants rights in aws-cdk-lib grants a service the same as a role in its place: the same statements, the same policies of resources, and no circle.
 * Classes are found by what the library exports, so a new one fails until it stands in the list.
 */
import { Annotations, App, Stack, type aws_iam as iam, type StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FLAGS } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { grantEverything, grantingClasses, LEFT_OUT } from './grant-methods';
import { outcomeOf, type Outcome } from './outcome';
import { RESOURCES, type Maker } from './resources';
import { Mesh, MeshProvider, MeshService } from '../../../lib';
import { existingCluster, version } from '../program';

// deprecated methods grant rights, too
process.env.JSII_DEPRECATED = 'quiet';

/** Where things stand, and under which flags. */
interface Situation {
  readonly title: string;
  readonly env?: StackProps['env'];
  /** Stack of the resource and of the service; `Shop` holds the mesh. */
  readonly resource: 'Shop' | 'Data';
  readonly service: 'Shop' | 'Team';
  readonly identityPerVersion?: boolean;
  /** Istio when left out. */
  readonly provider?: () => MeshProvider;
  readonly context?: { readonly [flag: string]: unknown };
}

const ENV = { account: '111122223333', region: 'eu-west-1' };
const RECOMMENDED = Object.fromEntries(Object.entries(FLAGS).filter(([, { unconfiguredBehavesLike, recommendedValue }]) => unconfiguredBehavesLike?.v2 !== recommendedValue)
  .map(([flag, { recommendedValue }]) => [flag, recommendedValue]));

const SITUATIONS: readonly Situation[] = [
  { title: 'same stack', env: ENV, resource: 'Shop', service: 'Shop' },
  { title: 'same stack without env', resource: 'Shop', service: 'Shop' },
  { title: 'other stack', env: ENV, resource: 'Data', service: 'Shop' },
  { title: 'other stack without env', resource: 'Data', service: 'Shop', provider: () => MeshProvider.envoyGateway() },
  { title: 'service in the stack of a team', env: ENV, resource: 'Data', service: 'Team' },
  { title: 'resource beside the mesh, service in the stack of a team', env: ENV, resource: 'Shop', service: 'Team' },
  { title: 'an identity for each version', env: ENV, resource: 'Shop', service: 'Shop', identityPerVersion: true, provider: () => MeshProvider.appMesh() },
  { title: 'all recommended flags', env: ENV, resource: 'Shop', service: 'Shop', context: RECOMMENDED },
  { title: 'all recommended flags, other stack', resource: 'Data', service: 'Shop', context: RECOMMENDED },
];

function stacksOf({ env, resource, service, context }: Situation): { readonly app: App; readonly shop: Stack; readonly resource: Stack; readonly service: Stack } {
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true }, analyticsReporting: false });
  Annotations.of(app).acknowledgeWarning('@aws-cdk/aws-bedrockagentcore:wildcardSecretArnGrant', 'the key is made here');
  const props = env === undefined ? {} : { env };
  const stacks = new Map([...new Set(['Shop', resource, service])].map((name) => [name, new Stack(app, name, props)]));
  return { app, shop: stacks.get('Shop')!, resource: stacks.get(resource)!, service: stacks.get(service)! };
}

/** Resources of one module, which stand in one program. */
type Batch = readonly (readonly [string, Maker])[];

function grantAll(batch: Batch, stack: Stack, grantee: iam.IGrantable): void {
  batch.forEach(([name, make], index) => {
    const grants = grantEverything(name.split(' ')[0]!, make(new Construct(stack, `Granting${index}`)), grantee);
    for (const grant of grants) expect(grant.success).toBe(true);
  });
}

/** With a service of a mesh. */
function outcomeForService(batch: Batch, situation: Situation): Outcome {
  const { app, shop, resource, service: place } = stacksOf(situation);
  const provider = situation.provider?.() ?? MeshProvider.istio();
  const mesh = new Mesh(shop, 'Mesh', { cluster: existingCluster(shop), namespace: 'shop', meshName: 'shop', provider });
  const versions = situation.identityPerVersion === true ? [version('v1'), version('v2')] : [version('v1')];
  const service = new MeshService(place, 'Orders', { mesh, versions, ...(versions.length > 1 ? { identityPerVersion: true, weights: { v1: 50, v2: 50 } } : {}) });
  grantAll(batch, resource, service);
  return outcomeOf(app, { isRole: /^ShopOrders(V\d)?Role[0-9a-f]{8}$/, isOwn: /^\w+\/((Mesh|Orders|Cluster)\/|MeshDeployer)/ });
}

/** With a role where the service is. */
function outcomeForRole(batch: Batch, situation: Situation): Outcome {
  const { app, resource, service: place } = stacksOf(situation);
  const role = new Role(place, 'Pods', { assumedBy: new ServicePrincipal('pods.eks.amazonaws.com') });
  grantAll(batch, resource, role);
  return outcomeOf(app, { isRole: /^Pods[0-9A-F]{8}$/, isOwn: /^\w+\/Pods\// });
}

/** The policy of the key names the role, which needs the secret, which needs the key: the CDK refuses that across stacks, whoever the grantee is. */
const REFUSED_ACROSS_STACKS = ['aws_docdb.DatabaseSecret', 'aws_rds.DatabaseSecret', 'aws_secretsmanager.Secret with a key', 'aws_secretsmanager.SecretTargetAttachment'];

/** Cannot be made without a region at all. */
const NEEDS_REGION = 'aws_dynamodb.TableV2 with a key';

const MODULES = [...new Set(Object.keys(RESOURCES).map((name) => name.split('.')[0]!))].sort();
const batchOf = (module: string): Batch => Object.entries(RESOURCES).filter(([name]) => name.startsWith(`${module}.`));

test('every class that grants something is tried, or left out for a reason', () => {
  const tried = new Set(Object.keys(RESOURCES).map((name) => name.split(' ')[0]));

  const missing = grantingClasses().filter((name) => !tried.has(name) && !Object.keys(LEFT_OUT).some((pattern) => new RegExp(pattern).test(name)));
  const unknown = [...tried].filter((name) => !grantingClasses().includes(name!));

  expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
});

describe.each(SITUATIONS)('$title', (situation) => {
  const isAcross = situation.resource !== situation.service;

  test.each(MODULES)('%s', (module) => {
    const batch = batchOf(module).filter(([name]) => !(isAcross && REFUSED_ACROSS_STACKS.includes(name)) && !(situation.env === undefined && name === NEEDS_REGION));

    const role = outcomeForRole(batch, situation);
    const service = outcomeForService(batch, situation);

    expect(role).toEqual(expect.objectContaining({ kind: 'templates', circles: [] }));
    expect(service).toEqual(role);
  });
});

test.each(REFUSED_ACROSS_STACKS)('%s in another stack than the pods is refused as for a role', (name) => {
  const batch: Batch = [[name, RESOURCES[name]!]];
  const situation = SITUATIONS.find(({ title }) => title === 'other stack')!;

  const [role, service] = [outcomeForRole(batch, situation), outcomeForService(batch, situation)];

  expect(role).toMatchObject({ kind: 'refused', error: expect.stringContaining('would create a cyclic reference') });
  expect(service).toMatchObject({ kind: 'refused', error: expect.stringContaining('would create a cyclic reference') });
});
