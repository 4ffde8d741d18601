/** Wrong objects, wrong patches, too much for a stack, clusters that lack something. */
import { App, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { ApiObject, App as Cdk8sApp, Chart } from 'cdk8s';
import { laterText, openShop, refuses, single, type Shop } from './shop';
import { CanaryService, HostRewrite, Mesh, MeshCluster, MeshProvider, MeshShards, ObjectPatch, RouteMatch, ServiceVersion } from '../../lib';
import { errorOf, existingCluster, program, version } from '../constructs/program';

/** An open shop, changed, then synthesized. */
function synthesized(change: (shop: Shop) => void): void {
  const parts = openShop();
  change(parts);
  parts.app.synth();
}

/** Numbers of bytes change with every label of every object. */
function withoutBytes(run: () => void): void {
  throw new Error(errorOf(run).replace(/about \d+ bytes/, 'about N bytes'));
}

/** A shop with many canaries. */
function canaries(count: number): App {
  const { app, mesh, gateway } = openShop({ quotas: { gatewayRoutesPerGateway: 200, servicesPerMesh: 200, versionsPerMesh: 400 } });
  for (let number = 1; number <= count; number++) {
    const service = new CanaryService(mesh, `Service${number}`, { port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5 });
    gateway.addRoute(`Service${number}`, { match: RouteMatch.prefix(`/s${number}`), to: service, hostRewrite: HostRewrite.toService() });
  }
  return app;
}

function configMap(name: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: {} };
}

describe('objects', () => {
  refuses([
    {
      name: "a raw intrinsic in a chart's object", run: () => synthesized(({ mesh }) => {
        const chart = new Chart(new Cdk8sApp(), 'own');
        new ApiObject(chart, 'queue', { apiVersion: 'sqs.example.com/v1', kind: 'Queue', metadata: { name: 'orders' }, spec: { arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } });
        mesh.addChart('queues', chart);
      }), says: `  [Shop/Mesh] MESH503 Queue 'orders' holds the raw intrinsic 'Fn::GetAtt' at spec.arn
  at   Shop/Mesh (Mesh), addChart('queues'): spec.arn
  fix  give the value as a text token before it enters an object, for example Token.asString(Fn.getAtt(...)) or role.roleArn`,
    },
    {
      name: 'a token that was base64-encoded', run: () => synthesized(({ mesh, stack }) => {
        const binaryData = { password: Buffer.from(laterText(stack)).toString('base64') };
        mesh.addObjects('secrets', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'database', namespace: 'shop' }, binaryData });
      }), says: `  [Shop/Mesh] MESH503 ConfigMap 'shop/database' holds a token that was base64-encoded at binaryData.password
  at   Shop/Mesh (Mesh), addObjects('secrets'): binaryData.password
  fix  put the plain token into stringData (or data of a ConfigMap): the encoded text would hold the placeholder, not its value`,
    },
    {
      name: 'a Secret with its data', run: () => synthesized(({ mesh }) => {
        mesh.addObjects('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace: 'shop' }, data: { password: 'c2VjcmV0' } });
      }), says: `  [Shop/Mesh] MESH509 Secret 'shop/database' holds its data, which everybody could read who reads the template
  at   Shop/Mesh (Mesh), addObjects('secrets')
  fix  keep the value in AWS Secrets Manager and let External Secrets or the Secrets Store CSI Driver bring it into the cluster`,
    },
    {
      name: 'an object whose name is known only at deployment', run: () => synthesized(({ mesh, stack }) => mesh.addObjects('own', configMap(laterText(stack)))), says: `MESH109 addObjects('own')[0].metadata.name must be known at synthesis, but is a token
  at   Shop/Mesh (Mesh), addObjects('own')[0].metadata.name
  fix  give addObjects('own')[0].metadata.name a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`,
    },
    {
      name: 'an object without kind', run: () => synthesized(({ mesh }) => mesh.addObjects('own', { apiVersion: 'v1', metadata: { name: 'settings' } })), says: `MESH111 an object lacks apiVersion, kind or metadata.name: {"apiVersion":"v1","metadata":{"name":"settings"}}
  at   Shop/Mesh (Mesh), addObjects('own')[0]
  fix  give every object its apiVersion, kind and metadata.name`,
    },
    {
      name: 'more objects than an update can carry', run: () => synthesized(({ mesh }) => mesh.addObjects('own', { ...configMap('settings'), data: { text: 'x'.repeat(90_000) } })), says: `  [Shop/Mesh] MESH502 the objects of 'shop/objects/own' (1) are 90109 bytes of JSON, more than the 81920 of one resource: the event of an update carries the old and the new ones
  at   Shop/Mesh (Mesh), addObjects('own')
  fix  add the objects in several parts, or shorten their texts`,
    },
    {
      name: 'more in the environment of a version than an update can carry', run: () => synthesized(({ mesh }) => {
        single(mesh, 'Reviews', { versions: [version('v1', { env: { TEXT: 'x'.repeat(90_000) } } as object)] });
      }), says: `  [Shop/Mesh/Reviews] MESH502 the objects of 'shop/reviews/v1/version' (5) are 93869 bytes of JSON, more than the 81920 of one resource: the event of an update carries the old and the new ones
  at   Shop/Mesh/Reviews (MeshService), 'shop/reviews/v1/version'
  fix  shorten its texts and lists, or spread it over several services or gateways`,
    },
    {
      name: 'one object in two calls', run: () => synthesized(({ mesh }) => {
        mesh.addObjects('first', configMap('settings'));
        mesh.addObjects('second', configMap('settings'));
      }), says: `  [Shop/Mesh] MESH505 'Shop/Mesh' makes ConfigMap 'shop/settings' twice
  at   Shop/Mesh (Mesh), addObjects('second')
  fix  rename one of the two objects, or leave one out and change the other with mesh.patchObject()`,
    },
    {
      name: 'an object that the mesh makes too', run: () => synthesized(({ mesh }) => {
        mesh.addObjects('own', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'catalog-v1', namespace: 'shop' } });
      }), says: `  [Shop/Mesh] MESH505 'Shop/Mesh' and 'Shop/Mesh/Catalog' both make Deployment 'shop/catalog-v1'
  at   Shop/Mesh (Mesh), addObjects('own')
  fix  rename one of the two objects, or leave one out and change the other with mesh.patchObject()`,
    },
    {
      name: 'one id for two calls', run: () => synthesized(({ mesh }) => {
        mesh.addObjects('own', configMap('settings'));
        mesh.addObjects('own', configMap('more-settings'));
      }), says: `MESH102 the id 'own' is taken already by addObjects('own')
  at   Shop/Mesh (Mesh), addObjects('own')
  fix  give one of the two another id`,
    },
    {
      name: 'a workload in another namespace than its service', run: () => synthesized(({ mesh }) => {
        const workload = new ApiObject(new Chart(new Cdk8sApp(), 'own'), 'reviews', {
          apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'reviews', namespace: 'books' },
          spec: { selector: { matchLabels: { app: 'reviews' } }, template: { metadata: { labels: { app: 'reviews' } }, spec: { containers: [] } } },
        });
        single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });
      }), says: `MESH111 the Deployment 'reviews' is in namespace 'books', but its service is in 'shop'
  at   Shop/Mesh/Reviews (MeshService), versions[0].workload = 'books'
  fix  leave the namespace out of the workload, or give the service namespace: 'books'`,
    },
  ]);
});

