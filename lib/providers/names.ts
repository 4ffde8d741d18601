/** Names and labels that every dialect writes alike. They are API: a changed name deletes and creates. */
import { MAX_LABEL_LENGTH, hash8, joinName } from '../kube/names';
import type { Service, Version } from '../model/service';
import type { MeshSettings } from '../model/traffic-model';

/** Label of every namespace of the mesh; its value is the mesh's name. */
export const MESH_LABEL = 'mesh.cdk-eks-mesh.dev/mesh';

/** Label of a gateway's pods and routes; its value is the gateway's name. */
export const GATEWAY_LABEL = 'mesh.cdk-eks-mesh.dev/gateway';

/** What marks the namespaces of a mesh. */
export function meshLabels(mesh: MeshSettings): { readonly [label: string]: string } {
  return { [MESH_LABEL]: joinName([mesh.name], MAX_LABEL_LENGTH) };
}

/** Name of a version's service account: the service's, or the version's own. */
export function versionAccount(service: Service, version: Version): string {
  return service.identity === 'version' ? version.resourceName : service.name;
}

/** The service accounts of a service, each once, in the order of its versions; none for hosts outside of the mesh. */
export function serviceAccountsOf(service: Service): readonly string[] {
  const versions = service.versions.filter(({ pods }) => pods.kind !== 'external');
  return [...new Set(versions.map((version) => versionAccount(service, version)))];
}

/** Lower case letters, digits and hyphens; what is changed is told apart by a hash. */
export function kubeText(text: string): string {
  const plain = text.toLowerCase().replace(/[^-a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return plain === text ? text : `${plain}-${hash8(text)}`;
}
