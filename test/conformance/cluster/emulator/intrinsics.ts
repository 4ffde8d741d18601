/**
 * Intrinsic functions: what a template says goes in, the text that CloudFormation passes on comes out.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { isList, Json, Template, Text } from './template';

/** What the functions of one stack can see. */
export interface Scope {
  readonly template: Template;
  /** Values of parameters by name; lists for the types that are lists. */
  readonly parameters: { readonly [name: string]: Text };
  /** `AWS::Region` and the like. */
  readonly pseudo: { readonly [name: string]: Text };
  /** Value of `Ref` for a resource; throws if it does not exist yet. */
  idOf(logicalId: string): string;
  attributeOf(logicalId: string, attribute: string): Text;
  /** Value of an export of another stack; throws if nobody exports it. */
  imported(name: string): string;
  /** Value of a dynamic reference to the parameter store. */
  parameterStore(path: string): string;
}

/** Logical ids and parameters that a value mentions, also inside of `Fn::Sub`. */
export function referencesOf(value: Json | undefined): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: Json | undefined, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isList<Json>(value)) return value.forEach(item => collect(item, found));
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref' && typeof inner === 'string') {
      found.add(inner);
    } else if (key === 'Fn::GetAtt') {
      found.add(attributePath(inner).logicalId);
    } else if (key === 'Fn::Sub') {
      const { text, variables } = substitution(inner);
      for (const [, name] of text.matchAll(PLACEHOLDER)) if (!(name in variables)) found.add(name.split('.')[0]);
      collect(variables, found);
    } else {
      collect(inner, found);
    }
  }
}

/** `${Name}` and `${Name.Attribute}`, but not `${!Literal}`. */
const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function substitution(argument: Json): { readonly text: string; readonly variables: { readonly [name: string]: Json } } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  if (isList<Json>(argument) && typeof argument[0] === 'string') return { text: argument[0], variables: (argument[1] ?? {}) as { readonly [name: string]: Json } };
  throw new Error(`Template error: Fn::Sub takes a text, or a list of a text and a map, not ${JSON.stringify(argument)}`);
}

function attributePath(argument: Json): { readonly logicalId: string; readonly attribute: Json } {
  if (isList<Json>(argument)) return { logicalId: String(argument[0]), attribute: argument[1] };
  const [logicalId, ...rest] = String(argument).split('.');
  return { logicalId, attribute: rest.join('.') };
}

const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Text | typeof NO_VALUE;

/** Resolves a value; a key or an item that is `AWS::NoValue` is left out. */
export function resolve(value: Json, scope: Scope): Text {
  const resolved = resolveAny(value, scope);
  if (resolved === NO_VALUE) throw new Error('Template error: AWS::NoValue stands where a value is needed');
  return resolved;
}

/** Resolves a value that has to be a text, such as the name of an export. */
export function resolveText(value: Json, scope: Scope): string {
  const text = resolve(value, scope);
  if (typeof text !== 'string') throw new Error(`Template error: a text is needed, not ${JSON.stringify(text)}`);
  return text;
}

