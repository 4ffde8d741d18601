/**
 * Requests as tests write them. In: a path or a URL, and what else matters. Out: what the simulator reads, with a name for messages.
 * A request in a test is plain data; a class only so that `test.each` and messages print it readably.
 */
import type { RequestInput } from '../../simulator/request';
import { refuse, requireKnown } from '../test-error';

/** What a request has beside its method and path. */
export interface RequestOptions {
  /** By name in any case, one value each; for gRPC the metadata. */
  readonly headers?: { readonly [name: string]: string };
  /** With or without port. Left out: see `RequestInput.host`. */
  readonly host?: string;
  readonly port?: number;
  readonly scheme?: 'http' | 'https';
  /** Address of the client as the gateway's proxies see it. Left out: one that is let in. */
  readonly client?: string;
}

/** A request of a test; `String(request)` is its name. */
export class RoutingRequest implements RequestInput {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly protocol?: 'http' | 'grpc' | 'tcp';
  readonly headers?: { readonly [name: string]: string };
  readonly client?: string;

  constructor({ method, path, host, scheme, port, protocol, headers, client }: RequestInput) {
    this.method = method;
    this.path = path;
    this.host = host;
    this.scheme = scheme;
    this.port = port;
    this.protocol = protocol;
    this.headers = headers;
    this.client = client;
  }

  /** `GET /products/7 with x-experiment-id: b`. */
  toString(): string {
    return nameOf(this);
  }
}

/** The name of a request in messages: `POST https://api.example.com/orders?x=1 with x-env: beta`, `gRPC shop.v1.Catalog/GetItem`. */
export function nameOf({ method, path, host, scheme, port, protocol, headers = {}, client }: RequestInput): string {
  const authority = host === undefined ? '' : `${scheme === undefined ? '' : `${scheme}://`}${host}${port === undefined ? '' : `:${port}`}`;
  const detached = host === undefined ? [...(scheme === undefined ? [] : [` over ${scheme}`]), ...(port === undefined ? [] : [` on port ${port}`])].join('') : '';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const conditions = `${lines.length === 0 ? '' : ` with ${lines.join(', ')}`}${client === undefined ? '' : ` from ${client}`}`;
  switch (protocol) {
    case 'tcp': return `TCP ${host === undefined ? `connection${detached}` : authority}`;
    case 'grpc': return `gRPC ${authority}${authority === '' ? path.replace(/^\//, '') : path}${detached}${conditions}`;
    default: return `${method ?? 'GET'} ${authority}${path}${detached}${conditions}`;
  }
}

/** A request of any method for a path such as `/products?tab=new`, or a URL such as `http://products/items`. */
export function request(method: string, target: string, options: RequestOptions = {}): RoutingRequest {
  return new RoutingRequest({ method, ...readTarget(target), ...checkedOptions(options) });
}

/** `GET` of a path or URL. */
export function GET(target: string, options?: RequestOptions): RoutingRequest {
  return request('GET', target, options);
}

/** `POST` to a path or URL. */
export function POST(target: string, options?: RequestOptions): RoutingRequest {
  return request('POST', target, options);
}

/** `PUT` to a path or URL. */
export function PUT(target: string, options?: RequestOptions): RoutingRequest {
  return request('PUT', target, options);
}

/** `PATCH` of a path or URL. */
export function PATCH(target: string, options?: RequestOptions): RoutingRequest {
  return request('PATCH', target, options);
}

/** `DELETE` of a path or URL. */
export function DELETE(target: string, options?: RequestOptions): RoutingRequest {
  return request('DELETE', target, options);
}

/** A gRPC call: `shop.v1.Catalog/GetItem`, from a service `grpc://catalog/shop.v1.Catalog/GetItem`. Headers are its metadata. */
export function grpc(call: string, options: RequestOptions = {}): RoutingRequest {
  const { scheme: _, ...target } = readTarget(call.includes('://') || call.startsWith('/') ? call : `/${call}`);
  return new RoutingRequest({ ...target, ...checkedOptions(options), protocol: 'grpc' });
}

/** A TCP connection to a host or to `host:port`; without one, a connection that the service gets. */
export function tcp(target?: string): RoutingRequest {
  const { scheme: _, ...authority } = readTarget(target === undefined ? '/' : `tcp://${target}`);
  return new RoutingRequest({ ...authority, protocol: 'tcp' });
}

/** Only what is given, so that an option that is left out does not hide a part of a URL. */
function checkedOptions(options: RequestOptions): RequestOptions {
  requireKnown('a request', options, ['headers', 'host', 'port', 'scheme', 'client']);
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

type Target = Pick<RequestInput, 'path' | 'scheme' | 'host' | 'port'>;

function readTarget(target: string): Target {
  if (target.startsWith('/')) return { path: target };
  const [, scheme, host, port, path] = /^(https?|grpc|tcp):\/\/([^/?#:]+)(?::(\d+))?([/?#].*)?$/.exec(target) ?? [];
  if (host === undefined) {
    return refuse(`'${target}' is neither a path nor a URL`, "begin a path with '/', as in '/products'; write a call of another service as 'http://products/items'");
  }
  return {
    path: path === undefined || !path.startsWith('/') ? `/${path ?? ''}` : path,
    host,
    ...(scheme === 'http' || scheme === 'https' ? { scheme } : {}),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
