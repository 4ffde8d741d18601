/** Wrong names and places: what Kubernetes refuses, what is there twice, what is outside of its mesh. */
import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { canary, laterNumber, laterText, openShop, products, refuses, route, shop, single } from './shop';
import {
  BlueGreenRoute, Color, ExternalService, GatewayListener, HeaderMatch, Mesh, MeshGateway, MeshNamespace, MeshProvider, MeshService, Pin, QueryMatch,
  Rewrite, RouteMatch,
} from '../../lib';
import { existingCluster, program, version } from '../constructs/program';

describe('names', () => {
  refuses([
    {
      name: 'a service name of 70 characters', run: () => products({ serviceName: 'p'.repeat(70) }), says: `MESH101 service name 'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'
  at   Shop/Mesh/Products (MeshService), serviceName = 'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp'
  fix  choose another name, for example 'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp'`,
    },
    {
      name: 'a service name in upper case', run: () => products({ serviceName: 'Products' }), says: `MESH101 service name 'Products' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'
  at   Shop/Mesh/Products (MeshService), serviceName = 'Products'
  fix  choose another name, for example 'products'`,
    },
    {
      name: 'a construct id that begins with a digit', run: () => single(program().mesh, '3dPrinter'), says: `MESH101 service name '3d-printer' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'
  at   Shop/Mesh/3dPrinter (MeshService), serviceName = '3d-printer'
  fix  choose another name, for example 's-3d-printer'`,
    },
    {
      name: 'a version name in upper case', run: () => products({ versions: [version('V2')] }), says: `MESH101 version name 'V2' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'
  at   Shop/Mesh/Products (MeshService), versions[0].name = 'V2'
  fix  choose another name, for example 'v2'`,
    },
    {
      name: 'a gateway name with an underscore', run: () => new MeshGateway(program().mesh, 'Gateway', { gatewayName: 'edge_gw' }), says: `MESH101 gateway name 'edge_gw' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'
  at   Shop/Mesh/Gateway (MeshGateway), gatewayName = 'edge_gw'
  fix  choose another name, for example 'edge-gw'`,
    },
    {
      name: 'a mesh name with a dot', run: () => program({ meshName: 'shop.prod' }), says: `MESH101 mesh name 'shop.prod' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'
  at   Shop/Mesh (Mesh), meshName = 'shop.prod'
  fix  choose another name, for example 'shop-prod'`,
    },
    {
      name: 'a namespace in upper case', run: () => program({ namespace: 'Shop' }), says: `MESH101 namespace 'Shop' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'
  at   Shop/Mesh (Mesh), namespace = 'Shop'
  fix  choose another name, for example 'shop'`,
    },
  ]);
});

describe('names that are there already', () => {
  refuses([
    {
      name: 'two gateways of one name', run: () => {
        const { app, stack, mesh, catalog } = openShop();
        new MeshGateway(stack, 'Gateway', { mesh }).addRoute('All', { match: RouteMatch.any(), to: catalog });
        app.synth();
      }, says: `  [Shop/Gateway] MESH102 gateway 'shop/gateway' is taken already by Shop/Mesh/Gateway (MeshGateway), gatewayName
  at   Shop/Gateway (MeshGateway), gatewayName = 'gateway'
  fix  say it once, or give one of them another name`,
    },
    {
      name: 'two services of one name, in one finding', run: () => {
        const { app, stack, mesh } = openShop();
        new MeshService(stack, 'Catalog', { mesh, port: 8080, versions: [version('v1')] });
        app.synth();
      }, says: `  [Shop/Catalog] MESH102 service 'shop/catalog' is taken already by Shop/Mesh/Catalog (MeshService), serviceName
  at   Shop/Catalog (MeshService), serviceName = 'catalog'
  fix  say it once, or give one of them another name`,
    },
    {
      name: 'two versions of one name', run: () => products({ versions: [version('v1'), version('v1')], weights: { v1: 100 } }), says: `MESH102 version 'v1' of service 'shop/products' is taken already by Shop/Mesh/Products (MeshService), versions[0].name
  at   Shop/Mesh/Products (MeshService), versions[1].name = 'v1'
  fix  say it once, or give one of them another name`,
    },
    {
      name: 'two routes of one name', run: () => {
        const { gateway, catalog } = openShop();
        gateway.addRoute('catalog', { match: RouteMatch.any(), to: catalog });
      }, says: `MESH102 gateway 'gateway' has two routes named 'catalog': 'Shop/Mesh/Gateway/Catalog' and 'Shop/Mesh/Gateway/catalog'
  at   Shop/Mesh/Gateway/catalog (GatewayRoute), id = 'catalog'
  fix  give one of them another id`,
    },
    {
      name: 'two meshes that create one namespace on one cluster', run: () => {
        const { stack } = program();
        const cluster = existingCluster(stack, 'Other');
        new Mesh(stack, 'First', { cluster, namespace: 'shop', provider: MeshProvider.appMesh() });
        new Mesh(stack, 'Second', { cluster, namespace: 'shop', provider: MeshProvider.appMesh() });
      }, says: `MESH103 namespace 'shop' is created by 'Shop/First' and by 'Shop/Second' on the same cluster
  at   Shop/Second (Mesh), namespaces = 'shop'
  fix  let one of them write MeshNamespace.existing('shop')`,
    },
    {
      name: 'a namespace that a mesh names twice', run: () => program({ namespaces: [MeshNamespace.existing('shop'), MeshNamespace.create('shop')] }), says: `MESH103 namespace 'shop' is owned twice, the other owner is Shop/Mesh
  at   Shop/Mesh (Mesh), namespace = 'shop'
  fix  declare the namespace once, and let the other place name it`,
    },
  ]);
});

