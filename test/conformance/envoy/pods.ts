/** What stands for the pods of every version: one address each, which says in its answer who it is and what has arrived. */
import { createServer, type IncomingHttpHeaders, type Server } from 'http';
import { constants, createServer as createHttp2Server, type Http2Server } from 'http2';
import { createServer as createSocketServer, type AddressInfo, type Server as SocketServer, type Socket } from 'net';
import type { Protocol } from '../../../lib/model/service';
import type { Address } from '../../../lib/providers/local-envoy';

/** A request as it arrived at pods. */
export interface Arrived {
  /** The version and port, `shop/products@v1:8080`. */
  readonly pods: string;
  readonly method: string;
  readonly host: string;
  /** Path and query. */
  readonly target: string;
  /** Values by name; those of several lines are joined by commas. */
  readonly headers: { readonly [name: string]: string };
}

/** Headers of every answer, so that their changes can be seen. */
export const ANSWER: { readonly [name: string]: string } = { 'x-base': 'pods', 'x-other': 'pods' };

/** The header that carries what arrived; a body would be missing for HEAD. */
export const ARRIVED = 'x-proof-arrived';

/** What pods do with a request. */
export type Reaction =
  /** The status of their answer. */
  | number
  /** An answer after a while. */
  | { readonly status: number; readonly afterMs: number }
  /** A gRPC failure. */
  | { readonly grpcStatus: number }
  | 'silence'
  /** The connection ends, or the stream. */
  | 'reset'
  /** The stream is refused before anything was done with it. */
  | 'refuse';

/** Chooses what pods do; `before` is how many requests these pods have had. */
export type Behaviour = (arrived: Arrived, before: number) => Reaction;

/** Pods on loopback addresses. */
export class Pods {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private readonly doors: SocketServer[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly http: Server;
  private readonly http2: Http2Server;
  /** Everything that has arrived, copies included, while it is recorded. */
  private readonly log: Arrived[] = [];
  private isRecording = false;
  private behaviour: Behaviour = () => 200;

  constructor(private readonly nextHost: () => string, private readonly ports: { readonly http: number; readonly http2: number }) {
    this.http = createServer((request, answer) => this.answer({ method: request.method!, url: request.url!, raw: request.rawHeaders, host: request.headers.host ?? '', socket: request.socket },
      (status, headers) => answer.writeHead(status, headers).end(), () => request.socket.destroy()));
    this.http2 = createHttp2Server((request, answer) => this.answer(
      { method: request.method, url: request.url, raw: request.rawHeaders as string[], host: request.authority ?? '', socket: request.stream.session!.socket as Socket },
      (status, headers) => { answer.writeHead(status, headers); answer.end(); }, (code) => request.stream.close(code)));
    this.http.keepAliveTimeout = 600_000;
  }

  /** A new address for a version's port; connections are taken once `open` has ended. */
  addressFor(name: string, protocol: Protocol): Address {
    const host = this.nextHost();
    this.names.set(host, name);
    return { host, port: protocol === 'http' || protocol === 'tcp' ? this.ports.http : this.ports.http2 };
  }

  /** Listens on all addresses that were given out. */
  async open(): Promise<void> {
    await Promise.all([...this.names.keys()].flatMap((host) => [this.listen(host, this.ports.http, this.http), this.listen(host, this.ports.http2, this.http2)]));
  }

  /** Records what arrives while something is done, and lets pods behave in a way meanwhile. */
  async during<T>(behaviour: Behaviour, act: () => Promise<T>): Promise<{ readonly result: T; readonly arrived: readonly Arrived[] }> {
    this.behaviour = behaviour;
    this.isRecording = true;
    this.log.length = 0;
    this.counts.clear();
    try {
      const result = await act();
      return { result, arrived: [...this.log] };
    } finally {
      this.behaviour = () => 200;
      this.isRecording = false;
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.doors.map(async (door) => new Promise((resolve) => door.close(resolve))));
  }

  private async listen(host: string, port: number, server: Server | Http2Server): Promise<AddressInfo> {
    const door = createSocketServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => socket.destroy());
      server.emit('connection', socket);
    });
    this.doors.push(door);
    return new Promise((resolve, reject) => door.once('error', reject).listen(port, host, () => resolve(door.address() as AddressInfo)));
  }

  private answer(request: RawRequest, say: (status: number, headers: IncomingHttpHeaders) => void, end: (code: number) => void): void {
    const arrived: Arrived = {
      pods: this.names.get(request.socket.localAddress ?? '') ?? 'nobody', method: request.method, host: request.host, target: request.url, headers: joined(request.raw),
    };
    if (this.isRecording) this.log.push(arrived);
    const before = this.counts.get(arrived.pods) ?? 0;
    this.counts.set(arrived.pods, before + 1);
    const reaction = this.behaviour(arrived, before);
    const headers = { ...ANSWER, [ARRIVED]: Buffer.from(JSON.stringify(arrived)).toString('base64') };
    if (reaction === 'silence') return;
    if (reaction === 'reset' || reaction === 'refuse') end(reaction === 'reset' ? constants.NGHTTP2_INTERNAL_ERROR : constants.NGHTTP2_REFUSED_STREAM);
    else if (typeof reaction === 'number') say(reaction, headers);
    else if ('grpcStatus' in reaction) say(200, { ...headers, 'content-type': 'application/grpc', 'grpc-status': String(reaction.grpcStatus) });
    else setTimeout(() => say(reaction.status, headers), reaction.afterMs);
  }
}

interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly raw: readonly string[];
  readonly host: string;
  readonly socket: Socket;
}

/** Header lines by name in lower case; several of one name are one list. */
export function joined(raw: readonly string[]): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}${name === 'cookie' ? '; ' : ','}${raw[at + 1]}` : raw[at + 1]!;
  }
  return headers;
}
