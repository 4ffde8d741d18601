/** The live table and its lines, the shares that are wanted, and how hits are counted. */
import { HitCounter, readCounts, type GroupHits } from '../../lib/preview/report/hits';
import { renderLine, renderTable } from '../../lib/preview/report/table';
import { splitGroups } from '../../lib/preview/report/wanted';
import { gateway, gatewayRoute, header, http, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const products = service('products', {
  versions: [version('products', 'v1'), version('products', 'v2')],
  routes: [
    serviceRoute('pin', http(prefix('/'), { headers: [header('x-env', { kind: 'exact', value: 'b' })] }), shares('shop/products', { v2: 100 })),
    serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 })),
  ],
});

const percents = (group: ReturnType<typeof splitGroups>[number]) => group.map(({ service, version, share }) =>
  `${service}@${version} ${share === undefined ? 'none' : `${share.numerator}/${share.denominator}`}`);

describe('wanted shares', () => {
  test('are those of requests that no pin takes', () => {
    expect(splitGroups(model({ services: [products] })).map(percents)).toEqual([['shop/products@v1 19/20', 'shop/products@v2 1/20']]);
  });

  test('of a split between services at a gateway stand in one group', () => {
    const split = gateway([gatewayRoute('split', http(), [to('shop/products', 80), to('shop/search', 20)])]);

    expect(splitGroups(model({ services: [service('catalog'), products, service('search')], gateways: [split] })).map(percents))
      .toEqual([['shop/catalog@v1 1/1'], ['shop/products@v1 19/25', 'shop/products@v2 1/25', 'shop/search@v1 1/5']]);
  });

  test('of a router stand in the group of the services that it leads to', () => {
    const router = service('front', { kind: 'router', versions: [], routes: [serviceRoute('split', http(), [...shares('shop/a', { v1: 3 }), ...shares('shop/b', { v1: 1 })])] });

    expect(splitGroups(model({ services: [service('a'), service('b'), router] })).map(percents)).toEqual([['shop/a@v1 3/4', 'shop/b@v1 1/4']]);
  });

  test('of a service that two splits lead to are its own', () => {
    const routes = [20, 30].map(weight => gatewayRoute(`r${weight}`, http(prefix(`/${weight}`)), [to('shop/products', 100 - weight), to('shop/search', weight)]));

    expect(splitGroups(model({ services: [products, service('search')], gateways: [gateway(routes)] })).map(percents))
      .toEqual([['shop/products@v1 19/20', 'shop/products@v2 1/20'], ['shop/search@v1 1/1']]);
  });

  test('are unknown where no route takes every request', () => {
    const partial = service('partial', { routes: [serviceRoute('api', http(prefix('/api')), shares('shop/partial', { v1: 100 }))] });

    expect(splitGroups(model({ services: [partial] })).map(percents)).toEqual([['shop/partial@v1 none']]);
  });
});