describe('places', () => {
  refuses([
    {
      name: 'a service outside of a mesh', run: () => new MeshService(program().stack, 'Products', { versions: [version('v1')] }), says: `MESH104 'Shop/Products' is not inside of a mesh and names none
  at   Shop/Products (MeshService), mesh
  fix  make a Mesh (or a MeshGateway) the scope, or give the mesh property`,
    },
    {
      name: 'a gateway outside of a mesh', run: () => new MeshGateway(program().stack, 'Gateway'), says: `MESH104 'Shop/Gateway' is not inside of a mesh and names none
  at   Shop/Gateway (MeshGateway), mesh
  fix  make a Mesh (or a MeshGateway) the scope, or give the mesh property`,
    },
    {
      name: 'a blue/green route outside of a gateway', run: () => {
        const { mesh, catalog } = shop();
        new BlueGreenRoute(mesh, 'Checkout', { match: RouteMatch.any(), blue: catalog, green: catalog, active: Color.BLUE });
      }, says: `MESH104 'Shop/Mesh/Checkout' is not inside of a gateway and names none
  at   Shop/Mesh/Checkout (BlueGreenRoute), gateway
  fix  make a MeshGateway the scope, or give the gateway property`,
    },
    {
      name: 'a service of another stage', run: () => {
        const { app, mesh } = program();
        new MeshService(new Stack(new Stage(app, 'Prod'), 'Team'), 'Products', { mesh, versions: [version('v1')] });
      }, says: `MESH105 mesh 'Shop/Mesh' belongs to another stage
  at   Prod/Team/Products (MeshService), mesh = 'Shop/Mesh'
  fix  join it with Mesh.fromMeshAttributes(): values cannot cross from one stage to another`,
    },
    {
      name: 'a service in a namespace that is not part of the mesh', run: () => products({ namespace: 'team' }), says: `MESH107 namespace 'team' is not part of mesh 'shop'
  at   Shop/Mesh/Products (MeshService), namespace = 'team'
  fix  use one of 'shop', or add it to the mesh: namespaces: [MeshNamespace.create('team')]`,
    },
    {
      name: 'a call of a service of another mesh', run: () => {
        const { stack, mesh } = program();
        const other = new Mesh(stack, 'OtherMesh', { cluster: existingCluster(stack, 'OtherCluster'), namespace: 'shop', provider: MeshProvider.appMesh() });
        single(mesh, 'Stock');
        single(mesh, 'Products', { calls: [single(other, 'Stock')] });
      }, says: `MESH107 service 'shop/stock' at 'Shop/OtherMesh/Stock' is not part of mesh 'shop'
  at   Shop/Mesh/Products (MeshService), calls[0] = 'shop/stock'
  fix  call services of the same mesh, or declare the host of another one: new ExternalService(mesh, 'Stock', { host: 'stock.shop.svc.cluster.local', ... })`,
    },
    {
      name: 'a route to a service of another mesh', run: () => {
        const { app, stack, gateway } = shop();
        const other = new Mesh(stack, 'OtherMesh', { cluster: existingCluster(stack, 'OtherCluster'), namespace: 'store', provider: MeshProvider.appMesh() });
        gateway.addRoute('Stock', { match: RouteMatch.any(), to: single(other, 'Stock') });
        app.synth();
      }, says: `MESH107 service 'store/stock' is not part of mesh 'shop'
  at   Shop/Mesh/Gateway/Stock (GatewayRoute), to = 'store/stock'
  fix  route to services of the same mesh; another mesh is reached through a gateway of its own`,
    },
    {
      name: 'a call of something that is no service', run: () => products({ calls: [{ targetName: 'stock' } as MeshService] }), says: `MESH107 calls[0] is not a service of the mesh
  at   Shop/Mesh/Products (MeshService), calls[0] = 'stock'
  fix  give a MeshService, CanaryService, RouterService, ExternalService, or the service of a BlueGreenRoute`,
    },
    {
      name: 'a call declared twice', run: () => {
        const { mesh } = program();
        const stock = single(mesh, 'Stock');
        single(mesh, 'Products', { calls: [stock, stock] });
      }, says: `MESH102 the call of service 'shop/stock' is taken already by Shop/Mesh/Products (MeshService), calls[0]
  at   Shop/Mesh/Products (MeshService), calls[1] = 'shop/stock'
  fix  say it once, or give one of them another name`,
    },
    {
      name: 'a service that calls itself', run: () => {
        const { app, mesh } = program();
        const stock = single(mesh, 'Stock');
        stock.addCall(stock);
        app.synth();
      }, says: `  [Shop/Mesh/Stock] MESH107 service 'shop/stock' calls itself
  at   Shop/Mesh/Stock (MeshService), calls[0] = 'shop/stock'
  fix  leave the call out`,
    },
    {
      name: 'a gateway without routes', run: () => shop().app.synth(), says: `  [Shop/Mesh/Gateway] MESH113 gateway 'shop/gateway' has no route, so it answers every request with 404
  at   Shop/Mesh/Gateway (MeshGateway), routes
  fix  add a route with addRoute, or remove the gateway`,
    },
  ]);
});

