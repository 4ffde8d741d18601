import type { ControlPlane } from '../../../lib/plan/control-plane';
import { istioControlPlane } from '../../../lib/providers/istio/control-plane';
import { model } from '../../model-builders';

const REPOSITORY = 'https://istio-release.storage.googleapis.com/charts';
const PLAIN_CONFIG = { pathNormalization: { normalization: 'MERGE_SLASHES' }, defaultHttpRetryPolicy: { attempts: 0 } };

const plain = model({});
const orderOf = ({ steps }: ControlPlane) => steps.map(({ id, needs }) => [id, needs]);

/** The values of each chart, by the chart's name. */
const valuesOf = ({ steps }: ControlPlane) => Object.fromEntries(steps.flatMap((step) => step.kind === 'chart' ? [[step.chart, step.values]] : []));

test('is istiod after the definitions that it reads, its own and those of the Gateway API', () => {
  const { claims, steps } = istioControlPlane(plain);

  expect(steps.map(({ id, kind, needs }) => ({ id, kind, needs }))).toEqual([
    { id: 'gateway-api/definitions', kind: 'definitions', needs: [] },
    { id: 'istio-system/istio-base/chart', kind: 'chart', needs: ['gateway-api/definitions'] },
    { id: 'istio-system/istio-istiod/chart', kind: 'chart', needs: ['istio-system/istio-base/chart'] },
  ]);
  expect(steps[2]).toEqual({
    kind: 'chart', id: 'istio-system/istio-istiod/chart', needs: ['istio-system/istio-base/chart'], release: 'istio-istiod', namespace: 'istio-system', chart: 'istiod',
    repository: REPOSITORY, version: '1.31.1', values: { autoscaleMin: 2, meshConfig: PLAIN_CONFIG }, timeoutSeconds: 600,
  });
  expect(claims.map(({ what }) => what)).toEqual(['Istio', 'the Gateway API']);
});

test('has the proxies of nodes in ambient mode, before and after istiod, whose release bears the revision', () => {
  const plan = istioControlPlane(plain, { dataPlane: 'ambient', revision: 'blue', imageHub: 'mirror.example.com/istio' });

  expect(orderOf(plan)).toEqual([
    ['gateway-api/definitions', []],
    ['istio-system/istio-base/chart', ['gateway-api/definitions']],
    ['istio-system/istio-cni/chart', ['istio-system/istio-base/chart']],
    ['istio-system/istio-istiod-blue/chart', ['istio-system/istio-cni/chart']],
    ['istio-system/istio-ztunnel/chart', ['istio-system/istio-istiod-blue/chart']],
  ]);
  const common = { profile: 'ambient', global: { hub: 'mirror.example.com/istio' } };
  expect(valuesOf(plan)).toEqual({
    base: { ...common, defaultRevision: 'blue' },
    cni: common,
    istiod: { ...common, revision: 'blue', autoscaleMin: 2, meshConfig: PLAIN_CONFIG },
    ztunnel: { ...common, revision: 'blue' },
  });
});

test('leaves definitions alone that the cluster has, and claims them not', () => {
  const plan = istioControlPlane(plain, { gatewayApi: 'existing' });

  expect(orderOf(plan)).toEqual([['istio-system/istio-base/chart', []], ['istio-system/istio-istiod/chart', ['istio-system/istio-base/chart']]]);
  expect(plan.claims.map(({ what }) => what)).toEqual(['Istio']);
});

test('takes charts and definitions from mirrors', () => {
  const { steps } = istioControlPlane(plain, { gatewayApiRepository: 'oci://mirror.example.com/crds', chartVersion: '1.31.2', chartRepository: 'https://charts.example.com' });

  expect(steps[0]).toMatchObject({ repository: 'oci://mirror.example.com/crds', version: 'v1.9.1' });
  expect(steps.slice(1)).toEqual([1, 2].map(() => expect.objectContaining({ repository: 'https://charts.example.com', version: '1.31.2' }) as unknown));
});

test('merges the values of the user into those of istiod alone', () => {
  const plan = istioControlPlane(plain, { imageHub: 'mirror.example.com/istio', values: { autoscaleMin: 3, global: { proxy: { logLevel: 'debug' } } } });

  expect(valuesOf(plan)).toEqual({
    base: { global: { hub: 'mirror.example.com/istio' } },
    istiod: { autoscaleMin: 3, meshConfig: PLAIN_CONFIG, global: { hub: 'mirror.example.com/istio', proxy: { logLevel: 'debug' } } },
  });
});

test('knows where the spans of the program go', () => {
  const traced = model({ mesh: { tracing: { kind: 'jaeger', address: 'jaeger.observability.svc.cluster.local' } } });

  expect(valuesOf(istioControlPlane(traced)).istiod).toMatchObject({
    meshConfig: { ...PLAIN_CONFIG, extensionProviders: [{ zipkin: { service: 'jaeger.observability.svc.cluster.local', port: 9411 } }] },
  });
});
