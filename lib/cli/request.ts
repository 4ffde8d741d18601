/** Requests as one types them: `GET /products?x=1`, `https://api.example.com/products`, `-H 'x-env: beta'`. In: words and options. Out: what the simulator takes. */
import { UsageError } from './errors';
import { suggestion } from './suggest';
import type { RequestInput } from '../simulator/request';

/** Options of a request. */
export interface RequestOptions {
  /** Each `name: value`. */
  readonly header?: readonly string[];
  readonly host?: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly grpc?: boolean;
  readonly client?: string;
}

/** The words of a command line, told apart. */
export interface RequestWords {
  readonly method?: string;
  /** A path or a URL. */
  readonly target: string;
  readonly assembly?: string;
}

const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

/** Tells method, path and assembly apart: the path begins with `/` or is a URL, before it comes the method, after it the assembly. */
export function readWords(words: readonly string[], grpc = false): RequestWords {
  const at = words.findIndex((word) => isTarget(word, grpc));
  if (at < 0 || at > 1) {
    throw new UsageError(`'${words.join(' ')}' names no path`, grpc ? 'write the call as /shop.v1.Catalog/GetItem' : 'write a path that begins with /, or a URL: GET /products, https://api.example.com/products');
  }
  const [target, assembly, ...more] = words.slice(at);
  if (more.length > 0) throw new UsageError(`'${more[0]}' is one word too many after the path '${target}' and the assembly '${assembly}'`, 'quote a path that holds spaces');
  return { ...(at === 0 ? {} : { method: readMethod(words[0]!, grpc) }), target: target!, ...(assembly === undefined ? {} : { assembly }) };
}

/** The request that words and options make. Throws UsageError where they contradict each other. */
export function readRequestInput({ method, target }: RequestWords, options: RequestOptions): RequestInput {
  const url = readTarget(target);
  const { host: hostHeader, ...headers } = readHeaders(options.header ?? []);
  const input = {
    method,
    path: url.path,
    host: agreed('host', [['the URL', url.host], ['--host', options.host], ["-H 'host: ...'", hostHeader]]),
    scheme: agreed('scheme', [['the URL', url.scheme], ['--scheme', options.scheme]]),
    port: agreed('port', [['the URL', url.port], ['--port', options.port]]),
    protocol: options.grpc === true ? 'grpc' as const : undefined,
    headers,
    client: options.client,
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as unknown as RequestInput;
}

/** Gathers an option that can be given several times. */
export function gather(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** The number of a port. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new UsageError(`port '${text}' is no number from 1 to 65535`, 'give the port that clients use, for example 443');
}

function isTarget(word: string, grpc: boolean): boolean {
  return word.startsWith('/') || /^[a-z][a-z0-9+.-]*:\/\//i.test(word) || (grpc && /^[\w.]+\/\w+$/.test(word));
}

function readMethod(word: string, grpc: boolean): string {
  const method = word.toUpperCase();
  if (grpc && method !== 'POST') throw new UsageError(`a gRPC call has the method POST, not '${word}'`, 'leave the method out');
  if (METHODS.includes(method)) return method;
  const meant = suggestion(method, METHODS);
  // methods beyond those that routes can name exist, and are written in capitals
  if (meant === '' && /^[A-Z][A-Z-]*$/.test(word)) return word;
  throw new UsageError(`'${word}' is no method${meant}`, `write the method before the path: ${METHODS.join(', ')}; left out it is GET`);
}

interface Target {
  readonly scheme?: 'http' | 'https';
  readonly host?: string;
  readonly port?: number;
  readonly path: string;
}

function readTarget(target: string): Target {
  const url = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(target);
  if (url === null) return { path: target.startsWith('/') ? target : `/${target}` };
  const [, scheme, authority, rest] = url as unknown as readonly [string, string, string, string];
  const known = scheme.toLowerCase();
  if (known !== 'http' && known !== 'https') throw new UsageError(`the scheme of '${target}' is '${scheme}', not http or https`, 'write http:// or https://; for gRPC add --grpc');
  if (authority.includes('@')) throw new UsageError(`'${target}' holds a user name`, "leave it out; a token goes into a header: -H 'authorization: ...'");
  const [, host, port] = /^(.*?)(?::(\d*))?$/.exec(authority) as unknown as readonly [string, string, string | undefined];
  if (host === '') throw new UsageError(`'${target}' names no host`, 'write it as https://api.example.com/products');
  return { scheme: known, host, ...(port === undefined || port === '' ? {} : { port: readPort(port) }), path: rest.startsWith('/') ? rest : `/${rest}` };
}

function readHeaders(lines: readonly string[]): { readonly [name: string]: string } {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([^:]*):(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`header '${line}' has no colon`, "write the name, a colon and the value: -H 'x-env: beta'");
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new UsageError(`'${name}' is no name of a header`, "write the name, a colon and the value: -H 'x-env: beta'");
    const key = name.toLowerCase();
    if (headers.has(key)) {
      throw new UsageError(`header '${key}' is given twice`, 'give it one value: meshes do not agree on which of several lines of one header a condition sees');
    }
    headers.set(key, value.trim());
  }
  return Object.fromEntries(headers);
}

/** The one value that several places say; where they differ, none of them can be meant. */
function agreed<T>(notion: string, sources: readonly (readonly [string, T | undefined])[]): T | undefined {
  const given = sources.filter(([, value]) => value !== undefined);
  const [first] = given;
  const other = given.find(([, value]) => value !== first?.[1]);
  if (first === undefined || other === undefined) return first?.[1];
  throw new UsageError(`the ${notion} is '${first[1]}' in ${first[0]}, and '${other[1]}' in ${other[0]}`, `say the ${notion} once`);
}