describe('values that are known only at deployment', () => {
  refuses([
    {
      name: 'a service name', run: () => products({ serviceName: laterText() }), says: `MESH109 serviceName must be known at synthesis, but is a token
  at   Shop/Mesh/Products (MeshService), serviceName
  fix  give serviceName a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a version name', run: () => products({ versions: [version(laterText())] }), says: `MESH109 versions[0].name must be known at synthesis, but is a token
  at   Shop/Mesh/Products (MeshService), versions[0].name
  fix  give versions[0].name a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a namespace', run: () => program({ namespace: laterText(new Stack(new App(), 'Parameters')) }), says: `MESH109 namespace must be known at synthesis, but is a token
  at   Shop/Mesh (Mesh), namespace
  fix  give namespace a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a port', run: () => products({ port: laterNumber() }), says: `MESH109 port must be known at synthesis, but is a token
  at   Shop/Mesh/Products (MeshService), port
  fix  give port a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: "a listener's port", run: () => new MeshGateway(program().mesh, 'Gateway', { listeners: [GatewayListener.http({ port: laterNumber() })] }), says: `MESH109 listeners[0].port must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].port
  fix  give listeners[0].port a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a host to match', run: () => route({ match: RouteMatch.any({ hosts: [laterText()] }) }), says: `MESH109 match.hosts must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.hosts
  fix  give match.hosts a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a path to match', run: () => route({ match: RouteMatch.prefix(`/${laterText()}`) }), says: `MESH109 match.path must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.path
  fix  give match.path a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a header value to match', run: () => route({ match: RouteMatch.any({ headers: { 'x-env': HeaderMatch.exactly(laterText()) } }) }), says: `MESH109 match.headers['x-env'] must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.headers['x-env']
  fix  give match.headers['x-env'] a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a query value to match', run: () => route({ match: RouteMatch.any({ query: { beta: QueryMatch.exactly(laterText()) } }) }), says: `MESH109 match.query['beta'] must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.query['beta']
  fix  give match.query['beta'] a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a cookie of a pin', run: () => canary({ pins: [Pin.cookie('group', laterText())] }), says: `MESH109 pins[0].headers['cookie'] must be known at synthesis, but is a token
  at   Shop/Mesh/Products (CanaryService), pins[0].headers['cookie']
  fix  give pins[0].headers['cookie'] a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a path to put in place', run: () => route({ rewrite: Rewrite.path(laterText()) }), says: `MESH109 rewrite must be known at synthesis, but is a token
  at   Shop/Mesh/Gateway/Api (GatewayRoute), rewrite
  fix  give rewrite a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'a timeout', run: () => products({ timeout: Duration.seconds(laterNumber()) }), says: `MESH109 timeout must be known at synthesis, but is a token
  at   Shop/Mesh/Products (MeshService), timeout
  fix  give timeout a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'an external host', run: () => new ExternalService(program().mesh, 'Payments', { host: laterText() }), says: `MESH109 host must be known at synthesis, but is a token
  at   Shop/Mesh/Payments (ExternalService), host
  fix  give host a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'the size of a container', run: () => products({ versions: [version('v1', { resources: { memoryRequestMiB: laterNumber() } } as object)] }), says: `MESH109 versions[0].resources.memoryRequestMiB must be known at synthesis, but is a token
  at   Shop/Mesh/Products (MeshService), versions[0].resources.memoryRequestMiB
  fix  give versions[0].resources.memoryRequestMiB a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
  ]);
});
