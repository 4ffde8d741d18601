/** Sends requests as they are written, without cleaning their paths, over HTTP/1.1 or HTTP/2. */
import { Agent, request as httpRequest } from 'http';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'http2';
import { joined } from './pods';
import type { Address } from '../../../lib/providers/local-envoy';

/** A request on the wire. */
export interface Sent {
  readonly address: Address;
  readonly version: 'http1' | 'http2';
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** The host header or the authority. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly headers: { readonly [name: string]: string };
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Keeps connections between requests. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private readonly sessions = new Map<string, ClientHttp2Session>();

  async send(request: Sent): Promise<Answer> {
    return request.version === 'http1' ? this.sendHttp(request) : this.sendHttp2(request);
  }

  close(): void {
    this.agent.destroy();
    for (const session of this.sessions.values()) session.destroy();
  }

  private async sendHttp({ address, method, target, host, scheme, headers }: Sent): Promise<Answer> {
    // a proxy in front that has ended TLS says so
    const all = { ...headers, host, ...(scheme === 'https' ? { 'x-forwarded-proto': 'https' } : {}) };
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ host: address.host, port: address.port, method, path: target, headers: all, agent: this.agent, setHost: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
          .on('end', () => resolve({ status: answer.statusCode!, headers: joined(answer.rawHeaders), body: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject).end();
    });
  }

  private async sendHttp2({ address, method, target, host, scheme, headers }: Sent): Promise<Answer> {
    const session = this.sessionFor(address);
    return new Promise((resolve, reject) => {
      const stream = session.request({ ...headers, ':method': method, ':path': target, ':authority': host, ':scheme': scheme });
      const chunks: Buffer[] = [];
      let status = 0;
      let raw: readonly string[] = [];
      stream.on('response', (got: IncomingHttpHeaders & IncomingHttpStatusHeader, _flags: number, lines: readonly string[]) => { status = got[':status']!; raw = lines; })
        .on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        .on('end', () => resolve({ status, headers: joined(raw), body: Buffer.concat(chunks).toString() })).end();
    });
  }

  private sessionFor({ host, port }: Address): ClientHttp2Session {
    const key = `${host}:${port}`;
    const known = this.sessions.get(key);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const session = connect(`http://${key}`).on('error', () => this.sessions.delete(key));
    this.sessions.set(key, session);
    return session;
  }
}
