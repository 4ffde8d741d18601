/** Names of services and versions, looked up in the model. A name that leads to nothing is a wrong test. */
import type { ResolvedTarget } from './expected';
import type { Target } from './route-expectation';
import type { Service, Version } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import type { Branch } from '../../simulator/decision';
import { reachesPods } from '../../simulator/endings';
import { listKnown, refuse } from '../test-error';

/** The service or version behind a name or construct. */
export function resolveTarget({ services }: TrafficModel, target: Target): ResolvedTarget {
  const name = typeof target === 'string' ? target : target.targetName;
  if (typeof name !== 'string') return refuse('the target is neither a name nor a service', "give a name such as 'products' or 'products@v2', or the service");
  const [serviceName = '', versionName, ...rest] = name.split('@');
  const found = services.filter((service) => service.id === serviceName || service.name === serviceName);
  const [service, ...others] = found;
  if (service === undefined || rest.length > 0) {
    const hint = services.find(({ versions }) => versions.some((version) => version.name === name));
    return refuse(`the mesh has no service '${serviceName}'`,
      `name one of ${listKnown(services.map(({ id }) => id))}${hint === undefined ? '' : `; a version is written '${hint.name}@${name}'`}`);
  }
  if (others.length > 0) return refuse(`'${serviceName}' is the name of ${found.length} services`, `name one of ${listKnown(found.map(({ id }) => id))}`);
  return versionName === undefined ? { service } : { service, version: versionOf(service, versionName) };
}

/** The version of that name. */
export function versionOf({ id, kind, versions }: Service, name: string): Version {
  const found = versions.find((version) => version.name === name);
  if (found !== undefined) return found;
  if (kind === 'router') return refuse(`'${id}' is a router and has no version '${name}'`, 'name the version of the service that it leads to');
  return refuse(`service '${id}' has no version '${name}'`, `name one of ${listKnown(versions.map((version) => version.name))}`);
}

/** `shop/products`, `shop/products@v2`. */
export function describeTarget({ service, version }: ResolvedTarget): string {
  return version === undefined ? service.id : `${service.id}@${version.name}`;
}

/** Whether a share of the requests goes there. A router, whose routes lead to others, is where the requests go that it is asked about. */
export function leadsTo({ ending, service: asked }: Branch, { service, version }: ResolvedTarget): boolean {
  if (version === undefined && asked?.id === service.id && ending.kind !== 'no-route') return true;
  if (!reachesPods(ending) || ending.service.id !== service.id) return false;
  const names = ending.kind === 'version' ? [ending.version.name] : ending.versions.map(({ name }) => name);
  return version === undefined || names.every((name) => name === version.name);
}

/** Whether a part of the requests may go to a version that nothing chooses: one of several behind a name that the mesh does not route. */
export function mayLeadTo({ ending }: Branch, { service, version }: ResolvedTarget): boolean {
  return ending.kind === 'unrouted' && ending.service.id === service.id && ending.versions.length > 1 && ending.versions.some(({ name }) => name === version?.name);
}
