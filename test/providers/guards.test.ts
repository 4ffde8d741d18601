/** What meshes do not take of what routes ask, in whole texts. */
import { renderDiagnostic } from '../../lib/diagnostics/render';
import type { Gateway } from '../../lib/model/gateway';
import type { Guards } from '../../lib/model/guards';
import { opaque } from '../../lib/model/opaque';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { envoyGatewayProvider } from '../../lib/providers/envoy-gateway';
import { istioProvider } from '../../lib/providers/istio';
import { gateway, gatewayRoute, http, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const id = 'shop/products';
const TOKENS: Guards['tokens'] = [{ issuer: 'https://id.example.com', audiences: [], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } }];
const CORS: Guards['cors'] = { origins: [{ kind: 'exact', value: 'https://shop.example.com' }], methods: [], headers: [], exposedHeaders: [], credentials: false };
const CLIENTS = ['10.0.0.0/8'];

const asking = (guards: readonly Guards[], products: Parameters<typeof service>[1] = {}, draft: Parameters<typeof gateway>[1] = {}) => model({
  services: [service('products', products)], gateways: [gateway(guards.map((one, at) => gatewayRoute(`r${at}`, http(prefix(`/r${at}`)), [to(id)], { guards: one })), draft)],
});
const text = (code: string, what: string, where: string, fix: string) => `${code} ${what}\n  at   ${where}\n  fix  ${fix}`;
const atRoute = (name: string) => `Shop/Mesh/gateway/${name} (GatewayRoute)`;
const said = (provider: { validate(program: TrafficModel): readonly Parameters<typeof renderDiagnostic>[0][] }, program: TrafficModel) => provider.validate(program).map(renderDiagnostic);

