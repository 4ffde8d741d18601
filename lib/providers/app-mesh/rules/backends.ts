/** What a caller's proxy cannot tell apart: it knows connections by their port alone. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { kindOf } from '../../../model/arrival';
import { clashesOf } from '../../../model/rules/structure/outside';
import type { Service } from '../../../model/service';
import { serviceOf, type MeshIndex } from '../../mesh-index';
import { finding, type Rule } from '../../rule';

/**
 * Reports MESH121, beside what no mesh can tell apart, where a service calls two services on one port, of which one is known by its connections.
 * @see https://github.com/aws/aws-app-mesh-roadmap/issues/195 and 175
 */
export const backendRules: Rule = (index) => index.model.services.flatMap((service) => callFindings(index, service));

function callFindings(index: MeshIndex, { id, calls, origin }: Service): readonly Diagnostic[] {
  const called = calls.map((call, at) => ({ at, service: serviceOf(index, call.service) }));
  const pairs = called.flatMap(({ at, service: later }) => called.slice(0, at).map(({ service: earlier }) => ({ at, earlier, later })));
  return pairs.filter(({ earlier, later }) => clashesOf(earlier, later).length === 0).flatMap(({ at, earlier, later }) => later.ports
    .filter(({ port, protocol }) => earlier.ports.some((other) => other.port === port && (kindOf(protocol) === 'tcp' || kindOf(other.protocol) === 'tcp')))
    .map(({ port }) => finding('MESH121', { origin, property: `calls[${at}]`, value: later.id },
      `App Mesh cannot tell apart '${later.id}' (${later.host}) and '${earlier.id}' (${earlier.host}), which '${id}' calls on port ${port}: its proxies know connections by their port alone`,
      'give them ports of their own, or choose Istio, which knows hosts by server names and addresses')));
}
