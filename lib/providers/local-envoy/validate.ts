/** What only Envoy itself would refuse, after it has read its configuration. */
import { diagnose, type Diagnostic } from '../../diagnostics/diagnostic';
import type { TrafficModel } from '../../model/traffic-model';

/** The weights of one route are added up in 32 bits. */
const MAX_SUM = 4_294_967_295;

/** Reports MESH404 for weights that Envoy cannot add up, and for a fault with a status that it does not send. */
export function validateForEnvoy({ services, gateways }: TrafficModel): readonly Diagnostic[] {
  return [...services, ...gateways].flatMap(({ routes }) => routes).flatMap((route) => {
    const { name, origin, property, action, filters } = route;
    const sum = action.kind === 'forward' ? action.destinations.reduce((total, { weight }) => total + weight, 0) : 0;
    const status = filters.fault?.abort?.status ?? 200;
    return [
      ...(sum <= MAX_SUM ? [] : [diagnose({
        code: 'MESH404', origin, property, value: String(sum),
        what: `the weights of route '${name}' add up to ${sum}, and Envoy adds up to ${MAX_SUM}`, fix: 'use smaller weights; only their proportions count',
      })]),
      ...(Number.isInteger(status) && status >= 200 && status < 600 ? [] : [diagnose({
        code: 'MESH404', origin, property, value: String(status),
        what: `the fault of route '${name}' answers with status ${status}, and Envoy sends 200 to 599`, fix: 'use a status from 200 to 599',
      })]),
    ];
  });
}
