/** Gives every Service of type LoadBalancer an address, as a cloud does; kube-proxy leads what is sent there to the pods. */
import type { IncomingMessage } from 'http';
import { request } from 'https';

/** The API server and who asks it. */
export interface ApiAccess {
  readonly endpoint: string;
  readonly authority: string;
  readonly token: string;
}

interface Service {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly spec: { readonly type?: string };
  readonly status: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** Addresses from .2 upwards; one that its Service has left is given again only when no other is free. */
export class LoadBalancers {
  private readonly held = new Map<string, string>();
  private last = 1;

  constructor(private readonly api: ApiAccess, private readonly network: string) {}

  /** Watches all Services for ever; the API server ends a watch now and then, and may not be there yet. */
  async run(): Promise<never> {
    for (;;) {
      await this.watch().catch((error: Error) => console.log(`watch ended: ${error.message}`));
      await new Promise(done => setTimeout(done, 200));
    }
  }

  private async watch(): Promise<void> {
    for await (const line of linesOf(await this.call('GET', '/api/v1/services?watch=1'))) {
      const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Service };
      if (type === 'ERROR') return;
      if (type === 'DELETED' || object.spec.type !== 'LoadBalancer') this.held.delete(object.metadata.uid);
      else await this.give(object);
    }
  }

  private async give({ metadata: { uid, namespace, name }, status }: Service): Promise<void> {
    const has = status.loadBalancer?.ingress?.[0]?.ip;
    if (has !== undefined) return void this.held.set(uid, has);
    const ip = this.held.get(uid) ?? this.free();
    this.held.set(uid, ip);
    const body = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip }] } } });
    // a Service that is gone again is told of by the watch
    await this.call('PATCH', `/api/v1/namespaces/${namespace}/services/${name}/status`, body).then(
      answer => { answer.resume(); console.log(`${namespace}/${name} has ${ip}`); },
      (error: Error) => console.log(error.message),
    );
  }

  private free(): string {
    const taken = new Set(this.held.values());
    for (let tries = 0; tries < 253; tries += 1) {
      this.last = this.last >= 254 ? 2 : this.last + 1;
      const ip = `${this.network}.${this.last}`;
      if (!taken.has(ip)) return ip;
    }
    throw new Error(`all addresses of ${this.network}.0/24 are taken`);
  }

  private async call(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const { endpoint, authority, token } = this.api;
    return new Promise((done, fail) => {
      const headers = { 'authorization': `Bearer ${token}`, 'content-type': 'application/merge-patch+json' };
      const sent = request(`${endpoint}${path}`, { method, ca: authority, headers }, response => {
        if (response.statusCode === 200) done(response);
        else fail(new Error(`${method} ${path} ended with ${response.statusCode}`));
      });
      sent.on('error', fail).end(body);
    });
  }
}

/** The lines of a body, as they come. Not by readline, which drops what arrives before somebody reads. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of body) {
    const lines = (rest + part.toString()).split('\n');
    rest = lines.pop()!;
    yield* lines.filter(line => line !== '');
  }
}
