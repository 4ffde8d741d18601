/**
 * Tokens of EKS: a presigned request to STS in base64. EKS sends that request and takes the caller's identity from the answer; here the signature is computed
 * with the one known secret in place of asking STS. What is refused, and that a token lives 15 minutes whatever X-Amz-Expires says, is as EKS's authenticator does it.
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
 */
import { createHash, createHmac, timingSafeEqual } from 'crypto';

/** Keys of AWS that the node knows, in the words of the SDKs. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the role of a function has. */
export const CREDENTIALS = { accessKeyId: 'AKIDLAB', secretAccessKey: 'labsecret', sessionToken: 'labtoken' } as const;
/** What the role of a cluster's provider has, which a function may assume. */
export const ASSUMED = { accessKeyId: 'AKIDASSUMED', secretAccessKey: 'assumedsecret', sessionToken: 'assumedtoken' } as const;
const CALLERS: readonly Credentials[] = [CREDENTIALS, ASSUMED];

/** Whom a token stands for. */
export const IDENTITY = { username: 'engine', groups: ['system:masters'] } as const;

/** What a token is signed for. */
export interface TokenPurpose {
  readonly cluster: string;
  readonly region: string;
  readonly at: Date;
  /** Seconds. @default 60 */
  readonly expires?: number;
  /** @default - the regional endpoint of STS */
  readonly endpoint?: string;
}

