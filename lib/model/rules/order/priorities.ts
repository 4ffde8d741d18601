/** Explicit priorities. */
import { describeRoute } from '../../describe';
import { besideProperty, finding, isIntegerWithin, type Rule } from '../rule';
import { haveSameOutcome, meetingPairs, tablesOf } from './tables';

/** Reports MESH209 for a priority out of range, and for one that two routes use which can take the same request. */
export const prioritiesRule: Rule = {
  name: 'priorities',
  route: (route) => {
    const { priority, origin } = route;
    if (priority === undefined || isIntegerWithin(priority, 0, 1000)) return [];
    return [finding('MESH209', { origin, property: besideProperty(route, 'priority'), value: priority }, `priority ${priority} of route '${route.name}' is not an integer from 0 to 1000`,
      'give a priority from 0 to 1000; the lowest number is asked first')];
  },
  program: (model) => tablesOf(model).flatMap((table) => meetingPairs(table)
    .filter(({ earlier, later }) => later.priority !== undefined && earlier.priority === later.priority && !haveSameOutcome(earlier, later))
    .map(({ earlier, later }) => finding('MESH209', { origin: later.origin, property: besideProperty(later, 'priority'), value: later.priority },
      `routes ${describeRoute(earlier)} and ${describeRoute(later)} of ${table.owner} both have priority ${later.priority} and can take the same request`,
      'give them different priorities; the lower number is asked first'))),
};
