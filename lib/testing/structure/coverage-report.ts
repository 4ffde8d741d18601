/** Coverage against what is wanted, and the routes and targets that no test touched. */
import type { Coverage, CoverageLog, OwnedRoute, OwnedTarget, Part } from './coverage';
import { describeRoute } from '../../model/describe';
import { describePlace, type Place } from '../asking/subject';
import type { Row } from '../checks/result';
import type { Judgement } from '../judge';
import { describeSite } from '../report/site';
import { tableOf } from '../report/table';
import { refuse, requireKnown } from '../test-error';

/** Lowest percentages. */
export interface CoverageThresholds {
  /** Share of the routes that took a request of a test. Left out: 100, unless `targets` is given. */
  readonly routes?: number;
  /** Share of the weighted targets that a test named. Left out: 100, unless `routes` is given. */
  readonly targets?: number;
}

/** Whether the tests so far reach far enough into a mesh, or into the own routes of a gateway or service. */
export function judgeCoverage(place: Place, wanted: CoverageThresholds, log: CoverageLog): Judgement {
  requireKnown('a coverage', wanted, ['routes', 'targets']);
  const both = wanted.routes === undefined && wanted.targets === undefined;
  const coverage = partOf(log.measure(place.model), place);
  const rows = [
    ...rowOf('routes', both ? 100 : wanted.routes, coverage.routes),
    ...rowOf('targets', both ? 100 : wanted.targets, coverage.targets),
  ];
  const passes = rows.every(({ holds }) => holds);
  const judged = { routes: both || wanted.routes !== undefined, targets: both || wanted.targets !== undefined };
  return { passes, message: passes ? '' : describe(place, rows, coverage, judged) };
}

function partOf({ routes, targets }: Coverage, place: Place): Coverage {
  if (place.kind === 'mesh') return { routes, targets };
  const own = <T extends OwnedRoute>({ all, untouched }: Part<T>): Part<T> => {
    const isOwn = ({ owner }: OwnedRoute) => owner === describePlace(place);
    return { all: all.filter(isOwn), untouched: untouched.filter(isOwn) };
  };
  return { routes: own(routes), targets: own(targets) };
}

function rowOf(what: string, percent: number | undefined, { all, untouched }: Part<unknown>): readonly Row[] {
  if (percent === undefined) return [];
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) refuse(`the coverage of ${what} is ${JSON.stringify(percent)}, not a number from 0 to 100`, 'give percent');
  const touched = all.length - untouched.length;
  const share = all.length === 0 ? 100 : (touched * 100) / all.length;
  return [{ what, expected: `at least ${percent} %`, actual: `${Number(share.toFixed(2))} % (${touched} of ${all.length})`, holds: share >= percent }];
}

/** Which of the two was asked about. */
interface Judged {
  readonly routes: boolean;
  readonly targets: boolean;
}

/** What was not asked about is not listed, and a target of a route that is listed goes without saying. */
function describe(place: Place, rows: readonly Row[], { routes, targets }: Coverage, judged: Judged): string {
  const missedRoutes = judged.routes ? routes.untouched : [];
  const isListed = ({ route }: OwnedRoute) => missedRoutes.some((missed) => missed.route === route);
  const missedTargets = judged.targets ? targets.untouched.filter((target) => !isListed(target)) : [];
  return [
    `expected the tests of ${describePlace(place)} to touch more of it`,
    '',
    ...tableOf(rows, false),
    ...section('routes that took no request of a test', missedRoutes.map(routeLine)),
    ...section('targets that no test names with their share', missedTargets.map(targetLine)),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `  ${title}`, ...lines];
}

function routeLine({ owner, route }: OwnedRoute): string {
  return `    ${describeRoute(route)} of ${owner}\n      at ${describeSite(route)}`;
}

function targetLine({ owner, route, destination: { service, version, weight } }: OwnedTarget): string {
  return `    ${service}${version === undefined ? '' : `@${version}`} (weight ${weight}) of route '${route.name}' of ${owner}\n      at ${describeSite(route)}`;
}
