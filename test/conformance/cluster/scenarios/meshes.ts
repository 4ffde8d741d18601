/** The mesh's construct is moved or renamed; the program changes its mesh and comes back. What both have in common stays. */
import { type Shop } from './shop';
import { field, type Group, type Stage } from './stage';
import { dump } from './world';
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

/** Retained namespaces and what hooks of charts make, as the documents list them. */
const LEFT_BY_ENVOY_GATEWAY = [/envoy-gateway-system/, /certgen/, /envoy-gateway-topology-injector/, /safe-upgrades/];

function served(stage: Stage, gateway: string): boolean {
  const address = stage.world.gateway(gateway);
  return address !== '' && stage.world.at(address, '/products').last.status === 200;
}

function sidecars(): number {
  return (kubectl(['get', 'pods', '-n', 'shop', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].spec.initContainers[*].name} {.items[*].spec.containers[*].name}']).match(/istio-proxy/g) ?? []).length;
}
