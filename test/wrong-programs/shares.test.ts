/** Wrong shares: weights, percentages, versions that are missing or cannot be trusted with traffic. */
import { laterNumber, refuses, shop, canary, single, twoVersions } from './shop';
import { RouteMatch, RouteTarget, ServiceVersion } from '../../lib';
import { program } from '../constructs/program';

refuses([
  {
    name: 'weights that add up to 95', run: () => twoVersions({ v1: 90, v2: 5 }), says: `MESH204 weights add up to 95, not 100
  at   Shop/Mesh/Products (MeshService), weights = {"v1":90,"v2":5}
  fix  change the weights so that they add up to 100`,
  },
  {
    name: 'a weight over 100', run: () => twoVersions({ v1: 105, v2: 0 }), says: `MESH203 weights['v1'] is 105, not an integer from 0 to 100
  at   Shop/Mesh/Products (MeshService), weights['v1'] = 105
  fix  give weights['v1'] an integer from 0 to 100`,
  },
  {
    name: 'a weight below 0', run: () => twoVersions({ v1: 100, v2: -5 }), says: `MESH203 weights['v2'] is -5, not an integer from 0 to 100
  at   Shop/Mesh/Products (MeshService), weights['v2'] = -5
  fix  give weights['v2'] an integer from 0 to 100`,
  },
  {
    name: 'weights that are all 0', run: () => twoVersions({ v1: 0, v2: 0 }), says: `MESH205 all weights are 0, so the service leads nowhere
  at   Shop/Mesh/Products (MeshService), weights = {"v1":0,"v2":0}
  fix  raise one of them; 0 beside others keeps a version warm`,
  },
  {
    name: 'the weight of a version that the service does not have', run: () => twoVersions({ v1: 95, v3: 5 }), says: `MESH107 service 'shop/products' has no version 'v3'
  at   Shop/Mesh/Products (MeshService), weights['v3'] = 'v3'
  fix  use one of 'v1', 'v2', or add the version to the service`,
  },
  {
    name: 'a route to a version that the service does not have', run: () => {
      const { gateway, catalog } = shop();
      gateway.addRoute('Api', { match: RouteMatch.any(), to: RouteTarget.version(catalog, 'v2') });
    }, says: `MESH107 service 'shop/catalog' has no version 'v2'
  at   Shop/Mesh/Gateway/Api (GatewayRoute), to = 'v2'
  fix  use one of 'v1', or add the version to the service`,
  },
  {
    name: 'two versions without weights that a route leads to', run: () => {
      const { app, mesh, gateway } = shop();
      gateway.addRoute('Products', { match: RouteMatch.any(), to: twoVersions(undefined, mesh) });
      app.synth();
    }, says: `  [Shop/Mesh/Products] MESH214 service 'shop/products' has 2 versions and nothing says which of them answers route 'products' (Shop/Mesh/Gateway/Products)
  at   Shop/Mesh/Products (MeshService), weights
  fix  give weights, for example { 'v1': 100, 'v2': 0 }, or a route with addRoute`,
  },
  {
    name: 'two versions without weights that a service calls', run: () => {
      const { app, mesh } = program();
      single(mesh, 'Cart', { calls: [twoVersions(undefined, mesh)] });
      app.synth();
    }, says: `  [Shop/Mesh/Products] MESH214 service 'shop/products' has 2 versions and nothing says which of them answers service 'shop/cart'
  at   Shop/Mesh/Products (MeshService), weights
  fix  give weights, for example { 'v1': 100, 'v2': 0 }, or a route with addRoute`,
  },
  {
    name: 'a canaryPercent over 100', run: () => canary({ canaryPercent: 105 }), says: `MESH203 canaryPercent is 105, not an integer from 0 to 100
  at   Shop/Mesh/Products (CanaryService), canaryPercent = 105
  fix  give canaryPercent an integer from 0 to 100`,
  },
  {
    name: 'a canaryPercent that is no integer', run: () => canary({ canaryPercent: 2.5 }), says: `MESH203 canaryPercent is 2.5, not an integer from 0 to 100
  at   Shop/Mesh/Products (CanaryService), canaryPercent = 2.5
  fix  give canaryPercent an integer from 0 to 100`,
  },
  {
    name: 'a canaryPercent known only at deployment', run: () => canary({ canaryPercent: laterNumber() }), says: `MESH109 canaryPercent must be known at synthesis, but is a token
  at   Shop/Mesh/Products (CanaryService), canaryPercent
  fix  give canaryPercent a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
  },
  {
    name: 'a canary without canaryPercent', run: () => canary({ canaryPercent: undefined }), says: `MESH111 there is a canary, but canaryPercent is left out
  at   Shop/Mesh/Products (CanaryService), canaryPercent
  fix  give canaryPercent an integer from 0 to 100; 0 keeps the canary warm without traffic`,
  },
  {
    name: 'a canaryPercent without canary', run: () => canary({ canary: undefined }), says: `MESH111 canaryPercent is given, but there is no canary
  at   Shop/Mesh/Products (CanaryService), canaryPercent
  fix  add canary, or leave out canaryPercent`,
  },
  {
    name: 'a canary without health check', run: () => canary({ canary: ServiceVersion.fromImage('v2', { image: 'shop/products:2.0.0' }) }), says: `MESH301 version 'v2' of canary service 'products' has no health check
  at   Shop/Mesh/Products (CanaryService), canary.healthCheck
  fix  give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve`,
  },
  {
    name: 'a split inside of a split', run: () => {
      const { gateway, catalog } = shop();
      const inner = RouteTarget.split({ target: catalog, weight: 1 });
      const outer = RouteTarget.split({ target: RouteTarget.split({ target: catalog, weight: 1 }, { target: catalog, weight: 2 }), weight: 5 }, { target: inner, weight: 1 });
      gateway.addRoute('Api', { match: RouteMatch.any(), to: outer });
    }, says: `MESH111 a split stands inside of a split
  at   Shop/Mesh/Gateway/Api (GatewayRoute), to.split[0].target = 'split of shop/catalog 1, shop/catalog 2'
  fix  write one split with the multiplied weights`,
  },
]);
