/**
 * Objects against published definitions of custom resources, read from the modules of Go that publish them. kubectl-validate passes over fields that a definition does not
 * know, which a cluster would prune; so the same definitions are also closed and asked here.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import Ajv, { type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { keyOf, type KubeObject } from '../../lib/kube/object';

/** A definition as it is published. */
export interface Definition {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean; readonly schema: { readonly openAPIV3Schema: Structural } }[];
  };
}

/** A structural schema of Kubernetes. */
interface Structural {
  readonly type?: string;
  readonly properties?: { readonly [key: string]: Structural };
  readonly additionalProperties?: boolean | Structural;
  readonly [keyword: string]: unknown;
}

/** The definitions in a folder's YAML files; lines of a Helm template, which no definition needs, are left out. */
export function definitionsIn(folder: string): readonly Definition[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8').replace(/^\{\{.*\}\}$/gm, ''))
    .map((document) => document.toJS() as Definition | null).filter((one): one is Definition => one?.kind === 'CustomResourceDefinition'));
}

/** Writes definitions where kubectl-validate reads them. */
export function writeDefinitions(definitions: readonly Definition[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const definition of definitions) writeFileSync(join(folder, `${definition.metadata.name}.yaml`), JSON.stringify(definition));
}

/** Judges objects by closed definitions. */
export class ClosedDefinitions {
  private readonly ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly groups: ReadonlySet<string>;

  constructor(private readonly definitions: readonly Definition[]) {
    this.groups = new Set(definitions.map(({ spec }) => spec.group));
  }

  /** Whether an object is of a group that the definitions belong to. */
  judges({ apiVersion }: KubeObject): boolean {
    return this.groups.has(apiVersion.split('/')[0]!);
  }

  /** Every difference as `<object> <path> <message>`; a kind or version that is not served is one. Objects of other groups are not judged. */
  violations(objects: readonly KubeObject[]): readonly string[] {
    return objects.filter((object) => this.judges(object)).flatMap((object) => {
      const validate = this.validatorOf(object);
      if (validate === undefined) return [`${keyOf(object)} is of a kind or version that is not defined`];
      if (validate(object)) return [];
      return (validate.errors ?? []).map(({ instancePath, message, params }) => `${keyOf(object)} ${instancePath} ${message} ${JSON.stringify(params)}`);
    });
  }

  private validatorOf({ apiVersion, kind }: KubeObject): ValidateFunction | undefined {
    const key = `${apiVersion}/${kind}`;
    const known = this.validators.get(key);
    if (known !== undefined) return known;
    const [group, version] = apiVersion.split('/');
    const schema = this.definitions.find(({ spec }) => spec.group === group && spec.names.kind === kind)
      ?.spec.versions.find((one) => one.name === version && one.served)?.schema.openAPIV3Schema;
    if (schema === undefined) return undefined;
    // of the metadata a definition says nothing: every object has it
    const made = this.ajv.compile(closed({ ...schema, properties: { ...schema.properties, metadata: {} } }));
    this.validators.set(key, made);
    return made;
  }
}

/** The schema without room for unknown fields, and with the words of Kubernetes in those of JSON Schema. */
function closed(schema: Structural): Structural {
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined || schema.properties === undefined;
  const inner = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closedPart(keyword, value)]));
  if (schema['x-kubernetes-int-or-string'] === true) return { ...inner, type: undefined, anyOf: [{ type: 'integer' }, { type: 'string' }] } as Structural;
  const { nullable, ...rest } = inner as Structural;
  const made: Structural = isOpen ? rest : { ...rest, additionalProperties: false };
  return nullable === true ? { anyOf: [made, { type: 'null' }] } : made;
}

function closedPart(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') return Object.fromEntries(Object.entries(value as { [key: string]: Structural }).map(([key, part]) => [key, closed(part)]));
  // anyOf, allOf and oneOf of a structural schema only add conditions to fields that stand elsewhere
  if (keyword === 'items' || (keyword === 'additionalProperties' && typeof value === 'object')) return closed(value as Structural);
  return value;
}
