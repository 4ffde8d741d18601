/**
 * The border between CDK tokens and Kubernetes objects. Text and number tokens inside values cross; everything else would become silent
 * nonsense in the cluster and is reported here. Called before manifests are written.
 */
import { Token } from 'aws-cdk-lib';
import { renderUnit } from './rendered-unit';
import { ENCODED_MARKERS, LIST_MARKER, TEXT_MARKER } from './token-markers';
import { diagnose, type Diagnostic } from '../../diagnostics/diagnostic';
import type { KubeObject } from '../../kube/object';
import { isPlainMap } from '../../plan/merge-patch';
import { describeObject, originOfPath, type OriginOf } from '../../plan/owner';
import type { Unit } from '../../plan/unit';

/** Reports MESH503 for each place of a unit's objects where a token or an intrinsic cannot work. */
export function checkTokens(unit: Unit, originOf: OriginOf = originOfPath): readonly Diagnostic[] {
  return unit.objects.flatMap((object) => objectFindings(object).map(({ path, what, fix }) => diagnose({
    code: 'MESH503',
    what: `${describeObject(object)} holds ${what} at ${path}`,
    origin: originOf(unit.owner),
    property: unit.property === undefined ? path : `${unit.property}: ${path}`,
    fix,
  })));
}

/** As `checkTokens`, for plain data, as lowering makes it: its text is made anyway, and mostly shows that there is nothing to look for. */
export function checkPlainTokens(unit: Unit, originOf?: OriginOf): readonly Diagnostic[] {
  const { hasTokens, json } = renderUnit(unit);
  return hasTokens || SUSPICIOUS.some((mark) => json.includes(mark)) ? checkTokens(unit, originOf) : [];
}

/** What else is looked for, in the text of plain data; a value of the CDK says `<unresolved-token>` there. Text that begins with a quote would be looked for far longer. */
const SUSPICIOUS = ['{"Fn::', '{"Ref":', '<unresolved', ...ENCODED_MARKERS];

interface Finding {
  readonly path: string;
  readonly what: string;
  readonly fix: string;
}

function objectFindings(object: KubeObject): readonly Finding[] {
  const findings: Finding[] = [];
  walk(object, [], findings);
  return findings;
}

type Path = readonly (string | number)[];

function walk(value: unknown, path: (string | number)[], findings: Finding[]): void {
  if (typeof value === 'string') return checkText(value, path, findings);
  if (typeof value === 'number') return checkNumber(value, path, findings);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((entry, index) => step(entry, index, path, findings));
    return;
  }
  const refused = refusedMap(value, path);
  if (refused !== undefined) {
    findings.push({ path: showPath(path), ...refused });
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key.includes(TEXT_MARKER)) checkPlace([...path, key], findings);
    step(entry, key, path, findings);
  }
}

/** One path for the whole walk instead of a copy per value: this runs over every value of every object. */
function step(value: unknown, part: string | number, path: (string | number)[], findings: Finding[]): void {
  path.push(part);
  walk(value, path, findings);
  path.pop();
}

function checkText(text: string, path: Path, findings: Finding[]): void {
  if (text.includes(LIST_MARKER)) {
    findings.push({ path: showPath(path), what: 'a list token', fix: 'pick single values with Fn.select(), or join them to one text with Fn.join()' });
  } else if (text.includes(TEXT_MARKER)) {
    checkPlace(path, findings);
  } else if (ENCODED_MARKERS.some((marker) => text.includes(marker))) {
    findings.push({
      path: showPath(path),
      what: 'a token that was base64-encoded',
      fix: 'put the plain token into stringData (or data of a ConfigMap): the encoded text would hold the placeholder, not its value',
    });
  }
}

function checkNumber(value: number, path: Path, findings: Finding[]): void {
  if (value < -1e288 && Token.isUnresolved(value)) checkPlace(path, findings);
}

/** A token is refused where other objects, or the API server, refer to its text. */
function checkPlace(path: Path, findings: Finding[]): void {
  if (!identifies(path)) return;
  findings.push({ path: showPath(path), what: 'a token', fix: 'give a literal value: names, namespaces and selectors must be known at synthesis' });
}

function identifies(path: Path): boolean {
  const [first, second] = path;
  if (path.length === 1) return first === 'apiVersion' || first === 'kind';
  if (first === 'metadata') return path.length === 2 && (second === 'name' || second === 'namespace');
  if (path.slice(0, 4).join('.') === 'spec.template.metadata.labels') return true;
  return path.some((part) => typeof part === 'string' && /^(matchLabels|selector|[a-z]+Selector)$/.test(part));
}

/** Objects that stand for a value of CloudFormation instead of data. */
function refusedMap(value: object, path: Path): Pick<Finding, 'what' | 'fix'> | undefined {
  if (!isPlainMap(value)) {
    return Token.isUnresolved(value)
      ? { what: 'an unresolved CDK value', fix: 'give its text instead, for example Token.asString(value) or value.toString()' }
      : undefined;
  }
  if (Token.isUnresolved(value)) return { what: 'an unresolved CDK value', fix: 'give its text instead, for example Token.asString(value) or value.toString()' };
  const keys = Object.keys(value);
  if (keys.length !== 1 || !isIntrinsic(keys[0]!, value[keys[0]!]) || holdsFreeKeys(path)) return undefined;
  return { what: `the raw intrinsic '${keys[0]}'`, fix: 'give the value as a text token before it enters an object, for example Token.asString(Fn.getAtt(...)) or role.roleArn' };
}

function isIntrinsic(key: string, value: unknown): boolean {
  return key.startsWith('Fn::') || (key === 'Ref' && typeof value === 'string');
}

/** Maps whose keys the user chooses may well have one key `Ref`. */
function holdsFreeKeys(path: Path): boolean {
  return ['data', 'stringData', 'binaryData', 'labels', 'annotations'].includes(String(path.at(-1)));
}

/** For example `spec.template.metadata.labels['app.kubernetes.io/name']`. */
function showPath(path: Path): string {
  return path.map((part, index) => {
    if (typeof part === 'number') return `[${part}]`;
    if (!/^\w+$/.test(part)) return `['${part}']`;
    return index === 0 ? part : `.${part}`;
  }).join('');
}
