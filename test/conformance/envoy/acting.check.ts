/** Retries, limits, copies, faults, circuit breakers: a real Envoy with the lowered configuration acts as the model says. */
import type { Answer, Sent } from './client';
import type { Arrived, Reaction } from './pods';
import { CHOICE, ProvingGround } from './proving-ground';
import type { RetryEvent, RoutePolicy } from '../../../lib/model/action';
import type { GatewayRoute } from '../../../lib/model/gateway';
import type { ServicePort, ServiceRoute, Version } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { validateModel } from '../../../lib/model/validate';
import * as build from '../../model-builders';

const HTTP2: ServicePort = { port: 8080, targetPort: 8080, protocol: 'http2' };
const GRPC: ServicePort = { port: 9090, targetPort: 9090, protocol: 'grpc' };

/** A gateway route to `shop/products`, whose route leads to its versions. */
interface Parts {
  readonly gateway?: Partial<GatewayRoute>;
  readonly route?: Partial<ServiceRoute>;
  readonly weights?: { readonly [version: string]: number };
  readonly version?: Partial<Version>;
  readonly port?: ServicePort;
}

function shop({ gateway = {}, route = {}, weights = { v1: 1 }, version = {}, port = build.httpPort() }: Parts): TrafficModel {
  const isGrpc = port.protocol === 'grpc';
  const match = isGrpc ? build.grpc() : build.http();
  const versions = Object.keys(weights).map((name) => build.version('products', name, version));
  const products = build.service('products', {
    versions, ports: [port], routes: [{ ...build.serviceRoute('split', match, build.shares('shop/products', weights)), ...route }],
  });
  const edge = build.gateway([{ ...build.gatewayRoute('all', match, [build.to('shop/products')]), ...gateway }],
    { listeners: [build.listener(80, 8080, { protocol: port.protocol === 'tcp' || port.protocol === 'tls' ? 'http' : port.protocol })] });
  return build.model({ services: [build.service('catalog'), products], gateways: [edge] });
}

interface Trial {
  readonly answers: readonly Answer[];
  readonly arrived: readonly Arrived[];
  readonly ms: number;
  readonly ground: ProvingGround;
}

/** Asks the gateway so many times at once, the first time a little earlier, and says what came back and what arrived. */
async function attempt(model: TrafficModel, react: (arrived: Arrived, before: number) => Reaction, { times = 1, settleMs = 0, leadMs = 0 } = {}): Promise<Trial> {
  expect(validateModel(model).filter(({ severity }) => severity === 'error')).toEqual([]);
  const ground = await ProvingGround.open([model]);
  try {
    const [edge] = model.gateways;
    const sent: Sent = {
      address: ground.programs[0]!.gatewayAddress(edge!, edge!.listeners[0]!), version: edge!.listeners[0]!.protocol === 'http' ? 'http1' : 'http2',
      method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: { [CHOICE.gateway]: '0', [CHOICE.service]: '0' },
    };
    const start = Date.now();
    const { result, arrived } = await ground.pods.during(react, async () => {
      const answers = await Promise.all(Array.from({ length: times }, async (_, at) => {
        if (at > 0) await new Promise((resolve) => setTimeout(resolve, leadMs));
        return ground.client.send(sent);
      }));
      const ms = Date.now() - start;
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      return { answers, ms };
    });
    return { ...result, arrived, ground };
  } finally {
    await ground.close();
  }
}

const retry = (on: readonly RetryEvent[], more: { readonly attempts?: number; readonly perTryTimeoutMs?: number } = {}): RoutePolicy => ({ retry: { attempts: 2, on, ...more } });
const failing = (status: Reaction) => (_: Arrived, before: number): Reaction => before === 0 ? status : 200;

