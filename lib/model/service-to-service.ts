/**
 * What the chosen mesh does with calls between services, and which pods such a call reaches where no proxy routes it. In: settings and services.
 * Asked by the simulator, by the local Envoy, and by providers for the selector of a service's own name.
 */
import type { Service, ServiceId, Version } from './service';
import type { MeshSettings, TrafficModel } from './traffic-model';
import type { Pods } from './workload';
import { assertNever } from '../diagnostics/mesh-error';

/** What a mesh does with calls between services. A program means the same on every mesh; this says how much of it happens. */
export interface ServiceToService {
  /**
   * `applied`: a proxy stands between services, and the called service's table decides. `ignored`: none does, so its routes, shares, rewrites, retries, timeouts,
   * faults and mirrors act on requests through gateways alone, and a call reaches any ready pod behind the service's name.
   */
  readonly routes: 'applied' | 'ignored';
  /** Calls that nobody declares, where the egress is declared-only: `refused`, or `allowed`, because nothing in the mesh can refuse them. */
  readonly undeclaredCalls: 'refused' | 'allowed';
}

/** A mesh that does all that the program says: what holds where a model says nothing. */
export const FULL_SERVICE_TO_SERVICE: ServiceToService = { routes: 'applied', undeclaredCalls: 'refused' };

/** What a model carries: nothing where the mesh does all that the program says. */
export function lessThanFull(given: ServiceToService): ServiceToService | undefined {
  return given.routes === 'applied' && given.undeclaredCalls === 'refused' ? undefined : given;
}

/** Whether the tables of services act on calls between them. */
export function routesCalls({ serviceToService = FULL_SERVICE_TO_SERVICE }: Pick<MeshSettings, 'serviceToService'>): boolean {
  return serviceToService.routes === 'applied';
}

/** Whether a call that the caller does not declare is refused. */
export function refusesUndeclared({ egress, serviceToService = FULL_SERVICE_TO_SERVICE }: Pick<MeshSettings, 'egress' | 'serviceToService'>): boolean {
  return egress === 'declared-only' && serviceToService.undeclaredCalls === 'refused';
}

/** What of a program does not happen between services, one sentence each; empty where all of it does. */
export function serviceToServiceNotes(mesh: Pick<MeshSettings, 'egress' | 'serviceToService'>): readonly string[] {
  return [
    ...(routesCalls(mesh) ? [] : ['this mesh routes no calls between services: their routes and limits act on requests through gateways alone, and a call reaches any pod behind the name']),
    ...(mesh.egress === 'any' || refusesUndeclared(mesh) ? [] : ['nothing in this mesh refuses calls that are not declared']),
  ];
}

type Labels = { readonly [key: string]: string };

/** The pods behind the plain name of a service. */
export type NamedPods =
  /** All pods that this library labels for the service. */
  | { readonly kind: 'own'; readonly versions: readonly Version[] }
  /** All pods with these labels, which the versions have in common. */
  | { readonly kind: 'labelled'; readonly labels: Labels; readonly versions: readonly Version[] }
  /** The host itself, outside of the mesh. */
  | { readonly kind: 'outside'; readonly versions: readonly Version[] }
  /** None: no set of labels selects the service's pods and no others. */
  | { readonly kind: 'none'; readonly why: string };

/** The pods that a Kubernetes Service of the service's name can select: those of all its versions, and of no other service in the program. */
export function podsBehindName(service: Service, { services }: Pick<TrafficModel, 'services'>): NamedPods {
  const { versions, kind } = service;
  if (kind === 'external') return { kind: 'outside', versions };
  if (versions.length === 0) return { kind: 'none', why: 'it has no pods of its own' };
  const existing = versions.flatMap(({ pods }) => pods.kind === 'existing' ? [pods.labels] : []);
  if (existing.length === 0) return { kind: 'own', versions };
  if (existing.length < versions.length) return { kind: 'none', why: 'some of its pods exist already and others are made here, so they have no label in common' };
  const labels = commonLabels(existing);
  if (Object.keys(labels).length === 0) return { kind: 'none', why: 'its versions have no label in common' };
  const stranger = strangerWith(labels, service, services);
  if (stranger !== undefined) return { kind: 'none', why: `the labels that its versions have in common (${labelText(labels)}) are also those of pods of '${stranger}'` };
  return { kind: 'labelled', labels, versions };
}

/** The versions whose pods a call can reach that no proxy routes; those that are told to have no pods are left out. */
export function versionsBehindName(service: Service, model: Pick<TrafficModel, 'services'>): readonly Version[] {
  const found = podsBehindName(service, model);
  return found.kind === 'none' ? [] : found.versions.filter(({ pods }) => podNumber(pods) !== 0);
}

/** The number of pods that a version has or starts with; undefined where the program does not say it. */
export function podNumber(pods: Pods): number | undefined {
  switch (pods.kind) {
    case 'image': return pods.scale.kind === 'fixed' ? pods.scale.replicas : pods.scale.minReplicas;
    case 'document': case 'existing': case 'external': return undefined;
    default: return assertNever(pods);
  }
}

/** `app=reviews, tier=web`. */
export function labelText(labels: Labels): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
}

function commonLabels([first = {}, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((labels) => labels[key] === value)));
}

/** A service with pods in the same namespace that bear these labels, too. */
function strangerWith(labels: Labels, { id, namespace }: Service, services: readonly Service[]): ServiceId | undefined {
  const bearsAll = ({ pods }: Version) => (pods.kind === 'existing' || pods.kind === 'document')
    && Object.entries(labels).every(([key, value]) => pods.labels[key] === value);
  return services.find((other) => other.id !== id && other.namespace === namespace && other.versions.some(bearsAll))?.id;
}
