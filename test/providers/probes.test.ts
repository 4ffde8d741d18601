/** What the kubelet checks and when, for every probe, protocol and kind of listener; and who waits before SIGTERM. */
import { opaque } from '../../lib/model/opaque';
import type { HealthCheck } from '../../lib/model/resilience';
import { podsOf } from '../../lib/providers/app-mesh/sidecar';
import { probesOf } from '../../lib/providers/envoy-gateway/backend-tls';
import { preStopFormOf, type PreStopForm } from '../../lib/providers/lifecycle';
import { indexMesh } from '../../lib/providers/mesh-index';
import type { ProbeMode } from '../../lib/providers/probes';
import { versionDeployment } from '../../lib/providers/workload';
import { httpPort, imagePods, model, service, version } from '../model-builders';

interface Wanted {
  readonly health?: HealthCheck;
  readonly liveness?: HealthCheck;
  readonly startupMs?: number;
  readonly terminationGraceSeconds?: number;
  readonly mode?: ProbeMode;
  readonly preStop?: PreStopForm;
}

const check = (parts: Partial<HealthCheck> = {}): HealthCheck => (
  { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 1, unhealthyThreshold: 3, ...parts });

function deploymentOf({ health, liveness, startupMs, terminationGraceSeconds = 30, mode = 'plain', preStop }: Wanted) {
  const { liveness: _, startupMs: __, ...plain } = imagePods({ terminationGraceSeconds });
  const pods = { ...plain, ...(liveness && { liveness }), ...(startupMs === undefined ? {} : { startupMs }) };
  const { health: ___, ...unchecked } = version('products', 'v1', { pods });
  const one = { ...unchecked, ...(health && { health }) };
  // port 8080 is the service's, every other is none of it
  const probes = (port: number | undefined) => port === 8080 ? mode : 'plain';
  const deployment = versionDeployment(service('products'), one, pods, { labels: {}, annotations: {}, serviceAccount: 'products', probes, ...(preStop && { preStop }) });
  return (deployment as unknown as { spec: { progressDeadlineSeconds?: number; template: { spec: { containers: [{ [key: string]: unknown }] } } } }).spec;
}

const containerOf = (wanted: Wanted) => deploymentOf(wanted).template.spec.containers[0];

const HANDLERS: { readonly [protocol in HealthCheck['protocol']]: { readonly [mode in ProbeMode]: object } } = {
  http: {
    plain: { httpGet: { path: '/ping', port: 8080 } },
    tls: { httpGet: { path: '/ping', port: 8080, scheme: 'HTTPS' } },
    connection: { tcpSocket: { port: 8080 } },
  },
  http2: {
    plain: { tcpSocket: { port: 8080 } },
    tls: { httpGet: { path: '/ping', port: 8080, scheme: 'HTTPS' } },
    connection: { tcpSocket: { port: 8080 } },
  },
  grpc: { plain: { grpc: { port: 8080 } }, tls: { tcpSocket: { port: 8080 } }, connection: { tcpSocket: { port: 8080 } } },
  tcp: { plain: { tcpSocket: { port: 8080 } }, tls: { tcpSocket: { port: 8080 } }, connection: { tcpSocket: { port: 8080 } } },
};

describe.each(['http', 'http2', 'grpc', 'tcp'] as const)('a check by %s', (protocol) => {
  const { path: _, ...bare } = check({ protocol });
  const own = protocol === 'http' || protocol === 'http2' ? check({ protocol }) : bare;

  test.each(['plain', 'tls', 'connection'] as const)('reaches a port of mode %s in each of its probes', (mode) => {
    const container = containerOf({ health: own, liveness: own, startupMs: 60_000, mode });

    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) expect(container[probe]).toMatchObject(HANDLERS[protocol][mode]);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(Object.keys(container[probe] as object).filter((key) => ['httpGet', 'tcpSocket', 'grpc', 'exec'].includes(key))).toHaveLength(1);
    }
  });
});

test('checks a port for management in plain text, whatever the service speaks', () => {
  const container = containerOf({ health: check(), liveness: check({ port: 9090, path: '/live' }), startupMs: 60_000, mode: 'connection' });

  expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/live', port: 9090 } });
  expect(container.startupProbe).toMatchObject({ httpGet: { path: '/live', port: 9090 } });
  expect(container.readinessProbe).toMatchObject({ tcpSocket: { port: 8080 } });
});

