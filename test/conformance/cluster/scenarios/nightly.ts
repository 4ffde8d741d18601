/**
 * `npm run cluster:nightly`: the whole table of what a deployment has to keep, on the living node, and the figures of the run in FIGURES.md. A scenario that fails does not stop the others:
 * where it leaves no stack that can be updated, the next one gets a fresh node. The exit code is 1 if any fails.
 */
import { Command, Option } from 'commander';
import { changes } from './changes';
import { features } from './features';
import { earlierFigures, hasPassed, writeFigures, type Figure } from './figures';
import { first } from './first';
import { meshes as meshChanges } from './meshes';
import { outside } from './outside';
import { ownership } from './ownership';
import { refusals } from './refusals';
import type { LivingMesh } from './shop';
import { Stage, type Group, type Scenario } from './stage';
import { workloads } from './workloads';
import { World } from './world';
import { down } from '../node';

const MESHES: readonly LivingMesh[] = ['istio', 'envoy-gateway'];
const GROUPS: readonly Group[] = [first, changes, refusals, features, outside, meshChanges, ownership, workloads];
/** The run may take three hours; what is left then has not passed. */
const LIMIT_MS = 3 * 60 * 60_000;

const began = new Date();
const say = (text: string) => console.log(`${((Date.now() - began.getTime()) / 1000).toFixed(0).padStart(6)} s  ${text}`);

interface Options {
  readonly mesh?: LivingMesh;
  readonly only?: string;
  readonly list?: boolean;
  readonly write: boolean;
}

async function main({ mesh: chosen, only, list, write }: Options): Promise<void> {
  const pattern = new RegExp(only ?? '', 'i');
  const figures: Figure[] = [];
  const earlier = chosen === undefined && only === undefined ? [] : earlierFigures();
  for (const mesh of MESHES.filter((one) => chosen === undefined || one === chosen)) {
    for (const group of GROUPS) {
      const scenarios = group.scenarios.filter(({ meshes = MESHES, name }) => meshes.includes(mesh) && pattern.test(`${group.name}: ${name}`));
      if (list === true) {scenarios.forEach(({ name }) => console.log(`${mesh}  ${group.name}: ${name}`));} else {
        await runGroup(mesh, { ...group, scenarios }, (figure) => {
          figures.push(figure);
          if (write) writeFigures(earlier, figures);
        });
      }
    }
  }
  if (list === true) return;
  const failed = figures.filter((figure) => !hasPassed(figure));
  say(`${figures.length - failed.length} of ${figures.length} passed`);
  if (failed.length > 0 || figures.length === 0) process.exitCode = 1;
}

async function runGroup(mesh: LivingMesh, group: Group, report: (figure: Figure) => void): Promise<void> {
  let world: World | undefined;
  for (const scenario of group.scenarios) {
    if (world !== undefined && scenario.fresh === true) world = await ended(world);
    const figure = await runScenario(mesh, group, scenario, () => world ??= World.create(mesh, group.world));
    report(figure);
    if (world === undefined || hasPassed(figure)) continue;
    if (process.env.NIGHTLY_LINES !== undefined) console.log(world.lines.slice(-80).join('\n'));
    if (!isUsable(world) || group.comparesStates === true) world = await ended(world);
  }
  if (world !== undefined) await ended(world);
}

/** Whether the next scenario can begin with an update. */
function isUsable({ emulator }: World): boolean {
  return ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].includes(emulator.describe('Shop')?.status ?? '') && emulator.describe('Team') === undefined;
}

async function ended(world: World): Promise<undefined> {
  await world.end().catch((error: Error) => say(`the node did not end: ${error.message}`));
  return undefined;
}

async function runScenario(mesh: LivingMesh, { name: group }: Group, { name, run }: Scenario, world: () => World): Promise<Figure> {
  say(`${mesh}  ${group}: ${name} ...`);
  const start = Date.now();
  let stage: Stage | undefined;
  let problem: string | undefined;
  try {
    if (Date.now() - began.getTime() > LIMIT_MS) throw new Error('not run: the time of the nightly run was over');
    stage = new Stage(world());
    await run(stage);
  } catch (error) {
    problem = (error as Error).message;
  }
  const seen = stage?.seen ?? { requests: 0, lost: 0, late: 0, again: 0, text: '', problems: [] };
  const at = new Date(start).toISOString().slice(0, 16).replace('T', ' ');
  const figure = { group, name, mesh, at, ...seen, problems: [...seen.problems, ...(problem === undefined ? [] : [problem])], seconds: Math.round((Date.now() - start) / 1000) };
  say(`${hasPassed(figure) ? 'passed' : 'FAILED'}  ${figure.requests} requests, ${figure.lost} lost, ${figure.late} of them late, ${figure.seconds} s`);
  figure.problems.forEach((text) => console.log(`          ${text}`));
  if (figure.text !== '') console.log(`          text: ${figure.text}`);
  return figure;
}

const cli = new Command('npm run cluster:nightly --').description('The whole table of changes, failures and removals on a living node (Linux, root); at most three hours.')
  .addOption(new Option('--mesh <name>', 'this mesh alone').choices(MESHES))
  .option('--only <pattern>', 'scenarios whose "group: name" matches, as a regular expression')
  .option('--list', 'print the scenarios, run none')
  .option('--no-write', 'leave FIGURES.md as it is')
  .action(main);

cli.parseAsync().catch((error: Error) => {
  console.error(error);
  down();
  process.exitCode = 1;
});