function resolveAny(value: Json, scope: Scope): Resolved {
  if (value === null) throw new Error('[/Resources] \'null\' values are not allowed in templates');
  if (typeof value === 'string') return dynamicReferences(value, scope);
  if (typeof value !== 'object') return String(value);
  if (isList<Json>(value)) return value.map(item => resolveAny(item, scope)).filter((item): item is Text => item !== NO_VALUE);
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'))) return call(keys[0], value[keys[0]], scope);
  const resolved: { [key: string]: Text } = {};
  for (const key of keys) {
    const inner = resolveAny(value[key], scope);
    if (inner !== NO_VALUE) resolved[key] = inner;
  }
  return resolved;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function dynamicReferences(text: string, scope: Scope): string {
  return text.replace(/\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/g, (_, __, path: string) => scope.parameterStore(path));
}

function call(name: string, argument: Json, scope: Scope): Resolved {
  const known = FUNCTIONS[name];
  // a property of a resource may itself be called Condition, as in a policy
  if (known === undefined && name === 'Condition') return { Condition: resolve(argument, scope) };
  if (known === undefined) throw new Error(`the emulator does not support ${name}; it supports ${Object.keys(FUNCTIONS).join(', ')}`);
  return known(argument, scope);
}

const list = (argument: Json): readonly Json[] => {
  if (!isList<Json>(argument)) throw new Error(`Template error: a list is needed, not ${JSON.stringify(argument)}`);
  return argument;
};

const FUNCTIONS: { readonly [name: string]: (argument: Json, scope: Scope) => Resolved } = {
  'Ref': (argument, scope) => refer(String(argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const { logicalId, attribute } = attributePath(argument);
    return scope.attributeOf(logicalId, resolveText(attribute, scope));
  },
  'Fn::Sub': (argument, scope) => {
    const { text, variables } = substitution(argument);
    const replaced = text.replace(PLACEHOLDER, (_, name: string) => {
      if (name in variables) return resolveText(variables[name], scope);
      const [logicalId, ...attribute] = name.split('.');
      const found = attribute.length ? scope.attributeOf(logicalId, attribute.join('.')) : refer(name, scope);
      return typeof found === 'string' ? found : isList<string>(found) ? found.join() : JSON.stringify(found);
    });
    return dynamicReferences(replaced.replace(/\$\{!/g, '${'), scope);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument);
    const texts = resolve(items, scope);
    if (!isList<Text>(texts)) throw new Error('Template error: every Fn::Join needs a list');
    return dynamicReferences(texts.map(text => typeof text === 'string' ? text : JSON.stringify(text)).join(String(separator)), scope);
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument);
    const [at, from] = [Number(resolve(index, scope)), resolve(items, scope)];
    if (!isList<Text>(from) || from[at] === undefined) throw new Error(`Template error: Fn::Select cannot select nonexistent value at index ${at}`);
    return from[at];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument);
    return resolveText(text, scope).split(String(separator));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list(argument);
    return resolveAny(conditionHolds(String(condition), scope) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument).map(key => typeof key === 'object' && key !== null && 'DefaultValue' in key ? key : resolve(key, scope));
    const fallback = list(argument)[3] as { readonly DefaultValue?: Json } | undefined;
    const found = scope.template.Mappings?.[String(map)]?.[String(first)]?.[String(second)] ?? fallback?.DefaultValue;
    if (found === undefined) throw new Error(`Template error: Unable to get mapping for ${String(map)}::${String(first)}::${String(second)}`);
    return resolveAny(found, scope);
  },
  'Fn::ImportValue': (argument, scope) => scope.imported(resolveText(argument, scope)),
  'Fn::Base64': (argument, scope) => Buffer.from(resolveText(argument, scope)).toString('base64'),
  'Fn::GetAZs': (argument, scope) => {
    const region = resolveText(argument, scope) || String(scope.pseudo['AWS::Region']);
    return ['a', 'b', 'c'].map(zone => region + zone);
  },
  // networks are not built: the parts only have to be distinct
  'Fn::Cidr': (argument, scope) => {
    const [, count] = list(argument);
    return Array.from({ length: Number(resolve(count, scope)) }, (_, at) => `10.0.${at}.0/24`);
  },
};

function refer(name: string, scope: Scope): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  return scope.parameters[name] ?? scope.pseudo[name] ?? scope.idOf(name);
}

/** Whether a named condition of the template holds. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw new Error(`Template format error: Unresolved condition dependency ${name}`);
  return holds(condition, scope);
}

function holds(condition: Json, scope: Scope): boolean {
  const [[name, argument]] = Object.entries(condition as { readonly [key: string]: Json });
  switch (name) {
    case 'Fn::Equals': {
      const [one, other] = list(argument).map(value => JSON.stringify(resolve(value, scope)));
      return one === other;
    }
    case 'Fn::And': return list(argument).every(part => holds(part, scope));
    case 'Fn::Or': return list(argument).some(part => holds(part, scope));
    case 'Fn::Not': return !holds(list(argument)[0], scope);
    case 'Condition': return conditionHolds(String(argument), scope);
    default: throw new Error(`Template error: ${name} is not a condition function`);
  }
}
