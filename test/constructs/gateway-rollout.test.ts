/** How a gateway's own pods leave and come behind their load balancer, for every exposure and mesh. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { objectOf, objectsOf } from './manifests';
import { errorOf, existingCluster, version } from './program';
import { GatewayLoadBalancer, Mesh, MeshGateway, MeshNamespace, MeshProvider, MeshService, RouteMatch, type MeshProps } from '../../lib';

const GATE = 'elbv2.k8s.aws/pod-readiness-gate-inject';
const ATTRIBUTES = 'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes';

function deploy(provider: MeshProvider, loadBalancer?: GatewayLoadBalancer, props: Partial<MeshProps> = {}): Stack {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider, ...props });
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')] });
  new MeshGateway(mesh, 'Gateway', loadBalancer && { loadBalancer }).addRoute('All', { match: RouteMatch.any(), to: products });
  return stack;
}

/** What a mesh makes of one gateway, in seconds and one form. */
interface Leaving {
  readonly attributes: string | undefined;
  /** How long the proxy takes new connections. */
  readonly serving: number;
  /** When the proxy closes what is still open. */
  readonly closing: number;
  /** When the pod is killed; undefined where the controller writes it. */
  readonly grace: number | undefined;
  readonly strategy: object;
}

const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1]);

const MESHES: { readonly [mesh: string]: { readonly provider: () => MeshProvider; readonly read: (stack: Stack) => Leaving } } = {
  'App Mesh': {
    provider: () => MeshProvider.appMesh(),
    read: (stack) => {
      const { spec: { strategy, template: { spec } } } = objectOf(stack, 'Deployment', 'gateway');
      const serving = spec.containers[0].lifecycle.preStop.sleep.seconds;
      return { attributes: objectOf(stack, 'Service', 'gateway').metadata.annotations?.[ATTRIBUTES], serving, closing: serving, grace: spec.terminationGracePeriodSeconds, strategy };
    },
  },
  'Istio': {
    provider: () => MeshProvider.istio(),
    read: (stack) => {
      const { data } = objectOf(stack, 'ConfigMap', 'gateway-gateway');
      const { strategy, template: { metadata, spec } } = JSON.parse(data.deployment).spec;
      const { drainDuration, terminationDrainDuration } = JSON.parse(metadata.annotations['proxy.istio.io/config']);
      return {
        attributes: JSON.parse(data.service).metadata?.annotations[ATTRIBUTES], serving: seconds(drainDuration), closing: seconds(terminationDrainDuration),
        grace: spec.terminationGracePeriodSeconds, strategy,
      };
    },
  },
  'Envoy Gateway': {
    provider: () => MeshProvider.envoyGateway(),
    read: (stack) => {
      const { spec: { provider: { kubernetes: { envoyDeployment, envoyService } }, shutdown } } = objectOf(stack, 'EnvoyProxy', 'gateway');
      return {
        attributes: envoyService.annotations?.[ATTRIBUTES], serving: seconds(shutdown.minDrainDuration), closing: seconds(shutdown.drainTimeout),
        grace: undefined, strategy: envoyDeployment.strategy,
      };
    },
  },
};

const EXPOSURES: readonly (readonly [string, GatewayLoadBalancer | undefined, number | undefined])[] = [
  ['with the default', undefined, 180],
  ['on the internet', GatewayLoadBalancer.internetFacing(), 180],
  ['with a longer delay', GatewayLoadBalancer.internal({ deregistrationDelay: Duration.minutes(10) }), 600],
  ['with a shorter delay', GatewayLoadBalancer.internal({ deregistrationDelay: Duration.seconds(30) }), 30],
  ['inside of the cluster', GatewayLoadBalancer.none(), undefined],
];