describe('hits', () => {
  const groups = splitGroups(model({ services: [products] }));
  const clusters = new Map([['shop/products@v1:8080', 'shop/products@v1'], ['shop/products@v2:8080', 'shop/products@v2']]);
  const counts = (v1: number, v2: number, failed = 0) => new Map([['shop/products@v1:8080', { sent: v1, failed }], ['shop/products@v2:8080', { sent: v2, failed: 0 }]]);
  const counter = () => {
    const made = new HitCounter();
    made.restart(groups, clusters);
    return made;
  };

  test('are counted with their share beside the wanted one', () => {
    const counting = counter();
    counting.add(counts(90, 10, 2));

    expect(counting.hits()).toEqual([[
      { service: 'shop/products', version: 'v1', hits: 90, failed: 2, total: 90, percent: 90, wantedPercent: 95 },
      { service: 'shop/products', version: 'v2', hits: 10, failed: 0, total: 10, percent: 10, wantedPercent: 5 },
    ]]);
  });

  test('begin again after a change of the program, while the total goes on', () => {
    const counting = counter();
    counting.add(counts(90, 10));
    counting.restart(groups, clusters);
    counting.add(counts(91, 13));

    expect(counting.hits()[0]!.map(({ hits, total, percent }) => [hits, total, percent])).toEqual([[1, 91, 25], [3, 13, 75]]);
  });

  test('are not lost when Envoy makes a cluster anew and counts from 0', () => {
    const counting = counter();
    counting.add(counts(90, 10));
    counting.add(counts(4, 10));

    expect(counting.hits()[0]!.map(({ total }) => total)).toEqual([94, 10]);
  });

  test('have no share before the first one', () => {
    expect(counter().hits()[0]!.map(({ percent }) => percent)).toEqual([undefined, undefined]);
  });

  test('are read from Envoy\'s statistics, requests for HTTP and connections for TCP, failures that were tried again too', () => {
    const stats = 'cluster.shop/products@v1_8080.upstream_cx_total: 3\ncluster.shop/products@v1_8080.retry.upstream_rq_5xx: 2\ncluster.shop/products@v1_8080.upstream_rq_5xx: 1\ncluster.shop/products@v1_8080.upstream_rq_total: 7\n'
      + 'cluster.shop/db@v1_5432.upstream_cx_total: 2\ncluster.shop/db@v1_5432.upstream_rq_total: 0\n';

    expect([...readCounts(stats, [{ name: 'shop/products@v1:8080', tcp: false }, { name: 'shop/db@v1:5432', tcp: true }, { name: 'shop/new@v1:1', tcp: false }])]).toEqual([
      ['shop/products@v1:8080', { sent: 7, failed: 3 }], ['shop/db@v1:5432', { sent: 2, failed: 0 }], ['shop/new@v1:1', { sent: 0, failed: 0 }],
    ]);
  });
});

describe('the table', () => {
  const row = (service: string, version: string, hits: number, percent: number, wantedPercent: number, failed = 0) =>
    ({ service, version, hits, failed, total: hits * 2, wantedPercent, ...(hits === 0 ? {} : { percent }) });
  const canary: GroupHits = [row('shop/products', 'v1', 9512, 95.12, 95), row('shop/products', 'v2', 488, 4.88, 5, 3)];
  const idle = (name: string): GroupHits => [row(`shop/${name}`, 'v1', 0, 0, 100)];

  test('shows each version in columns', () => {
    expect(renderTable([canary, idle('catalog')], { columns: 80, rows: 20, colours: false })).toEqual([
      '                  hits   share  wanted  5xx  since start',
      'shop/products@v1  9512  95.1 %    95 %             19024',
      'shop/products@v2   488   4.9 %     5 %    3          976',
      'shop/catalog@v1      0           100 %                 0',
    ]);
  });

  test('cuts lines that a narrow terminal would break', () => {
    const lines = renderTable([canary], { columns: 24, rows: 20, colours: false });

    expect(lines.map(line => line.length)).toEqual([23, 23, 23]);
  });

  test('leaves out idle versions first where not all fit, and says how many', () => {
    const lines = renderTable([idle('a'), idle('b'), canary, idle('c')], { columns: 80, rows: 6, colours: false });

    expect(lines.map(line => line.split(' ')[0])).toEqual(['', 'shop/a@v1', 'shop/products@v1', 'shop/products@v2', '…']);
    expect(lines.at(-1)).toBe('… and 2 more versions');
  });

  test('of a pipe is a line for each split', () => {
    expect(renderLine(canary)).toBe('shop/products  v1 9512 hits (95.1 %, wanted 95 %), v2 488 hits (4.9 %, wanted 5 %, 3 failed)');
    expect(renderLine([row('shop/catalog', 'v1', 3, 100, 100)])).toBe('shop/catalog  v1 3 hits');
    expect(renderLine([row('shop/a', 'v1', 3, 75, 75), row('shop/b', 'v1', 1, 25, 25)])).toBe('shop/a@v1 3 hits (75 %, wanted 75 %), shop/b@v1 1 hits (25 %, wanted 25 %)');
  });
});
