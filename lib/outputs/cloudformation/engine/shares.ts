/**
 * Before a route is written: every version whose share of requests grows has pods that are ready. Versions may be deployed by other stacks, and a resource that did not change gets no event,
 * so this is asked of the cluster and not of CloudFormation's order.
 */
import type { Api } from './api';
import { Refusal } from './event';
import { isOver, patiently, pauseBetweenLooks, type Deadline } from './patience';
import { serviceTrouble } from './pods';
import { isRoute } from './readiness';
import { keyOf, type KubeObject } from '../../../kube/object';

interface Backend {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly weight?: number;
}

interface VirtualDestination {
  readonly destination: { readonly host: string };
  readonly weight?: number;
}

/** Sums of shares by Service, `<namespace>/<name>`, over all rules of a route. */
type Shares = ReadonlyMap<string, number>;

/** A route as it is and as it will be. */
export interface RouteChange {
  readonly object: KubeObject;
  readonly living: KubeObject | undefined;
}

/** A Service that will get more requests than now. */
export interface Growth {
  readonly namespace: string;
  readonly name: string;
  readonly route: KubeObject;
  /** Whether the route is there already and leads requests elsewhere. */
  readonly movesRequests: boolean;
}

/** Every Service whose share grows. */
export function growthOf(changes: readonly RouteChange[]): readonly Growth[] {
  const growing = new Map<string, Growth>();
  for (const { object, living } of changes) {
    const before = living === undefined ? new Map<string, number>() : sharesOf(living);
    for (const [key, share] of sharesOf(object)) {
      if (share <= (before.get(key) ?? 0) + 1e-9) continue;
      const [namespace = '', name = ''] = key.split('/');
      growing.set(key, { namespace, name, route: object, movesRequests: [...before.values()].some((value) => value > 0) });
    }
  }
  return [...growing.values()];
}

function sharesOf(route: KubeObject): Shares {
  const namespace = route.metadata.namespace ?? 'default';
  if (isRoute(route)) {
    const { rules = [] } = route.spec as { rules?: { backendRefs?: Backend[] }[] };
    return summed(rules.map(({ backendRefs = [] }) => backendRefs.filter(({ kind = 'Service' }) => kind === 'Service')
      .map((backend) => ({ key: `${backend.namespace ?? namespace}/${backend.name}`, weight: backend.weight ?? 1 }))));
  }
  if (route.kind !== 'VirtualService' || !route.apiVersion.startsWith('networking.istio.io/')) return new Map();
  const spec = route.spec as { [protocol: string]: { route?: VirtualDestination[] }[] | undefined };
  const rules = ['http', 'tcp', 'tls'].flatMap((protocol) => spec[protocol] ?? []);
  return summed(rules.map(({ route: destinations = [] }) => destinations.flatMap(({ destination: { host }, weight }) => {
    const [name, ofNamespace, svc] = host.split('.');
    return svc === 'svc' ? [{ key: `${ofNamespace}/${name}`, weight: weight ?? 100 }] : [];
  })));
}

function summed(rules: readonly (readonly { readonly key: string; readonly weight: number }[])[]): Shares {
  const shares = new Map<string, number>();
  for (const backends of rules) {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) continue;
    for (const { key, weight } of backends) shares.set(key, (shares.get(key) ?? 0) + weight / total);
  }
  return new Map([...shares].filter(([, share]) => share > 0));
}

/** What waiting for backends needs. */
export interface Waiting {
  readonly api: Api;
  readonly deadline: Deadline;
  /** Services of other stacks, which may come later where nobody is served yet. */
  readonly elsewhere: ReadonlySet<string>;
}

/** Waits until every growing Service has a ready pod; throws a `Refusal` with the pods' reason where waiting is of no use. Returns the Services that are not there yet. */
export async function untilServed({ api, deadline, elsewhere }: Waiting, growing: readonly Growth[]): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  const began = Date.now();
  for (const growth of growing) {
    const { namespace, name, route, movesRequests } = growth;
    for (;;) {
      const state = await patiently(deadline, () => stateOf(api, growth));
      if (state.kind === 'served') break;
      if (state.kind === 'absent' && elsewhere.has(`${namespace}/${name}`) && !movesRequests) {
        absent.add(`${namespace}/${name}`);
        break;
      }
      if (state.isFatal || isOver(deadline)) {
        throw new Refusal(`${keyOf(route)} would send requests to Service ${namespace}/${name}, which has no ready pod: ${state.text}; the route was left as it is`);
      }
      await pauseBetweenLooks(began, deadline);
    }
  }
  return absent;
}

type State = { readonly kind: 'served' } | { readonly kind: 'absent' | 'waiting'; readonly text: string; readonly isFatal: boolean };

async function stateOf(api: Api, { namespace, name }: Growth): Promise<State> {
  const service = await api.get({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } });
  if (service === undefined) return { kind: 'absent', text: 'the Service does not exist; deploy the stack that makes it first', isFatal: false };
  const { type, externalName } = service.spec as { type?: string; externalName?: string };
  if (type === 'ExternalName' || externalName !== undefined) return { kind: 'served' };
  const slices = await api.list({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }, namespace, { labelSelector: `kubernetes.io/service-name=${name}` });
  const endpoints = slices.flatMap((slice) => slice.endpoints as { conditions?: { ready?: boolean } }[] | null ?? []);
  const isServed = endpoints.some(({ conditions }) => conditions?.ready !== false);
  if (isServed) return { kind: 'served' };
  const trouble = await serviceTrouble(api, service);
  return { kind: 'waiting', text: trouble?.text ?? 'it has no endpoint', isFatal: trouble?.isFatal ?? false };
}
