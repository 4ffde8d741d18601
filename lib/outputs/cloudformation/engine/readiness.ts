/** Whether an object does what it is there for: undefined when it does, else what is missing, in a few words. */
import type { KubeObject } from '../../../kube/object';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

type Status = { readonly [key: string]: unknown } & { readonly conditions?: readonly Condition[] };

/** A condition of a status. */
export function conditionOf(status: unknown, type: string): Condition | undefined {
  return (status as Status | undefined)?.conditions?.find((condition) => condition.type === type);
}

const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const ROUTES: ReadonlySet<string> = new Set(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute']);
/** Policies of Envoy Gateway that act as soon as they are accepted; one of TLS to backends is accepted only when a route leads there. */
const POLICIES: ReadonlySet<string> = new Set(['BackendTrafficPolicy', 'SecurityPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy']);

/** True for kinds whose pods are waited for. */
export function isWorkload({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion.startsWith('apps/') && WORKLOADS.has(kind);
}

/** True for routes of the Gateway API. */
export function isRoute({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/') && ROUTES.has(kind);
}

/** What a living object lacks; kinds without a known sign of readiness lack nothing once they are there. */
export function unreadyReason(living: KubeObject): string | undefined {
  const { apiVersion, kind } = living;
  if (isWorkload(living)) return workloadReason(living);
  if (isRoute(living)) return routeReason(living);
  if (kind === 'CustomResourceDefinition') return trueCondition(living, 'Established', false);
  if (kind === 'APIService') return trueCondition(living, 'Available', false);
  if (kind === 'Job' && apiVersion.startsWith('batch/')) return trueCondition(living, 'Complete', false);
  if (kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/')) return gatewayReason(living);
  if (kind === 'GatewayClass' && apiVersion.startsWith('gateway.networking.k8s.io/')) return trueCondition(living, 'Accepted', true);
  if (apiVersion.startsWith('gateway.envoyproxy.io/') && POLICIES.has(kind)) return policyReason(living);
  return undefined;
}

function generationOf({ metadata }: KubeObject): number {
  return (metadata as { generation?: number }).generation ?? 0;
}

function trueCondition(living: KubeObject, type: string, isObserved: boolean): string | undefined {
  const condition = conditionOf(living.status, type);
  return isTrue(condition, isObserved ? generationOf(living) : 0) ? undefined : describeCondition(type, condition);
}

function isTrue(condition: Condition | undefined, generation: number): boolean {
  return condition?.status === 'True' && (condition.observedGeneration ?? generation) >= generation;
}

function describeCondition(type: string, condition: Condition | undefined): string {
  if (condition === undefined) return `no condition ${type} yet`;
  if (condition.status === 'True') return `${type} is of an older generation`;
  return `${type} is ${condition.status}: ${condition.reason ?? ''} ${condition.message ?? ''}`.trim();
}

/** Rolled out: the controller has seen this generation, all pods are of it and available, and none of an older one is left. */
function workloadReason(living: KubeObject): string | undefined {
  const spec = living.spec as { replicas?: number; updateStrategy?: { type?: string } };
  const status = (living.status ?? {}) as { [name: string]: number | undefined };
  if ((status.observedGeneration ?? 0) < generationOf(living)) return 'the controller has not seen the change yet';
  if (living.kind === 'DaemonSet') {
    const wanted = status.desiredNumberScheduled ?? 0;
    return short(Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0), wanted);
  }
  const wanted = spec.replicas ?? 1;
  const byHand = living.kind === 'StatefulSet' && spec.updateStrategy?.type === 'OnDelete';
  const updated = byHand ? wanted : status.updatedReplicas ?? 0;
  const missing = short(Math.min(updated, status.availableReplicas ?? 0), wanted);
  if (missing !== undefined) return missing;
  const old = (status.replicas ?? 0) - updated;
  return old > 0 && !byHand ? `${old} pods of the old revision are left` : undefined;
}

function short(ready: number, wanted: number): string | undefined {
  return ready >= wanted ? undefined : `${ready} of ${wanted} pods are ready`;
}

function gatewayReason(living: KubeObject): string | undefined {
  const accepted = conditionOf(living.status, 'Accepted');
  if (accepted !== undefined && accepted.status !== 'True') return describeCondition('Accepted', accepted);
  const programmed = trueCondition(living, 'Programmed', true);
  if (programmed !== undefined) return programmed;
  const { listeners = [] } = (living.status ?? {}) as { listeners?: { name: string }[] };
  const bad = listeners.find((listener) => conditionOf(listener, 'ResolvedRefs')?.status === 'False');
  return bad === undefined ? undefined : `listener '${bad.name}': ${describeCondition('ResolvedRefs', conditionOf(bad, 'ResolvedRefs'))}`;
}

interface ParentRef {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

interface ParentStatus {
  readonly parentRef: ParentRef;
  readonly controllerName?: string;
}

/** Accepted, with all references resolved, by every controller of every parent. */
function routeReason(living: KubeObject): string | undefined {
  const { parentRefs = [] } = living.spec as { parentRefs?: ParentRef[] };
  const { parents = [] } = (living.status ?? {}) as { parents?: ParentStatus[] };
  for (const wanted of parentRefs) {
    const answers = parents.filter(({ parentRef }) => (['name', 'sectionName', 'port'] as const).every((field) => parentRef[field] === wanted[field]));
    const name = `parent ${wanted.kind ?? 'Gateway'} '${wanted.name}'`;
    if (answers.length === 0) return `no controller has accepted it for ${name} yet`;
    for (const answer of answers) {
      for (const type of ['Accepted', 'ResolvedRefs']) {
        const condition = conditionOf(answer, type);
        if (!isTrue(condition, generationOf(living))) return `${name}: ${describeCondition(type, condition)}`;
      }
    }
  }
  return undefined;
}

function policyReason(living: KubeObject): string | undefined {
  const { ancestors = [] } = (living.status ?? {}) as { ancestors?: { ancestorRef: { name: string } }[] };
  if (ancestors.length === 0) return 'no controller has accepted it yet';
  for (const ancestor of ancestors) {
    const condition = conditionOf(ancestor, 'Accepted');
    if (!isTrue(condition, generationOf(living))) return `${ancestor.ancestorRef.name}: ${describeCondition('Accepted', condition)}`;
  }
  return undefined;
}
