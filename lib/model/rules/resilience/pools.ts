/** Connection pools. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { ConnectionPool } from '../../resilience';
import type { Protocol } from '../../service';
import { finding, isIntegerWithin, versionProperty, type Place, type Rule } from '../rule';

type Field = keyof ConnectionPool;

const FIELDS: { readonly [P in Protocol]: { readonly allowed: readonly Field[]; readonly required: Field } } = {
  http: { allowed: ['maxConnections', 'maxPendingRequests'], required: 'maxConnections' },
  http2: { allowed: ['maxRequests'], required: 'maxRequests' },
  grpc: { allowed: ['maxRequests'], required: 'maxRequests' },
  tcp: { allowed: ['maxConnections'], required: 'maxConnections' },
  tls: { allowed: ['maxConnections'], required: 'maxConnections' },
};

/** Reports MESH305 for a pool that does not say what its protocol needs, or says more. A pool holds for every port of the service. */
export const poolsRule: Rule = {
  name: 'pools',
  service: ({ versions, ports }) => versions.flatMap((version) =>
    checkPool(version.pool, ports.map(({ protocol }) => protocol), { origin: version.origin, property: versionProperty(version, 'connectionPool') })),
  gateway: ({ listeners, origin }) => listeners.flatMap(({ pool, protocol }, at) =>
    checkPool(pool, [protocol], { origin, property: `listeners[${at}].connectionPool` })),
};

function checkPool(pool: ConnectionPool | undefined, protocols: readonly Protocol[], { origin, property }: Place): readonly Diagnostic[] {
  if (pool === undefined) return [];
  const given = (Object.keys(pool) as Field[]).filter((field) => pool[field] !== undefined);
  const spoken = [...new Set(protocols)];
  return [
    ...given.filter((field) => !isIntegerWithin(pool[field]!, 1)).map((field) => finding('MESH305', { origin, property: `${property}.${field}`, value: pool[field] },
      `${field} is ${pool[field]}, not an integer from 1`, `give ${field} an integer from 1, or leave it out for no limit`)),
    ...given.filter((field) => !spoken.some((protocol) => FIELDS[protocol].allowed.includes(field))).map((field) =>
      finding('MESH305', { origin, property: `${property}.${field}`, value: pool[field] }, `${field} has no meaning on a port that speaks ${spoken.join(', ')}`,
        `use ${[...new Set(spoken.flatMap((protocol) => FIELDS[protocol].allowed))].join(', ')}`)),
    ...spoken.filter((protocol) => !given.includes(FIELDS[protocol].required)).map((protocol) =>
      finding('MESH305', { origin, property }, `the connection pool of a port that speaks ${protocol} has no ${FIELDS[protocol].required}`,
        `add ${FIELDS[protocol].required}, or leave out the pool for no limit`)),
  ];
}
