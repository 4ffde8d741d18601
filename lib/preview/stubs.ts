/**
 * Backends that stand in for a version's pods: each says which version it is and what arrived.
 * What they answer can be chosen by request headers, so that retries, timeouts and circuit breakers can be seen at work.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'http2';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'net';
import { endpointKey, type Endpoint } from './backends';
import { LOOPBACK } from './ports';
import type { Address } from '../providers/local-envoy';

/** What request headers ask of a stub; printed by `--help`. */
export const STUB_HEADERS: readonly { readonly header: string; readonly meaning: string }[] = [
  { header: 'x-stub-status: 503', meaning: 'answer with this status' },
  { header: 'x-stub-grpc-status: 14', meaning: 'on gRPC ports, end the call with this status' },
  { header: 'x-stub-delay-ms: 200', meaning: 'answer after so many milliseconds' },
  { header: 'x-stub-fail: 2', meaning: 'let 2 tries of a request fail (503, or x-stub-status), then answer 200' },
];

/** The response header that names who served. */
export const SERVED_BY = 'x-served-by';

type Arrived = IncomingMessage | Http2ServerRequest;
type Answering = ServerResponse | Http2ServerResponse;

/** A stub that listens. */
interface Stub {
  readonly address: Address;
  close(): void;
}

/** The stubs of one mesh; they keep their ports. */
export class StubBackends {
  private readonly stubs = new Map<string, Stub>();

  /** Starts what is missing; an endpoint whose protocol changed gets a new stub. */
  async open(endpoints: readonly Endpoint[]): Promise<void> {
    await Promise.all(endpoints.map(async endpoint => {
      const key = stubKey(endpoint);
      if (!this.stubs.has(key)) this.stubs.set(key, await listen(endpoint));
    }));
  }

  /** Where an endpoint that was opened listens. */
  addressOf(endpoint: Endpoint): Address {
    const stub = this.stubs.get(stubKey(endpoint));
    if (stub === undefined) throw new Error(`internal: no stub for ${endpointKey(endpoint)}; please report this with your program`);
    return stub.address;
  }

  /** Ends them all. Those whose endpoint is gone are kept until then: a request that came before the change may still be on its way. */
  close(): void {
    this.stubs.forEach(stub => stub.close());
    this.stubs.clear();
  }
}

function stubKey(endpoint: Endpoint): string {
  return `${endpointKey(endpoint)} ${endpoint.port.protocol}`;
}

function listen(endpoint: Endpoint): Promise<Stub> {
  const sockets = new Set<Socket>();
  const server = serverFor(endpoint).on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(0, LOOPBACK, () => done({
      address: { host: LOOPBACK, port: (server.address() as AddressInfo).port },
      close: () => {
        server.close();
        sockets.forEach(socket => socket.destroy());
      },
    }));
  });
}

function serverFor(endpoint: Endpoint): Server {
  switch (endpoint.port.protocol) {
    case 'tcp': case 'tls': return createTcpServer(socket => {
      socket.write(`${servedBy(endpoint)}\n`);
      socket.pipe(socket);
    });
    case 'http': {
      const server = createHttpServer(answerer(endpoint));
      // a connection that is closed while idle may already carry the proxy's next request
      server.keepAliveTimeout = 0;
      server.requestTimeout = 0;
      return server;
    }
    case 'http2': case 'grpc':
      return createHttp2Server(answerer(endpoint)).on('session', (session: ServerHttp2Session) => session.on('error', () => session.destroy()));
  }
}

function servedBy({ service, version }: Endpoint): string {
  return `${service.id}@${version.name}`;
}

/** Tries of requests that shall fail at first. Requests that look alike are one request: a try carries no number. The oldest are forgotten. */
class Tries {
  private readonly seen = new Map<string, number>();

  /** Number of this try, from 1; after one that is answered the next begins at 1 again. */
  next({ method, url, headers }: Arrived, failing: number): number {
    const key = JSON.stringify([method, url, headers['x-request-id']]);
    const tried = (this.seen.get(key) ?? 0) + 1;
    this.seen.delete(key);
    if (tried <= failing) this.seen.set(key, tried);
    if (this.seen.size > 10_000) this.seen.delete(this.seen.keys().next().value!);
    return tried;
  }
}

function answerer(endpoint: Endpoint): (request: Arrived, response: Answering) => void {
  const tries = new Tries();
  return (request, response) => {
    let bodyBytes = 0;
    request.on('data', (chunk: Buffer) => { bodyBytes += chunk.length; });
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const wish = wishOf(request, tries);
      const send = () => {
        if (!response.destroyed && !response.writableEnded) answer(endpoint, { request, response, bodyBytes, wish });
      };
      if (wish.delayMs === 0) send();
      else setTimeout(send, wish.delayMs).unref();
    });
  };
}

/** What a request asks of the stub. */
interface Wish {
  readonly status: number;
  readonly grpcStatus: number;
  readonly delayMs: number;
  /** Number of this try, where the request asked that the first ones fail. */
  readonly attempt?: number;
}

function wishOf(request: Arrived, tries: Tries): Wish {
  const { headers } = request;
  const number = (name: string, low: number, high: number) => {
    const value = Number(headers[name]);
    return headers[name] !== undefined && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  };
  const delayMs = number('x-stub-delay-ms', 0, 3_600_000) ?? 0;
  const asked = { status: number('x-stub-status', 200, 599), grpcStatus: number('x-stub-grpc-status', 0, 16) };
  const failing = number('x-stub-fail', 0, 1000);
  if (failing === undefined) return { delayMs, status: asked.status ?? 200, grpcStatus: asked.grpcStatus ?? 0 };
  const attempt = tries.next(request, failing);
  if (attempt > failing) return { delayMs, attempt, status: 200, grpcStatus: 0 };
  return { delayMs, attempt, status: asked.status ?? 503, grpcStatus: asked.grpcStatus ?? 14 };
}

interface Exchange {
  readonly request: Arrived;
  readonly response: Answering;
  readonly bodyBytes: number;
  readonly wish: Wish;
}

function answer(endpoint: Endpoint, exchange: Exchange): void {
  const { request, response, wish } = exchange;
  const isGrpc = endpoint.port.protocol === 'grpc' && String(request.headers['content-type']).startsWith('application/grpc');
  response.setHeader(SERVED_BY, servedBy(endpoint));
  if (isGrpc && wish.status === 200) return answerGrpc(response as Http2ServerResponse, wish);
  response.writeHead(wish.status, { 'content-type': 'application/json' });
  const hasBody = request.method !== 'HEAD' && ![204, 205, 304].includes(wish.status);
  response.end(hasBody ? `${JSON.stringify(report(endpoint, exchange), undefined, 2)}\n` : '');
}

/** One empty message, which is a valid one of every type (all fields at their defaults), then the trailers of a finished call. */
function answerGrpc(response: Http2ServerResponse, { grpcStatus }: Wish): void {
  response.writeHead(200, { 'content-type': 'application/grpc' });
  response.addTrailers({ 'grpc-status': String(grpcStatus) });
  response.end(Buffer.alloc(grpcStatus === 0 ? 5 : 0));
}

function report({ service, version, port }: Endpoint, { request, bodyBytes, wish }: Exchange): object {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':')));
  return {
    service: service.id, version: version.name, port: port.port,
    method: request.method, path: request.url, host: request.headers[':authority'] ?? request.headers.host, protocol: `HTTP/${request.httpVersion}`,
    ...(wish.attempt === undefined ? {} : { try: wish.attempt }),
    ...(bodyBytes === 0 ? {} : { bodyBytes }),
    headers,
  };
}
