/** `npm run cluster -- COMMAND`: a living Kubernetes node on this machine, and programs of the library on it. See README.md. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { cloudFormation, emulatorOptions, entryPoints, synthesize, type DeployResult } from './deployment';
import { access, down, isUp, kubectl, programs, provideEnvoyGatewayProxy, up } from './node';
import { MODULES } from './versions';

const startedAt = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const meshes = ['istio', 'envoy-gateway'] as const;
/** A mesh that runs on the node; App Mesh needs AWS. */
type NodeMesh = (typeof meshes)[number];

/** Brings up the node; with a mesh, what its deployment asks for by a name that no image made here can have. */
function start({ mesh, readyAfter }: { readonly mesh?: NodeMesh; readonly readyAfter?: string }): void {
  up({ readyAfter, say });
  if (mesh === 'envoy-gateway') provideEnvoyGatewayProxy();
  say(`Kubernetes ${MODULES.kubernetes} is up`);
  console.log(`\n  export KUBECONFIG=${access().kubeconfig}\n`);
}

/** The mesh that the context chooses, as `examples/mesh-choice.ts` reads it. */
function meshOf(context: readonly string[]): NodeMesh {
  const name = context.map(value => value.match(/^mesh=(.*)$/)?.[1]).find(value => value !== undefined) ?? 'istio';
  const mesh = meshes.find(known => known === name);
  if (mesh === undefined) throw new Error(`the node runs ${meshes.join(' and ')}, not ${name}`);
  return mesh;
}

async function deploy(program: string, { context }: { readonly context: readonly string[] }): Promise<void> {
  const { deploy: execute } = cloudFormation();
  if (!isUp()) throw new Error('the node is down; bring it up with: npm run cluster -- up');
  if (meshOf(context) === 'envoy-gateway') provideEnvoyGatewayProxy();
  const assembly = synthesize(program, context);
  say(`synthesized into ${assembly}`);
  finish(await execute(assembly, emulatorOptions(say)));
  printEntryPoints();
}

async function remove(): Promise<void> {
  const { destroy } = cloudFormation();
  finish(await destroy(emulatorOptions(say)));
}

function finish({ ok, stacks }: DeployResult): void {
  for (const { name, status, reason, failures } of stacks) {
    say(`${name}: ${status}${reason === undefined ? '' : `, ${reason}`}`);
    for (const failure of failures) console.log(`          ${failure.resource}: ${failure.reason}`);
  }
  if (!ok) process.exitCode = 1;
}

function status(): void {
  if (!isUp()) return console.log('the node is down');
  for (const { name, alive, log } of programs()) console.log(`${alive ? 'runs ' : 'ENDED'}  ${name.padEnd(12)} ${log}`);
  console.log(`\n${kubectl(['get', 'pods', '-A'])}`);
  printEntryPoints();
  console.log(`  export KUBECONFIG=${access().kubeconfig}\n`);
}

function printEntryPoints(): void {
  console.log(['', ...entryPoints().map(url => `  curl ${url}`), ''].join('\n'));
}

function duration(text: string): string {
  if (!/^\d+m?s$/.test(text)) throw new InvalidArgumentError('a time like 8s or 500ms is needed.');
  return text;
}

const collect = (value: string, before: string[]) => [...before, value];
const cli = new Command('npm run cluster --').description('A living Kubernetes node on this machine. Needs Linux and root; the first run builds Kubernetes.');
cli.command('up').description('bring the node up')
  .addOption(new Option('--mesh <name>', 'provide what a deployment of this mesh needs').choices(meshes))
  .option('--ready-after <time>', 'pods of examples get ready so long after their start, like 8s', duration)
  .action(start);
cli.command('deploy').description('deploy a program of the CDK to the node').argument('<program>', 'such as examples/quickstart.ts')
  .option('-c, --context <key=value>', 'context of the program, like mesh=envoy-gateway; may be repeated', collect, [])
  .action(deploy);
cli.command('delete').description('delete the stacks that were deployed').action(remove);
cli.command('status').description('show programs, pods, and what can be asked').action(status);
cli.command('down').description('take the node down, with all that is on it').action(() => {
  down();
  say('the node is down');
});

cli.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
