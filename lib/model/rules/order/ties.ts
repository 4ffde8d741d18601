/** Two routes that nothing puts in order. */
import { describeRoute } from '../../describe';
import { compareRoutes } from '../../precedence';
import { finding, matchProperty, type Route, type Rule } from '../rule';
import { haveSameOutcome, meetingPairs, tablesOf } from './tables';

/**
 * Reports MESH206 for two routes of one table that tie and are not provably disjoint. Routes that do the same with a request
 * may tie: whichever is asked first, the answer is one.
 */
export const tiesRule: Rule = {
  name: 'ties',
  program: (model) => tablesOf(model).flatMap((table) => meetingPairs(table)
    .filter(({ earlier, later }) => isOfOneHost(earlier, later) && later.priority === undefined
      && compareRoutes(earlier, later) === 0 && !haveSameOutcome(earlier, later))
    .map(({ earlier, later, relation }) => {
      const verb = relation === 'overlapping' ? 'take' : 'may take';
      return finding('MESH206', { origin: later.origin, property: matchProperty(later) },
        `routes ${describeRoute(earlier)} and ${describeRoute(later)} of ${table.owner} ${verb} the same request, and neither is more specific`,
        `give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at ${earlier.origin.path}, ${matchProperty(earlier)}`);
    })),
};

/** A redirect to https that stands in the tables of all hosts comes after their own routes. */
function isOfOneHost(earlier: Route, later: Route): boolean {
  const namesHost = (route: Route) => 'hosts' in route && route.hosts.length > 0;
  return namesHost(earlier) === namesHost(later);
}
