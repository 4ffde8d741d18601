/** What keeps a gateway from speaking TLS to services as the program says. */
import { servicesBehind, type Planned } from './backend-tls';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import { certificateSecret, trustSecret } from '../gateway-api/certificates';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { findIf, finding, type Place } from '../rule';

const TITLE = 'Envoy Gateway';

/** Reports MESH401 for TLS that a policy of services cannot say, MESH701 for certificates that no Secret holds. */
export function backendTlsFindings(index: MeshIndex, planned: readonly Planned[]): readonly Diagnostic[] {
  return planned.flatMap((one) => [...ownFindings(one), ...portFindings(index, one), ...placeFindings(index, one), ...otherFindings(planned, one)]);
}

function ownFindings({ gateway: { clientTls, origin } }: Planned): readonly Diagnostic[] {
  if (clientTls === undefined) return [];
  const { enforce, certificate, validation: { trust } } = clientTls;
  const place = (part: string): Place => ({ origin, property: `clientTls.${part}` });
  return [
    ...findIf(!enforce, () => finding('MESH401', place('enforce'), `${TITLE} speaks TLS to a service or plain text, not whichever it offers`, 'leave enforce out, or name the ports that speak TLS')),
    ...findIf(trust.kind === 'file' && trustSecret(trust) === undefined, () => finding('MESH701', place('validation.trust'),
      `${TITLE} reads authorities from a Secret under the key ca.crt, and these are not mounted from there`, "mount a Secret, and name the file '<path>/ca.crt'")),
    ...findIf(certificate?.kind === 'file' && certificateSecret(certificate) === undefined, () => finding('MESH701', place('certificate'),
      `${TITLE} reads a certificate from a Secret under the keys tls.crt and tls.key, and this one is not mounted from there`,
      "mount a Secret of type kubernetes.io/tls, and name the files '<path>/tls.crt' and '<path>/tls.key'")),
  ];
}

function portFindings(index: MeshIndex, one: Planned): readonly Diagnostic[] {
  const { clientTls, origin } = one.gateway;
  if (clientTls?.ports === undefined) return [];
  const { ports: named } = clientTls;
  const services = [...servicesBehind(one)].map((id) => serviceOf(index, id));
  const place = { origin, property: 'clientTls.ports' };
  const unknown = named.filter((port) => !services.some(({ ports }) => ports.some((other) => other.port === port)));
  const divided = services.flatMap(({ id, ports }) => {
    const plain = ports.filter(({ port }) => !named.includes(port));
    return ports.filter(({ port }) => named.includes(port))
      .flatMap(({ port, targetPort }) => plain.filter((other) => other.targetPort === targetPort).map((other) => ({ id, port, other: other.port })));
  });
  return [
    ...unknown.map((port) => finding('MESH108', { ...place, value: port }, `no service behind gateway '${one.gateway.id}' has port ${port}`, 'name ports of the services that its routes lead to')),
    ...divided.map(({ id, port, other }) => finding('MESH401', { ...place, value: port },
      `${TITLE} says TLS at the pods' port, which ports ${port} and ${other} of '${id}' share`, `name port ${other}, too, or let the pods listen on two`)),
  ];
}

function placeFindings(index: MeshIndex, one: Planned): readonly Diagnostic[] {
  const { clientTls, origin, namespace } = one.gateway;
  if (clientTls === undefined) return [];
  const elsewhere = [...servicesBehind(one)].map((id) => serviceOf(index, id)).filter((service) => service.namespace !== namespace);
  return elsewhere.map(({ id }) => finding('MESH401', { origin, property: 'clientTls.validation.trust', value: id },
    `${TITLE} reads the authorities of a service from a Secret beside it, and '${id}' is not in the gateway's namespace '${namespace}'`, 'put the gateway into the namespace of the service'));
}

/** Each pair once, at the later gateway. */
function otherFindings(planned: readonly Planned[], one: Planned): readonly Diagnostic[] {
  const [mine, { origin, clientTls }] = [servicesBehind(one), one.gateway];
  return planned.slice(0, planned.indexOf(one)).flatMap((other) => {
    const shared = [...servicesBehind(other)].find((id) => mine.has(id));
    if (shared === undefined || JSON.stringify(towards(other.gateway.clientTls)) === JSON.stringify(towards(clientTls))) return [];
    return [finding('MESH401', { origin, property: 'clientTls', value: shared },
      `${TITLE} says TLS at the service, for all gateways, and gateways '${other.gateway.id}' and '${one.gateway.id}' speak to '${shared}' in different ways`, 'give both the same clientTls')];
  });
}

/** What a policy of the service says; the certificate that is presented is the gateway's own. */
function towards(tls: Planned['gateway']['clientTls']): unknown {
  return tls === undefined ? undefined : [tls.ports, tls.validation];
}
