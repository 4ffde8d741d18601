/** Weights and percentages. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Destination } from '../../action';
import { besideProperty, finding, isIntegerWithin, targetProperty, type Place, type Route, type Rule } from '../rule';

/** Reports MESH203 for weights and percentages out of range, MESH205 for splits that send nothing, MESH102 for a destination named twice. */
export const weightsRule: Rule = {
  name: 'weights',
  route: (route) => [
    ...(route.action.kind === 'forward' ? checkSplit(route, route.action.destinations) : []),
    ...(route.filters.mirrors ?? []).flatMap(({ percent }) => checkPercent('mirror', percent, { origin: route.origin, property: `${besideProperty(route, 'mirror')}.percent`, value: percent })),
    ...(['delay', 'abort'] as const).flatMap((kind) => {
      const percent = route.filters.fault?.[kind]?.percent;
      return percent === undefined ? [] : checkPercent(kind, percent, { origin: route.origin, property: `${besideProperty(route, 'fault')}.${kind}.percent`, value: percent });
    }),
  ],
};

function checkSplit(route: Route, destinations: readonly Destination[]): readonly Diagnostic[] {
  const place = { origin: route.origin, property: targetProperty(route) };
  if (destinations.length === 0) return [finding('MESH205', place, `route '${route.name}' leads nowhere`, 'name at least one destination')];
  const bad = destinations.filter(({ weight }) => !isIntegerWithin(weight, 0));
  if (bad.length > 0) {
    return bad.map((destination) => finding('MESH203', { ...place, value: destination.weight },
      `the weight ${destination.weight} of '${nameOf(destination)}' in route '${route.name}' is not an integer from 0`, 'use integers; only their proportions count'));
  }
  if (destinations.every(({ weight }) => weight === 0)) {
    return [finding('MESH205', place, `all weights of route '${route.name}' are 0, so it leads nowhere`, 'raise a weight above 0; 0 beside others keeps a version warm')];
  }
  const names = destinations.map(nameOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return [];
  return [finding('MESH102', { ...place, value: twice }, `route '${route.name}' names the destination '${twice}' twice`, 'name it once, with the sum of the weights')];
}

function checkPercent(notion: string, percent: number, place: Place): readonly Diagnostic[] {
  if (percent >= 0 && percent <= 100) return [];
  return [finding('MESH203', place, `the ${notion} percentage is ${percent}, not from 0 to 100`, 'give a percentage from 0 to 100')];
}

function nameOf({ service, version, port }: Destination): string {
  return `${service}${version === undefined ? '' : `@${version}`}${port === undefined ? '' : `:${port}`}`;
}
