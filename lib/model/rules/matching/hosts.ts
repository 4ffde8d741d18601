/** Host names in matches, rewrites and redirects. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { describeHost } from '../../describe';
import { besideProperty, finding, matchProperty, targetProperty, type Place, type Rule } from '../rule';

const NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Reports MESH210 for a host that is no name, MESH102 for a host that a route names twice. */
export const hostsRule: Rule = {
  name: 'hosts',
  service: ({ kind, host, origin }) => kind === 'external' ? checkHost(host, { origin, property: 'host' }, host.replace(/^\*\./, '')) : [],
  route: (route) => {
    const { rewriteHost } = route.filters;
    const { action, origin } = route;
    return [
      ...(rewriteHost?.kind === 'exact' ? checkHost(rewriteHost.value, { origin, property: besideProperty(route, 'hostRewrite') }) : []),
      ...(action.kind === 'redirect' && action.host !== undefined ? checkHost(action.host, { origin, property: `${targetProperty(route)}.host` }) : []),
    ];
  },
  gatewayRoute: (route) => {
    const names = route.hosts.map(describeHost);
    const place = { origin: route.origin, property: `${matchProperty(route)}.hosts` };
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    return [
      ...route.hosts.flatMap((host) => checkHost(describeHost(host), place, host.kind === 'suffix' ? host.value.replace(/^\./, '') : host.value)),
      ...(twice === undefined ? [] : [finding('MESH102', { ...place, value: twice }, `route '${route.name}' names host '${twice}' twice`, 'name it once')]),
    ];
  },
};

function checkHost(written: string, place: Place, name = written): readonly Diagnostic[] {
  if (NAME.test(name) && (written === name || written === `*.${name}`)) return [];
  return [finding('MESH210', { ...place, value: written }, `'${written}' is not a host name without scheme and port`, "write a name such as 'api.example.com', or '*.example.com' for every name below")];
}
