/** Routes that nothing reaches. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { describeRoute } from '../../describe';
import { covers } from '../../overlap';
import { compareRoutes } from '../../precedence';
import { finding, matchProperty, type Route, type Rule } from '../rule';
import { gatewayTables, meetingPairs, serviceTable, type Table } from './tables';

/** Reports MESH207 for a route that an earlier one covers in every table it stands in. The route stays. */
export const shadowedRule: Rule = {
  name: 'shadowed',
  program: ({ services, gateways }) => [
    ...services.flatMap((service) => shadowFindings([serviceTable(service)])),
    ...gateways.flatMap((gateway) => shadowFindings(gatewayTables(gateway))),
  ],
};

function shadowFindings(tables: readonly Table[]): readonly Diagnostic[] {
  const shadows = tables.map(shadowsIn);
  const all = new Set(tables.flatMap(({ routes }) => routes));
  return [...all].flatMap((route) => {
    const at = tables.flatMap((table, index) => table.routes.includes(route) ? [shadows[index]!.get(route)] : []);
    const [first] = at;
    if (first === undefined || at.includes(undefined)) return [];
    return [finding('MESH207', { origin: route.origin, property: matchProperty(route) },
      `route ${describeRoute(route)} of ${tables[0]!.owner} is never reached, because ${describeRoute(first)} takes everything before it`,
      `narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at ${first.origin.path}, ${matchProperty(first)}`)];
  });
}

/** For each shadowed route the first route that covers it. Ties are reported as ties. */
function shadowsIn(table: Table): ReadonlyMap<Route, Route> {
  const shadows = new Map<Route, Route>();
  for (const { earlier, later } of meetingPairs(table)) {
    if (!shadows.has(later) && compareRoutes(earlier, later) < 0 && covers(earlier.match, later.match)) shadows.set(later, earlier);
  }
  return shadows;
}