describe('a retry', () => {
  test.each<[string, RetryEvent, ServicePort, Reaction]>([
    ['500 is a server error', 'server-error', build.httpPort(), 500],
    ['511 is a server error', 'server-error', build.httpPort(), 511],
    ['a connection that ends is a server error', 'server-error', build.httpPort(), 'reset'],
    ['502 is a gateway error', 'gateway-error', build.httpPort(), 502],
    ['409 is a client error', 'client-error', build.httpPort(), 409],
    ['a refused stream is a stream error', 'stream-error', HTTP2, 'refuse'],
    ['1 is cancelled', 'cancelled', GRPC, { grpcStatus: 1 }],
    ['4 is deadline exceeded', 'deadline-exceeded', GRPC, { grpcStatus: 4 }],
    ['8 is resource exhausted', 'resource-exhausted', GRPC, { grpcStatus: 8 }],
    ['13 is internal', 'internal', GRPC, { grpcStatus: 13 }],
    ['14 is unavailable', 'unavailable', GRPC, { grpcStatus: 14 }],
  ])('happens: %s', async (_what, event, port, failure) => {
    const { answers: [answer], arrived } = await attempt(shop({ port, route: { policy: retry([event]) } }), failing(failure));

    expect(arrived).toHaveLength(2);
    expect([answer!.status, answer!.headers['grpc-status']]).toEqual([200, undefined]);
  });

  test.each<[string, RetryEvent, ServicePort, Reaction, number]>([
    ['509 is no server error', 'server-error', build.httpPort(), 509, 509],
    ['500 is no gateway error', 'gateway-error', build.httpPort(), 500, 500],
    ['404 is no client error', 'client-error', build.httpPort(), 404, 404],
    ['503 is no stream error', 'stream-error', HTTP2, 503, 503],
    ['13 is not unavailable', 'unavailable', GRPC, { grpcStatus: 13 }, 200],
  ])('does not happen: %s', async (_what, event, port, failure, status) => {
    const { answers: [answer], arrived } = await attempt(shop({ port, route: { policy: retry([event]) } }), failing(failure));

    expect(arrived).toHaveLength(1);
    expect(answer!.status).toBe(status);
  });

  test('does not happen where nobody asks for one', async () => {
    const { answers: [answer], arrived } = await attempt(shop({}), failing(503));

    expect([answer!.status, arrived.length]).toEqual([503, 1]);
  });

  test('keeps its version, and ends after the attempts', async () => {
    const { answers: [answer], arrived } = await attempt(shop({ weights: { v1: 1, v2: 1 }, route: { policy: retry(['server-error'], { attempts: 3 }) } }), () => 503);

    expect(answer!.status).toBe(503);
    expect(arrived.map(({ pods }) => pods)).toEqual(Array(4).fill('shop/products@v1:8080'));
  });

  test('of the gateway route replaces that of the service, and does not multiply with it', async () => {
    const { arrived } = await attempt(shop({ gateway: { policy: retry(['server-error'], { attempts: 1 }) }, route: { policy: retry(['server-error'], { attempts: 4 }) } }), () => 503);

    expect(arrived).toHaveLength(2);
  });

  test('of the gateway route holds where that names the version itself', async () => {
    const { arrived } = await attempt(shop({
      gateway: { action: { kind: 'forward', destinations: [{ service: 'shop/products', version: 'v1', weight: 1 }] }, policy: retry(['server-error']) },
    }), () => 503);

    expect(arrived).toHaveLength(3);
  });

  test('happens on a connection error', async () => {
    const model = shop({ route: { policy: retry(['connection-error']) } });
    const ground = await ProvingGround.open([model]);
    try {
      await ground.pods.close();
      const { status } = await ground.client.send({
        address: ground.programs[0]!.gatewayAddress(model.gateways[0]!, model.gateways[0]!.listeners[0]!),
        version: 'http1', method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: {},
      });

      expect(status).toBe(503);
      expect(await ground.envoy.ask('/stats?filter=v1.*upstream_rq_retry$')).toMatch(/upstream_rq_retry: 2\n/);
    } finally {
      await ground.close();
    }
  });
});

describe('a limit', () => {
  test('of the request ends it with 504', async () => {
    const { answers: [answer], ms } = await attempt(shop({ route: { policy: { timeouts: { requestMs: 300 } } } }), () => 'silence');

    expect(answer!.status).toBe(504);
    expect(ms).toBeGreaterThanOrEqual(290);
    expect(ms).toBeLessThan(3000);
  });

  test('of each try lets the next one begin', async () => {
    const { answers: [answer], arrived } = await attempt(shop({ route: { policy: retry(['gateway-error'], { perTryTimeoutMs: 200 }) } }), failing('silence'));

    expect([answer!.status, arrived.length]).toEqual([200, 2]);
  });

  test('of the request covers all tries', async () => {
    const policy: RoutePolicy = { ...retry(['gateway-error'], { perTryTimeoutMs: 300, attempts: 9 }), timeouts: { requestMs: 700 } };
    const { answers: [answer], arrived, ms } = await attempt(shop({ route: { policy } }), () => 'silence');

    expect(answer!.status).toBe(504);
    expect(arrived.length).toBeLessThanOrEqual(3);
    expect(ms).toBeLessThan(2500);
  });

  test('of silence ends the request', async () => {
    const { answers: [answer], ms } = await attempt(shop({ route: { policy: { timeouts: { idleMs: 300 } } } }), () => 'silence');

    expect(answer!.status).toBe(504);
    expect(ms).toBeLessThan(3000);
  });

  test('of a version holds for each try', async () => {
    const { answers: [answer], arrived } = await attempt(shop({ version: { timeouts: { requestMs: 250 } }, route: { policy: retry(['gateway-error']) } }), failing('silence'));

    expect([answer!.status, arrived.length]).toEqual([200, 2]);
  });

  test('of the gateway route replaces that of the service, the other fields stay', async () => {
    const { answers: [answer], arrived, ms } = await attempt(shop({
      gateway: { policy: { timeouts: { requestMs: 500 } } },
      route: { policy: { ...retry(['gateway-error'], { attempts: 1 }), timeouts: { requestMs: 20_000 } } },
    }), (_, before) => before === 0 ? 503 : 'silence');

    expect([answer!.status, arrived.length]).toEqual([504, 2]);
    expect(ms).toBeLessThan(5000);
  });

  test('is not there where nobody asks for one: Envoy would end a request after 15 seconds', async () => {
    const { answers: [answer] } = await attempt(shop({}), () => ({ status: 200, afterMs: 16_000 }));

    expect(answer!.status).toBe(200);
  });
});