const LONG = `https://${'a'.repeat(250)}.example.com`;
const many = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}`);

const ONLY_API = { routes: [serviceRoute('api', http(prefix('/r0/api')), shares(id, { v1: 1 }))] };
const sticky = (cookie: string) => ({ stickiness: { cookie, ttlMs: 0 } });
const split = (first: Parameters<typeof version>[2], second: Parameters<typeof version>[2]) =>
  ({ versions: [version('products', 'v1', first), version('products', 'v2', second)], routes: [serviceRoute('split', http(), shares(id, { v1: 95, v2: 5 }))] });

describe('Envoy Gateway', () => {
  const provider = envoyGatewayProvider();

  test('holds so many issuers and audiences, and addresses and origins of some length', () => {
    const tokens = many(17, 'id').map((issuer) => ({ ...TOKENS![0]!, issuer }));
    const first = { ...tokens[0]!, audiences: many(9, 'a'), keys: { kind: 'remote', uri: LONG } } as const;

    expect(said(provider, asking([{ tokens: [first, ...tokens.slice(1)], cors: { ...CORS!, origins: [{ kind: 'exact', value: LONG }] } }]))).toEqual([
      text('MESH404', "route 'r0' takes tokens of 17 issuers, and Envoy Gateway holds 16", `${atRoute('r0')}, jwt = 17`, 'take tokens of fewer issuers'),
      text('MESH404', "route 'r0' takes 9 audiences of 'id0', and Envoy Gateway holds 8", `${atRoute('r0')}, jwt[0] = 9`, 'take fewer audiences'),
      text('MESH404', `route 'r0' fetches keys from an address of ${LONG.length} characters, and Envoy Gateway holds 253`, `${atRoute('r0')}, jwt[0] = ${LONG.length}`, 'name a shorter address'),
      text('MESH404', `route 'r0' names an origin of ${LONG.length} characters, and Envoy Gateway holds 253`, `${atRoute('r0')}, cors.allowOrigins = ${LONG.length}`, 'name a shorter origin'),
    ]);
    expect(said(provider, asking([{ tokens: [{ ...first, audiences: many(8, 'a'), keys: TOKENS![0]!.keys }, ...tokens.slice(1, 16)] }]))).toEqual([]);
  });

  test('answers no preflights where a service takes only some requests', () => {
    expect(said(provider, asking([{ cors: CORS }], ONLY_API))).toEqual([text('MESH401',
      "Envoy Gateway answers preflights where it sends requests on, and some requests of route 'r0' are answered without a service", `${atRoute('r0')}, cors`,
      'give the service a route that takes everything, and leads to a version')]);
  });

  test('counts rates for each rule, and says so where a route becomes several', () => {
    expect(said(provider, asking([{ rateLimit: { requests: 10, per: 'second' } }], { routes: [...ONLY_API.routes, serviceRoute('all', http(), shares(id, { v1: 1 }))] }))).toEqual([text('MESH402',
      'the route becomes 2 rules of Envoy Gateway, and each of them counts its requests apart', `${atRoute('r0')}, rateLimit`,
      'acknowledge it, or lead the route to a version and name one host, so that it is one rule')]);
    expect(said(provider, asking([{ rateLimit: { requests: 10, per: 'second' } }]))).toEqual([]);
  });

  test('keeps clients at versions, too', () => {
    expect(said(provider, asking([{}], split(sticky('a'), sticky('a'))))).toEqual([text('MESH402',
      "Envoy Gateway keeps a client at a version, too, where its cookie keeps it at a pod, so the shares of route 'r0' with route 'split' of service 'shop/products' are those of clients, not of requests",
      `${atRoute('r0')}, match`, 'acknowledge it, or leave stickiness out')]);
  });

  test('has one cookie for all versions of a route', () => {
    expect(said(provider, asking([{}], split(sticky('a'), {})))).toEqual([text('MESH401',
      "Envoy Gateway has one cookie for all versions of a route, and those of route 'r0' with route 'split' of service 'shop/products' differ", `${atRoute('r0')}, match`,
      'give the versions the same stickiness')]);
  });
});

describe('Istio', () => {
  const provider = istioProvider();

  test('shares with the methods that its schema knows', () => {
    expect(said(provider, asking([{ cors: { ...CORS!, methods: ['PUT', 'PURGE'] } }]))).toEqual([text('MESH401',
      "Istio lets scripts ask with the methods of HTTP, and 'PURGE' is none of them", `${atRoute('r0')}, cors.allowMethods = 'PURGE'`, "name methods such as 'PUT' in upper case, or '*'")]);
  });

  test('holds so many headers, and such long origins', () => {
    expect(said(provider, asking([{ cors: { ...CORS!, headers: many(65, 'x-'), origins: [{ kind: 'exact', value: LONG }] } }]))).toEqual([
      text('MESH404', `route 'r0' names one of ${LONG.length} characters, and Istio holds 253`, `${atRoute('r0')}, cors.allowOrigins = ${LONG.length}`, 'name a shorter one'),
      text('MESH404', "route 'r0' names 65 of them, and Istio holds 64", `${atRoute('r0')}, cors.allowHeaders = 65`, "name fewer, or '*'"),
    ]);
  });

  test('fetches keys from addresses of some length', () => {
    expect(said(provider, asking([{ tokens: [{ ...TOKENS![0]!, keys: { kind: 'remote', uri: `${LONG}/${'k'.repeat(2048)}` } }] }]))).toEqual([text('MESH404',
      `route 'r0' fetches keys from an address of ${LONG.length + 2049} characters, and Istio holds 2048`, `${atRoute('r0')}, jwt[0] = ${LONG.length + 2049}`, 'name a shorter address')]);
  });

  test.each([
    ['jwt', [{ tokens: TOKENS }, {}]],
    ['allowFrom', [{}, { clients: CLIENTS }]],
  ] as const)('asks for %s at a whole gateway', (property, guards) => {
    expect(said(provider, asking(guards))).toEqual([text('MESH401',
      "Istio asks for tokens and networks at a whole gateway, and route 'r1' asks for others than route 'r0'", `${atRoute('r1')}, ${property}`,
      `say ${property} at the MeshGateway alone, or put the route at a gateway of its own`)]);
  });

  test('asks for tokens before it answers preflights', () => {
    expect(said(provider, asking([{ tokens: TOKENS, cors: CORS }]))).toEqual([text('MESH401',
      "Istio asks for tokens and networks before it answers preflights, which carry no token, so browsers would be kept from route 'r0'", `${atRoute('r0')}, cors`,
      'let a service answer preflights, or check tokens there')]);
  });

  test('answers no preflights where a service takes only some requests', () => {
    expect(said(provider, asking([{ cors: CORS }], ONLY_API))).toEqual([text('MESH401',
      "Istio answers preflights where it sends requests on, and some requests of route 'r0' are answered without a service", `${atRoute('r0')}, cors`,
      'give the service a route that takes everything, and leads to a version')]);
  });
});

describe('the addresses of clients', () => {
  const exposed = (attributes: string): Pick<Gateway, 'exposure'> => ({
    exposure: {
      kind: 'network-load-balancer', scheme: 'internal', sourceRanges: [],
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes': opaque(attributes) },
    },
  });

  test.each([envoyGatewayProvider(), istioProvider()])('must not be hidden from proxies that are asked for them', (provider) => {
    expect(said(provider, asking([{ clients: CLIENTS }], {}, exposed('stickiness.enabled=true')))).toEqual([text('MESH111',
      'routes ask for networks of clients, and the target group attributes do not keep the addresses of clients',
      "Shop/Mesh/gateway (MeshGateway), loadBalancer.annotations = 'stickiness.enabled=true'", 'add preserve_client_ip.enabled=true to them')]);
    expect(said(provider, asking([{ clients: CLIENTS }], {}, exposed('preserve_client_ip.enabled=true')))).toEqual([]);
    expect(said(provider, asking([{}], {}, exposed('stickiness.enabled=true')))).toEqual([]);
  });
});
