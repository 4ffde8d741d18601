/** Programs for Envoy Gateway: every situation that the providers share, with a gateway in front of services that have none, and situations of the edge alone. */
import type { Gateway, GatewayRoute } from '../../../lib/model/gateway';
import type { ListenerTls } from '../../../lib/model/security';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { gateway, gatewayRoute, grpc, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';
import { allCases } from '../app-mesh/cases';
import { GUARD_SITUATIONS, ROUTE_GUARD_SITUATIONS } from '../guard-situations';

/** A program and its name. */
export interface Situation {
  readonly title: string;
  readonly model: TrafficModel;
}

/** Every situation that the providers share, behind a gateway. */
export function sharedSituations(): readonly Situation[] {
  return allCases().map(({ title, model: program }) => {
    const edge = edgeOf(program);
    return { title, model: program.gateways.length > 0 || edge.routes.length === 0 ? program : { ...program, gateways: [edge] } };
  });
}

/** A gateway with a path for each service, on a listener for each protocol that services speak. */
function edgeOf({ services }: TrafficModel): Gateway {
  const ports = services.flatMap((one) => one.ports.filter(({ protocol }) => protocol !== 'tcp').map((port) => ({ service: one, ...port })));
  const speaksGrpc = ports.some(({ protocol }) => protocol === 'grpc');
  return gateway(ports.map(({ service: { id, name }, port, protocol }) => gatewayRoute(`${name}-${port}`, protocol === 'grpc' ? grpc() : http(prefix(`/${name}/${port}`)), [{ ...to(id), port }])),
    { listeners: [listener(80, 8080), ...speaksGrpc ? [listener(9000, 9000, { protocol: 'grpc' })] : []] });
}

/** Situations that only an edge has. */
export function edgeSituations(): readonly Situation[] {
  const mount = (secret: string) => ({ secret, path: `/${secret}` });
  const certificate = { kind: 'file', chain: '/shop-tls/tls.crt', key: '/shop-tls/tls.key', mount: mount('shop-tls') } as const;
  const trust = { kind: 'file', chain: '/clients/ca.crt', mount: mount('clients') } as const;
  const products = service('products', { versions: [version('products', 'v1'), version('products', 'v2')] });
  const all = gatewayRoute('all', http(), [to('shop/products')]);
  const edge = (title: string, routes: readonly GatewayRoute[], tls?: ListenerTls) => ({
    title, model: model({ services: [products, service('audit')], gateways: [gateway(routes, tls === undefined ? {} : { listeners: [listener(443, 8443, { tls })] })] }),
  });
  const prefixed = (name: string, draft: Partial<GatewayRoute>): GatewayRoute => ({ ...gatewayRoute(name, http(prefix(`/${name}`)), [to('shop/products')]), ...draft });
  return [
    edge('tls from a secret', [all], { mode: 'strict', certificate }),
    edge('tls of clients', [all], { mode: 'strict', certificate, clients: { trust, subjectAltNames: [] } }),
    edge('redirects, answers, copies and failures', [
      prefixed('moved', { action: { kind: 'redirect', status: 301, host: 'example.com' } }),
      prefixed('teapot', { action: { kind: 'respond', status: 418, body: 'short and stout' } }),
      prefixed('copied', { filters: { mirrors: [{ service: 'shop/audit', percent: 10 }] } }),
      prefixed('failing', { filters: { fault: { abort: { status: 503, percent: 10 }, delay: { ms: 100, percent: 5 } } } }),
      all,
    ]),
    edge('a table of more than sixteen routes', [...Array.from({ length: 17 }, (_, at) => gatewayRoute(`r${at}`, http({ kind: 'exact', value: `/r${at}` }), [to('shop/products')])), all]),
    {
      title: 'a service whose table has an end',
      model: model({
        services: [service('products', { routes: [serviceRoute('v1', http(prefix('/api')), shares('shop/products', { v1: 100 }))] })],
        gateways: [gateway([gatewayRoute('shop', http(prefix('/api')), [to('shop/products')]), all])],
      }),
    },
    { title: 'spans of jaeger', model: model({ mesh: { tracing: { kind: 'jaeger', address: 'collector.tracing', port: 9411 } }, services: [products], gateways: [gateway([all])] }) },
    {
      title: 'tls from a gateway to services and a host outside',
      model: model({
        services: [
          service('bank', {
            kind: 'external', host: 'bank.example.com', ports: [{ port: 443, targetPort: 443, protocol: 'http' }], routes: [],
            versions: [version('bank', 'outside', { pods: { kind: 'external', host: 'bank.example.com' }, health: undefined })],
          }),
          // of a version that gets nothing the controller says nothing
          service('products'),
        ],
        gateways: [gateway([prefixed('bank', { action: { kind: 'forward', destinations: [{ service: 'shop/bank', weight: 1 }] } }), all], {
          clientTls: { enforce: true, certificate, validation: { trust, subjectAltNames: ['products.shop.svc.cluster.local', 'spiffe://shop/products'] } },
        })],
      }),
    },
    ...GUARD_SITUATIONS, ...ROUTE_GUARD_SITUATIONS,
  ];
}
