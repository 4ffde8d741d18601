/** The living node is a cluster: what everything else that runs on it relies on. It has to run as root on Linux and fails elsewhere. */
import { execFileSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { charts, kubectlLayer, DEFINITIONS } from './charts';
import { CREDENTIALS, signToken } from './cloud/eks-tokens';
import { get, Load } from './load';
import { access, down, inNode, kubectl, programs, up } from './node';
import { NODE, NODE_FOLDER } from './versions';
import { ENVOY_GATEWAY } from '../../../lib/providers/envoy-gateway/control-plane';
import { GATEWAY_API } from '../../../lib/providers/gateway-api/definitions';
import { ISTIO } from '../../../lib/providers/istio/control-plane';
import { mustRun, run } from '../tools';

const [STABLE, NEXT] = ['shop/products:1.8.2', 'shop/products:2.0.0'];
const CLIENT = { from: { pod: 'default/client' } } as const;
/** Settings of the machine that kubelet changes. */
const settings = () => ['vm/overcommit_memory', 'kernel/panic'].map(name => readFileSync(`/proc/sys/${name}`, 'utf8').trim());
let settingsBefore: string[];

/** Two pods behind a Service of type LoadBalancer, as the library writes them. */
function echo(image: string) {
  const labels = { app: 'echo' };
  const container = {
    name: 'app',
    image,
    readinessProbe: { httpGet: { path: '/ping', port: 8080 }, periodSeconds: 1 },
    lifecycle: { preStop: { sleep: { seconds: 3 } } },
  };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'echo' },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
      },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo' }, spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' }, spec: { containers: [{ name: 'client', image: 'tools/client:1' }] } },
    ],
  };
}

/** Applies the objects and waits until all pods of the last revision serve and those of earlier ones are gone. */
function roll(image: string): void {
  kubectl(['apply', '-f', '-'], echo(image));
  kubectl(['rollout', 'status', 'deployment/echo', '--timeout=180s']);
  for (const pod of names('pods', 'app=echo').filter(pod => imageOf(pod) !== image)) kubectl(['wait', '--for=delete', pod, '--timeout=120s']);
}