describe('a mirror', () => {
  const copyTo = (service: string, version?: string) => [{ service, percent: 100, ...(version === undefined ? {} : { version }) }];

  test('copies the request as it is sent on, and its answer is thrown away', async () => {
    const { answers: [answer], arrived } = await attempt(shop({
      weights: { v1: 1, v2: 0 },
      route: { filters: { mirrors: copyTo('shop/products', 'v2'), rewritePath: { kind: 'full', value: '/seen' }, requestHeaders: { set: [{ name: 'x-env', value: 'b' }], add: [], remove: [] } } },
    }), ({ pods }) => pods.includes('@v2') ? 500 : 200, { settleMs: 300 });

    expect(answer!.status).toBe(200);
    expect(arrived.map(({ pods, target, host, headers }) => [pods, target, host, headers['x-env']]).sort()).toEqual([
      ['shop/products@v1:8080', '/seen', 'shop.test', 'b'], ['shop/products@v2:8080', '/seen', 'shop.test', 'b'],
    ]);
  });

  test('of both stages is united, and a service without version asks its own table', async () => {
    const { arrived } = await attempt(shop({
      weights: { v1: 1, v2: 0 }, gateway: { filters: { mirrors: copyTo('shop/catalog') } }, route: { filters: { mirrors: copyTo('shop/products', 'v2') } },
    }), () => 200, { settleMs: 300 });

    expect(arrived.map(({ pods }) => pods).sort()).toEqual(['shop/catalog@v1:8080', 'shop/products@v1:8080', 'shop/products@v2:8080']);
  });

  test('of a service that mirrors itself ends', async () => {
    const { arrived } = await attempt(shop({ route: { filters: { mirrors: copyTo('shop/products') } } }), () => 200, { settleMs: 500 });

    expect(arrived).toHaveLength(2);
  });

  test('reaches a version that has limits of its own', async () => {
    const { arrived } = await attempt(shop({ weights: { v1: 1, v2: 0 }, version: { timeouts: { requestMs: 5000 } }, route: { filters: { mirrors: copyTo('shop/products', 'v2') } } }), () => 200, { settleMs: 300 });

    expect(arrived.map(({ pods }) => pods).sort()).toEqual(['shop/products@v1:8080', 'shop/products@v2:8080']);
  });

  test('of 30 % copies 30 % of 1000 requests, give or take 4 sigma', async () => {
    const { arrived } = await attempt(shop({ weights: { v1: 1, v2: 0 }, route: { filters: { mirrors: [{ service: 'shop/products', version: 'v2', percent: 30 }] } } }),
      () => 200, { times: 1000, settleMs: 500 });

    expect(Math.abs(arrived.filter(({ pods }) => pods.includes('@v2')).length - 300)).toBeLessThanOrEqual(58);
  });
});

