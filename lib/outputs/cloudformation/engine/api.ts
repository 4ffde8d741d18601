/**
 * The part of the Kubernetes API that deployments need, over plain HTTPS. The generated client library is no use here: it serializes known kinds by the fields of its own Kubernetes
 * version and drops every other field in silence, and `kubectl` costs a layer and 0.3 s a call.
 * @see https://github.com/kubernetes-client/javascript/blob/1.4.0/src/object.ts `ObjectSerializer.serialize(spec, type)`
 */
import { Agent, request } from 'https';
import type { KubeObject } from '../../../kube/object';

/** How the API server is reached. `token` is asked for each request, because tokens expire. */
export interface Connection {
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
  token(): string;
}

/** What names an object. */
export type Reference = Pick<KubeObject, 'apiVersion' | 'kind'> & { readonly metadata: Pick<KubeObject['metadata'], 'name' | 'namespace'> };

/** An answer that is no success. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly reason: string, message: string) {
    super(message);
  }
}

/** A kind that the API server does not serve. */
export class UnknownKind extends Error {
  constructor({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>) {
    super(`the cluster has no kind ${kind} in ${apiVersion}`);
  }
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

type Query = { readonly [key: string]: string };

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

/** A client of one API server. */
export class Api {
  private readonly agent: Agent;
  private readonly groups = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  constructor(private readonly connection: Connection) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 4, ca: connection.certificateAuthority });
  }

  /** Undefined for what is not there; throws `UnknownKind` where nothing of the kind can be. */
  async get(reference: Reference): Promise<KubeObject | undefined> {
    try {
      return await this.send('GET', await this.pathOf(reference)) as KubeObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Objects of a kind, in one namespace where one is named. */
  async list(kind: Pick<KubeObject, 'apiVersion' | 'kind'>, namespace?: string, query: Query = {}): Promise<readonly KubeObject[]> {
    const { name } = await this.resourceOf(kind);
    const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
    const { items } = await this.send('GET', `${rootOf(kind.apiVersion)}${scope}/${name}`, query) as unknown as { items: KubeObject[] };
    return items.map((item) => ({ ...item, ...kind }));
  }

  /** Server-side apply. Unknown fields are refused. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  async apply(object: KubeObject | Reference, manager: string, force: boolean): Promise<KubeObject> {
    const query = { fieldManager: manager, force: String(force), fieldValidation: 'Strict' };
    try {
      return await this.send('PATCH', await this.pathOf(object), query, { type: APPLY, content: object }) as KubeObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) await this.requireKind(object);
      throw error;
    }
  }

  /** Changes single fields. */
  async merge(reference: Reference, change: object, manager: string): Promise<KubeObject> {
    return await this.send('PATCH', await this.pathOf(reference), { fieldManager: manager }, { type: MERGE, content: change }) as KubeObject;
  }

  /** Creates an object that has to be new. */
  async create(object: KubeObject): Promise<KubeObject> {
    const path = await this.pathOf(object);
    return await this.send('POST', path.slice(0, path.lastIndexOf('/')), {}, { type: 'application/json', content: object }) as KubeObject;
  }

  /** Replaces an object that has not changed since it was read. */
  async replace(object: KubeObject): Promise<KubeObject> {
    return await this.send('PUT', await this.pathOf(object), {}, { type: 'application/json', content: object }) as KubeObject;
  }

  /** Deletes exactly what was read: another object of that name, or a changed one, is a conflict. */
  async remove({ apiVersion, kind, metadata }: KubeObject, propagationPolicy: 'Foreground' | 'Background'): Promise<void> {
    const { uid, resourceVersion } = metadata as KubeObject['metadata'] & { uid: string; resourceVersion: string };
    const content = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions: { uid, resourceVersion } };
    try {
      await this.send('DELETE', await this.pathOf({ apiVersion, kind, metadata }), {}, { type: 'application/json', content });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Throws `UnknownKind` where a kind that was known has gone. */
  private async requireKind(kind: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<void> {
    this.groups.delete(kind.apiVersion);
    await this.resourceOf(kind);
  }

  private async pathOf({ apiVersion, kind, metadata: { name, namespace } }: Reference): Promise<string> {
    const resource = await this.resourceOf({ apiVersion, kind });
    return `${rootOf(apiVersion)}${resource.namespaced ? `/namespaces/${namespace ?? 'default'}` : ''}/${resource.name}/${name}`;
  }

  private async resourceOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<Resource> {
    const before = this.groups.get(apiVersion);
    const known = (await before)?.get(kind);
    if (known !== undefined) return known;
    // a definition may have come since; requests at once share an answer
    if (this.groups.get(apiVersion) === before) this.groups.set(apiVersion, this.discover(apiVersion));
    const resource = (await this.groups.get(apiVersion)!).get(kind);
    if (resource === undefined) throw new UnknownKind({ apiVersion, kind });
    return resource;
  }

  private async discover(apiVersion: string): Promise<ReadonlyMap<string, Resource>> {
    try {
      const { resources } = await this.send('GET', rootOf(apiVersion)) as unknown as { resources: (Resource & { kind: string })[] };
      return new Map(resources.filter(({ name }) => !name.includes('/')).map(({ kind, name, namespaced }) => [kind, { name, namespaced }]));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return new Map();
      this.groups.delete(apiVersion);
      throw error;
    }
  }

  private send(method: string, path: string, query: Query = {}, body?: { readonly type: string; readonly content: object }): Promise<object> {
    const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
    const text = body === undefined ? undefined : JSON.stringify(body.content);
    const headers = {
      authorization: `Bearer ${this.connection.token()}`, accept: 'application/json',
      ...(text === undefined ? {} : { 'content-type': body!.type, 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(`${path}${search}`, this.connection.endpoint), { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => settle(response.statusCode ?? 0, Buffer.concat(chunks).toString(), resolve, reject));
      });
      sent.setTimeout(30_000, () => sent.destroy(new Error(`${method} ${path} got no answer within 30 s`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }
}

function settle(status: number, text: string, resolve: (value: object) => void, reject: (error: Error) => void): void {
  const parsed = parse(text);
  if (status >= 200 && status < 300) return resolve(parsed ?? {});
  const { reason, message } = (parsed ?? {}) as { reason?: string; message?: string };
  reject(new ApiError(status, reason ?? '', message ?? (text.slice(0, 500) || `status ${status}`)));
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
