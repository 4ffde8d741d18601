/** Objects for Istio against the definitions that it is released with: the Gateway API's, experimental fields included, because an installation takes those, and its own. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { KubeObject } from '../../../lib/kube/object';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import { istioProvider } from '../../../lib/providers/istio';
import { gateway, gatewayRoute, http, model, service, to } from '../../model-builders';
import { allCases, ENVIRONMENT } from '../../providers/app-mesh/cases';
import { FEATURE_PROGRAMS } from '../../providers/features/programs';
import { GUARD_SITUATIONS } from '../../providers/guard-situations';
import { ClosedDefinitions, definitionsIn, writeDefinitions, type Definition } from '../definitions';
import { goModule, kubectlValidate, ROOT, run, VERSIONS, type Outcome } from '../tools';
import { ISTIO_LIMITS, judged } from '../translated/limits';
import { sayableProgram } from '../translated/programs';

/** The newest Kubernetes whose schemas kubectl-validate carries. */
const KUBERNETES = '1.30';

/** The version that the translator is built with. */
const ISTIO_API = /istio\.io\/api (\S+)/.exec(readFileSync(join(ROOT, 'test/conformance/istio/translator/go.mod'), 'utf8'))![1]!;

/** What every object has, and Istio's definitions do not write down. */
const COMMON = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object', additionalProperties: true } } as const;

function withCommon(definition: Definition): Definition {
  const versions = definition.spec.versions.map((version) => {
    const { openAPIV3Schema } = version.schema;
    return { ...version, schema: { openAPIV3Schema: { ...openAPIV3Schema, properties: { ...COMMON, ...openAPIV3Schema.properties } } } };
  });
  return { ...definition, spec: { ...definition.spec, versions } };
}

const definitions = [
  ...definitionsIn(join(goModule('istio.io/api', ISTIO_API), 'kubernetes')).map(withCommon),
  ...definitionsIn(join(goModule('sigs.k8s.io/gateway-api', `v${VERSIONS.gatewayApi}`), 'config/crd/experimental')),
];
const closed = new ClosedDefinitions(definitions);
const folder = mkdtempSync(join(tmpdir(), 'istio-'));
writeDefinitions(definitions, join(folder, 'definitions'));

const elsewhere = model({ services: [service('warehouse', { namespace: 'stock' })], gateways: [gateway([gatewayRoute('all', http(), [to('stock/warehouse')])])] });

/** Every case and every feature that can be said, with its gateway or without, beside pods and in ambient mode, and generated programs. */
function allObjects(): readonly KubeObject[] {
  const features = Object.values(FEATURE_PROGRAMS).flatMap((one) => one === undefined ? [] : [one.using, { ...one.using, gateways: [] }]);
  return (['sidecar', 'ambient'] as const).flatMap((dataPlane) => {
    const provider = istioProvider({ dataPlane });
    const generated = Array.from({ length: 6 }, (_, number) => sayableProgram(provider, 7, number)).flatMap((one) => one === undefined ? [] : [one.model]);
    const isSayable = (program: TrafficModel) => [...checkCapabilities(program, provider, []), ...provider.validate(program)].every(({ severity }) => severity !== 'error');
    return [elsewhere, ...allCases().map((one) => one.model), ...GUARD_SITUATIONS.map((one) => one.model), ...features, ...generated].filter(isSayable)
      .flatMap((program) => provider.lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects));
  });
}

const objects = allObjects();

function validate(list: readonly KubeObject[]): Outcome & { readonly valid: number } {
  const target = mkdtempSync(join(folder, 'objects-'));
  mkdirSync(target, { recursive: true });
  list.forEach((object, at) => writeFileSync(join(target, `${String(at).padStart(5, '0')}-${object.kind}.json`), JSON.stringify(object)));
  const outcome = run(kubectlValidate(), ['--version', KUBERNETES, '--local-crds', join(folder, 'definitions'), target]);
  return { ...outcome, valid: outcome.output.match(/\.{3}(\x1b\[\d+m)?OK/g)?.length ?? 0 };
}

test('the programs have every kind that the provider writes', () => {
  const kinds = new Set(objects.filter((object) => closed.judges(object)).map(({ kind }) => kind));

  expect([...kinds].sort()).toEqual([
    'AuthorizationPolicy', 'DestinationRule', 'Gateway', 'HTTPRoute', 'PeerAuthentication', 'ReferenceGrant', 'RequestAuthentication', 'ServiceEntry', 'Sidecar', 'TCPRoute',
    'Telemetry', 'VirtualService',
  ]);
});

test('the definitions and Kubernetes take every object', () => {
  // definitions speak of specs, and most objects share theirs with another: each is asked once
  const distinct = [...new Map(objects.map((object) => [JSON.stringify({ ...object, metadata: {} }), object])).values()];
  const { output, status, valid } = validate(distinct);

  expect(output.split('\n').filter((line) => line.includes('ERROR') || line.includes('Invalid'))).toEqual([]);
  expect(status).toBe(0);
  expect(valid).toBe(distinct.length);
});

test('no object has a field that its definition does not know', () => {
  expect(closed.violations(objects)).toEqual([]);
});

test('a field that does not exist is found, and a rule that is broken', () => {
  const route = objects.find(({ kind }) => kind === 'HTTPRoute')!;
  const policy = objects.find(({ kind }) => kind === 'DestinationRule')!;

  expect(closed.violations([{ ...policy, spec: { ...policy.spec as object, trafficPolicies: [] } }])).toEqual([expect.stringMatching(/additional properties \{"additionalProperty":"trafficPolicies"\}$/)]);
  expect(validate([{ ...route, spec: { ...route.spec as object, rules: [{ matches: [{ path: { type: 'PathPrefix', value: 'no-slash' } }] }] } }]).status).toBe(1);
});

test.each(ISTIO_LIMITS)('$what: the program is refused where the definitions refuse its objects', ({ within, beyond }) => {
  expect(judged(istioProvider(), closed, within)).toEqual({ errors: 0, isTaken: true });
  expect(judged(istioProvider(), closed, beyond)).toEqual({ errors: 1, isTaken: false });
});
