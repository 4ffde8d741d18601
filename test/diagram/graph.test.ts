/** What a picture consists of. */
import { graphOf } from '../../lib/diagram';
import { neighbourhoodOf } from '../../lib/diagram/neighbourhood';
import { gateway, gatewayRoute, http, model, prefix, service, to } from '../model-builders';
import { SHOP } from './shop';

const graph = graphOf(SHOP);
const edges = (from: string) => graph.edges.filter((edge) => edge.from === from).map(({ to, kind, label, idle }) => `${kind} ${to}${label === '' ? '' : ` ${label}`}${idle ? ' idle' : ''}`);

test('names nodes by what they are', () => {
  expect(graph.nodes.map(({ id }) => id)).toEqual([
    'clients:shop/edge', 'gateway:shop/edge',
    'gateway-route:shop/edge/products', 'gateway-route:shop/edge/old', 'gateway-route:shop/edge/closed', 'gateway-route:shop/edge/both', 'gateway-route:shop/edge/any',
    'answer:gateway-route:shop/edge/old', 'answer:gateway-route:shop/edge/closed',
    'service:shop/any', 'service-route:shop/any/half',
    'service:shop/mail',
    'service:shop/products', 'service-route:shop/products/pin', 'service-route:shop/products/split', 'version:shop/products@v1', 'version:shop/products@v2', 'version:shop/products@v3',
    'service:stock/stock', 'version:stock/stock@v1',
  ]);
});

test('says what is written on nodes', () => {
  const said = graph.nodes.filter(({ kind }) => kind !== 'version').map(({ kind, label, note, place }) => `${kind}: ${place === undefined ? '' : `${place} `}${label}${note === '' ? '' : ` | ${note}`}`);

  expect(said).toEqual([
    'clients: internet', 'gateway: edge | http 80, http 443 (TLS)',
    'gateway-route: 1 /products/* | products · api.example.com', 'gateway-route: 1 /old | old', 'gateway-route: 2 /closed | closed',
    'gateway-route: 3 /both/* | both', 'gateway-route: 4 /any/* | any',
    'answer: redirect 301 | https://…/new', 'answer: answer 410 | gone',
    'router: any | http 8080', 'service-route: 1 /* | half',
    'external: mail | mail.example.com',
    'service: products | http 8080', "service-route: 1 /* with header x-experiment-id 'b' | pin", 'service-route: 2 /* | split',
    'service: stock | http 8080',
  ]);
});

test('leads from clients to versions, with shares, copies and calls', () => {
  expect(edges('clients:shop/edge')).toEqual(['entry gateway:shop/edge']);
  expect(edges('gateway-route:shop/edge/products')).toEqual(['forward service:shop/products', 'mirror service:stock/stock copy 10 %']);
  expect(edges('gateway-route:shop/edge/both')).toEqual(['forward version:shop/products@v1 66.67 %', 'forward service:stock/stock 33.33 %']);
  expect(edges('gateway-route:shop/edge/old')).toEqual(['forward answer:gateway-route:shop/edge/old']);
  expect(edges('service:shop/products')).toEqual([
    'asks service-route:shop/products/pin', 'asks service-route:shop/products/split', 'call service:shop/mail', 'call service:stock/stock',
  ]);
  expect(edges('service-route:shop/products/split')).toEqual(['forward version:shop/products@v1 95 %', 'forward version:shop/products@v2 5 %', 'forward version:shop/products@v3 0 % idle']);
  expect(edges('service-route:shop/any/half')).toEqual(['forward version:shop/products@v1 50 %', 'forward version:stock/stock@v1 50 %']);
});

test('leads to the only version of a service without routes', () => {
  expect(edges('service:stock/stock')).toEqual(['forward version:stock/stock@v1']);
});

test('has an id of its own for every edge', () => {
  expect(new Set(graph.edges.map(({ id }) => id)).size).toBe(graph.edges.length);
});

test('keeps ids when another service is added', () => {
  const more = graphOf({ ...SHOP, services: [service('first'), ...SHOP.services] });

  expect(more.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(graph.nodes.map(({ id }) => id)));
});

test('shows what a wrong model names and does not have', () => {
  const wrong = graphOf(model({ gateways: [gateway([gatewayRoute('gone', http(prefix('/gone')), [to('shop/gone')])])] }));

  expect(wrong.nodes.at(-1)).toEqual({ id: 'service:shop/gone', kind: 'external', label: 'shop/gone', note: 'not in this model', namespace: 'missing' });
});

test('shows the neighbours of a service alone', () => {
  const near = neighbourhoodOf(graph, 'shop/mail');

  expect(near.nodes.filter(({ kind }) => ['service', 'external', 'router', 'gateway-route'].includes(kind)).map(({ id }) => id)).toEqual([
    'gateway-route:shop/edge/products', 'gateway-route:shop/edge/both', 'service:shop/mail', 'service:shop/products',
  ]);
  expect(near.namespaces).toEqual(['shop']);
  expect(near.edges.every(({ from, to }) => near.nodes.some(({ id }) => id === from) && near.nodes.some(({ id }) => id === to))).toBe(true);
});
