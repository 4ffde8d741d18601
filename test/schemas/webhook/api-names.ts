/** Names, texts and numbers that the CRDs let through and the App Mesh API refuses. */
import { holds, type Json, type Rule } from './rule';

const HTTP = 'httpRoute|http2Route';
const NAMED = ['Mesh', 'VirtualNode', 'VirtualRouter', 'VirtualGateway', 'GatewayRoute'];
const RESERVED_PATH = /^\/?aws-app-?mesh/;
const RESERVED_SERVICE = /^aws\.app-?mesh/;

const isName = (name: string, allowed: RegExp) => allowed.test(name) ? undefined : `'${name}' has other characters, or is not 1 to 255 long`;
const PLAIN = /^[\w-]{1,255}$/;
const DOTTED = /^[\w.-]{1,255}$/;

/** The name that the controller gives where none is written. */
function apiName(object: Json): string {
  const { name, namespace } = object.metadata;
  if (object.spec?.awsName !== undefined) return object.spec.awsName;
  if (object.kind === 'Mesh') return name;
  return object.kind === 'VirtualService' ? `${name}.${namespace}` : `${name}_${namespace}`;
}

const isPath = (path: string) => {
  if (!path.startsWith('/')) return `'${path}' does not start with a slash`;
  return RESERVED_PATH.test(path) ? `'${path}' is reserved` : undefined;
};
const isPort = holds((port: number) => port >= 1 && port <= 65535, 'not 1 to 65535');
const lengthAtMost = (limit: number) => (text: string) => text.length <= limit ? undefined : `${text.length} characters, at most ${limit}`;

/** Rules of the API on single values. */
export const API_NAMES: readonly Rule[] = [
  { says: 'the name in AWS has letters, digits, hyphen and underscore', kinds: NAMED, path: '', judge: object => isName(apiName(object), PLAIN) },
  { says: 'the name of a service in AWS may have dots too', kinds: ['VirtualService'], path: '', judge: object => isName(apiName(object), DOTTED) },
  { says: 'a route name is a name in AWS', kinds: ['VirtualRouter'], path: 'spec.routes[].name', judge: name => isName(name, PLAIN) },
  { says: 'an exact path starts with a slash and is not reserved', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.path.exact`, judge: isPath },
  { says: 'an exact path of a route starts with a slash and is not reserved', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.path.exact`, judge: isPath },
  { says: 'a prefix of a route is not reserved', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}.match.prefix`, judge: isPath },
  { says: 'a prefix of a gateway route is not reserved', kinds: ['GatewayRoute'], path: `spec.${HTTP}.match.prefix`, judge: isPath },
  { says: 'an exact rewrite starts with a slash', kinds: ['GatewayRoute'], path: `spec.${HTTP}.action.rewrite.path.exact`, judge: isPath },
  {
    says: 'a gRPC service is not reserved',
    kinds: ['GatewayRoute'],
    path: 'spec.grpcRoute.match.serviceName',
    judge: holds((name: string) => !RESERVED_SERVICE.test(name), 'reserved'),
  },
  {
    says: 'a gRPC service of a route is not reserved',
    kinds: ['VirtualRouter'],
    path: 'spec.routes[].grpcRoute.match.serviceName',
    judge: holds((name: string) => !RESERVED_SERVICE.test(name), 'reserved'),
  },
  {
    says: 'a prefix that gets another value ends with a slash',
    kinds: ['GatewayRoute'],
    path: `spec.${HTTP}`,
    judge: holds((route: Json) => route.action.rewrite?.prefix?.value === undefined || (route.match.prefix ?? '/').endsWith('/'), 'match.prefix has no final slash'),
  },
  { says: 'a port of a gateway match is a port', kinds: ['GatewayRoute'], path: `spec.${HTTP}|grpcRoute.match.port`, judge: isPort },
  { says: 'a port of a gateway target is a port', kinds: ['GatewayRoute'], path: `spec.${HTTP}|grpcRoute.action.target.port`, judge: isPort },
  { says: 'a port of a route match is a port', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}|grpcRoute|tcpRoute.match.port`, judge: isPort },
  { says: 'a port of a weighted target is a port', kinds: ['VirtualRouter'], path: `spec.routes[].${HTTP}|grpcRoute|tcpRoute.action.weightedTargets[].port`, judge: isPort },
  {
    says: 'weights of a route sum up to at most 100 and more than 0',
    kinds: ['VirtualRouter'],
    path: `spec.routes[].${HTTP}|grpcRoute|tcpRoute.action.weightedTargets`,
    judge: (targets: Json[]) => {
      const sum = targets.reduce((total, target) => total + (target.weight as number), 0);
      return sum > 0 && sum <= 100 ? undefined : `the sum is ${sum}`;
    },
  },
  { says: 'a text format has at most 1000 characters', kinds: ['VirtualNode', 'VirtualGateway'], path: 'spec.logging.accessLog.file.format.text', judge: lengthAtMost(1000) },
  {
    says: 'keys and values of a JSON format have at most 100 characters',
    kinds: ['VirtualNode', 'VirtualGateway'],
    path: 'spec.logging.accessLog.file.format.json[]',
    judge: ({ key, value }: { key: string; value: string }) => lengthAtMost(100)(key) ?? lengthAtMost(100)(value),
  },
  {
    says: 'an alternative name has 1 to 254 characters',
    kinds: ['VirtualNode', 'VirtualGateway'],
    path: 'spec.backendDefaults.clientPolicy.tls.validation.subjectAlternativeNames.match.exact[]',
    judge: (name: string) => name === '' ? 'empty' : lengthAtMost(254)(name),
  },
  {
    says: 'an attribute of Cloud Map is printable ASCII',
    kinds: ['VirtualNode'],
    path: 'spec.serviceDiscovery.awsCloudMap.attributes[]',
    judge: holds(({ key, value }: { key: string; value: string }) => /^[!-~]+$/.test(key) && /^[ -~]*$/.test(value), 'other characters'),
  },
  { says: 'the owner of a mesh is an account', kinds: ['Mesh'], path: 'spec.meshOwner', judge: holds((owner: string) => /^\d{12}$/.test(owner), 'not 12 digits') },
];
