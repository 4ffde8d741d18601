/**
 * How a rule is written down: which kinds, which values of them, and a judgement. In: a list of objects. Out: violations.
 * A path leads to values: `spec.routes[].httpRoute|http2Route.match.headers[]`; `[]` is every entry, `|` separates alternatives.
 */
import { World } from './world';
import { keyOf, type KubeObject } from '../../../lib/kube/object';

/** JSON that a rule reads; it casts to what the closed schema has proven. */
export type Json = { readonly [key: string]: any };

/** Where a value stands. */
export interface Place {
  readonly object: KubeObject;
  readonly world: World;
}

/** One rule. */
export interface Rule {
  /** A sentence on what must hold; unique, tests name their cases after it. */
  readonly says: string;
  readonly kinds: readonly string[];
  /** Path of the values to judge; '' judges the whole object. */
  readonly path: string;
  /** The reason against a value; undefined if there is none. */
  readonly judge: (value: any, place: Place) => string | undefined;
}

/** A value that breaks a rule. */
export interface Violation {
  readonly says: string;
  /** Key of the object. */
  readonly object: string;
  /** Concrete path of the value. */
  readonly at: string;
  readonly why: string;
}

/** A value and its concrete path. */
export interface Found {
  readonly at: string;
  readonly value: unknown;
}

/** The values that a path leads to; steps that lead nowhere are left out. */
export function valuesAt(root: unknown, path: string): Found[] {
  const steps = path === '' ? [] : path.split('.');
  return steps.reduce<Found[]>((found, step) => found.flatMap(place => takeStep(place, step)), [{ at: '', value: root }]);
}

function takeStep(place: Found, step: string): Found[] {
  const every = step.endsWith('[]');
  const keys = (every ? step.slice(0, -2) : step).split('|');
  return keys.flatMap(key => {
    const value = (place.value as Json | undefined)?.[key];
    if (value === undefined) return [];
    const at = place.at === '' ? key : `${place.at}.${key}`;
    return every ? (value as unknown[]).map((entry, i) => ({ at: `${at}[${i}]`, value: entry })) : [{ at, value }];
  });
}

/** What a rule has to judge in a world. */
export function judged(rule: Rule, world: World): readonly (Found & { readonly object: KubeObject })[] {
  return world.objects.filter(object => rule.kinds.includes(object.kind))
    .flatMap(object => valuesAt(object, rule.path).map(found => ({ object, ...found })));
}

/** Every violation of some rules in a list of objects. */
export function violationsOf(rules: readonly Rule[], objects: readonly KubeObject[]): Violation[] {
  const world = new World(objects);
  return rules.flatMap(rule => judged(rule, world).flatMap(({ object, at, value }) => {
    const why = rule.judge(value, { object, world });
    return why === undefined ? [] : [{ says: rule.says, object: keyOf(object), at, why }];
  }));
}

/** How many of the keys a record has. */
export function keysOf(value: Json, keys: readonly string[]): string[] {
  return keys.filter(key => value[key] !== undefined);
}

/** A judge: exactly one of the keys is there. */
export function exactlyOne(...keys: readonly string[]): Rule['judge'] {
  return (value: Json) => {
    const got = keysOf(value, keys);
    return got.length === 1 ? undefined : `${got.length === 0 ? 'none' : got.join(' and ')} of ${keys.join(', ')}`;
  };
}

/** A judge: at most one of the keys is there. */
export function atMostOne(...keys: readonly string[]): Rule['judge'] {
  return (value: Json) => keysOf(value, keys).length <= 1 ? undefined : `${keysOf(value, keys).join(' and ')} together`;
}

/** A judge: at least one of the keys is there. */
export function atLeastOne(...keys: readonly string[]): Rule['judge'] {
  return (value: Json) => keysOf(value, keys).length > 0 ? undefined : `none of ${keys.join(', ')}`;
}

/** A judge that says one text when a condition does not hold. */
export function holds(condition: (value: any, place: Place) => boolean, why: string): Rule['judge'] {
  return (value, place) => condition(value, place) ? undefined : why;
}
