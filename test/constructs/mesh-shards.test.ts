/** Sixty services in shards: every template within the limits of CloudFormation, no circle inside or between them. */
import { readFileSync, readdirSync, statSync } from 'fs';
import { join } from 'path';
import { errorOf, version } from './program';
import { CanaryService, HostRewrite, MeshShards, RouterService, RouteMatch, RouteTarget } from '../../lib';
import type { KubeObject } from '../../lib/kube/object';
import { MANIFEST_TYPES, objectsOfManifest, withoutShared } from '../manifest-objects';
import { circleIn, edgesOf, type TemplateResource } from '../outputs/templates';
import { resolve } from '../schemas/assembly';
import { openShop, type Shop } from '../wrong-programs/shop';

const SERVICES = 60;

interface Written {
  readonly file: string;
  readonly bytes: number;
  readonly resources: { readonly [logicalId: string]: TemplateResource };
  readonly parameters: readonly string[];
}

function largeShop(shards?: MeshShards): Shop {
  const parts = openShop({ ...(shards === undefined ? {} : { shards }), quotas: { gatewayRoutesPerGateway: 100 } });
  for (let number = 1; number <= SERVICES; number++) {
    const service = new CanaryService(parts.mesh, `Service${number}`, { port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, calls: [parts.catalog] });
    parts.gateway.addRoute(`Service${number}`, { match: RouteMatch.prefix(`/s${number}`), to: service, hostRewrite: HostRewrite.toService() });
  }
  const front = new RouterService(parts.mesh, 'Front', { port: 8080 });
  front.addRoute('all', { match: RouteMatch.any(), to: RouteTarget.version(parts.catalog, 'v1') });
  return parts;
}

function templatesIn(directory: string): readonly Written[] {
  return readdirSync(directory).filter((file) => file.endsWith('.template.json')).sort().map((file) => {
    const template = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    return { file, bytes: statSync(join(directory, file)).size, resources: template.Resources, parameters: Object.keys(template.Parameters ?? {}) };
  });
}

function objectsIn(templates: readonly Written[]): readonly KubeObject[] {
  return templates.flatMap(({ resources }) => withoutShared(Object.values(resources).filter(({ Type }) => MANIFEST_TYPES.includes(Type))
    .flatMap(({ Properties }) => objectsOfManifest(Properties.Manifest, resolve))));
}

/** What holds for every template of a sharded program. */
function expectSound(templates: readonly Written[]): void {
  for (const { bytes, resources, parameters } of templates) {
    expect(Object.keys(resources).length).toBeLessThan(500);
    expect(bytes).toBeLessThan(1_000_000);
    expect(circleIn(resources)).toBeUndefined();
    const strange = Object.values(resources).flatMap(edgesOf).filter((id) => !(id in resources) && !parameters.includes(id) && !id.startsWith('AWS::'));
    expect(strange).toEqual([]);
  }
}

/** Each object exactly once, and each service's router, versions and route at the gateway, wherever they are. */
function expectEveryService(templates: readonly Written[]): void {
  const keys = objectsIn(templates).map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (let number = 1; number <= SERVICES; number++) {
    const own = [`VirtualRouter service${number}`, `Deployment service${number}-v1`, `Deployment service${number}-v2`, `GatewayRoute gateway-service${number}`];
    expect(keys).toEqual(expect.arrayContaining(own));
  }
}

test('nested shards hold all services, each template within its limits and without a circle', () => {
  const { app } = largeShop(MeshShards.nested(4));

  const templates = templatesIn(app.synth().directory);

  expect(templates.filter(({ file }) => file.includes('nested')).length).toBe(5);
  expectSound(templates);
  expectEveryService(templates);
});

test('nested shards are one deployment', () => {
  const { app } = largeShop(MeshShards.nested(4));

  expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['Shop']);
});

test('sibling shards hold all services, each template within its limits and without a circle', () => {
  const { app } = largeShop(MeshShards.stacks(4));

  const templates = templatesIn(app.synth().directory);

  expectSound(templates);
  expectEveryService(templates);
});

test('sibling shards wait for the mesh, the edge shard for all of them, and nobody in a circle', () => {
  const { app } = largeShop(MeshShards.stacks(4));

  const needs = new Map(app.synth().stacks.map(({ stackName, dependencies }) => [stackName, dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets')).sort()]));

  const shards = [0, 1, 2, 3].map((index) => `Shop-Shard${index}`);
  expect(Object.fromEntries(needs)).toEqual({
    'Shop': [], ...Object.fromEntries(shards.map((shard) => [shard, ['Shop']])), 'Shop-EdgeShard': ['Shop', ...shards],
  });
});

test('a service stays in its shard when others come and go', () => {
  const shardOf = (shop: Shop, service: string) => shop.app.synth().stacks.find(({ template }) => JSON.stringify(template).includes(`${service}_shop`))?.stackName;
  const small = openShop({ shards: MeshShards.stacks(4) });
  new CanaryService(small.mesh, 'Service7', { port: 8080, stable: version('v1') });

  expect(shardOf(small, 'service7-v1')).toBe(shardOf(largeShop(MeshShards.stacks(4)), 'service7-v1'));
});

test('the number of shards that the error offers is enough', () => {
  const error = errorOf(() => largeShop().app.synth());

  const offered = Number(/MeshShards\.nested\((\d+)\)/.exec(error)?.[1]);

  expect(() => largeShop(MeshShards.nested(offered)).app.synth()).not.toThrow();
});
