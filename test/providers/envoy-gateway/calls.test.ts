/** Calls between services on Envoy Gateway: the name of a service selects its pods, and what no name can serve is refused. */
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { gateway, gatewayRoute, http, imagePods, fixed, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';
import { ENVIRONMENT } from '../app-mesh/cases';

const provider = envoyGatewayProvider({ serviceToService: 'edge-only' });
const calling = (...ids: readonly string[]) => service('web', { calls: ids.map((id) => ({ service: id })) });
const program = (...services: readonly Service[]): TrafficModel => model({ mesh: { egress: 'any' }, services });
const existing = (name: string, labels: { readonly [key: string]: string }) => version('reviews', name, { pods: { kind: 'existing', labels } });
const reviews = (first: { readonly [key: string]: string }, second: { readonly [key: string]: string }) => service('reviews', {
  versions: [existing('v1', first), existing('v2', second)], routes: [serviceRoute('split', http(), shares('shop/reviews', { v1: 50, v2: 50 }))],
});
const paths = service('paths', { kind: 'router', versions: [], routes: [serviceRoute('all', http(), shares('shop/products', { v1: 1 }))] });
const products = service('products');

const said = (one: TrafficModel) => provider.validate(one).map(renderDiagnostic);
const refused = (one: TrafficModel) => provider.validate(one).filter(({ severity }) => severity === 'error').map(({ code }) => code);
const text = (code: string, what: string, where: string, fix: string) => `${code} ${what}\n  at   ${where}\n  fix  ${fix}`;
const OTHERS = 'choose Istio or AWS App Mesh, which route calls between services';

/** The Kubernetes Services of a program, with what they select. */
function selectors(one: TrafficModel): { readonly [name: string]: unknown } {
  const objects = provider.lower(one, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap((unit) => unit.objects).filter(({ kind }) => kind === 'Service');
  return Object.fromEntries(objects.map(({ metadata, spec }) => [metadata.name, (spec as { readonly selector?: unknown }).selector]));
}

describe('the name of a service', () => {
  test('selects pods that exist by the labels that its versions have in common', () => {
    const one = program(reviews({ app: 'reviews', version: 'v1' }, { app: 'reviews', version: 'v2' }), calling('shop/reviews'));

    expect(selectors(one)).toMatchObject({ 'reviews': { app: 'reviews' }, 'reviews-v1': { app: 'reviews', version: 'v1' }, 'reviews-v2': { app: 'reviews', version: 'v2' } });
    expect(said(one)).toEqual([text('MESH402', "Envoy Gateway leads calls of 'shop/reviews' to all pods with app=reviews, the labels that its versions have in common", 'Shop/Mesh/reviews (MeshService), versions',
      'acknowledge it where no other pods of the namespace have these labels')]);
  });

  test('selects the pods of the only version by all their labels', () => {
    const one = program(service('reviews', { versions: [existing('v1', { app: 'reviews', tier: 'web' })] }), calling('shop/reviews'));

    expect([selectors(one).reviews, said(one)]).toEqual([{ app: 'reviews', tier: 'web' }, []]);
  });

  test('selects all pods that are made here', () => {
    expect(selectors(program(products, calling('shop/products'))).products).toEqual({ 'mesh.cdk-eks-mesh.dev/service': 'products' });
  });

  test('selects none where nothing calls it, and says so', () => {
    const one = program(reviews({ app: 'a' }, { app: 'b' }));

    expect(selectors(one).reviews).toBeUndefined();
    expect(said(one)).toEqual([text('MESH402', "Envoy Gateway leads to 'shop/reviews' from gateways alone: no pods stand behind its name, because its versions have no label in common",
      'Shop/Mesh/reviews (MeshService), versions', 'acknowledge it, or give the pods of all its versions a label that no other pods have')]);
    expect(checkCapabilities(program(paths, products), provider, []).map(renderDiagnostic)).toEqual([text('MESH402',
      "Envoy Gateway says a service in front of other services' versions at a service in another form: at the gateways, whose tables hold those of the services behind them; no pods stand behind its name",
      'Shop/Mesh/paths (MeshService), router', 'let only gateways lead to it, and services call those that it leads to; or choose a mesh with proxies beside the pods')]);
  });
});

describe('is refused', () => {
  test('a call of a router', () => {
    expect(said(program(paths, products, calling('shop/products', 'shop/paths')))).toEqual([text('MESH408',
      "'shop/web' calls 'shop/paths', and Envoy Gateway routes no calls between services, so a call would need pods behind that name: it has no pods of its own",
      "Shop/Mesh/web (MeshService), calls[1] = 'shop/paths'", `call the services that it leads to, or ${OTHERS}`)]);
  });

  test.each([
    ['of other labels', reviews({ app: 'a' }, { app: 'b' }), 'its versions have no label in common'],
    ['of two kinds', service('reviews', { versions: [existing('v1', { app: 'a' }), version('reviews', 'v2')] }),
      'some of its pods exist already and others are made here, so they have no label in common'],
  ])('a call of pods %s', (_, called, why) => {
    expect(said(program(called, calling('shop/reviews')))[0]).toBe(text('MESH408',
      `'shop/web' calls 'shop/reviews', and Envoy Gateway routes no calls between services, so a call would need pods behind that name: ${why}`,
      "Shop/Mesh/web (MeshService), calls[0] = 'shop/reviews'", `give the pods of all its versions a label that no other pods have, or ${OTHERS}`));
  });

  test('a mirror to a name without pods, but for one that names a version', () => {
    const mirrored = (version?: string) => model({
      services: [products, reviews({ app: 'a' }, { app: 'b' })],
      gateways: [gateway([gatewayRoute('all', http(prefix('/')), [to('shop/products')], { filters: { mirrors: [{ service: 'shop/reviews', percent: 10, ...(version === undefined ? {} : { version }) }] } })])],
    });

    expect(said(mirrored())[1]).toBe(text('MESH401', "Envoy Gateway mirrors requests to the name of 'shop/reviews', and no pods stand behind it: its versions have no label in common",
      "Shop/Mesh/gateway/all (GatewayRoute), mirror = 'shop/reviews'", 'name a version that gets the mirrored requests'));
    expect(refused(mirrored('v1'))).toEqual([]);
  });

  test('the same in the other mode, beside the refusal of all calls', () => {
    expect(envoyGatewayProvider().validate(program(paths, products, calling('shop/paths'))).map(({ code }) => code)).toEqual(['MESH408']);
  });
});

describe('a version without a share', () => {
  const canary = (weight: number, replicas = 2) => service('products', {
    versions: [version('products', 'v1'), version('products', 'v2', { property: 'canary', pods: imagePods({ scale: fixed(replicas) }) })],
    routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100 - weight, v2: weight }))],
  });

  test('gets calls all the same, of which a warning tells', () => {
    expect(said(program(canary(0), calling('shop/products')))).toEqual([text('MESH402',
      "Envoy Gateway routes no calls between services, so calls from 'shop/web' reach pods of version 'v2' of 'shop/products', which has no share", 'Shop/Mesh/products (MeshService), canary',
      `acknowledge it, or let the version have no pods while it has no share, or ${OTHERS}`)]);
  });

  test('is no surprise where it has a share, has no pods or is not called', () => {
    expect([program(canary(5), calling('shop/products')), program(canary(0, 0), calling('shop/products')), program(canary(0))].map(said)).toEqual([[], [], []]);
  });
});
