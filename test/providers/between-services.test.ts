/**
 * What a mesh does not do between services, nothing claims: each feature of services is either refused, or simulator, explanation, diff, routing tests and picture tell
 * what happens in its place. The claims are those that the same program makes on a mesh that routes calls.
 */
import { FEATURE_PROGRAMS } from './features/programs';
import { factsOf, holds } from './features/routing-facts';
import { graphOf } from '../../lib/diagram';
import { factsOf as nodeFactsOf } from '../../lib/diagram/facts';
import { versionId } from '../../lib/diagram/ids';
import { diffModels } from '../../lib/diff';
import type { Feature } from '../../lib/model/features';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { validateModel } from '../../lib/model/validate';
import { checkCapabilities } from '../../lib/providers/check';
import { envoyGatewayProvider } from '../../lib/providers/envoy-gateway';
import { istioProvider } from '../../lib/providers/istio';
import type { Provider } from '../../lib/providers/provider';
import { describeExplanation, Simulator, type Decision, type RequestInput } from '../../lib/simulator';
import { service } from '../model-builders';

const EDGE = envoyGatewayProvider({ serviceToService: 'edge-only' });
const AMBIENT = istioProvider({ dataPlane: 'ambient' });

/** Features that say nothing about calls which a mesh without proxies between services does not keep, and why. */
const KEPT: { readonly [F in Feature]?: string } = {
  'service.protocol.http': 'pods speak it, whoever calls',
  'service.protocol.http2': 'pods speak it, whoever calls',
  'service.protocol.grpc': 'pods speak it, whoever calls',
  'service.protocol.tcp': 'pods speak it, whoever calls',
  'service.listeners.several': 'the name of the service has both ports',
  'service.health-check': 'pods that are not ready get no calls either',
  'service.pool': 'the picture says that it acts on requests through gateways alone',
  'service.outlier-detection': 'the picture says that it acts on requests through gateways alone',
  'service.access-log.default': 'a notice says that no proxy stands beside the pods',
  'service.access-log.text': 'a notice says that no proxy stands beside the pods',
  'service.access-log.json': 'a notice says that no proxy stands beside the pods',
  'service.pods.image': 'the name of the service selects them',
  'service.pods.document': 'the name of the service selects them',
  'service.pods.existing': 'the name of the service selects them',
  'service.pods.external': 'a call goes to the host itself in any case',
  'service.outside.addresses': 'a call goes to the host itself in any case',
  'service.outside.wildcard': 'a call goes to the host itself in any case',
  'service.protocol.tls': 'a call goes to the host itself in any case',
  'service.discovery.dns-load-balanced': 'proxies of gateways read addresses from the cluster, and callers have the address of the service',
  'service.discovery.dns-endpoints': 'proxies of gateways read addresses from the cluster, and callers have the address of the service',
  'service.identity.version': 'it is about the pods themselves',
};

interface Pair {
  readonly feature: Feature;
  readonly using: TrafficModel;
  readonly without: TrafficModel;
}

const PAIRS = (Object.keys(FEATURE_PROGRAMS) as readonly Feature[]).filter((feature) => feature.startsWith('service.') || feature.startsWith('mesh.egress.')).flatMap((feature): readonly Pair[] => {
  const pair = FEATURE_PROGRAMS[feature];
  return pair === undefined ? [] : [{ feature, using: called(pair.using), without: called(pair.without) }];
});

/** A service that calls all others, beside one that declares nothing; no gateway, so that all that differs is between services. */
function called(model: TrafficModel): TrafficModel {
  const callers = [service('caller', { calls: model.services.map(({ id }) => ({ service: id })) }), service('stranger')];
  return { ...model, services: [...callers, ...model.services], gateways: [] };
}

function on({ serviceToService }: Provider, model: TrafficModel): TrafficModel {
  return { ...model, mesh: { ...model.mesh, serviceToService } };
}

function refusals(provider: Provider, model: TrafficModel) {
  return [...validateModel(model), ...checkCapabilities(model, provider, []), ...provider.validate(model)].filter(({ severity }) => severity === 'error');
}

/** The requests that show what the programs' difference means for calls on a mesh that routes them. */
function claims({ using, without }: Pair): readonly { readonly from: string; readonly request: RequestInput }[] {
  return diffModels(without, using).changes.flatMap(({ witness: { entry, request } }) => {
    const [, from] = /^a call from (.*)$/.exec(entry) ?? [];
    return from === undefined ? [] : [{ from, request }];
  });
}

function decide(model: TrafficModel, from: string, request: RequestInput): Decision {
  const simulator = new Simulator(model);
  return simulator.decide(simulator.serviceEntry(from), request);
}

const refused = PAIRS.filter(({ using }) => refusals(EDGE, using).length > 0);
const accepted = PAIRS.filter((pair) => !refused.includes(pair));
const claimed = accepted.filter(({ feature }) => KEPT[feature] === undefined).map((pair) => ({ ...pair, claims: claims(pair) })).filter((pair) => pair.claims.length > 0);

