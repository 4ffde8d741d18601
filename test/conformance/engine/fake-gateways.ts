/** A controller of Gateways and routes that has no proxies: it accepts what it sees, and says which Services of routes are not there. */
import type { KubeClient, Living } from './kube-client';

const CONTROLLER = 'example.com/fake';

/** Writes statuses until it is stopped. */
export class FakeGateways {
  static start(client: KubeClient): FakeGateways {
    const controller = new FakeGateways(client);
    controller.loop = controller.run();
    return controller;
  }

  /** Names of routes that are not looked at. */
  readonly ignored = new Set<string>();
  private isStopped = false;
  private loop?: Promise<void>;

  private constructor(private readonly client: KubeClient) {}

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const gateways = await this.client.list('Gateway').catch(() => []);
      const routes = await this.client.list('HTTPRoute').catch(() => []);
      // what changes meanwhile is looked at again in the next round
      await Promise.all([...gateways.map((one) => this.acceptGateway(one)), ...routes.map((one) => this.acceptRoute(one))].map((one) => one.catch(() => undefined)));
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  private async acceptGateway(gateway: Living): Promise<void> {
    const conditions = ['Accepted', 'Programmed'].map((type) => conditionOf(gateway, type, true, type));
    await this.write(gateway, { conditions });
  }

  private async acceptRoute(route: Living): Promise<void> {
    const { name, namespace } = route.metadata;
    if (this.ignored.has(name)) return;
    const wanted = route.spec.rules.flatMap(({ backendRefs = [] }: { backendRefs?: { name: string }[] }) => backendRefs) as { name: string; namespace?: string }[];
    const found = await Promise.all(wanted.map((backend) => this.client.get('Service', backend.name, backend.namespace ?? namespace)));
    const isResolved = found.every((service) => service !== undefined);
    const conditions = [conditionOf(route, 'Accepted', true, 'Accepted'), conditionOf(route, 'ResolvedRefs', isResolved, isResolved ? 'ResolvedRefs' : 'BackendNotFound')];
    await this.write(route, { parents: route.spec.parentRefs.map((parentRef: object) => ({ parentRef, controllerName: CONTROLLER, conditions })) });
  }

  private async write({ kind, metadata: { name, namespace }, status: before }: Living, status: object): Promise<void> {
    const withoutTimes = (value: unknown) => JSON.stringify(value, (key, entry) => key === 'lastTransitionTime' ? undefined : entry as unknown);
    const old = Object.fromEntries(Object.keys(status).map((key) => [key, before?.[key]]));
    if (withoutTimes(sorted(old)) === withoutTimes(sorted(status))) return;
    await this.client.patch(kind, [namespace, name], { status }, { subresource: 'status', manager: 'fake-gateways' });
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, entry]) => [key, sorted(entry)]));
}

function conditionOf({ metadata: { generation } }: Living, type: string, holds: boolean, reason: string): object {
  return { type, status: holds ? 'True' : 'False', reason, message: holds ? '' : 'a Service is not there', observedGeneration: generation, lastTransitionTime: new Date().toISOString() };
}
