/** Gateways without purpose. */
import { finding, type Rule } from '../rule';

/** Reports MESH113 for a gateway that answers everything with 404. */
export const emptyGatewaysRule: Rule = {
  name: 'empty-gateways',
  program: ({ gateways }) => gateways.filter(({ routes }) => routes.length === 0).map(({ id, origin }) =>
    finding('MESH113', { origin, property: 'routes' }, `gateway '${id}' has no route, so it answers every request with 404`, 'add a route with addRoute, or remove the gateway')),
};
