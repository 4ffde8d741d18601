/** Logical ids are API: what is not touched keeps its id, wherever its construct sits. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { CanaryService, MeshGateway, RouteMatch } from '../lib';
import { program, version } from './constructs/program';

interface Shape {
  readonly services: readonly string[];
  /** Puts each service below a construct of this id. */
  readonly below?: string;
}

/** Properties by logical id, for everything of the mesh. */
function resourcesOf({ services, below }: Shape): { [logicalId: string]: unknown } {
  const { stack, mesh } = program();
  const scope = below === undefined ? mesh : new Construct(mesh, below);
  const gateway = new MeshGateway(mesh, 'Gateway');
  for (const id of services) {
    const service = new CanaryService(scope, id, { stable: version('v1'), canary: version('v2'), canaryPercent: 5 });
    gateway.addRoute(id, { match: RouteMatch.prefix(`/${id.toLowerCase()}`), to: service });
  }
  return propertiesOf(stack);
}

function propertiesOf(stack: Stack): { [logicalId: string]: unknown } {
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: { [id: string]: { Properties: unknown } } };
  return Object.fromEntries(Object.entries(Resources).map(([id, { Properties }]) => [id, Properties]));
}

test('keeps every logical id and every property of others when a service is added', () => {
  const before = resourcesOf({ services: ['Products', 'Cart'] });
  const after = resourcesOf({ services: ['Products', 'Cart', 'Basket'] });

  expect(after).toMatchObject(before);
  expect(Object.keys(after).length).toBeGreaterThan(Object.keys(before).length);
});

test('replaces only what belongs to a service that is renamed', () => {
  const before = resourcesOf({ services: ['Products', 'Cart'] });
  const after = resourcesOf({ services: ['Products', 'Basket'] });

  const gone = Object.keys(before).filter((id) => !(id in after));
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.every((id) => /cart/i.test(id))).toBe(true);
});

test('changes nothing when a construct moves in the tree', () => {
  expect(resourcesOf({ services: ['Products'], below: 'Team' })).toEqual(resourcesOf({ services: ['Products'] }));
});

test('says the same when the services are written in another order', () => {
  expect(resourcesOf({ services: ['Cart', 'Products'] })).toEqual(resourcesOf({ services: ['Products', 'Cart'] }));
});