const PREFIX = 'k8s-aws-v1.';
const CLUSTER_HEADER = 'x-k8s-aws-id';
/** STS itself, and an emulator of it on this machine, which AWS_ENDPOINT_URL_STS of a function leads to. */
const ENDPOINTS = [/^https:\/\/sts(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/, /^http:\/\/(127\.0\.0\.1|localhost|10\.200\.0\.1)(:\d+)?$/];
/** Longer tokens are refused unread. */
const MAX_BYTES = 4096;
const LIFE_MS = 15 * 60 * 1000;
/** How far the clocks of caller and STS may differ. */
const SKEW_MS = 5 * 60 * 1000;
const REQUIRED = ['Action', 'Version', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature'] as const;
const ALLOWED = new Set<string>([...REQUIRED, 'X-Amz-Security-Token']);

/** Signs a token as a client of EKS does. */
export function signToken({ accessKeyId, secretAccessKey, sessionToken }: Credentials, { cluster, region, at, expires = 60, endpoint = `https://sts.${region}.amazonaws.com` }: TokenPurpose): string {
  const { host } = new URL(endpoint);
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/${region}/sts/aws4_request`;
  const query: Record<string, string> = {
    'Action': 'GetCallerIdentity',
    'Version': '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': `host;${CLUSTER_HEADER}`,
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
  };
  const signature = signatureOf(secretAccessKey, { query, headers: { host, [CLUSTER_HEADER]: cluster }, date, scope });
  return PREFIX + Buffer.from(`${endpoint}/?${queryText(query)}&X-Amz-Signature=${signature}`).toString('base64url');
}

/** Why a token is refused; undefined if it is good. */
export function refusalOf(token: string, { cluster, at }: { readonly cluster: string; readonly at: Date }): string | undefined {
  if (token.length > MAX_BYTES) return `token has ${token.length} bytes, more than ${MAX_BYTES}`;
  if (!token.startsWith(PREFIX)) return `token does not begin with ${PREFIX}`;
  let url: URL;
  try {
    url = new URL(Buffer.from(token.slice(PREFIX.length), 'base64url').toString());
  } catch {
    return 'token holds no URL';
  }
  return refusalOfUrl(url) ?? refusalOfQuery(url, at) ?? refusalOfSignature(url, cluster);
}

/** The answer to a TokenReview of the API server. */
export function reviewToken(review: { readonly apiVersion: string; readonly spec?: { readonly token?: string } }, cluster: string, at: Date) {
  const refusal = refusalOf(review.spec?.token ?? '', { cluster, at });
  const status = refusal === undefined ? { authenticated: true, user: IDENTITY } : { authenticated: false, error: refusal };
  return { apiVersion: review.apiVersion, kind: 'TokenReview', status };
}

function refusalOfUrl(url: URL): string | undefined {
  if (!ENDPOINTS.some(endpoint => endpoint.test(url.origin))) return `${url.origin} is no endpoint of STS`;
  if (url.pathname !== '/') return `path is ${url.pathname}, not /`;
  for (const name of url.searchParams.keys()) {
    if (!ALLOWED.has(name)) return `query has ${name}, which is not allowed`;
    if (url.searchParams.getAll(name).length > 1) return `query has ${name} more than once`;
  }
  const missing = REQUIRED.find(name => !url.searchParams.has(name));
  return missing === undefined ? undefined : `query lacks ${missing}`;
}

function refusalOfQuery({ searchParams }: URL, at: Date): string | undefined {
  const value = (name: (typeof REQUIRED)[number]) => searchParams.get(name)!;
  if (value('Action') !== 'GetCallerIdentity') return `action is ${value('Action')}, not GetCallerIdentity`;
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return `algorithm is ${value('X-Amz-Algorithm')}`;
  if (!value('X-Amz-SignedHeaders').split(';').includes(CLUSTER_HEADER)) return `header ${CLUSTER_HEADER} is not signed`;
  const expires = value('X-Amz-Expires');
  if (!/^\d+$/.test(expires) || Number(expires) > 900) return `X-Amz-Expires is ${expires}, not 0 to 900`;
  const [, y, mo, d, h, mi, s] = value('X-Amz-Date').match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/) ?? [];
  if (y === undefined) return `X-Amz-Date is ${value('X-Amz-Date')}, not YYYYMMDDTHHMMSSZ`;
  const age = at.getTime() - Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
  if (age > LIFE_MS) return `token is ${Math.round(age / 1000)} s old, more than 900`;
  return age < -SKEW_MS ? 'token is of the future' : undefined;
}

function refusalOfSignature({ host, searchParams }: URL, cluster: string): string | undefined {
  const { 'X-Amz-Signature': signature, ...query } = Object.fromEntries(searchParams);
  const [accessKeyId, ...rest] = query['X-Amz-Credential']!.split('/');
  const [date, , service, end] = rest;
  const credentials = CALLERS.find(caller => caller.accessKeyId === accessKeyId);
  if (credentials === undefined) return `access key ${accessKeyId} is not known`;
  if (date !== query['X-Amz-Date']!.slice(0, 8) || service !== 'sts' || end !== 'aws4_request') return `scope ${rest.join('/')} is not of STS on that day`;
  const session = query['X-Amz-Security-Token'];
  if (session !== undefined && session !== credentials.sessionToken) return 'session token is not known';
  // what EKS sends along with the request
  const known: Record<string, string> = { host, [CLUSTER_HEADER]: cluster };
  const signed = query['X-Amz-SignedHeaders']!.split(';');
  const unknown = signed.find(name => known[name] === undefined);
  if (unknown !== undefined) return `header ${unknown} is signed, but not sent`;
  const headers = Object.fromEntries(signed.map(name => [name, known[name]!]));
  const wanted = signatureOf(credentials.secretAccessKey, { query, headers, date: query['X-Amz-Date']!, scope: rest.join('/') });
  const equal = signature!.length === wanted.length && timingSafeEqual(Buffer.from(signature!), Buffer.from(wanted));
  return equal ? undefined : `signature does not match the request to ${host} for cluster ${cluster}`;
}

interface Signing {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly date: string;
  readonly scope: string;
}

/** Version 4 of AWS's signatures, for a GET of / without body. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(secret: string, { query, headers, date, scope }: Signing): string {
  const names = Object.keys(headers).sort();
  const request = ['GET', '/', queryText(query), ...names.map(name => `${name}:${headers[name]}`), '', names.join(';'), sha256('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((by, part) => hmac(by, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

function queryText(query: Readonly<Record<string, string>>): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.keys(query).sort().map(name => `${encode(name)}=${encode(query[name]!)}`).join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
