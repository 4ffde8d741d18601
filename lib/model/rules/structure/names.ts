/** Names become Kubernetes names, and generated names have an end. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { finding, versionProperty, type Place, type Rule } from '../rule';

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SEGMENT = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Reports MESH101 for names that Kubernetes refuses, MESH112 for generated names that are too long. */
export const namesRule: Rule = {
  name: 'names',
  mesh: ({ name, origin, namespaces }) => [
    ...checkName('mesh name', name, { origin, property: 'meshName' }, SEGMENT),
    ...namespaces.flatMap((namespace) => checkName('namespace', namespace.name, { origin: namespace.origin, property: 'namespace' }, SEGMENT)),
  ],
  service: (service) => [
    ...checkName('service name', service.name, { origin: service.origin, property: 'serviceName' }, LABEL),
    ...checkName('namespace', service.namespace, { origin: service.origin, property: 'namespace' }, SEGMENT),
    ...service.versions.flatMap((version) => {
      const place = { origin: version.origin, property: versionProperty(version, 'name') };
      const own = checkName('version name', version.name, place, SEGMENT);
      return own.length > 0 ? own : checkLength(version.resourceName, { ...place, value: version.name });
    }),
  ],
  route: (route) => checkName('route name', route.name, { origin: route.origin, property: route.property }, SEGMENT),
  gateway: ({ name, namespace, origin }) => [
    ...checkName('gateway name', name, { origin, property: 'gatewayName' }, LABEL),
    ...checkName('namespace', namespace, { origin, property: 'namespace' }, SEGMENT),
  ],
};

function checkName(notion: string, name: string, place: Place, form: RegExp): readonly Diagnostic[] {
  if (name.length <= 63 && form.test(name)) return [];
  const begins = form === LABEL ? 'beginning with a letter' : 'beginning with a letter or digit';
  return [finding('MESH101', { ...place, value: name }, `${notion} '${name}' is not a name of 1 to 63 lower-case letters, digits and '-', ${begins} and not ending in '-'`,
    `choose another name, for example '${suggest(name, form)}'`)];
}

function suggest(name: string, form: RegExp): string {
  const cleaned = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 63).replace(/^-+|-+$/g, '');
  if (form.test(cleaned)) return cleaned;
  return cleaned === '' ? 'products' : `s-${cleaned}`.slice(0, 63).replace(/-+$/, '');
}

function checkLength(resourceName: string, place: Place): readonly Diagnostic[] {
  if (resourceName.length <= 63) return [];
  return [finding('MESH112', place, `the generated name '${resourceName}' has ${resourceName.length} characters, and Kubernetes allows 63`,
    'shorten the name of the service or of the version')];
}
