/** What `diff` prints: the differences of the meshes of two assemblies. */
import { colorsOf, EXIT, type Colors, type Io } from './io';
import { loadModels, unknownMesh } from './models';
import { requireSound } from './sound';
import type { LoadedModel } from '../assembly';
import { describeDiff, diffMarkdown, diffModels, type TrafficDiff } from '../diff';

/** Options of the command. */
export interface DiffOptions {
  readonly mesh?: string;
  readonly exitCode?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** A mesh that is there before and after. */
interface Compared {
  readonly before: LoadedModel;
  readonly after: LoadedModel;
  readonly diff: TrafficDiff;
}

/** What differs between two assemblies. */
interface Comparison {
  readonly compared: readonly Compared[];
  readonly added: readonly LoadedModel[];
  readonly removed: readonly LoadedModel[];
}

/** Prints what differs; with `exitCode` the command ends with 1 where anything does. */
export function compare(before: string, after: string | undefined, options: DiffOptions, io: Io): void {
  const [old, next] = sidesOf(loadModels(before, undefined, io), loadModels(after, undefined, io), options.mesh);
  const comparison = compareModels(old, next);
  io.stdout(`${printed(comparison, options, io)}\n`);
  if (options.exitCode === true && !isEqual(comparison)) io.endWith(EXIT.NO);
}

type Sides = readonly [readonly LoadedModel[], readonly LoadedModel[]];

/** The models of both sides; those of one mesh where it is named, which may be new or gone. */
function sidesOf(before: readonly LoadedModel[], after: readonly LoadedModel[], mesh: string | undefined): Sides {
  if (mesh === undefined) return [before, after];
  const isMeant = ({ name, file }: LoadedModel) => name === mesh || file === mesh;
  const sides: Sides = [before.filter(isMeant), after.filter(isMeant)];
  if (sides.some(({ length }) => length > 0)) return sides;
  throw unknownMesh(mesh, [...before, ...after]);
}

function compareModels(before: readonly LoadedModel[], after: readonly LoadedModel[]): Comparison {
  [...before, ...after].forEach(requireSound);
  const pairs = pairsOf(before, after);
  return {
    compared: pairs.map((pair) => ({ ...pair, diff: diffModels(pair.before.model, pair.after.model) })),
    added: after.filter((model) => !pairs.some((pair) => pair.after === model)),
    removed: before.filter((model) => !pairs.some((pair) => pair.before === model)),
  };
}

/** Meshes belong together by name; where several have it by their files, too. One on each side belong together whatever their names are. */
function pairsOf(before: readonly LoadedModel[], after: readonly LoadedModel[]): readonly { readonly before: LoadedModel; readonly after: LoadedModel }[] {
  if (before.length === 1 && after.length === 1) return [{ before: before[0]!, after: after[0]! }];
  const isOnly = (model: LoadedModel, side: readonly LoadedModel[]) => side.filter(({ name }) => name === model.name).length === 1;
  return before.flatMap((old) => {
    const twin = after.find((next) => next.name === old.name && (next.file === old.file || (isOnly(old, before) && isOnly(next, after))));
    return twin === undefined ? [] : [{ before: old, after: twin }];
  });
}

function isEqual({ compared, added, removed }: Comparison): boolean {
  return added.length + removed.length === 0 && compared.every(({ diff }) => diff.changes.length + diff.unproven.length === 0);
}

function printed(comparison: Comparison, { json, markdown }: DiffOptions, io: Io): string {
  if (json === true) return JSON.stringify(toJson(comparison), undefined, 2);
  return (markdown === true ? toMarkdown(comparison) : toText(comparison, colorsOf(io))).join('\n');
}

function toText({ compared, added, removed }: Comparison, { bold, dim, yellow }: Colors): readonly string[] {
  const paint = (line: string) => line.startsWith(' ') ? dim(line) : line.startsWith('cannot') ? yellow(line) : line;
  const blocks = [
    ...compared.map((one) => [bold(`mesh ${titleOf(one)}`), ...describeDiff(one.diff).map((line) => `  ${paint(line)}`)]),
    ...removed.map((model) => [bold(`mesh ${model.name}`), `  is gone, and with it ${doorsOf(model)}`]),
    ...added.map((model) => [bold(`mesh ${model.name}`), `  is new, and with it ${doorsOf(model)}`]),
  ];
  return blocks.flatMap((block, at) => at === 0 ? block : ['', ...block]);
}

function toMarkdown({ compared, added, removed }: Comparison): readonly string[] {
  return [
    ...compared.map((one) => diffMarkdown(one.diff, titleOf(one)).trimEnd()),
    ...removed.map((model) => `### Traffic of ${model.name}\n\nThe mesh is gone, and with it ${doorsOf(model)}.`),
    ...added.map((model) => `### Traffic of ${model.name}\n\nThe mesh is new, and with it ${doorsOf(model)}.`),
  ].flatMap((section, at) => at === 0 ? [section] : ['', section]);
}

function toJson(comparison: Comparison): object {
  const { compared, added, removed } = comparison;
  const named = ({ name, file }: LoadedModel) => ({ mesh: name, file });
  return {
    equal: isEqual(comparison),
    meshes: compared.map(({ before, after, diff }) => ({ mesh: after.name, before: named(before), after: named(after), ...diff })),
    removed: removed.map(named),
    added: added.map(named),
  };
}

function titleOf({ before, after }: Compared): string {
  return before.name === after.name ? after.name : `${before.name} -> ${after.name}`;
}

function doorsOf({ model: { gateways, services } }: LoadedModel): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(gateways.length, 'gateway')} and ${count(services.length, 'service')}`;
}