test('takes pods in and out of the balance after as many responses as asked, and restarts containers by their own check', () => {
  const container = containerOf({
    health: check({ intervalMs: 7000, timeoutMs: 3000, healthyThreshold: 4, unhealthyThreshold: 5 }),
    liveness: check({ path: '/live', intervalMs: 11_000, timeoutMs: 4000, healthyThreshold: 4, unhealthyThreshold: 6 }),
  });

  expect(container.readinessProbe).toEqual({ httpGet: { path: '/ping', port: 8080 }, periodSeconds: 7, timeoutSeconds: 3, successThreshold: 4, failureThreshold: 5 });
  // the API server takes no other number of successes here
  expect(container.livenessProbe).toEqual({ httpGet: { path: '/live', port: 8080 }, periodSeconds: 11, timeoutSeconds: 4, successThreshold: 1, failureThreshold: 6 });
  expect(container).not.toHaveProperty('startupProbe');
});

test.each([
  // a check of 2 s at most, every 2 s
  [{ liveness: check(), startupMs: 300_000 }, { httpGet: { path: '/ping', port: 8080 }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 150 }],
  // one that may take 5 s: no more time than was asked for
  [{ liveness: check({ timeoutMs: 5000 }), startupMs: 300_000 }, { httpGet: { path: '/ping', port: 8080 }, periodSeconds: 5, timeoutSeconds: 5, successThreshold: 1, failureThreshold: 60 }],
  // nothing restarts the container later, and yet it has to start
  [{ startupMs: 3000 }, { tcpSocket: { port: 8080 }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 2 }],
  [{ startupMs: 1000 }, { tcpSocket: { port: 8080 }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 1 }],
])('gives a container its time to start: %j', (wanted, startupProbe) => {
  expect(containerOf(wanted).startupProbe).toEqual(startupProbe);
});

test('makes no check where none is asked for', () => {
  const container = containerOf({});

  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) expect(container).not.toHaveProperty(probe);
});

test.each([[undefined, undefined], [300_000, undefined], [301_000, 601], [1_800_000, 2100]])('lets a rollout wait for pods that may start for %s ms', (startupMs, seconds) => {
  expect(deploymentOf(startupMs === undefined ? {} : { startupMs }).progressDeadlineSeconds).toBe(seconds);
});

const environment = { partition: opaque('aws'), region: opaque('eu-west-1'), account: opaque('1'), urlSuffix: opaque('amazonaws.com') };

test.each([
  [undefined, 'sleep'], [28, 'exec'], [29, 'exec'], [30, 'sleep'], [35, 'sleep'],
] as const)('waits before SIGTERM on Kubernetes 1.%s by %s', (kubernetesMinor, form) => {
  expect(preStopFormOf({ ...environment, ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) })).toBe(form);
});

test('asks nothing of the image where the kubelet can wait itself', () => {
  expect(containerOf({}).lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  expect(containerOf({ preStop: 'exec' }).lifecycle).toEqual({ preStop: { exec: { command: ['sleep', '15'] } } });
  expect(containerOf({ terminationGraceSeconds: 10 }).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  // API servers below 1.33 refuse a sleep of 0 seconds
  expect(containerOf({ terminationGraceSeconds: 1 })).not.toHaveProperty('lifecycle');
});

describe('a port is checked as its listener allows', () => {
  const certificate = { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key' } as const;
  const trust = { kind: 'file', chain: '/certs/ca.crt' } as const;
  const clients = { trust, subjectAltNames: [] };
  const called = service('products');

  test.each([
    [undefined, 'plain'],
    [{ mode: 'disabled', certificate }, 'plain'],
    [{ mode: 'permissive', certificate }, 'plain'],
    [{ mode: 'permissive', certificate, clients }, 'plain'],
    [{ mode: 'strict', certificate }, 'tls'],
    [{ mode: 'strict', certificate, clients }, 'connection'],
  ] as const)("by App Mesh's proxy, with TLS %j", (tls, mode) => {
    const index = indexMesh(model({ services: [called] }));
    const { probes } = podsOf(index, called, version('products', 'v1', tls === undefined ? {} : { tls }));

    expect(probes(8080)).toBe(mode);
    expect(probes(9090)).toBe('plain');
  });

  test.each([
    [undefined, 'plain', 'plain'],
    [{ enforce: true, validation: clients }, 'tls', 'tls'],
    [{ enforce: true, validation: clients, certificate }, 'connection', 'connection'],
    [{ enforce: true, validation: clients, ports: [8080] }, 'tls', 'plain'],
    [{ enforce: true, validation: clients, certificate, ports: [8081] }, 'plain', 'connection'],
  ] as const)("by pods that speak Envoy Gateway's TLS %j themselves", (tls, first, second) => {
    const probes = probesOf({ ...called, ports: [httpPort(8080), httpPort(8081)] }, tls);

    expect([probes(8080), probes(8081), probes(9090)]).toEqual([first, second, 'plain']);
  });
});
