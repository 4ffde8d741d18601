/** A host selects one table, and there is no way back from it. */
import { describeHosts, describeRoute } from '../../describe';
import { covers } from '../../overlap';
import { hostTables } from '../../precedence';
import { finding, matchProperty, type Rule } from '../rule';

/**
 * Reports MESH208 for a route without host that does not hold for the hosts which other routes name.
 * Silent for a host whose own table takes everything that the route would have taken.
 */
export const hostsMeetRule: Rule = {
  name: 'hosts-meet',
  program: ({ gateways }) => gateways.flatMap((gateway) => {
    const tables = hostTables(gateway);
    const general = tables.find(({ host }) => host === undefined)?.routes ?? [];
    return general.flatMap((route) => {
      const missed = tables.flatMap(({ host, routes }) => host === undefined || routes.some(({ match }) => covers(match, route.match)) ? [] : [host]);
      if (missed.length === 0) return [];
      const hosts = describeHosts(missed);
      return [finding('MESH208', { origin: route.origin, property: `${matchProperty(route)}.hosts` },
        `route ${describeRoute(route)} of gateway '${gateway.id}' names no host, so it does not hold for ${hosts}, which other routes name`,
        'add those hosts to a copy of this route, or acknowledge the warning: requests for them that their own routes do not take are answered 404')];
    });
  }),
};