describe.each(Object.entries(MESHES))('on %s', (mesh, { provider, read }) => {
  test.each(EXPOSURES)('a gateway %s serves for as long as its load balancer sends', (_, loadBalancer, delay) => {
    const { attributes, serving, closing, grace, strategy } = read(deploy(provider(), loadBalancer));

    expect(attributes).toBe(delay === undefined ? undefined : `deregistration_delay.timeout_seconds=${delay}`);
    expect(serving).toBe(delay === undefined ? 60 : delay + 15);
    expect(closing).toBeGreaterThanOrEqual(serving);
    if (grace !== undefined) expect(grace).toBe(closing + 30);
    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } });
  });

  test.each([
    ['their delay', 'deregistration_delay.timeout_seconds=400,preserve_client_ip.enabled=true', 415],
    ['no delay, so that AWS chooses it', 'preserve_client_ip.enabled=true', 315],
  ])("reads from the user's own attributes %s", (_, own, serving) => {
    const leaving = read(deploy(provider(), GatewayLoadBalancer.internal({ annotations: { [ATTRIBUTES]: own } })));

    expect(leaving).toMatchObject({ attributes: own, serving });
  });

  test('refuses two delays', () => {
    const loadBalancer = GatewayLoadBalancer.internal({ annotations: { [ATTRIBUTES]: 'deregistration_delay.timeout_seconds=60' }, deregistrationDelay: Duration.minutes(5) });

    expect(errorOf(() => objectsOf(deploy(provider(), loadBalancer)))).toContain(
      `MESH111 deregistrationDelay is 300 s, and the target group attributes that replace the library's do not hold it
  at   Shop/Mesh/Gateway (MeshGateway), loadBalancer.annotations = 'deregistration_delay.timeout_seconds=60'
  fix  add deregistration_delay.timeout_seconds=300 to them, or leave deregistrationDelay out`);
  });

  test('holds back the readiness of proxies in the namespace where they run', () => {
    const stack = deploy(provider());
    const labelled = objectsOf(stack).filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.[GATE] === 'enabled').map(({ metadata }) => metadata.name);

    expect(labelled).toEqual([mesh === 'Envoy Gateway' ? 'envoy-gateway-system' : 'shop']);
  });

  test('labels no namespace of the program where no load balancer is', () => {
    expect(objectOf(deploy(provider(), GatewayLoadBalancer.none()), 'Namespace', 'shop').metadata.labels).not.toHaveProperty([GATE]);
  });

  test("leaves a namespace to the user's own label", () => {
    const stack = deploy(provider(), undefined, { namespaces: [MeshNamespace.create('shop', { labels: { [GATE]: 'disabled' } })] });

    expect(objectOf(stack, 'Namespace', 'shop').metadata.labels).toHaveProperty([GATE], 'disabled');
  });

  test.each([[Duration.seconds(3601), '3601 s'], [Duration.millis(1500), '1.5 s']])('refuses a delay of %s', (deregistrationDelay, text) => {
    expect(errorOf(() => deploy(provider(), GatewayLoadBalancer.internal({ deregistrationDelay })))).toBe(
      `MESH309 deregistrationDelay is ${text}, and load balancers take whole seconds from 0 to 3600
  at   Shop/Mesh/Gateway (MeshGateway), loadBalancer.deregistrationDelay = '${text}'
  fix  give it from Duration.seconds(0) to Duration.seconds(3600)`);
  });
});

test('the namespace of the controller is labelled before its chart, patched where it exists, and kept', () => {
  const template = Template.fromStack(deploy(MeshProvider.envoyGateway())).toJSON();
  const [id, resource] = Object.entries<any>(template.Resources).find(([, { Properties }]) => JSON.stringify(Properties?.Manifest ?? '').includes('envoy-gateway-system'))!;
  const [chart] = Object.values<any>(template.Resources).filter(({ Properties }) => Properties?.Release === 'envoy-gateway');

  expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain', Properties: { Foreign: 'add', Retain: true } });
  expect(JSON.parse(resource.Properties.Manifest.join(''))).toEqual([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'envoy-gateway-system', labels: { [GATE]: 'enabled' } } }]);
  expect(chart.DependsOn).toContain(id);
});

test('a controller that exists already gives a notice of what its namespace needs', () => {
  const stack = deploy(MeshProvider.envoyGateway({ controller: { existing: true } }));

  expect(objectsOf(stack).filter(({ metadata }) => metadata.name === 'envoy-gateway-system')).toEqual([]);
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('MESH902 .* readiness waits for the load balancer'))).toHaveLength(1);
});
