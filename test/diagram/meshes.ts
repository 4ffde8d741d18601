/** Meshes of any size for tests of the picture: the same for the same number, with canaries, pins, mirrors, idle sides, calls and grpc. */
import type { Gateway, GatewayRoute } from '../../lib/model/gateway';
import type { Service } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { gateway, gatewayRoute, grpc, header, http, httpPort, listener, model, origin, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const WORDS = ['catalog', 'products', 'checkout', 'orders', 'stock', 'prices', 'search', 'users', 'payments', 'mail', 'images', 'reviews', 'carts', 'offers', 'taxes', 'audit', 'invoices'];
const NAMESPACES = ['shop', 'billing', 'platform', 'insights'];

function nameOf(at: number): string {
  const word = WORDS[at % WORDS.length]!;
  return at < WORDS.length ? word : `${word}-${Math.floor(at / WORDS.length) + 1}`;
}

/** Each fifth is a canary with a pin, each fourth has an idle version, each seventh speaks grpc. */
function serviceOf(at: number, count: number, namespaces: number): Service {
  const name = nameOf(at);
  const namespace = NAMESPACES[at % namespaces]!;
  const id = `${namespace}/${name}`;
  const calls = [3 * at + 1, 3 * at + 2, 3 * at + 3].filter((called) => called < count && (at + called) % 4 !== 0).map((called) => ({ service: `${NAMESPACES[called % namespaces]!}/${nameOf(called)}` }));
  const two = at % 5 === 0 || at % 4 === 0;
  const versions = two ? [version(name, 'v1'), version(name, 'v2')] : [version(name, 'v1')];
  const match = at % 7 === 6 ? grpc() : http();
  const split = serviceRoute('split', match, shares(id, two ? { v1: at % 5 === 0 ? 95 : 100, v2: at % 5 === 0 ? 5 : 0 } : { v1: 100 }),
    { policy: { retry: { attempts: 3, perTryTimeoutMs: 1500, on: ['server-error'] }, timeouts: { requestMs: 10_000 } } });
  const pin = serviceRoute('pin', http(prefix('/'), { headers: [header('x-experiment-id', { kind: 'exact', value: 'b' })] }), shares(id, { v2: 100 }));
  return service(name, {
    namespace, versions, calls, routes: at % 5 === 0 && at % 7 !== 6 ? [pin, split] : [split],
    ports: [at % 7 === 6 ? { port: 9090, targetPort: 9090, protocol: 'grpc' } : httpPort()],
  });
}

/** The first third is reached from gateways: a public one, and a private one for every fourth of these. */
function routeOf({ id, name, ports }: Service, at: number): GatewayRoute {
  const filters = at % 6 === 1 ? { mirrors: [{ service: id, version: 'v1', percent: 10 }] } : {};
  const match = ports[0]!.protocol === 'grpc' ? grpc({ service: `shop.v1.${name}` }) : http(prefix(`/${name}`));
  return gatewayRoute(name, match, [to(id)], { filters, policy: { timeouts: { requestMs: 5000 } }, hosts: at % 9 === 8 ? [{ kind: 'exact', value: 'api.example.com' }] : [] });
}

/** A mesh of that many services. */
export function meshOf(count: number, namespaces = count < 10 ? 1 : 4): TrafficModel {
  const services = Array.from({ length: count }, (_, at) => serviceOf(at, count, namespaces));
  const entered = services.slice(0, Math.max(2, Math.ceil(count / 3)));
  const own = (of: (at: number) => boolean) => entered.flatMap((one, at) => of(at) ? [routeOf(one, at)] : []);
  const open: Gateway = gateway([
    ...own((at) => at % 4 !== 3),
    { ...gatewayRoute('legacy', http(prefix('/old')), []), action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/' } } },
  ], {
    id: 'shop/public', name: 'public', origin: origin('public', 'MeshGateway'), listeners: [listener(80, 8080), listener(9090, 9091, { protocol: 'grpc' })],
    exposure: { kind: 'network-load-balancer', scheme: 'internet-facing', sourceRanges: [], annotations: {} },
  });
  const inner = own((at) => at % 4 === 3);
  const closed = gateway(inner, { id: 'shop/partners', name: 'partners', origin: origin('partners', 'MeshGateway'), listeners: [listener(8443, 8443), listener(9090, 9091, { protocol: 'grpc' })] });
  return model({ services: [...services].sort((a, b) => a.id < b.id ? -1 : 1), gateways: inner.length === 0 ? [open] : [closed, open] });
}
