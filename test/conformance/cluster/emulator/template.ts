/** The parts of a CloudFormation template and of a cloud assembly that the emulator reads. */

/** JSON as a template holds it; intrinsic functions are objects with one key. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A resolved value: CloudFormation passes every scalar to a custom resource as text. */
export type Text = string | readonly Text[] | { readonly [key: string]: Text };

/** Resolved properties of a resource. */
export interface Properties { readonly [key: string]: Text }

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: Json };
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: DeletionPolicy;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface TemplateParameter { readonly Type: string; readonly Default?: Json }

export interface TemplateOutput { readonly Value: Json; readonly Export?: { readonly Name: Json }; readonly Condition?: string }

export interface Template {
  readonly Parameters?: { readonly [name: string]: TemplateParameter };
  readonly Conditions?: { readonly [name: string]: Json };
  readonly Mappings?: { readonly [name: string]: { readonly [key: string]: { readonly [key: string]: Json } } };
  readonly Resources: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: TemplateOutput };
}

/** Limits of a template. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const TEMPLATE_LIMITS = { bytes: 1_000_000, resources: 500, outputs: 200, parameters: 200 };

/** Parses a template and holds it against CloudFormation's quotas, as the validation before an operation does. */
export function parseTemplate(text: string): Template {
  if (Buffer.byteLength(text) > TEMPLATE_LIMITS.bytes) throw new Error(`Template may not exceed ${TEMPLATE_LIMITS.bytes} bytes in size.`);
  const template = JSON.parse(text) as Template;
  const count = (part: object | undefined) => Object.keys(part ?? {}).length;
  if (count(template.Resources) === 0) throw new Error('Template format error: At least one Resources member must be defined.');
  for (const [part, limit] of [['Resources', 'resources'], ['Outputs', 'outputs'], ['Parameters', 'parameters']] as const) {
    const found = count(template[part]);
    if (found > TEMPLATE_LIMITS[limit]) throw new Error(`Template format error: Number of ${limit}, ${found}, is greater than maximum allowed, ${TEMPLATE_LIMITS[limit]}`);
  }
  return template;
}

/** Whether two resolved values are the same, whatever the order of their keys. */
export function equalText(one: Text | undefined, other: Text | undefined): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Text | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

export function isList<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value);
}
