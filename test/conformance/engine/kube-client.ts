/** The API server as a test sees it: not by means of the engine's own client. */
import type { ClientRequest } from 'http';
import { Agent, request } from 'https';
import { createInterface } from 'readline';
import type { KubeObject } from '../../../lib/kube/object';

/** An object with what the API server adds. */
export interface Living extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly managedFields?: readonly { readonly manager: string; readonly operation: string; readonly subresource?: string; readonly fieldsV1: object }[];
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [key: string]: any;
}

/** Where a client finds the API server. */
export interface Server {
  readonly endpoint: string;
  readonly authority: string;
  readonly token: string;
}

interface Kind {
  readonly apiVersion: string;
  readonly plural: string;
}

/** Kinds that tests name shortly; objects carry their own apiVersion. */
const KINDS: { readonly [kind: string]: Kind } = {
  Namespace: { apiVersion: 'v1', plural: 'namespaces' }, ConfigMap: { apiVersion: 'v1', plural: 'configmaps' }, ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
  Service: { apiVersion: 'v1', plural: 'services' }, Pod: { apiVersion: 'v1', plural: 'pods' }, Node: { apiVersion: 'v1', plural: 'nodes' }, Event: { apiVersion: 'v1', plural: 'events' },
  ResourceQuota: { apiVersion: 'v1', plural: 'resourcequotas' }, Deployment: { apiVersion: 'apps/v1', plural: 'deployments' }, ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets' },
  HorizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers' }, Job: { apiVersion: 'batch/v1', plural: 'jobs' }, Lease: { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices' }, CustomResourceDefinition: { apiVersion: 'apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' },
  ValidatingWebhookConfiguration: { apiVersion: 'admissionregistration.k8s.io/v1', plural: 'validatingwebhookconfigurations' },
  HTTPRoute: { apiVersion: 'gateway.networking.k8s.io/v1', plural: 'httproutes' }, Gateway: { apiVersion: 'gateway.networking.k8s.io/v1', plural: 'gateways' },
  Widget: { apiVersion: 'example.com/v1', plural: 'widgets' },
};
const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['Namespace', 'Node', 'CustomResourceDefinition', 'ValidatingWebhookConfiguration']);

/** Reads and changes objects as a user who may do everything. */
export class KubeClient {
  private readonly agent: Agent;

  constructor(private readonly server: Server) {
    this.agent = new Agent({ keepAlive: true, ca: server.authority });
  }

  close(): void {
    this.agent.destroy();
  }

  async answers(path: string): Promise<boolean> {
    await this.send('GET', path);
    return true;
  }

  /** Undefined where it is not there. */
  async get(kind: string, name: string, namespace?: string): Promise<Living | undefined> {
    try {
      return await this.send('GET', pathOf(kind, namespace, name)) as Living;
    } catch (error) {
      if ((error as { status?: number }).status === 404) return undefined;
      throw error;
    }
  }

  /** As `get`, of what has to be there. */
  async read(kind: string, name: string, namespace?: string): Promise<Living> {
    const found = await this.get(kind, name, namespace);
    if (found === undefined) throw new Error(`there is no ${kind} ${namespace ?? ''}/${name}`);
    return found;
  }

  async list(kind: string, namespace?: string): Promise<readonly Living[]> {
    return (await this.send('GET', pathOf(kind, namespace)) as { items: Living[] }).items;
  }

  async create(object: KubeObject): Promise<Living> {
    return await this.send('POST', pathOf(object.kind, object.metadata.namespace), object) as Living;
  }

  /** Server-side apply by somebody. */
  async apply(object: KubeObject, manager: string): Promise<Living> {
    const path = `${pathOf(object.kind, object.metadata.namespace, object.metadata.name)}?fieldManager=${manager}&force=true`;
    return await this.send('PATCH', path, object, 'application/apply-patch+yaml') as Living;
  }

  /** A merge patch by somebody; null removes a field. */
  async patch(kind: string, [namespace, name]: readonly [string | undefined, string], change: object, { subresource, manager = 'kubectl-edit' }: { subresource?: string; manager?: string } = {}): Promise<void> {
    const path = `${pathOf(kind, namespace, name)}${subresource === undefined ? '' : `/${subresource}`}?fieldManager=${manager}`;
    await this.send('PATCH', path, change, 'application/merge-patch+json');
  }

  async remove(kind: string, name: string, namespace?: string, options: object = {}): Promise<void> {
    try {
      await this.send('DELETE', pathOf(kind, namespace, name), { apiVersion: 'v1', kind: 'DeleteOptions', ...options });
    } catch (error) {
      if ((error as { status?: number }).status !== 404) throw error;
    }
  }

  /** Shows each object of a kind that is there, comes or changes, perhaps more than once; the result ends it. */
  watch(kind: string, see: (object: Living) => void): () => void {
    let isOver = false;
    let sent: ClientRequest | undefined;
    const look = () => {
      if (isOver) return;
      // an API server that has just started, or does not know the kind yet, ends a watch at once
      sent = this.events(kind, see, () => setTimeout(look, 200));
    };
    look();
    return () => {
      isOver = true;
      sent?.destroy();
    };
  }

  private events(kind: string, see: (object: Living) => void, ended: () => void): ClientRequest {
    const sent = request(new URL(`${pathOf(kind)}?watch=true`, this.server.endpoint), { headers: { authorization: `Bearer ${this.server.token}` }, agent: this.agent }, (response) => {
      if (response.statusCode !== 200) return void response.resume();
      const lines = createInterface(response);
      lines.on('error', () => undefined);
      lines.on('line', (line) => {
        const { type, object } = JSON.parse(line) as { type: string; object: Living };
        if (type === 'ADDED' || type === 'MODIFIED') see(object);
      });
    });
    sent.on('error', () => undefined);
    sent.on('close', ended);
    sent.end();
    return sent;
  }

  /** Any request. Errors bear the status. */
  send(method: string, path: string, content?: object, type = 'application/json'): Promise<object> {
    const body = content === undefined ? undefined : JSON.stringify(content);
    const headers = { authorization: `Bearer ${this.server.token}`, ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }) };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.server.endpoint), { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status < 300) return resolve(text.startsWith('{') ? JSON.parse(text) as object : {});
          reject(Object.assign(new Error(`${method} ${path}: ${status} ${text}`), { status }));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function pathOf(kind: string, namespace?: string, name?: string): string {
  const { apiVersion, plural } = KINDS[kind]!;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${CLUSTER_SCOPED.has(kind) || namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}${name === undefined ? '' : `/${name}`}`;
}
