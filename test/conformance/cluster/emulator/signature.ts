/**
 * Checks requests that functions sign by themselves, so that a wrong signature fails here as it would at AWS.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from 'crypto';
import { IncomingHttpHeaders } from 'http';

export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Secrets by access key. */
export interface Secrets { readonly [accessKey: string]: string | undefined }

interface Signature { readonly accessKey: string; readonly scope: string; readonly signedHeaders: string; readonly signature: string; readonly date: string; readonly presigned: boolean }

/** Says what is wrong with the signature of a request, or nothing. */
export function faultOf(request: SignedRequest, secrets: Secrets): string | undefined {
  const found = signatureIn(request);
  if (found === undefined) return 'MissingAuthenticationToken: the request is not signed';
  const secret = secrets[found.accessKey];
  if (secret === undefined) return `InvalidClientTokenId: the access key ${found.accessKey} is unknown`;
  const url = new URL(request.target, 'http://emulator');
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature').map(([name, value]) => `${escape(name)}=${escape(value)}`).sort().join('&');
  const headers = found.signedHeaders.split(';').map(name => `${name}:${String(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  // services but S3 escape the path twice
  const path = url.pathname.split('/').map(escape).join('/');
  const canonical = [request.method, path, query, headers, found.signedHeaders, hash(found.presigned ? '' : request.body)].join('\n');
  const key = found.scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', found.date, found.scope, hash(canonical)].join('\n')).toString('hex');
  return expected === found.signature ? undefined : `SignatureDoesNotMatch: the canonical request is\n${canonical}`;
}

function signatureIn({ headers, target }: SignedRequest): Signature | undefined {
  const header = /Credential=([^/]+)\/([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)/.exec(headers.authorization ?? '');
  if (header) return { accessKey: header[1], scope: header[2], signedHeaders: header[3], signature: header[4], date: String(headers['x-amz-date']), presigned: false };
  const query = new URL(target, 'http://emulator').searchParams;
  const [accessKey, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signature = query.get('X-Amz-Signature');
  if (signature === null) return undefined;
  return { accessKey, scope: scope.join('/'), signedHeaders: query.get('X-Amz-SignedHeaders') ?? '', signature, date: query.get('X-Amz-Date') ?? '', presigned: true };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const escape = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