describe('patches', () => {
  const deployment = { kind: 'Deployment', name: 'catalog-v1' };
  refuses([
    {
      name: 'a patch that changes nothing', run: () => synthesized(({ mesh }) => mesh.patchObject(deployment, ObjectPatch.merge({ spec: { replicas: 2 } }))), says: `  [Shop/Mesh] MESH504 the patch of Deployment 'shop/catalog-v1' changes nothing
  at   Shop/Mesh (Mesh), patchObject(Deployment 'catalog-v1')
  fix  leave the patch out, or correct its keys: the object says this already`,
    },
    {
      name: 'a patch of an object that is not there', run: () => synthesized(({ mesh }) =>
        mesh.patchObject({ ...deployment, name: 'catalogue-v1' }, ObjectPatch.merge({ spec: { replicas: 3 } }))), says: `  [Shop/Mesh] MESH504 the patch of Deployment 'catalogue-v1' matches no object
  at   Shop/Mesh (Mesh), patchObject(Deployment 'catalogue-v1')
  fix  select one of the objects that the mesh makes, for example Deployment 'shop/catalog-v1', Deployment 'shop/gateway', Service 'shop/catalog-v1'`,
    },
    {
      name: 'an operation that does not apply', run: () => synthesized(({ mesh }) =>
        mesh.patchObject(deployment, ObjectPatch.json({ op: 'replace', path: '/spec/replica', value: 3 }))), says: `  [Shop/Mesh] MESH504 operation 1 of the patch of Deployment 'shop/catalog-v1' does not apply: nothing is at '/spec/replica'
  at   Shop/Mesh (Mesh), patchObject(Deployment 'catalog-v1')
  fix  write the operation for the object as the mesh makes it: its manifest in the template shows it`,
    },
    {
      name: 'a patch of a name', run: () => synthesized(({ mesh }) => mesh.patchObject(deployment, ObjectPatch.merge({ metadata: { name: 'other' } }))), says: `  [Shop/Mesh] MESH504 the patch of Deployment 'shop/catalog-v1' changes its metadata.name
  at   Shop/Mesh (Mesh), patchObject(Deployment 'catalog-v1')
  fix  leave metadata.name as it is; add an object of your own with mesh.addObjects() instead`,
    },
  ]);
});

