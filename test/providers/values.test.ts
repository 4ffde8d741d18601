/** No value that a program says is dropped in silence: another value changes what is written, or what the user is told. */
import { leavesOf, type Leaf } from './features/leaves';
import { FEATURE_PROGRAMS } from './features/programs';
import { SILENT } from './features/silent';
import { TARGETS } from './features/targets';
import { renderDiagnostic } from '../../lib/diagnostics/render';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { checkCapabilities } from '../../lib/providers/check';

const programs = Object.values(FEATURE_PROGRAMS).flatMap((pair) => pair === undefined ? [] : [pair]);
const leaves = [...leavesOf(programs[0]!.without), ...programs.flatMap(({ using, without }) => leavesOf(using, without))];

// a preview runs what it can and names the rest, so it is asked for features alone
test.each(TARGETS.filter(({ name }) => name !== 'local-envoy').map((target) => [target.name, target] as const))('%s', (name, { dialect, refusals, write }) => {
  const known = new Map<TrafficModel, string | undefined>();
  const seenOf = (program: TrafficModel) => JSON.stringify([...checkCapabilities(program, dialect, []), ...dialect.validate(program)].map(renderDiagnostic)) + writtenOf(program);
  const writtenOf = (program: TrafficModel) => refusals(program).length > 0 ? 'refused' : write(program);
  const before = (program: TrafficModel) => {
    if (!known.has(program)) known.set(program, refusals(program).length > 0 ? undefined : seenOf(program));
    return known.get(program);
  };
  const isSeen = ({ program, changed }: Leaf) => changed.some((other) => seenOf(other) !== before(program));
  const judged = leaves.filter(({ program, changed }) => changed.length > 0 && before(program) !== undefined);
  const seen = new Set<string>();
  for (const leaf of judged) if (!seen.has(leaf.name) && isSeen(leaf)) seen.add(leaf.name);
  const silent = [...new Set(judged.map((leaf) => leaf.name))].filter((one) => !seen.has(one));

  expect(seen.size).toBeGreaterThan(60);
  const reasons = Object.keys(SILENT[name] ?? {});
  expect(silent.filter((one) => !reasons.some((start) => one.startsWith(start)))).toEqual([]);
  // a reason that nothing needs any more must go
  expect(reasons.filter((start) => !silent.some((one) => one.startsWith(start)))).toEqual([]);
});
