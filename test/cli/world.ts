/** Runs commands in this process, in a world of their own. */
import type { Io } from '../../lib/cli/io';
import { runCli } from '../../lib/cli/program';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { folderWith, manifest } from '../assembly/folders';
import { gateway, gatewayRoute, grpc, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

/** What a command printed and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a folder. */
export async function run(cwd: string, args: readonly string[], world: Partial<Pick<Io, 'env' | 'isTerminal'>> = {}): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' };
  let code = 0;
  await runCli(args, {
    stdout: (text) => void (printed.stdout += text),
    stderr: (text) => void (printed.stderr += text),
    endWith: (ending) => void (code = ending),
    isTerminal: false, env: {}, cwd, ...world,
  });
  return { code, ...printed };
}

/** Runs commands one after the other, and gives what a terminal would show, with the exit codes. */
export async function transcript(cwd: string, commands: readonly (readonly string[])[]): Promise<string> {
  const shown: string[] = [];
  for (const args of commands) {
    const { code, stdout, stderr } = await run(cwd, args);
    shown.push(`$ cdk-eks-mesh ${args.map(quoted).join(' ')}\n${stdout}${stderr}-> ${code}\n`);
  }
  return shown.join('\n');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}

/** A cloud assembly with the model of one mesh, in `cdk.out`. */
export function assemblyOf(model: TrafficModel): string {
  return folderWith({ 'cdk.out/manifest.json': manifest(['Shop-Mesh.mesh.json']), 'cdk.out/Shop-Mesh.mesh.json': model });
}

const products = service('products', {
  versions: [version('products', 'v1'), version('products', 'v2')],
  routes: [
    serviceRoute('beta', http(prefix('/'), { headers: [header('x-beta', { kind: 'exact', value: 'yes' })] }), shares('shop/products', { v2: 100 })),
    serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 }), {
      policy: { retry: { attempts: 3, perTryTimeoutMs: 1500, on: ['server-error'] }, timeouts: { requestMs: 10_000, idleMs: 500 } },
    }),
  ],
  calls: [{ service: 'stock/stock' }],
});

const stock = service('stock', {
  namespace: 'stock', ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }, { port: 5432, targetPort: 5432, protocol: 'tcp' }],
  routes: [
    serviceRoute('calls', grpc({ port: 9000 }), shares('stock/stock', { v1: 1 })),
    serviceRoute('rows', { kind: 'tcp', port: 5432 }, shares('stock/stock', { v1: 1 })),
  ],
});

const reviews = service('reviews');

/** A mesh with two gateways, two namespaces, and all that a route can say. */
export const SHOP: TrafficModel = model({
  mesh: { namespaces: [...model({}).mesh.namespaces, { ...model({}).mesh.namespaces[0]!, name: 'stock' }] },
  services: [products, reviews, stock],
  gateways: [
    gateway([
      gatewayRoute('products', http(prefix('/products')), [to('shop/products')], {
        filters: {
          rewritePath: { kind: 'prefix', value: '/' }, rewriteHost: { kind: 'service' },
          requestHeaders: { set: [{ name: 'x-from', value: 'edge' }], add: [], remove: ['cookie'] },
          responseHeaders: { set: [{ name: 'x-served', value: 'shop' }], add: [{ name: 'via', value: 'mesh' }], remove: ['server'] },
          mirrors: [{ service: 'shop/reviews', percent: 10 }],
          fault: { delay: { ms: 2000, percent: 1 }, abort: { status: 503, percent: 0.5 } },
        },
        policy: { timeouts: { requestMs: 900 } },
      }),
      gatewayRoute('half', http(prefix('/half')), [to('shop/products', 1), to('shop/reviews', 1)]),
      gatewayRoute('api', http(prefix('/')), [to('shop/reviews')], { hosts: [{ kind: 'exact', value: 'api.example.com' }] }),
      { ...gatewayRoute('moved', http({ kind: 'exact', value: '/old' }), []), action: { kind: 'redirect', status: 301, scheme: 'https', path: { kind: 'full', value: '/new' } } },
      { ...gatewayRoute('closed', http({ kind: 'exact', value: '/closed' }), []), action: { kind: 'respond', status: 410, body: 'gone' } },
    ], { id: 'shop/edge', name: 'edge', listeners: [listener(80), listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'cert' } } })] }),
    gateway([gatewayRoute('stock', grpc({ service: 'stock.v1.Stock' }), [to('stock/stock')])], {
      id: 'stock/calls', name: 'calls', namespace: 'stock', listeners: [listener(9000, 9000, { protocol: 'grpc' })],
    }),
  ],
});
