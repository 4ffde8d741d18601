/** Envoy Gateway's own translator accepts every situation: each condition of each gateway, route and policy says yes, and each gateway's proxies get something to load. */
import { statusesOf } from './egctl';
import { lowered, type EnvoyGatewayProgram } from './programs';
import type { KubeObject } from '../../../lib/kube/object';
import { edgeSituations, sharedSituations, type Situation } from '../../providers/envoy-gateway/situations';
import { inNamespaces } from '../translated/programs';

/** Each in namespaces of its own, so that one translation holds all. */
const apart = (situations: readonly Situation[]) => situations.map(({ title, model }, at) => ({ title, model: inNamespaces(model, `c${at}-`) }));
const { programs } = lowered(apart([...sharedSituations(), ...edgeSituations()]));

/** Kinds of which every object gets conditions. */
const JUDGED = ['Gateway', 'HTTPRoute', 'GRPCRoute', 'BackendTLSPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy', 'SecurityPolicy'];

test('every condition of every object says yes', () => {
  const { complaints, judged, gateways } = statusesOf(programs.flatMap(({ objects }) => objects));

  expect(complaints).toEqual([]);
  expect(judged.filter((key) => JUDGED.includes(key.split(' ')[0]!))).toEqual(keysOf(JUDGED));
  expect(gateways).toEqual(programs.flatMap(({ model }) => model.gateways.map(({ id }) => id)).sort());
});

/** Objects of some kinds, as conditions name them. */
function keysOf(kinds: readonly string[]): readonly string[] {
  return programs.flatMap(({ objects }) => objects).filter(({ kind }) => kinds.includes(kind)).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort();
}

describe('something wrong', () => {
  const withRoutes = programs.find(({ objects }) => objects.some(({ kind }) => kind === 'HTTPRoute'))!;
  const spoiled = (program: EnvoyGatewayProgram, kind: string, spoil: (text: string) => string) => (
    program.objects.map((object) => object.kind === kind ? JSON.parse(spoil(JSON.stringify(object))) as KubeObject : object));

  test('a route to a Service that does not exist is found', () => {
    const { complaints } = statusesOf(spoiled(withRoutes, 'HTTPRoute', (text) => text.replace(/-v1"/g, '-v9"')));

    expect(complaints[0]).toMatch(/^HTTPRoute \S+: ResolvedRefs is False: .*not found/);
  });

  test('a route that no listener takes is found', () => {
    const { complaints } = statusesOf(spoiled(withRoutes, 'HTTPRoute', (text) => text.replace(/"sectionName":"http-80"/g, '"sectionName":"http-81"')));

    expect(complaints[0]).toMatch(/^HTTPRoute \S+: Accepted is False: /);
  });

  test('a policy of a rule that does not exist is found', () => {
    const program = programs.find(({ title }) => title === 'retries and timeouts at the gateway')!;
    const { complaints } = statusesOf(spoiled(program, 'BackendTrafficPolicy', (text) => text.replace(/"sectionName":"[^"]*"/g, '"sectionName":"nothing"')));

    expect(complaints[0]).toMatch(/^BackendTrafficPolicy \S+: Accepted is False: /);
  });
});
