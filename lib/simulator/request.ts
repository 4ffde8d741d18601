/** Requests as users write them, read the way every mesh is made to read them: SEMANTICS of paths, hosts, queries and headers. */
import { SimulationError } from './simulation-error';
import type { Request } from '../model/evaluate';
import { isAddress } from '../model/networks';

/** A request as a user writes it. */
export interface RequestInput {
  /** Left out: `GET`, for gRPC `POST`. */
  readonly method?: string;
  /** Path with or without query: `/products/7?tab=new`. For gRPC `/<service>/<method>`. */
  readonly path: string;
  /** With or without port, any case. Left out: a gateway's first host, or one that no route names; for calls, the called service's host. */
  readonly host?: string;
  /** Left out: that of the listener, `https` where it ends TLS. */
  readonly scheme?: 'http' | 'https';
  /** Port the request comes in on, as the client sees it. Left out: the first listener of its protocol; for calls, the called service's port. */
  readonly port?: number;
  /** Left out: what the port speaks. */
  readonly protocol?: 'http' | 'grpc' | 'tcp';
  /** By name in any case, one value each: a header on several lines has no meaning that all meshes share. */
  readonly headers?: { readonly [name: string]: string };
  /** Address of the client as a gateway's proxies see it, for example `10.1.2.3`. Left out: one that is let in. */
  readonly client?: string;
}

/** What is known of a request apart from its text. */
export type Arrived = Pick<Request, 'protocol' | 'scheme' | 'host' | 'port'>;

/** The request as the mesh reads it. */
export function readRequest(input: RequestInput, { protocol, scheme, host, port }: Arrived): Request {
  const mark = input.path.indexOf('?');
  // named one by one: a spread costs more than the rest of a decision
  return {
    protocol, scheme, host, port,
    method: input.method ?? (protocol === 'grpc' ? 'POST' : 'GET'),
    path: normalisePath(mark < 0 ? input.path : input.path.slice(0, mark)),
    query: mark < 0 ? '' : withoutFragment(input.path.slice(mark + 1)),
    headers: readHeaders(input.headers),
    ...(input.client === undefined ? {} : { client: readClient(input.client) }),
  };
}

function readClient(client: string): string {
  if (isAddress(client)) return client;
  throw new SimulationError(`'${client}' is no address of a client`, "write an address such as '10.1.2.3' or '2001:db8::1'");
}

/** A host without port, in lower case: `API.example.com:8443` becomes `api.example.com`. */
export function readHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.includes(':') ? lower.replace(/:\d*$/, '') : lower;
}

/**
 * Resolves dot segments, merges slashes, turns backslashes into slashes, drops a fragment; decodes escapes of letters, digits, `-`, `.`,
 * `_` and `~`, and escapes what may not stand in a path. Keeps other escapes, `%2F` among them, and the case. As Envoy does.
 */
export function normalisePath(path: string): string {
  const plain = withoutFragment(path);
  // most paths have nothing to normalise, and this is asked for every decision
  return plain.startsWith('/') && !UNUSUAL.test(plain) ? plain : resolveSegments(plain);
}

const UNUSUAL = /\/[./]|[%"\\<>^`{|}]/;

function resolveSegments(path: string): string {
  const resolved: string[] = [];
  // parameters of a dot segment, `/..;p`, go first, while its dots are not yet decoded
  const text = withPlainEscapes(path.replace(/\/(\.\.?);[^/]*/g, '/$1').replace(/\\/g, '/'));
  const segments = text.split('/').slice(text.startsWith('/') ? 1 : 0);
  segments.forEach((segment, at) => {
    if (segment === '..') resolved.pop();
    const isDots = segment === '.' || segment === '..';
    // a path that ends in dots names a folder, and keeps its slash
    if (!isDots || at === segments.length - 1) resolved.push(isDots ? '' : segment);
  });
  const joined = `/${resolved.join('/')}`;
  // of a path that is nothing but slashes Envoy keeps the first and the last
  return /^\/{2,}$/.test(joined) ? '//' : joined.replace(/\/{2,}/g, '/');
}

function withPlainEscapes(path: string): string {
  return path
    .replace(/%(2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/["<>^`{|}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function withoutFragment(text: string): string {
  const mark = text.indexOf('#');
  return mark < 0 ? text : text.slice(0, mark);
}

/** Names in lower case; where they are already, the headers as they were given. */
function readHeaders(headers: RequestInput['headers']): Request['headers'] {
  if (headers === undefined) return NO_HEADERS;
  const names = Object.keys(headers);
  if (names.every(isLowerCase)) return headers;
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), headers[name]!]));
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase();
}

const NO_HEADERS: Request['headers'] = {};
