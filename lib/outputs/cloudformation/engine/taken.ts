/**
 * Objects that a stack has left behind, or lets another one have: a unit that takes them writes by force, so it keeps beside each what the holders before it had written.
 * Where its creation is rolled back, they get that back.
 */
import type { Api } from './api';
import { managerOf, type UnitIdentity } from './identity';
import type { KubeObject } from '../../../kube/object';
import { BEFORE_PREFIX } from '../protocol';

/** What one manager had written to an object. */
interface Written {
  readonly manager: string;
  readonly object: KubeObject;
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Fields;
}

/** Field names `f:name`, keys of list entries `k:{...}`, values of sets `v:...`, and `.` for the thing itself. */
type Fields = { readonly [key: string]: Fields };

/** The annotation that remembers what other units had written; the first one stays, because later requests see what this one has made of the object. */
export function beforeMark(living: KubeObject, unit: UnitIdentity): { readonly [name: string]: string } {
  const name = `${BEFORE_PREFIX}${unit.key}`;
  const known = living.metadata.annotations?.[name];
  if (known !== undefined) return { [name]: known };
  const entries = (living.metadata as { managedFields?: readonly ManagedFields[] }).managedFields ?? [];
  const others = entries.filter(({ manager = '', operation, subresource }) => operation === 'Apply' && subresource === undefined && manager.startsWith(managerOf('')) && manager !== unit.manager);
  return { [name]: JSON.stringify(others.map(({ manager, fieldsV1 = {} }) => ({ manager, object: writtenOf(living, fieldsV1) }))) };
}

/** Gives the object back to the holders before: they write again what they had written. */
export async function giveBack(api: Api, living: KubeObject, unit: UnitIdentity): Promise<void> {
  const before = JSON.parse(living.metadata.annotations?.[`${BEFORE_PREFIX}${unit.key}`] ?? '[]') as readonly Written[];
  for (const { manager, object } of before) await api.apply(object, manager, true);
}

function writtenOf({ apiVersion, kind, ...content }: KubeObject, fields: Fields): KubeObject {
  const { name, namespace } = content.metadata;
  const written = partOf(content, fields) as KubeObject;
  return { ...written, apiVersion, kind, metadata: { ...written.metadata, name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** The part of a value that a set of fields names. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export function partOf(value: unknown, fields: Fields): unknown {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (Array.isArray(value)) return keys.length === 0 ? value : value.flatMap((entry) => entryOf(entry, keys, fields));
  if (typeof value !== 'object' || value === null) return value;
  // a leaf is owned as a whole; an owned thing without named fields is empty
  if (keys.length === 0) return '.' in fields ? {} : value;
  const record = value as { readonly [name: string]: unknown };
  const named = keys.map((key) => key.slice(2)).filter((name) => record[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, partOf(record[name], fields[`f:${name}`]!)]));
}

function entryOf(entry: unknown, keys: readonly string[], fields: Fields): readonly unknown[] {
  for (const key of keys) {
    const wanted = JSON.parse(key.slice(2)) as unknown;
    if (key.startsWith('v:') && JSON.stringify(entry) === JSON.stringify(wanted)) return [entry];
    if (!key.startsWith('k:')) continue;
    const record = entry as { readonly [name: string]: unknown };
    const names = wanted as { readonly [name: string]: unknown };
    if (Object.entries(names).every(([name, one]) => record[name] === one)) return [{ ...names, ...partOf(entry, fields[key]!) as object }];
  }
  return [];
}
