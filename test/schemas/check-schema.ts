/** Applies the closed schema to a list of objects; objects of other groups are not judged. */
import Ajv from 'ajv';
import { APP_MESH_API_VERSION, objectSchema, SPECS, type AppMeshKind } from './app-mesh';
import { keyOf, type KubeObject } from '../../lib/kube/object';

const ajv = new Ajv({ allErrors: true, strict: true });
const validators = new Map((Object.keys(SPECS) as AppMeshKind[]).map(kind => [kind as string, ajv.compile(objectSchema(kind))]));

/** Every difference from the schema as `<object> <path> <message>`; an unknown App Mesh kind or version is one. */
export function schemaViolations(objects: readonly KubeObject[]): string[] {
  return objects.filter(object => object.apiVersion.startsWith('appmesh.k8s.aws/')).flatMap(object => {
    const validate = validators.get(object.kind);
    if (validate === undefined) return [`${keyOf(object)} unknown kind`];
    if (validate(object)) return [];
    return (validate.errors ?? []).map(e => `${keyOf(object)} ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  });
}

/** True for an object of App Mesh. */
export function isAppMesh(object: KubeObject): boolean {
  return object.apiVersion === APP_MESH_API_VERSION;
}
