/** What Istio does not do for calls that leave the mesh as the program says. */
import type { IstioOptions } from './options';
import { outsideMounts } from './outside-tls';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import { unknownRights } from '../../model/aws-access';
import { isNameless, outsideTlsOf } from '../../model/outside';
import type { Service } from '../../model/service';
import type { MeshIndex } from '../mesh-index';
import { finding } from '../rule';

const TITLE = 'Istio';

/**
 * Reports MESH123 for rights in AWS whose hosts are not known, MESH401 for TLS to a host that cannot be told from others, MESH702 for Secrets that pods which exist already
 * would have to mount. In ambient mode no proxy stands beside the pods: nothing is held back, and the capability table refuses TLS.
 */
export function outsideFindings(index: MeshIndex, { dataPlane }: IstioOptions): readonly Diagnostic[] {
  if (dataPlane === 'ambient') return [];
  return index.model.services.flatMap((service) => [...rightFindings(index, service), ...namelessFindings(index, service), ...mountFindings(index, service)]);
}

function rightFindings({ model: { mesh } }: MeshIndex, { aws, id, origin }: Service): readonly Diagnostic[] {
  if (aws === undefined || mesh.egress === 'any') return [];
  return unknownRights(aws).map((name) => finding('MESH123', { origin, property: 'grantPrincipal', value: name },
    `service '${id}' has rights of '${name}' in AWS, and the library knows no hosts of it that the pods could be let out to`,
    `declare the host and name it in calls, for example new ExternalService(mesh, 'Endpoint', { host: '*.${name}.eu-west-1.amazonaws.com' }); acknowledge it if the pods call none`));
}

/** Where everything is let out, an entry for the port would take what goes elsewhere. */
function namelessFindings({ model: { mesh }, services }: MeshIndex, caller: Service): readonly Diagnostic[] {
  if (mesh.egress !== 'any') return [];
  return outsideTlsOf(caller, mesh, services).flatMap(({ service, tls, ports, property }) => ports.filter((port) => tls.enforce && isNameless(service, port)).map(({ port }) => finding('MESH401',
    { origin: caller.origin, property: property ?? `calls['${service.id}']`, value: service.id },
    `proxies would speak TLS to every host on port ${port}: plain TCP to '${service.id}' (${service.host}) bears no name, it has no addresses, and the mesh lets everything out`,
    `give '${service.id}' addresses, or protocol tls and let callers speak TLS themselves`)));
}

function mountFindings(index: MeshIndex, service: Service): readonly Diagnostic[] {
  const existing = service.versions.filter(({ pods }) => pods.kind === 'existing');
  if (existing.length === 0) return [];
  return outsideMounts(index, service).flatMap(({ secret, path }) => existing.map(({ name }) => finding('MESH702', { origin: service.origin, property: 'clientTls', value: secret },
    `${TITLE}'s proxies would read Secret '${secret}' at '${path}', and the pods of version '${name}' exist already, so nothing mounts it there`,
    `mount it with the annotations sidecar.istio.io/userVolume and userVolumeMount of these pods, and name the files: TlsTrust.fromFile('${path}/ca.crt')`)));
}