const names = (kind: string, selector: string) => kubectl(['get', kind, '-l', selector, '-o', 'name']).split('\n').filter(name => name !== '');
/** Empty where the pod has gone meanwhile. */
const imageOf = (pod: string) => kubectl(['get', pod, '--ignore-not-found', '-o', 'jsonpath={.spec.containers[0].image}']);
const balancer = () => kubectl(['wait', '--for=jsonpath={.status.loadBalancer.ingress[0].ip}', 'service/echo', '--timeout=60s', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}']).trim();

describe('a living node', () => {
  beforeAll(() => {
    down();
    settingsBefore = settings();
    up();
    roll(STABLE);
    kubectl(['wait', '--for=condition=Ready', 'pod/client', '--timeout=60s']);
  });
  afterAll(() => down());

  test('runs each of its programs, and is kept by a second call', () => {
    const pid = readFileSync(`${NODE_FOLDER}/init.pid`, 'utf8');

    expect(up()).toEqual(access());
    expect(readFileSync(`${NODE_FOLDER}/init.pid`, 'utf8')).toBe(pid);
    expect(programs().map(({ name, alive }) => `${name} ${alive}`)).toEqual(
      ['cloud', 'etcd', 'containerd', 'apiserver', 'manager', 'scheduler', 'kubelet', 'proxy'].map(name => `${name} true`),
    );
    expect(() => up({ readyAfter: '8s' })).toThrow('the node is up with other settings: {}, not {"readyAfter":"8s"}; take it down first');
  });

  test('has no route to anywhere else', () => {
    expect(inNode('ip', 'route', 'show', 'default')).toBe('');
  });

  test.each(['http://echo/', 'http://echo.default/', 'http://echo.default.svc.cluster.local/'])('answers a pod that asks for %s', url => {
    expect(get(url, 20, CLIENT)).toMatchObject({ total: 20, seen: { [`200 ${STABLE}`]: 20 } });
  });

  test('answers outside of the cluster through the address of a load balancer and of a Service', () => {
    const service = kubectl(['get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}']);

    expect(balancer()).toMatch(/^10\.200\.1\.\d+$/);
    for (const address of [balancer(), service]) expect(get(`http://${address}/`, 20)).toMatchObject({ seen: { [`200 ${STABLE}`]: 20 } });
  });

  test('knows no other name', () => {
    expect(get('http://nobody.example/', 1, CLIENT)).toMatchObject({ seen: { error: 1 }, last: { error: expect.stringMatching(/lookup nobody\.example/) } });
  });

  test('replaces all pods under requests from outside and from a pod, and loses none', async () => {
    const before = names('pods', 'app=echo');
    const outside = await Load.start(`http://${balancer()}/`, { rate: 100 });
    const inside = await Load.start('http://echo/', { rate: 100, ...CLIENT });
    roll(NEXT);
    const reports = [await outside.stop(), await inside.stop()];

    for (const report of reports) {
      expect(report).toMatchObject({ lost: 0, lostAt: [], unready: 0 });
      // it was under way before and after
      expect(Object.keys(report.seen).sort()).toEqual([`200 ${STABLE}`, `200 ${NEXT}`]);
      expect(Object.keys(report.byKind)).toHaveLength(4);
    }
    expect(names('pods', 'app=echo').filter(pod => before.includes(pod))).toEqual([]);
    expect(get('http://echo/', 50, CLIENT).seen).toEqual({ [`200 ${NEXT}`]: 50 });
  });

  test('counts what is lost when there is no pod left', async () => {
    const load = await Load.start(`http://${balancer()}/`, { stream: '1h' });
    kubectl(['scale', 'deployment/echo', '--replicas=0']);
    kubectl(['wait', '--for=delete', 'pod', '-l', 'app=echo', '--timeout=120s']);
    expect(get(`http://${balancer()}/`, 50).seen).toEqual({ error: 50 });
    kubectl(['scale', 'deployment/echo', '--replicas=2']);
    kubectl(['rollout', 'status', 'deployment/echo', '--timeout=180s']);
    const { lost, lostAt, seen, streams } = await load.stop();

    expect(lost).toBeGreaterThan(0);
    expect(seen.error).toBeGreaterThan(0);
    expect(lostAt[0]).toMatchObject({ at: expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}$/), kind: expect.any(String), reason: expect.any(String) });
    // the next one after that which the pod has ended
    expect(streams!.broken).toBeGreaterThan(0);
  });

  test('counts a request that reaches a pod before it is ready', () => {
    const spec = { containers: [{ name: 'app', image: 'shop/products:2.0.0-unready', readinessProbe: { httpGet: { path: '/ping', port: 8080 }, periodSeconds: 1 } }] };
    kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unready' }, spec });
    kubectl(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/unready', '--timeout=60s']);
    const address = kubectl(['get', 'pod', 'unready', '-o', 'jsonpath={.status.podIP}']);

    expect(get(`http://${address}:8080/`, 3).seen).toEqual({ '503 shop/products:2.0.0-unready': 3 });
    expect(JSON.parse(get(`http://${address}:8080/counters`).last.body)).toMatchObject({ requests: 3, whileUnready: 3 });
    expect(kubectl(['get', 'pod', 'unready', '-o', 'jsonpath={.status.containerStatuses[0].ready}'])).toBe('false');
  });

  test('shows an image that is missing and a program that ends, as a cluster does', () => {
    kubectl(['run', 'missing', '--image=shop/products:2.0.0-missing']);
    kubectl(['run', 'crash', '--image=shop/products:2.0.0-crash']);

    // kubelet tells of the first failure as ErrImagePull and of its waiting as ImagePullBackOff
    kubectl(['wait', '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff', 'pod/missing', '--timeout=120s']);
    kubectl(['wait', '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff', 'pod/crash', '--timeout=120s']);
    expect(kubectl(['get', 'pod', 'missing', '-o', 'jsonpath={.status.containerStatuses[0].state.waiting.message}'])).toContain('shop/products:2.0.0-missing');
    expect(kubectl(['logs', 'crash'])).toContain('crash after 0s, as CRASH says');
  });

  test('knows the holder of a token of EKS', () => {
    const whoami = (at: Date, cluster: string = NODE.name) => {
      const token = signToken(CREDENTIALS, { cluster, region: 'us-west-2', at });
      const { kubeconfig } = access();
      // an empty kubeconfig for the user, so that the token is all there is
      return run(`${kubectlLayer('v35')}/kubectl/kubectl`, ['--kubeconfig', '/dev/null', '--server', access().endpoint, '--certificate-authority', `${NODE_FOLDER}/pki/ca.crt`, '--token', token,
        'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username} {.status.userInfo.groups}'], { env: { ...process.env, KUBECONFIG: kubeconfig } });
    };

    expect(whoami(new Date())).toEqual({ status: 0, output: 'engine ["system:masters","system:authenticated"]' });
    for (const bad of [whoami(new Date(Date.now() - 16 * 60_000)), whoami(new Date(), 'other')]) expect(bad).toEqual({ status: 1, output: expect.stringContaining('Unauthorized') });
  });

  test.each(['v28', 'v35'] as const)('is spoken to by kubectl of the layer %s, whose helm reads the charts', version => {
    const layer = kubectlLayer(version);
    const shown = (chart: string) => mustRun(`${layer}/helm/helm`, ['show', 'chart', `${charts()}/${chart}`]).match(/^version: (.*)$/m)![1];

    expect(mustRun(`${layer}/kubectl/kubectl`, ['--kubeconfig', access().kubeconfig, 'get', 'nodes', '-o', 'name'])).toBe(`node/${NODE.name}\n`);
    expect(['base', 'istiod', ENVOY_GATEWAY.chart, DEFINITIONS].map(shown)).toEqual([ISTIO.chartVersion, ISTIO.chartVersion, ENVOY_GATEWAY.chartVersion, GATEWAY_API.chartVersion]);
  });

  test('deletes what it is told to', () => {
    kubectl(['delete', 'deployment,service,pod', '--all', '--timeout=180s', '--wait']);
    kubectl(['wait', '--for=delete', 'pod', '-l', 'app=echo', '--timeout=120s']);

    expect(kubectl(['get', 'pods,deployments', '-o', 'name'])).toBe('');
  });

  test('leaves nothing behind, even where its processes were killed', () => {
    const init = readFileSync(`${NODE_FOLDER}/init.pid`, 'utf8');
    process.kill(Number(init), 'SIGKILL');
    down();

    expect(existsSync(NODE_FOLDER)).toBe(false);
    expect(mustRun('ip', ['route'])).not.toMatch(/10\.(200|244|96)\./);
    expect(execFileSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', 'cdk-eks-mesh'], { encoding: 'utf8' })).toBe('');
    expect(settings()).toEqual(settingsBefore);
    expect(programs()).toEqual([]);
    // and once more, where there is nothing
    down();
  });
});

test('says why it cannot run for anybody but root', () => {
  const script = 'require("./test/conformance/cluster/node").up()';
  const { status, output } = run('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-r', 'ts-node/register/transpile-only', '-e', script], { env: { ...process.env, TS_NODE_PROJECT: 'test/tsconfig.json' } });

  expect(output).toContain('the living node needs Linux and root, because it makes network, mount and process namespaces: this is not root');
  expect(status).toBe(1);
});
