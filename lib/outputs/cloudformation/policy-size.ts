/** How much room statements take in IAM. Tokens are estimated, as the CDK does for roles: what stands there is known only at deployment. */
import { aws_iam as iam, Token, type IResolveContext } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A statement as IAM writes it; tokens are still in it. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly [key: string]: unknown;
}

/** Context with which programs tell the CDK how long their ARNs are. */
const ARN_SIZE_CONTEXT = '@aws-cdk/aws-iam.arnSizeEstimate';
const ARN_CHARACTERS = 150;
/** Regions, accounts and partitions beside the name. */
const SHORT_TOKEN_CHARACTERS = 20;
/** As texts show a token. */
const TOKEN = /\$\{Token\[[^\]]*\]\}/;

/** Statements as they will stand in a policy. */
export interface Merged {
  readonly statements: readonly StatementJson[];
  /** Why they cannot stand in the policy of a role, in the words of the CDK. */
  readonly errors: readonly string[];
}

/**
 * Statements as the CDK merges them: all that mean the same, and all that can be one where that is asked for, or `@aws-cdk/aws-iam:minimizePolicies` is set.
 * They are frozen from then on.
 */
export function mergeStatements(statements: readonly iam.PolicyStatement[], scope: Construct, minimize?: true): Merged {
  const context: IResolveContext = { scope, preparing: true, documentPath: [], registerPostProcessor: () => undefined, resolve: (value: unknown) => value };
  const document = new iam.PolicyDocument({ statements: [...statements], minimize });
  const json = document.resolve(context) as { readonly Statement: readonly StatementJson[] };
  const texts = new Set<string>();
  const merged = json.Statement.filter((statement) => {
    const text = JSON.stringify(statement);
    return !texts.has(text) && texts.add(text);
  });
  return { statements: merged, errors: [...new Set([...document.validateForAnyPolicy(), ...document.validateForIdentityPolicy()])] };
}

/** The statement, or several that together mean the same, each within the limit if its resources and actions can be parted that far. */
export function partsOf(statement: StatementJson, limit: number, scope: Construct): readonly StatementJson[] {
  return split(statement, limit, scope).map((part, index) => index === 0 || part.Sid === undefined ? part : { ...part, Sid: `${part.Sid}${index + 1}` });
}

function split(statement: StatementJson, limit: number, scope: Construct): readonly StatementJson[] {
  if (jsonCharacters(statement, scope) + 1 <= limit) return [statement];
  const key = (['Resource', 'Action'] as const).find((name) => Array.isArray(statement[name]) && statement[name].length > 1);
  if (key === undefined) return [statement];
  const values = statement[key] as readonly string[];
  const middle = Math.ceil(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)].flatMap((half) => split({ ...statement, [key]: half }, limit, scope));
}

/** Characters of a value as JSON without whitespace. Without a scope, tokens are as long as the CDK takes them for. */
export function jsonCharacters(value: unknown, scope?: Construct): number {
  return characters(value, (scope?.node.tryGetContext(ARN_SIZE_CONTEXT) as number | undefined) ?? ARN_CHARACTERS);
}

function characters(value: unknown, arn: number): number {
  if (typeof value === 'string') return textCharacters(value, arn);
  if (Token.isUnresolved(value)) return arn;
  if (Array.isArray(value)) return listCharacters(value.map((entry) => characters(entry, arn)));
  if (typeof value !== 'object' || value === null) return String(value).length;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return listCharacters(entries.map(([key, entry]) => textCharacters(key, arn) + 1 + characters(entry, arn)));
}

/** With commas and brackets. */
function listCharacters(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 2 + Math.max(0, sizes.length - 1));
}

function textCharacters(text: string, arn: number): number {
  const pieces = text.split(TOKEN);
  const literals = pieces.reduce((sum, piece) => sum + JSON.stringify(piece).length - 2, 2);
  return pieces.length === 1 ? literals : literals + arn + SHORT_TOKEN_CHARACTERS * (pieces.length - 2);
}
