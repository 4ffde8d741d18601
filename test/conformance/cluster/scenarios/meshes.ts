/** The mesh's construct is moved or renamed; the program changes its mesh and comes back. What both have in common stays. */
import { Duration } from 'aws-cdk-lib';
import { late, type Shop } from './shop';
import { field, type Group, type Stage } from './stage';
import { dump } from './world';
import { GatewayLoadBalancer, MeshProvider } from '../../../../lib';
import { kubectl, provideEnvoyGatewayProxy } from '../node';

export const meshes: Group = {
  name: 'mesh',
  scenarios: [
    {
      name: "the mesh's construct is renamed, and moved below another one",
      run: async (stage) => {
        await stage.begin();
        const before = dump();
        await stage.change([{ meshId: 'Renamed' }, { meshId: 'Renamed', meshParent: 'Platform' }]);
        stage.same(before, dump());
      },
    },
    { name: 'a class of another mesh under the same gateway name is refused, with the steps', fresh: true, meshes: ['istio'], run: refusedClass },
    { name: 'App Mesh gives way to Istio: objects alone, whose definitions are open and which no controller acts on', fresh: true, meshes: ['istio'], run: fromAppMesh },
    { name: 'Istio gives way to Envoy Gateway, and comes back', fresh: true, meshes: ['istio'], run: thereAndBack },
  ],
};

async function refusedClass(stage: Stage): Promise<void> {
  await stage.begin();
  provideEnvoyGatewayProxy();
  const before = dump();
  await stage.refuse({ mesh: 'envoy-gateway' }, /gateway shop\/gateway is of class 'istio', and the program wants class .*Give the gateway another gatewayName/);
  stage.same(before, dump());
}

/** Pods get and lose their sidecars on the way: nothing is streamed between services. */
async function thereAndBack(stage: Stage): Promise<void> {
  const istio: Partial<Shop> = { gatewayName: 'gateway' };
  await stage.begin(istio);
  provideEnvoyGatewayProxy();
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-a-team', namespace: 'shop' }, data: { color: 'blue' } };
  kubectl(['apply', '-f', '-'], settings);
  const uid = field('namespace', 'shop', '.metadata.uid');
  const before = dump();

  await stage.world.mustDeploy({ mesh: 'envoy-gateway', gatewayName: 'edge' });
  stage.expect(served(stage, 'edge'), 'the gateway of Envoy Gateway does not serve');
  stage.expect(sidecars() === 0, `${sidecars()} pods still have a sidecar`);

  await stage.world.mustDeploy(istio);
  stage.expect(served(stage, 'gateway'), 'the gateway of Istio does not serve');
  stage.expect(field('namespace', 'shop', '.metadata.uid') === uid, 'the namespace is another one');
  stage.same(before, dump(), LEFT_BY_ENVOY_GATEWAY);
}

/** What the program makes of App Mesh; a cluster needs to know the kinds. */
const APP_MESH_KINDS = { Mesh: 'meshes', VirtualNode: 'virtualnodes', VirtualService: 'virtualservices', VirtualRouter: 'virtualrouters', VirtualGateway: 'virtualgateways', GatewayRoute: 'gatewayroutes' };

async function fromAppMesh(stage: Stage): Promise<void> {
  for (const [kind, plural] of Object.entries(APP_MESH_KINDS)) {
    kubectl(['apply', '-f', '-'], {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.appmesh.k8s.aws` },
      spec: {
        group: 'appmesh.k8s.aws', scope: kind === 'Mesh' ? 'Cluster' : 'Namespaced', names: { kind, plural },
        versions: [{ name: 'v1beta2', served: true, storage: true, schema: { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
      },
    });
  }
  // without a controller no sidecar is there to be waited for; the gateway's pods serve on while they leave, for as long as a load balancer needs
  const gateway = { loadBalancer: GatewayLoadBalancer.internetFacing({ deregistrationDelay: Duration.seconds(10) }) };
  const appMesh: Partial<Shop> = { gateway, props: { provider: MeshProvider.appMesh({ controller: { existing: true } }), rollout: { waitForRollout: false } } };
  await stage.begin(appMesh);
  const shared = () => ['namespace/shop', 'service/products', 'service/catalog', 'deployment/products-v1', 'serviceaccount/products'].map((name) => [name, field(...name.split('/') as [string, string], '.metadata.uid')]);
  const before = shared();
  const others = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-a-team', namespace: 'shop' }, data: { color: 'blue' } };
  kubectl(['apply', '-f', '-'], others);

  await stage.begin({ gateway });
  stage.serves(`shop/products:${late('1.8.2')}`);
  stage.expect(JSON.stringify(shared()) === JSON.stringify(before), `what both meshes have was made anew: ${JSON.stringify(before)} -> ${JSON.stringify(shared())}`);
  const left = kubectl(['get', Object.values(APP_MESH_KINDS).map((plural) => `${plural}.appmesh.k8s.aws`).join(','), '-A', '-o', 'name']).trim();
  stage.expect(left === '', `objects of App Mesh are there: ${left}`);
  stage.expect(field('configmap', 'of-a-team', '.data.color') === 'blue', 'an object of others is gone');
}

/** Retained namespaces and what hooks of charts make, as the documents list them. */
const LEFT_BY_ENVOY_GATEWAY = [/envoy-gateway-system/, /certgen/, /envoy-gateway-topology-injector/, /safe-upgrades/];

function served(stage: Stage, gateway: string): boolean {
  const address = stage.world.gateway(gateway);
  return address !== '' && stage.world.at(address, '/products').last.status === 200;
}

function sidecars(): number {
  return (kubectl(['get', 'pods', '-n', 'shop', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].spec.initContainers[*].name} {.items[*].spec.containers[*].name}']).match(/istio-proxy/g) ?? []).length;
}