describe('a fault', () => {
  test('of both stages delays, one after the other', async () => {
    const filters = { fault: { delay: { ms: 300, percent: 100 } } };
    const { answers: [answer], ms } = await attempt(shop({ gateway: { filters }, route: { filters } }), () => 200);

    expect(answer!.status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(590);
  });

  test('of 30 % aborts 30 % of 1000 requests, give or take 4 sigma', async () => {
    const { answers, arrived } = await attempt(shop({ route: { filters: { fault: { abort: { status: 418, percent: 30 } } } } }), () => 200, { times: 1000 });

    const aborted = answers.filter(({ status }) => status === 418).length;
    expect(Math.abs(aborted - 300)).toBeLessThanOrEqual(58);
    expect(arrived).toHaveLength(1000 - aborted);
  });
});

describe('a circuit breaker', () => {
  const slowly = (): Reaction => ({ status: 200, afterMs: 1500 });
  // while the first connection is being made, its own request is the one that waits
  const leadMs = 500;
  const counts = (answers: readonly Answer[]) => [200, 503].map((status) => answers.filter((answer) => answer.status === status).length);

  test('of http lets so many connections and waiting requests be', async () => {
    const { answers } = await attempt(shop({ version: { pool: { maxConnections: 1, maxPendingRequests: 1 } } }), slowly, { times: 5, leadMs });

    expect(counts(answers)).toEqual([2, 3]);
  });

  test('of http2 lets so many requests be', async () => {
    const { answers } = await attempt(shop({ port: HTTP2, version: { pool: { maxRequests: 2 } } }), slowly, { times: 5, leadMs });

    expect(counts(answers)).toEqual([2, 3]);
  });

  test('holds for a version that has limits of its own, too', async () => {
    const { answers } = await attempt(shop({ version: { timeouts: { requestMs: 30_000 }, pool: { maxConnections: 1, maxPendingRequests: 1 } } }), slowly, { times: 5, leadMs });

    expect(counts(answers)).toEqual([2, 3]);
  });

  test('is far away where nobody asks for one', async () => {
    const { answers } = await attempt(shop({}), slowly, { times: 60 });

    expect(counts(answers)).toEqual([60, 0]);
  });
});

test('outlier detection takes a version out after its errors', async () => {
  const outliers = { consecutiveErrors: 3, intervalMs: 50, baseEjectionMs: 30_000, maxEjectionPercent: 100 };
  const model = shop({ version: { discovery: { kind: 'dns-endpoints' }, outliers } });
  const ground = await ProvingGround.open([model]);
  try {
    const address = ground.programs[0]!.gatewayAddress(model.gateways[0]!, model.gateways[0]!.listeners[0]!);
    const { result, arrived } = await ground.pods.during(() => 500, async () => {
      const statuses: number[] = [];
      for (let at = 0; at < 5; at++) statuses.push((await ground.client.send({ address, version: 'http1', method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: {} })).status);
      return statuses;
    });

    expect([result, arrived.length]).toEqual([[500, 500, 500, 503, 503], 3]);
  } finally {
    await ground.close();
  }
});

test('a gRPC call that no route takes is answered 12, unimplemented', async () => {
  const model = shop({ port: GRPC, gateway: { match: build.grpc({ service: 'shop.v1.Catalog' }) } });
  const ground = await ProvingGround.open([model]);
  try {
    const address = ground.programs[0]!.gatewayAddress(model.gateways[0]!, model.gateways[0]!.listeners[0]!);
    const answer = await ground.client.send({
      address, version: 'http2', method: 'POST', target: '/shop.v1.Cart/Get', host: 'shop.test', scheme: 'http', headers: { 'content-type': 'application/grpc' },
    });

    expect([answer.status, answer.headers['grpc-status']]).toEqual([200, '12']);
  } finally {
    await ground.close();
  }
});

test('a TCP port leads to the versions with a weight', async () => {
  const database = build.service('database', {
    ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }], versions: [build.version('database', 'v1'), build.version('database', 'v2')],
    routes: [build.serviceRoute('split', { kind: 'tcp' }, build.shares('shop/database', { v1: 0, v2: 3 }))],
  });
  const cart = build.service('cart', { calls: [{ service: 'shop/database' }] });
  const ground = await ProvingGround.open([build.model({ services: [cart, database] })]);
  try {
    const address = ground.programs[0]!.tcpAddress(cart, database, 5432);
    const { arrived } = await ground.pods.during(() => 200, async () =>
      ground.client.send({ address, version: 'http1', method: 'GET', target: '/as-is//', host: 'db', scheme: 'http', headers: {} }));

    expect(arrived.map(({ pods, target }) => [pods, target])).toEqual([['shop/database@v2:5432', '/as-is//']]);
  } finally {
    await ground.close();
  }
});

test('5 % of 10,000 requests reach the canary by chance, give or take 4 sigma', async () => {
  const model = shop({ weights: { v1: 95, v2: 5 } });
  const ground = await ProvingGround.open([model], { choosesByHeader: false });
  try {
    const address = ground.programs[0]!.gatewayAddress(model.gateways[0]!, model.gateways[0]!.listeners[0]!);
    const { arrived } = await ground.pods.during(() => 200, async () => {
      for (let round = 0; round < 100; round++) {
        await Promise.all(Array.from({ length: 100 }, async () => ground.client.send({ address, version: 'http1', method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: {} })));
      }
    });

    expect(arrived).toHaveLength(10_000);
    expect(Math.abs(arrived.filter(({ pods }) => pods === 'shop/products@v2:8080').length - 500)).toBeLessThanOrEqual(87);
  } finally {
    await ground.close();
  }
});
