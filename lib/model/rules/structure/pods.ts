/** A pod belongs to one version. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Service, Version } from '../../service';
import { finding, versionProperty, type Rule } from '../rule';

/** Reports MESH111 for labels of existing pods that another version's pods have too: proxies could not tell whose they are. */
export const podsRule: Rule = {
  name: 'pods',
  program: ({ services }) => {
    const existing = services.flatMap((service) => service.versions.flatMap((version) =>
      version.pods.kind === 'existing' ? [{ service, version, labels: version.pods.labels }] : []));
    return existing.flatMap((later, at) => {
      // one name twice is reported as such
      const earlier = existing.slice(0, at).find((other) => other.service.namespace === later.service.namespace
        && other.version.resourceName !== later.version.resourceName && (holds(other.labels, later.labels) || holds(later.labels, other.labels)));
      return earlier === undefined ? [] : [shared(later, earlier)];
    });
  },
};

type Labels = { readonly [key: string]: string };

interface Member {
  readonly service: Service;
  readonly version: Version;
}

/** Whether all pods with these labels have the wanted ones. */
function holds(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function shared(later: Member, earlier: Member): Diagnostic {
  return finding('MESH111', { origin: later.version.origin, property: versionProperty(later.version, 'labels') },
    `pods of version '${later.version.name}' of service '${later.service.id}' are also pods of version '${earlier.version.name}' of service '${earlier.service.id}'`,
    'give labels that only one version has; a pod has one proxy, which speaks for one version');
}