test('every feature is refused, tells something else, or has a reason why it claims nothing', () => {
  const silent = accepted.filter(({ feature }) => !claimed.some((pair) => pair.feature === feature)).map(({ feature }) => feature);

  expect([...silent].sort()).toEqual(Object.keys(KEPT).sort());
  expect(claimed.length).toBeGreaterThan(40);
  expect(refused.length).toBeGreaterThan(15);
});

describe.each(claimed.map((pair) => [pair.feature, pair] as const))('%s', (feature, { using, without, claims: shown }) => {
  const [edgeUsing, edgeWithout] = [on(EDGE, using), on(EDGE, without)];

  test.each(shown.map(({ from, request }) => [`${from} ${JSON.stringify(request)}`, from, request] as const))('is not claimed for %s', (_, from, request) => {
    const routed = [decide(using, from, request), decide(without, from, request)] as const;
    const [now, before] = [decide(edgeUsing, from, request), decide(edgeWithout, from, request)];

    // simulator and explanation
    const end = request.host === 'outside.invalid' || request.host?.endsWith('.amazonaws.com') === true ? 'outside' : 'unrouted';
    expect([now, before].map(({ branches }) => branches.map(({ ending: { kind } }) => kind))).toEqual([[end], [end]]);
    for (const { branches: [only], request: { path } } of [now, before]) {
      expect(only).toMatchObject({ policy: {}, mirrors: [], faults: [], responseHeaders: [], arrival: { path } });
    }
    const simulator = new Simulator(edgeUsing);
    expect(describeExplanation(simulator.explain(simulator.serviceEntry(from), request)).join('\n')).toMatch(end === 'outside' ? /no host of the mesh/ : /this mesh routes no calls/);
    // routing tests: what tells the two programs apart holds for one of them at most
    const told = [factsOf(routed[0]).filter((fact) => !holds(without, from, request, fact)), factsOf(routed[1]).filter((fact) => !holds(using, from, request, fact))] as const;
    expect([told[0].every((fact) => holds(using, from, request, fact)), told[1].every((fact) => holds(without, from, request, fact))]).toEqual([true, true]);
    const stillHolds = told[0].every((fact) => holds(edgeUsing, from, request, fact)) && told[1].every((fact) => holds(edgeWithout, from, request, fact));
    // routing tests have no words for where a client stays
    expect(told[0].length + told[1].length > 0 ? stillHolds : feature !== 'service.stickiness').toBe(false);
  });

  test('changes nothing for calls in the diff', () => {
    expect(diffModels(edgeWithout, edgeUsing).changes).toEqual([]);
  });

  test('is drawn with calls that pass by the routes', () => {
    const { notes, edges } = graphOf(edgeUsing);

    expect(notes?.[0]).toContain('routes no calls between services');
    expect(edges.filter(({ kind, from, label }) => kind === 'call' && from === 'service:shop/caller' && label !== 'not routed')).toEqual([]);
  });
});

test('a version that claims limits says whom they act on', () => {
  for (const feature of ['service.pool', 'service.outlier-detection', 'service.stickiness'] as const) {
    const facts = (model: TrafficModel) => nodeFactsOf(model).get(versionId('shop/products', 'v1'))!.find(({ name }) => name === 'limits act on')?.value;
    const { using } = PAIRS.find((pair) => pair.feature === feature)!;

    expect([feature, facts(on(EDGE, using)), facts(using)]).toEqual([feature, 'requests through gateways alone: this mesh routes no calls between services', undefined]);
  }
});

describe('in ambient mode', () => {
  test('calls are routed, and what is claimed for them stays', () => {
    for (const { using, claims: shown } of claimed) {
      for (const { from, request } of shown) {
        const [routed, ambient] = [decide(using, from, request), decide(on(AMBIENT, using), from, request)];
        if (routed.branches[0]!.ending.kind !== 'blocked') expect(ambient.branches).toEqual(routed.branches);
      }
    }
  });

  test('TLS that is switched off is not, of which a warning tells', () => {
    const { using } = FEATURE_PROGRAMS['service.tls.disabled']!;

    expect(checkCapabilities(using, AMBIENT, []).filter(({ code }) => code === 'MESH407').map(({ what, property }) => [what, property])).toEqual([[
      'Istio does not enforce TLS in mode disabled at a service: the proxies of nodes encrypt all connections between them, and support no PeerAuthentication of mode DISABLE', "versions['v1'].tls",
    ]]);
    expect(checkCapabilities(using, istioProvider(), []).filter(({ code }) => code === 'MESH407')).toEqual([]);
  });

  test('a call that nobody declares is routed and not refused', () => {
    const { using } = PAIRS.find(({ feature }) => feature === 'mesh.egress.declared-only')!;
    const ask = (model: TrafficModel, host: string) => decide(model, 'shop/stranger', { path: '/', host });

    expect([ask(using, 'products'), ask(using, 'example.com')].map(({ branches: [only] }) => only!.ending.kind)).toEqual(['blocked', 'blocked']);
    expect([ask(on(AMBIENT, using), 'products'), ask(on(AMBIENT, using), 'example.com')].map(({ branches: [only], undeclared }) => [only!.ending.kind, undeclared]))
      .toEqual([['version', true], ['outside', true]]);
    expect(checkCapabilities(using, AMBIENT, []).map(({ code }) => code)).toEqual(['MESH407']);
  });
});
