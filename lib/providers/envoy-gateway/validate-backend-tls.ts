/** What keeps a gateway from speaking TLS to services as the program says. */
import { servicesBehind, tlsPorts, type Planned } from './backend-tls';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import { isAddress } from '../../model/networks';
import { certificateFindings, trustFindings } from '../gateway-api/certificates';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { findIf, finding, type Place } from '../rule';

const TITLE = 'Envoy Gateway';

/** @see CRD of BackendTLSPolicy, `targetRefs` and `validation.subjectAltNames` */
const MAX_PORTS = 16;
const MAX_NAMES = 5;
const MAX_NAME = 253;
const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const URI = /^[^:/?#]+:\/\//;

/** Reports MESH108 for a port that no service has, MESH401 for TLS that a policy of services cannot say, MESH404 for more than one holds, MESH701 for certificates that no Secret holds. */
export function backendTlsFindings(index: MeshIndex, planned: readonly Planned[]): readonly Diagnostic[] {
  return planned.flatMap((one) => [...ownFindings(one), ...portFindings(index, one), ...placeFindings(index, one), ...otherFindings(planned, one)]);
}

function ownFindings({ gateway: { clientTls, origin } }: Planned): readonly Diagnostic[] {
  if (clientTls === undefined) return [];
  const { enforce, certificate, validation: { trust, subjectAltNames } } = clientTls;
  const place = (part: string): Place => ({ origin, property: `clientTls.${part}` });
  return [
    ...findIf(!enforce, () => finding('MESH401', place('enforce'), `${TITLE} speaks TLS to a service or plain text, not whichever it offers`, 'leave enforce out, or name the ports that speak TLS')),
    ...trustFindings(trust, place('validation.trust'), TITLE),
    ...certificateFindings(certificate, place('certificate'), TITLE),
    ...nameFindings(subjectAltNames, place('validation.subjectAltNames')),
  ];
}

function nameFindings(names: readonly string[], place: Place): readonly Diagnostic[] {
  return [
    ...findIf(names.length > MAX_NAMES, () => finding('MESH404', { ...place, value: names.length }, `services may have one of ${names.length} names, and ${TITLE} holds ${MAX_NAMES}`,
      'give all services one name in their certificates, or put some of them behind a gateway of their own')),
    ...names.filter((name) => name.length > MAX_NAME || !(URI.test(name) || (HOST.test(name) && !isAddress(name)))).map((name) => finding('MESH401', { ...place, value: name },
      `${TITLE} compares hosts in lower case and URIs, and '${name}' is neither`, "name a host such as 'products.shop.svc.cluster.local', or a URI such as 'spiffe://shop/products'")),
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
  const spoken = [...servicesBehind(one)].map((id) => serviceOf(index, id))
    .map((service) => ({ service, ports: tlsPorts(service, clientTls).length })).filter(({ ports }) => ports > 0);
  return [
    ...spoken.filter(({ service }) => service.namespace !== namespace).map(({ service: { id } }) => finding('MESH401', { origin, property: 'clientTls.validation.trust', value: id },
      `${TITLE} reads the authorities of a service from a Secret beside it, and '${id}' is not in the gateway's namespace '${namespace}'`, 'put the gateway into the namespace of the service')),
    ...spoken.filter(({ ports }) => ports > MAX_PORTS).map(({ service: { id }, ports }) => finding('MESH404', { origin, property: 'clientTls.ports', value: ports },
      `${ports} ports of '${id}' would speak TLS, and a policy of ${TITLE} holds ${MAX_PORTS}`, 'name the ports that speak TLS, or divide the service')),
  ];
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

/** What a policy of the service says, in any order; the certificate that is presented is the gateway's own. */
function towards(tls: Planned['gateway']['clientTls']): unknown {
  return tls === undefined ? undefined : [tls.ports && [...tls.ports].sort(), tls.validation.trust, [...tls.validation.subjectAltNames].sort()];
}
