/** Changes that lose nothing: of versions, shares, colours, numbers of pods, services, gateways and control planes. */
import { spawn, type ChildProcess } from 'child_process';
import { join } from 'path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { late, version, type Shop, type ShopParts } from './shop';
import { field, type Group, type Stage } from './stage';
import { GatewayLoadBalancer, HostRewrite, MeshProvider, MeshService, RouteMatch, ServiceToService, TlsCertificate, TlsTrust } from '../../../../lib';
import { ENVOY_GATEWAY } from '../../../../lib/providers/envoy-gateway/control-plane';
import { ISTIO } from '../../../../lib/providers/istio/control-plane';
import { kubernetes } from '../build';
import { access, kubectl } from '../node';

const canary = { canary: '2.0.0', canaryPercent: 5 };
/** The load balancers of the node know an address at once. A stream has to end while its proxy still serves, which is so long and 15 s more. */
const loadBalancer = GatewayLoadBalancer.internetFacing({ deregistrationDelay: Duration.seconds(60) });
const stream = '30s';

export const changes: Group = {
  name: 'changes',
  scenarios: [
    {
      name: 'a canary is added',
      run: async (stage) => {
        await stage.begin();
        await stage.change([canary]);
        const { seen } = stage.world.get('/products', 20, { headers: { 'x-experiment-id': 'b' } });
        stage.expect(Object.keys(seen).join() === `200 shop/products:${late('2.0.0')}`, `the pin leads to ${JSON.stringify(seen)}`);
      },
    },
    {
      name: 'the share of a canary grows from 5 to 50 to 100',
      run: async (stage) => {
        await stage.begin(canary);
        await stage.change([{ ...canary, canaryPercent: 50 }, { ...canary, canaryPercent: 100 }]);
        stage.serves(`shop/products:${late('2.0.0')}`);
      },
    },
    {
      name: 'a version is removed and the image of the other one changes at once',
      run: async (stage) => {
        await stage.begin({ ...canary, canaryPercent: 50 });
        await stage.change([{ stable: '1.8.3' }]);
        stage.serves(`shop/products:${late('1.8.3')}`);
        stage.expect(field('deployment', 'products-v2', '.metadata.name') === '', 'the Deployment of the version that left is there');
      },
    },
    {
      name: 'a version is replaced by one of another name',
      run: async (stage) => {
        await stage.begin({ stable: '1.8.3' });
        await stage.change([{ stable: '1.9.0', stableName: 'v3' }]);
        stage.serves(`shop/products:${late('1.9.0')}`);
      },
    },
    {
      name: 'blue gives way to green, and green to blue',
      run: async (stage) => {
        await stage.begin({ stable: '1.9.0', stableName: 'v3' });
        await stage.change([{ stable: '1.9.0', stableName: 'v3', active: 'green' }, { stable: '1.9.0', stableName: 'v3' }], { path: '/checkout' });
        stage.serves(`shop/checkout:${late('3.1.0')}`, '/checkout');
      },
    },
    { name: 'autoscaling is switched on and off', run: autoscaling },
    {
      name: 'a service is removed',
      run: async (stage) => {
        await stage.begin();
        await stage.change([{ checkout: false }]);
        stage.expect(stage.world.get('/checkout').last.status === 404, 'the route of the service that left is served');
        stage.expect(field('service', 'checkout-blue', '.metadata.name') === '', 'the Service that left is there');
      },
    },
    { name: 'a service moves to another stack', run: moved },
    {
      name: "a gateway's own pods roll out, become three, and two again",
      run: async (stage) => {
        await stage.begin({ gateway: { loadBalancer } });
        const resources = { cpuRequestMillis: 60 };
        await stage.change([{ gateway: { loadBalancer, resources } }, { gateway: { loadBalancer, resources, replicas: 3 } }, { gateway: { loadBalancer, resources } }], { stream });
      },
    },
    { name: 'mutual TLS of the whole mesh is switched on and off', meshes: ['istio'], run: (stage) => mutual(stage) },
    { name: 'the control plane goes to the next patch', run: patched },
    {
      name: "Istio's debounce is at 5 s: a canary comes, becomes the stable version, and goes",
      meshes: ['istio'],
      run: async (stage) => {
        const slow = { props: { provider: MeshProvider.istio({ controlPlane: { values: { env: { PILOT_DEBOUNCE_AFTER: '5s', PILOT_DEBOUNCE_MAX: '15s' } } } }) } };
        await stage.begin(slow);
        await stage.change([{ ...slow, ...canary, canaryPercent: 50 }, { ...slow, stable: '1.9.0', stableName: 'v3' }]);
        stage.serves(`shop/products:${late('1.9.0')}`);
      },
    },
  ],
};

