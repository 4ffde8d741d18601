/** Objects for Envoy Gateway against the definitions that its release carries: the Gateway API's, experimental fields included, and its own. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { generatedSituations, lowered, provider } from './programs';
import type { KubeObject } from '../../../lib/kube/object';
import { edgeSituations, sharedSituations } from '../../providers/envoy-gateway/situations';
import { ClosedDefinitions, definitionsIn, writeDefinitions } from '../definitions';
import { goModule, kubectlValidate, run, VERSIONS, type Outcome } from '../tools';
import { ENVOY_GATEWAY_LIMITS, judged } from '../translated/limits';

/** The newest Kubernetes whose schemas kubectl-validate carries. */
const KUBERNETES = '1.30';

const definitions = [
  ...definitionsIn(join(goModule('github.com/envoyproxy/gateway', `v${VERSIONS.egctl}`), 'charts/gateway-crds-helm/templates/generated')),
  ...definitionsIn(join(goModule('sigs.k8s.io/gateway-api', `v${VERSIONS.gatewayApi}`), 'config/crd/experimental')),
];
const closed = new ClosedDefinitions(definitions);
const folder = mkdtempSync(join(tmpdir(), 'envoy-gateway-'));
writeDefinitions(definitions, join(folder, 'definitions'));

const { programs, refusals } = lowered([...sharedSituations(), ...edgeSituations(), ...generatedSituations(25)]);

function validate(objects: readonly KubeObject[]): Outcome & { readonly valid: number } {
  const target = mkdtempSync(join(folder, 'objects-'));
  mkdirSync(target, { recursive: true });
  objects.forEach((object, at) => writeFileSync(join(target, `${String(at).padStart(5, '0')}-${object.kind}.json`), JSON.stringify(object)));
  const outcome = run(kubectlValidate(), ['--version', KUBERNETES, '--local-crds', join(folder, 'definitions'), target]);
  return { ...outcome, valid: outcome.output.match(/\.{3}(\x1b\[\d+m)?OK/g)?.length ?? 0 };
}

test('the programs have every kind that the provider writes', () => {
  const kinds = new Set(programs.flatMap(({ objects }) => objects).filter((object) => closed.judges(object)).map(({ kind }) => kind));

  expect([...kinds].sort()).toEqual(['Backend', 'BackendTLSPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyProxy', 'GRPCRoute', 'Gateway', 'GatewayClass', 'HTTPRoute', 'HTTPRouteFilter', 'ReferenceGrant', 'SecurityPolicy']);
});

test('the definitions and Kubernetes take every object', () => {
  // definitions speak of specs, and most objects share theirs with another: each is asked once
  const distinct = [...new Map(programs.flatMap(({ objects }) => objects).map((object) => [JSON.stringify({ ...object, metadata: {} }), object])).values()];
  const { output, status, valid } = validate(distinct);

  expect(output.split('\n').filter((line) => line.includes('ERROR') || line.includes('Invalid'))).toEqual([]);
  expect(status).toBe(0);
  expect(valid).toBe(distinct.length);
});

test('no object has a field that its definition does not know', () => {
  expect(closed.violations(programs.flatMap(({ objects }) => objects))).toEqual([]);
});

test('refuses only what has no words in this mesh', () => {
  expect(refusals).toEqual([
    { title: 'several namespaces, one existing, in a shared mesh', codes: ['MESH401'] },
    { title: 'http2 service behind a path regex and a scheme', codes: ['MESH401'] },
    { title: 'cloud map', codes: ['MESH401'] },
    { title: 'tls from acm', codes: ['MESH401'] },
    { title: 'mutual tls from files', codes: ['MESH401'] },
    { title: 'mutual tls from sds', codes: ['MESH401'] },
  ]);
});

describe('something wrong', () => {
  const first = (kind: string) => programs.flatMap(({ objects }) => objects).find((object) => object.kind === kind)!;
  const spoiled = (kind: string, spec: object): KubeObject => ({ ...first(kind), spec: { ...first(kind).spec as object, ...spec } });

  test('a field that does not exist is found', () => {
    const [violation, ...others] = closed.violations([spoiled('BackendTrafficPolicy', { retries: { attempts: 1 } })]);

    expect(others).toEqual([]);
    expect(violation).toMatch(/\/spec must NOT have additional properties \{"additionalProperty":"retries"\}$/);
  });

  test('a kind that does not exist is found', () => {
    expect(closed.violations([{ ...first('Gateway'), kind: 'VirtualGateway' }])).toEqual([expect.stringMatching(/is of a kind or version that is not defined$/)]);
  });

  test('a rule of the definition that no schema says is broken', () => {
    const { output, status } = validate([spoiled('HTTPRoute', { rules: [{ matches: [{ path: { type: 'PathPrefix', value: 'no-slash' } }] }] })]);

    expect(output).toContain("value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']");
    expect(status).toBe(1);
  });
});

test.each(ENVOY_GATEWAY_LIMITS)('$what: the program is refused where the definitions refuse its objects', ({ within, beyond }) => {
  expect(judged(provider, closed, within)).toEqual({ errors: 0, isTaken: true });
  expect(judged(provider, closed, beyond)).toEqual({ errors: 1, isTaken: false });
});
