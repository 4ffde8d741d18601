/** Requests as users write them, read the way every mesh is made to read them: SEMANTICS of paths, hosts, queries and headers. */
import type { Request } from '../model/evaluate';

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
  };
}

/** A host without port, in lower case: `API.example.com:8443` becomes `api.example.com`. */
export function readHost(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

/** Resolves dot segments, merges slashes, drops a fragment; keeps escaped slashes and the case. */
export function normalisePath(path: string): string {
  const plain = withoutFragment(path);
  // most paths have nothing to resolve, and this is asked for every decision
  if (plain.startsWith('/') && !plain.includes('//') && !plain.includes('/.') && !plain.includes('%2') && !plain.includes('\\')) return plain;
  return resolveSegments(plain);
}

function resolveSegments(path: string): string {
  const resolved: string[] = [];
  const segments = path.replace(/\\/g, '/').split('/').slice(path.startsWith('/') || path.startsWith('\\') ? 1 : 0);
  const dots = (segment: string) => segment.replace(/%2e/gi, '.');
  segments.forEach((segment, at) => {
    const last = at === segments.length - 1;
    if (dots(segment) === '..') resolved.pop();
    const isDots = dots(segment) === '.' || dots(segment) === '..';
    // a path that ends in dots names a folder, and keeps its slash
    if (!isDots || last) resolved.push(isDots ? '' : segment);
  });
  return `/${resolved.join('/')}`.replace(/\/{2,}/g, '/');
}

function withoutFragment(text: string): string {
  const mark = text.indexOf('#');
  return mark < 0 ? text : text.slice(0, mark);
}

function readHeaders(headers: RequestInput['headers']): Request['headers'] {
  if (headers === undefined) return NO_HEADERS;
  const read: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) read[name.toLowerCase()] = headers[name]!;
  return read;
}

const NO_HEADERS: Request['headers'] = {};
