/** `preview`: the mesh on this machine, in a real Envoy. */
import { InvalidArgumentError, type Command } from 'commander';
import { colorsOf, type ExitCode, type Io } from '../io';
import { ASSEMBLY_HELP, DEFAULT_ASSEMBLY } from '../models';
import { gather } from '../request';

const EXAMPLES = `
Examples:
  cdk-eks-mesh preview
  cdk-eks-mesh preview --backend products/v1=127.0.0.1:3000    # that process in place of the stub
  cdk-eks-mesh preview --mesh shop-mesh --port-base 20000 build/cdk.out
  cdk-eks-mesh preview --json | jq -c 'select(.event == "hits")'

Every version that is not given a process of yours is a stub: it answers who it is and what arrived. Headers of a request say how:
`;

const ENDING = `
It follows the program: run npx cdk synth again, and the routes change without a lost request.
Everything listens on 127.0.0.1 only. Hits count what reaches a version: tries and copies, too. Wanted is the share of
requests that no pin or preview takes. Ctrl-C ends it with 0; 1 where Envoy cannot be found, does not start or dies.
`;

/** What the command line gives. */
interface GivenOptions {
  readonly mesh?: string;
  readonly envoy?: string;
  readonly backend?: readonly string[];
  readonly portBase?: number;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerPreview(program: Command, io: Io): void {
  program.command('preview')
    .description('run the mesh on this machine, in a real Envoy with stub backends, and count who serves')
    .argument('[assembly]', ASSEMBLY_HELP)
    .option('--mesh <mesh>', 'only this mesh')
    .option('--envoy <path>', 'the Envoy binary (default: the environment variable ENVOY, PATH, the places where pip puts one)')
    .option('--backend <service/version=address>', 'a process of yours in place of a stub; can be given several times', gather)
    .option('--port-base <number>', 'where ports are looked for when a listener\'s own is taken or below 1025 (default: 10000)', readPort)
    .option('--json', 'print JSON lines')
    .addHelpText('after', () => `${EXAMPLES}${stubHeaders()}\n${ENDING}`)
    .action((assembly: string | undefined, options: GivenOptions) => start(assembly, options, io));
}

async function start(assembly: string | undefined, { backend, ...options }: GivenOptions, io: Io): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { runPreview } = require('../../preview') as typeof import('../../preview');
  const stopping = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = () => stopping.abort();
  signals.forEach(signal => process.on(signal, stop));
  try {
    const code = await runPreview({ ...options, assembly: assembly ?? DEFAULT_ASSEMBLY, ...(backend === undefined ? {} : { backends: backend }) }, {
      out: io.stdout, err: io.stderr, isTerminal: io.isTerminal, colours: colorsOf(io).isColorSupported,
      size: () => ({ columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 }),
      env: io.env, cwd: io.cwd, stop: stopping.signal,
    });
    io.endWith(code as ExitCode);
  } finally {
    signals.forEach(signal => process.off(signal, stop));
  }
}

function stubHeaders(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { STUB_HEADERS } = require('../../preview/stubs') as typeof import('../../preview/stubs');
  const width = Math.max(...STUB_HEADERS.map(({ header }) => header.length));
  return STUB_HEADERS.map(({ header, meaning }) => `  ${header.padEnd(width)}  ${meaning}`).join('\n');
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1025 && port <= 65_000) return port;
  throw new InvalidArgumentError('a port from 1025 to 65000 is needed');
}