describe('stacks', () => {
  refuses([
    {
      name: '0 shards', run: () => openShop({ shards: MeshShards.nested(0) }).app.synth(), says: `  [Shop/Mesh] MESH506 the number of shards is 0, not an integer from 1 to 200
  at   Shop/Mesh (Mesh), shards = 0
  fix  declare about one shard for every 25 services that you expect in the end, and keep the number`,
    },
    {
      name: '60 canaries in one stack', run: () => withoutBytes(() => canaries(60).synth()), says: `  [Shop/Mesh] MESH501 stack 'Shop' would hold a template of about N bytes, more than the 1000000 of CloudFormation
  at   Shop/Mesh (Mesh), shards
  fix  declare shards: MeshShards.nested(2)`,
    },
    {
      name: '130 canaries in one stack', run: () => withoutBytes(() => canaries(130).synth()), says: `  [Shop/Mesh] MESH501 stack 'Shop' would hold 531 resources, more than the 500 of a stack
  at   Shop/Mesh (Mesh), shards
  fix  declare shards: MeshShards.nested(3)
  [Shop/Mesh] MESH501 stack 'Shop' would hold a template of about N bytes, more than the 1000000 of CloudFormation
  at   Shop/Mesh (Mesh), shards
  fix  declare shards: MeshShards.nested(3)`,
    },
    {
      name: 'two clusters whose meshes share a namespace in one stack', run: () => {
        const { app, stack } = program();
        const other = new Mesh(stack, 'OtherMesh', { cluster: existingCluster(stack, 'OtherCluster'), namespace: 'shop', provider: MeshProvider.appMesh() });
        single(other, 'Stock');
        app.synth();
      }, says: `  [Shop/OtherMesh] MESH505 meshes 'Shop/Mesh' and 'Shop/OtherMesh' both make 'shop/namespace' and 1 more in stack 'Shop', where that name can stand once
  at   Shop/OtherMesh (Mesh), namespace
  fix  give one of the meshes other namespaces, or put one of them with its services into a stack of its own`,
    },
    {
      name: 'two controllers on one cluster', run: () => {
        const { app, mesh, stack } = program();
        const cluster = existingCluster(stack, 'Both');
        new Mesh(stack, 'First', { cluster, namespace: 'first', provider: MeshProvider.appMesh() });
        new Mesh(stack, 'Second', { cluster, namespace: 'second', provider: MeshProvider.appMesh() });
        single(mesh, 'Stock');
        app.synth();
      }, says: `MESH111 two meshes install the App Mesh controller on one cluster: 'Shop/First' and 'Shop/Second'
  at   Shop/Second (Mesh), provider
  fix  one controller serves all meshes of a cluster: let one mesh install it, with alsoForMeshes for the other, which says existing: true`,
    },
  ]);
});

describe('clusters', () => {
  refuses([
    {
      name: 'a new cluster without its kubectl layer', run: () => new MeshCluster(new Stack(new App(), 'Shop'), 'Cluster', { version: eks.KubernetesVersion.V1_33 }), says: `MESH603 Kubernetes 1.33 needs a kubectl layer, and none is given
  at   Shop/Cluster (MeshCluster), kubectlLayer
  fix  install @aws-cdk/lambda-layer-kubectl-v33 and give kubectlLayer: new KubectlV33Layer(this, 'KubectlLayer')`,
    },
    {
      name: 'a cluster known by name alone', run: () => {
        const { app, stack } = program();
        const other = new Mesh(stack, 'OtherMesh', { cluster: MeshCluster.fromClusterName(stack, 'Prod', 'prod'), namespace: 'store', provider: MeshProvider.appMesh() });
        single(other, 'Stock');
        app.synth();
      }, says: `MESH603 cluster 'prod' has no OpenID Connect provider, so its pods cannot get IAM roles
  at   Shop/Prod (MeshCluster), openIdConnectProviderArn
  fix  give its OpenID Connect provider where the cluster is imported`,
    },
  ]);
});
