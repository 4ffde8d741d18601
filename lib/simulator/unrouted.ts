/** Calls that no proxy of the mesh routes: where they end, and how that is described. */
import type { Ending } from './decision';
import { describePodNumber } from '../model/describe';
import type { Service } from '../model/service';
import { versionsBehindName } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

type Unrouted = Extract<Ending, { readonly kind: 'unrouted' }>;
type NoPods = Extract<Ending, { readonly kind: 'no-pods' }>;

/** Where a call of a service's port ends that no proxy routes: at a pod behind the service's name. */
export function unroutedEnding(service: Service, port: number, model: TrafficModel): Unrouted | NoPods {
  const versions = versionsBehindName(service, model);
  return versions.length === 0 ? { kind: 'no-pods', service } : { kind: 'unrouted', service, versions, port };
}

/** `shop/products@v1, not routed`; of several versions `any pod of shop/products, not routed: v1 (2 pods) or v2 (1 to 4 pods)`. */
export function describeUnrouted({ service, versions, port }: Unrouted): string {
  const at = service.ports.length > 1 ? `:${port}` : '';
  const [first, ...others] = versions;
  if (others.length === 0) return `${service.id}@${first!.name}${at}, not routed`;
  return `any pod of ${service.id}${at}, not routed: ${versions.map(({ name, pods }) => `${name} (${describePodNumber(pods)})`).join(' or ')}`;
}

/** Why, one sentence each. */
export function unroutedReasons(ending: Unrouted | NoPods): readonly string[] {
  const { id, kind } = ending.service;
  if (ending.kind === 'no-pods') return ['this mesh routes no calls between services', `no pods stand behind the name of ${id}, so the connection is refused`];
  if (kind === 'external') return ['this mesh routes no calls: the connection goes to the host itself'];
  const { versions } = ending;
  return [
    `this mesh routes no calls between services: routes, shares, retries, timeouts, faults and mirrors of ${id} act on requests through gateways alone`,
    versions.length === 1
      ? `all pods behind the name of ${id} are of ${versions[0]!.name}`
      : `each connection goes to any ready pod of ${versions.map(({ name }) => name).join(' or ')}: the shares follow the numbers of pods, and are not known here`,
  ];
}