/** The numbers of pods, of a version and of the gateway, never fall below what was. */
async function autoscaling(stage: Stage): Promise<void> {
  const three: Partial<Shop> = { replicas: 3, gateway: { loadBalancer, replicas: 3 } };
  const scaled: Partial<Shop> = { autoscaling: { minReplicas: 3, maxReplicas: 4 }, gateway: { loadBalancer, autoscaling: { minReplicas: 3, maxReplicas: 4 } } };
  await stage.begin(three);
  const proxies = stage.mesh === 'istio' ? ['-n', 'shop', '-l', 'gateway.networking.k8s.io/gateway-name=gateway'] : ['-n', 'envoy-gateway-system', '-l', 'gateway.envoyproxy.io/owning-gateway-name=gateway'];
  const watched = [new NumberOfPods(['-n', 'shop', '--field-selector=metadata.name=products-v1']), new NumberOfPods(proxies)];
  try {
    await stage.change([scaled, three], { stream });
  } finally {
    watched.forEach((one) => one.end());
  }
  for (const { numbers } of watched) stage.expect(numbers.length > 0 && numbers.every((number) => number >= 3), `the number of pods was ${[...new Set(numbers)].join(', ')}`);
  stage.expect(kubectl(['get', 'hpa', '-A', '-o', 'name']).trim() === '', 'an autoscaler is there');
}

/** Numbers that a Deployment has while it is watched. */
class NumberOfPods {
  readonly numbers: number[] = [];
  private readonly watch: ChildProcess;

  constructor(selection: readonly string[]) {
    this.watch = spawn(join(kubernetes(), 'kubectl'), ['get', 'deployment', ...selection, '-w', '-o', 'jsonpath={.spec.replicas}{"\\n"}'], {
      env: { ...process.env, KUBECONFIG: access().kubeconfig }, stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.watch.stdout!.setEncoding('utf8').on('data', (text: string) => void this.numbers.push(...text.split('\n').filter((line) => line !== '').map(Number)));
  }

  end(): void {
    this.watch.kill();
  }
}

/** Retained, moved, and no longer retained. */
async function moved(stage: Stage): Promise<void> {
  const mover = (where: 'Shop' | 'Team', removalPolicy?: RemovalPolicy) => ({ app, stack, mesh, gateway }: ShopParts): void => {
    const scope = where === 'Shop' ? stack : new Stack(app, 'Team');
    const service = new MeshService(scope, 'Mover', {
      mesh, port: 8080, versions: [version('v1', `shop/mover:${late('1.0.0')}`)], ...(removalPolicy === undefined ? {} : { removalPolicy }),
    });
    gateway.addRoute('Mover', { match: RouteMatch.prefix('/mover'), to: service, hostRewrite: HostRewrite.toService() });
  };
  await stage.begin({ checkout: false, more: mover('Shop') });
  await stage.change([
    { checkout: false, more: mover('Shop', RemovalPolicy.RETAIN) }, { checkout: false, more: mover('Team', RemovalPolicy.RETAIN) }, { checkout: false, more: mover('Team') },
  ], { path: '/mover' });
  stage.serves(`shop/mover:${late('1.0.0')}`, '/mover');
  stage.expect(/Team\//.test(field('deployment', 'mover-v1', '.metadata.annotations')), 'the Deployment does not bear the mark of the stack Team');
  const { ok } = await stage.world.emulator.delete(['Team']);
  stage.expect(ok && field('deployment', 'mover-v1', '.metadata.name') === '', 'the service does not go with its new stack');
}

/** Plain text is refused while it is on. */
async function mutual(stage: Stage): Promise<void> {
  const on: Partial<Shop> = { props: { mutualTls: { certificate: TlsCertificate.fromSds('default'), trust: TlsTrust.fromSds('ROOTCA') } } };
  await stage.begin();
  await stage.change([on]);
  const address = () => kubectl(['get', 'pods', '-n', 'shop', '-l', 'mesh.cdk-eks-mesh.dev/service=products', '-o', 'jsonpath={.items[0].status.podIP}']).trim();
  const plain = () => stage.world.at(`${address()}:8080`, '/').last;
  stage.expect(plain().error !== undefined, 'a pod serves plain text while mutual TLS is on');
  await stage.change([{}]);
  stage.expect(plain().status === 200, 'a pod does not serve plain text after mutual TLS is off');
}

/** The same programs under the numbers of the next patch: what a patch of the control plane looks like to the cluster. */
async function patched(stage: Stage): Promise<void> {
  await stage.begin({ gateway: { loadBalancer } });
  const next = (text: string) => text.replace(/\d+$/, (patch) => String(Number(patch) + 1));
  const versions = { istio: next(ISTIO.chartVersion), envoyGateway: next(ENVOY_GATEWAY.chartVersion) };
  await stage.world.offer(versions);
  const provider = stage.mesh === 'istio'
    ? MeshProvider.istio({ controlPlane: { chartVersion: versions.istio } })
    : MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY, controller: { chartVersion: versions.envoyGateway } });
  // proxies of Istio bear the version of their control plane, so they roll out, too
  await stage.change([{ gateway: { loadBalancer }, props: { provider } }], { stream });
  const image = stage.mesh === 'istio'
    ? field('deployment', 'istiod', '.spec.template.spec.containers[0].image', 'istio-system')
    : field('deployment', 'envoy-gateway', '.spec.template.spec.containers[0].image', 'envoy-gateway-system');
  stage.expect(image.endsWith(stage.mesh === 'istio' ? versions.istio : versions.envoyGateway), `the control plane runs ${image}`);
}
