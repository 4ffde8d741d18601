/**
 * Kubelet and scheduler of a node that does not exist. What becomes of a pod is said by the image of its first container: `ready` at once, `ready-after:500` after so many ms,
 * `never`, `missing` (ErrImagePull), `invalid` (InvalidImageName), `crash` (three restarts, CrashLoopBackOff), `nowhere` (not scheduled).
 */
import type { KubeClient, Living } from './kube-client';

const NODE = 'fake';
const TICK_MS = 100;

type Fate = { readonly ready: boolean; readonly container: object };

/** Keeps the statuses of all pods as their images want them. */
export class FakeKubelet {
  static async start(client: KubeClient): Promise<FakeKubelet> {
    await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
    const kubelet = new FakeKubelet(client);
    kubelet.loop = kubelet.run();
    return kubelet;
  }

  /** Images that become of others from now on. */
  readonly instead = new Map<string, string>();
  private loop?: Promise<void>;
  private isStopped = false;
  private readonly seen = new Map<string, number>();
  private readonly written = new Map<string, string>();
  private lastAddress = 1;

  private constructor(private readonly client: KubeClient) {}

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const pods = await this.client.list('Pod').catch(() => []);
      // a pod that changes meanwhile is looked at again in the next round
      await Promise.all(pods.map((pod) => this.look(pod).catch(() => undefined)));
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
  }

  private async look(pod: Living): Promise<void> {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) return this.client.remove('Pod', name, namespace, { gracePeriodSeconds: 0 });
    const wanted = String(pod.spec.containers[0].image);
    const image = this.instead.get(wanted) ?? wanted;
    const status = image === 'nowhere' ? notScheduled() : await this.scheduled(pod, image);
    if (this.written.get(uid) === JSON.stringify(status)) return;
    await this.client.patch('Pod', [namespace, name], { status }, { subresource: 'status', manager: 'kubelet' });
    this.written.set(uid, JSON.stringify(status));
    if (image === 'missing') await this.warn(pod, 'Failed', 'Failed to pull image "missing": manifest unknown');
  }

  private async warn({ metadata: { name, namespace, uid } }: Living, reason: string, message: string): Promise<void> {
    const now = new Date().toISOString();
    await this.client.create({
      apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}.${uid.slice(0, 8)}`, namespace }, type: 'Warning', reason, message, lastTimestamp: now,
      involvedObject: { kind: 'Pod', name, namespace, uid },
    });
  }

  private async scheduled({ metadata: { name, namespace, uid }, spec }: Living, image: string): Promise<object> {
    if (spec.nodeName === undefined) {
      await this.client.send('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } });
    }
    const since = this.seen.get(uid) ?? Date.now();
    this.seen.set(uid, since);
    const { ready, container } = fateOf(image, Date.now() - since);
    const ip = this.addressOf(uid);
    const condition = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False', lastTransitionTime: new Date(since).toISOString() });
    return {
      phase: 'Running', podIP: ip, podIPs: [{ ip }], startTime: new Date(since).toISOString(),
      conditions: [condition('PodScheduled', true), condition('Initialized', true), condition('ContainersReady', ready), condition('Ready', ready)],
      containerStatuses: [{ name: spec.containers[0].name, image, imageID: '', ready, restartCount: 0, ...container }],
    };
  }

  private readonly addresses = new Map<string, string>();

  private addressOf(uid: string): string {
    const known = this.addresses.get(uid) ?? `10.244.${Math.floor(++this.lastAddress / 256)}.${this.lastAddress % 256}`;
    this.addresses.set(uid, known);
    return known;
  }
}

function notScheduled(): object {
  return { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient cpu.' }] };
}

function fateOf(image: string, ageMs: number): Fate {
  const running = { state: { running: {} } };
  const waiting = (reason: string, message: string) => ({ ready: false, container: { state: { waiting: { reason, message } } } });
  const [fate, after] = image.split(':');
  switch (fate) {
    case 'ready': return { ready: true, container: running };
    case 'ready-after': return { ready: ageMs >= Number(after), container: running };
    case 'missing': return waiting('ErrImagePull', 'manifest unknown');
    case 'invalid': return waiting('InvalidImageName', 'couldn\'t parse image name "invalid": invalid reference format');
    case 'crash': return {
      ready: false,
      container: { restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } }, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
    };
    default: return { ready: false, container: running };
  }
}
