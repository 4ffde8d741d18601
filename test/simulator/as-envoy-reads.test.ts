/** What a real Envoy taught: each line was a difference between the simulator and Envoy 1.40.0. */
import { headersAfter, normalisePath, Simulator } from '../../lib/simulator';
import { gateway, gatewayRoute, http, listener, model, prefix, service, to } from '../model-builders';

test.each([
  ['decodes letters and digits', '/%41%7a%30', '/Az0'],
  ['decodes the plain signs', '/%2D%2e%5f%7E', '/-._~'],
  ['keeps an escaped slash, backslash, percent and space', '/a%2Fb%2f%5C%25%20', '/a%2Fb%2f%5C%25%20'],
  ['keeps what is no escape', '/%zz/%4/%', '/%zz/%4/%'],
  ['escapes what may not stand in a path', '/"<>^`{|}', '/%22%3C%3E%5E%60%7B%7C%7D'],
  ['reads a backslash as a slash', '/a\\b\\..\\c', '/a/c'],
  ['resolves dots that are escaped', '/a/%2e%2E/b/.%2e/c', '/c'],
  ['does not resolve dots beside an escaped slash', '/a/..%2Fb', '/a/..%2Fb'],
  ['drops the parameters of a dot segment', '/x/..;p=1/y', '/y'],
  ['drops the parameters of a single dot', '/x/.;p', '/x/'],
  ['keeps parameters behind escaped dots', '/x/%2e%2e;p/y', '/x/..;p/y'],
  ['keeps parameters of other segments', '/x;p/y', '/x;p/y'],
  ['stays at the top', '/a/../../b', '/b'],
  ['takes back an empty segment', '/a//../b', '/a/b'],
  ['keeps two slashes of a path that has nothing else', '///', '//'],
  ['merges other slashes', '//a///b//', '/a/b/'],
])('%s: %s', (_what, written, read) => {
  expect(normalisePath(written)).toBe(read);
});

function locationFor(redirect: { readonly host?: string; readonly port?: number; readonly scheme?: 'https' }, path = '/old'): string {
  const edge = gateway([{ ...gatewayRoute('moved', http(prefix('/old')), []), action: { kind: 'redirect', status: 302, ...redirect } }], { listeners: [listener(8080)] });
  const simulator = new Simulator(model({ services: [service('products')], gateways: [edge] }));
  const { ending } = simulator.decide(simulator.gatewayEntry(), { path, host: 'old.example.com' }).branches[0]!;
  return ending.kind === 'redirect' ? ending.location : ending.kind;
}

test('keeps the port of the client where a redirect names no host', () => {
  expect(locationFor({})).toBe('http://old.example.com:8080/old');
});

test('takes no port to another host', () => {
  expect(locationFor({ host: 'new.example.com' })).toBe('http://new.example.com/old');
});

test('writes the port that a redirect names', () => {
  expect(locationFor({ host: 'new.example.com', port: 8443, scheme: 'https' })).toBe('https://new.example.com:8443/old');
});

test('joins cookies by a semicolon and other headers by a comma', () => {
  const changes = { set: [], remove: [], add: [{ name: 'cookie', value: 'b=2' }, { name: 'x-env', value: 'b' }] };

  expect(headersAfter(changes, { 'cookie': 'a=1', 'x-env': 'a' })).toEqual({ 'cookie': 'a=1; b=2', 'x-env': 'a,b' });
});

test('leads to a version although a path was written carelessly', () => {
  const edge = gateway([gatewayRoute('api', http(prefix('/api')), [to('shop/products')])]);
  const simulator = new Simulator(model({ services: [service('products')], gateways: [edge] }));

  expect(simulator.decide(simulator.gatewayEntry(), { path: '/x/..;p/%61pi//v1' }).branches[0]!.arrival.path).toBe('/api/v1');
});
