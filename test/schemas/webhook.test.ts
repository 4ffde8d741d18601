import { schemaViolations } from './check-schema';
import { frozenChanges, quotaViolations, RULES, webhookViolations } from './webhook';
import { judged } from './webhook/rule';
import { copyOf, SHOP, spoil, withMore } from './webhook/shop';
import { selects, World } from './webhook/world';
import type { KubeObject } from '../../lib/kube/object';

const HTTP = 'spec.httpRoute';
const FIRST = 'spec.routes.0.httpRoute';
const LISTENER = 'spec.listeners.0';
const both = { exact: 'a', prefix: 'a' };
const backwards = { range: { start: 9, end: 9 } };

/** For every rule a cluster that breaks it. */
const BROKEN: { readonly [says: string]: KubeObject[] } = {
  // membership
  'meshRef is never written': spoil('VirtualNode products-v1', 'spec.meshRef', { name: 'shop', uid: '1' }),
  'virtualGatewayRef is never written': spoil('GatewayRoute products', 'spec.virtualGatewayRef', { name: 'edge', uid: '1' }),
  'exactly one mesh selects the namespace of an object': withMore(copyOf('Mesh shop', 'second')),
  'exactly one gateway takes a gateway route': spoil('GatewayRoute products', 'metadata.labels', { gateway: 'other' }),
  'a gateway route and its gateway are in one mesh': [
    ...spoil('VirtualGateway edge', 'spec.namespaceSelector', {}),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: { mesh: 'other' } } },
    { ...copyOf('Mesh shop', 'other'), spec: { namespaceSelector: { matchLabels: { mesh: 'other' } } } },
    { ...copyOf('GatewayRoute products', 'stray'), metadata: { name: 'stray', namespace: 'other', labels: { gateway: 'edge' } } },
  ],
  'no pod belongs to two nodes or gateways': spoil('VirtualNode products-v2', 'spec.podSelector', {}),
  'pods that must get a proxy belong to a node or gateway': spoil('Deployment products-v1', 'spec.template.metadata.labels', { app: 'unknown' }),
  'pods of a gateway have a container named envoy': spoil('Deployment edge', 'spec.template.spec.containers.0.name', 'proxy'),
  'a backend is a service of the same mesh': spoil('VirtualNode products-v1', 'spec.backends.0.virtualService.virtualServiceRef.name', 'catalogue'),
  'a member of a backend group is a service of the same mesh': spoil('BackendGroup all', 'spec.virtualservices.0.name', 'catalogue'),
  'a backend group of a node exists': spoil('VirtualNode products-v1', 'spec.backendGroups.0.name', 'every'),
  'a node that provides a service is of the same mesh': spoil('VirtualService catalog', 'spec.provider.virtualNode.virtualNodeRef.name', 'catalogue'),
  'a router that provides a service is of the same mesh': spoil('VirtualService products', 'spec.provider.virtualRouter.virtualRouterRef.name', 'product'),
  'a weighted target is a node of the same mesh': spoil('VirtualRouter products', `${FIRST}.action.weightedTargets.1.virtualNodeRef.name`, 'products-v3'),
  'the target of a gateway route is a service of the same mesh': spoil('GatewayRoute products', `${HTTP}.action.target.virtualService.virtualServiceRef.namespace`, 'other'),

  // webhook
  'a gateway route has exactly one type': spoil('GatewayRoute products', 'spec.http2Route', (copyOf('GatewayRoute about', 'x').spec as any).httpRoute),
  'a gateway match names prefix, path or host': spoil('GatewayRoute about', `${HTTP}.match`, { port: 8080 }),
  'a gateway match has prefix or path, not both': spoil('GatewayRoute products', `${HTTP}.match.path`, { exact: '/products' }),
  'a path at the gateway is exact or regex': spoil('GatewayRoute about', `${HTTP}.match.path.regex`, '/about'),
  'a host is exact or a suffix': spoil('GatewayRoute products', `${HTTP}.match.hostname`, {}),
  'a header condition at the gateway is one': spoil('GatewayRoute products', `${HTTP}.match.headers.0.match`, {}),
  'a header range at the gateway is ordered': spoil('GatewayRoute products', `${HTTP}.match.headers.0.match`, backwards),
  'a query condition at the gateway is exact': spoil('GatewayRoute products', `${HTTP}.match.queryParameters.0.match`, {}),
  'a gRPC gateway match names service or host': spoil('GatewayRoute catalog', 'spec.grpcRoute.match.serviceName', undefined),
  'a metadata condition at the gateway is one': spoil('GatewayRoute catalog', 'spec.grpcRoute.match.metadata.0.match', {}),
  'a metadata range at the gateway is ordered': spoil('GatewayRoute catalog', 'spec.grpcRoute.match.metadata.0.match', backwards),
  'a rewrite changes prefix, path or host': spoil('GatewayRoute products', `${HTTP}.action.rewrite`, {}),
  'a rewrite changes prefix or path, not both': spoil('GatewayRoute products', `${HTTP}.action.rewrite.path`, { exact: '/' }),
  'a prefix rewrite is the default or a value': spoil('GatewayRoute products', `${HTTP}.action.rewrite.prefix.defaultPrefix`, 'DISABLED'),
  'a rewritten prefix starts and ends with a slash': spoil('GatewayRoute products', `${HTTP}.action.rewrite.prefix.value`, '/v2'),
  'a prefix rewrite goes with a prefix match': spoil('GatewayRoute about', `${HTTP}.action.rewrite`, { prefix: { value: '/' } }),
  'a gRPC rewrite names the host': spoil('GatewayRoute catalog', 'spec.grpcRoute.action.rewrite', {}),
  'a prefix at the gateway starts with a slash': spoil('GatewayRoute products', `${HTTP}.match.prefix`, 'products/'),
  'a listener has one flavour of connection pool': spoil('VirtualNode products-v1', `${LISTENER}.connectionPool.grpc`, { maxRequests: 1 }),
  'a node with listeners has a discovery': spoil('VirtualNode products-v1', 'spec.serviceDiscovery', undefined),
  'no backend is declared twice': spoil('VirtualNode products-v1', 'spec.backends.1', { virtualService: { virtualServiceRef: { name: 'catalog', namespace: 'shop' } } }),
  'route names of a router are unique': spoil('VirtualRouter products', 'spec.routes.1.name', 'experiment'),
  'a route of a router has exactly one type': spoil('VirtualRouter products', FIRST, undefined),
  'a route match has a prefix or a path': spoil('VirtualRouter products', `${FIRST}.match.prefix`, undefined),
  'a path at a router is exact or regex': spoil('VirtualRouter products', 'spec.routes.1.httpRoute.match.path', {}),
  'a header condition at a router is one': spoil('VirtualRouter products', `${FIRST}.match.headers.1.match`, both),
  'a header range at a router is ordered': spoil('VirtualRouter products', `${FIRST}.match.headers.1.match`, backwards),
  'a query condition at a router is exact': spoil('VirtualRouter products', `${FIRST}.match.queryParameters.0.match`, {}),
  'a metadata condition at a router is one': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match.metadata.0.match', both),
  'a metadata range at a router is ordered': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match.metadata.0.match', backwards),
  'a prefix at a router starts with a slash': spoil('VirtualRouter products', `${FIRST}.match.prefix`, 'api'),
  'a weighted target is one node': spoil('VirtualRouter products', `${FIRST}.action.weightedTargets.0.virtualNodeARN`, 'arn:aws:appmesh:x'),

  // API: names and numbers
  'the name in AWS has letters, digits, hyphen and underscore': spoil('VirtualNode catalog', 'metadata.name', 'catalog.v1'),
  'the name of a service in AWS may have dots too': spoil('VirtualService catalog', 'spec.awsName', 'catalog/v1'),
  'a route name is a name in AWS': spoil('VirtualRouter products', 'spec.routes.0.name', 'a/b test'),
  'an exact path starts with a slash and is not reserved': spoil('GatewayRoute about', `${HTTP}.match.path.exact`, 'about'),
  'an exact path of a route starts with a slash and is not reserved': spoil('VirtualRouter products', 'spec.routes.1.httpRoute.match.path.exact', '/aws-appmesh/x'),
  'a prefix of a route is not reserved': spoil('VirtualRouter products', `${FIRST}.match.prefix`, '/aws-app-mesh'),
  'a prefix of a gateway route is not reserved': spoil('GatewayRoute products', `${HTTP}.match.prefix`, '/aws-appmesh/'),
  'an exact rewrite starts with a slash': spoil('GatewayRoute about', `${HTTP}.action.rewrite.path.exact`, 'v1'),
  'a gRPC service is not reserved': spoil('GatewayRoute catalog', 'spec.grpcRoute.match.serviceName', 'aws.app-mesh.X'),
  'a gRPC service of a route is not reserved': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match.serviceName', 'aws.appmesh.X'),
  'a prefix that gets another value ends with a slash': spoil('GatewayRoute products', `${HTTP}.match.prefix`, '/products'),
  'a port of a gateway match is a port': spoil('GatewayRoute products', `${HTTP}.match.port`, 0),
  'a port of a gateway target is a port': spoil('GatewayRoute products', `${HTTP}.action.target.port`, 0),
  'a port of a route match is a port': spoil('VirtualRouter products', `${FIRST}.match.port`, 0),
  'a port of a weighted target is a port': spoil('VirtualRouter products', `${FIRST}.action.weightedTargets.0.port`, 0),
  'weights of a route sum up to at most 100 and more than 0': spoil('VirtualRouter products', `${FIRST}.action.weightedTargets.1.weight`, 6),
  'a text format has at most 1000 characters': spoil('VirtualNode products-v1', 'spec.logging.accessLog.file.format.text', 'x'.repeat(1001)),
  'keys and values of a JSON format have at most 100 characters': spoil('VirtualNode products-v2', 'spec.logging.accessLog.file.format.json.0.value', 'x'.repeat(101)),
  'an alternative name has 1 to 254 characters':
    spoil('VirtualGateway edge', 'spec.backendDefaults.clientPolicy.tls.validation.subjectAlternativeNames.match.exact.0', 'x'.repeat(255)),
  'an attribute of Cloud Map is printable ASCII': spoil('VirtualNode products-v2', 'spec.serviceDiscovery.awsCloudMap.attributes.0.value', 'é'),
  'the owner of a mesh is an account': spoil('Mesh shop', 'spec.meshOwner', '12345'),

  // API: unions and agreement
  'a service has one provider': spoil('VirtualService products', 'spec.provider', {}),
  'a provider node is one': spoil('VirtualService catalog', 'spec.provider.virtualNode.virtualNodeARN', 'arn:aws:appmesh:x'),
  'a provider router is one': spoil('VirtualService products', 'spec.provider.virtualRouter.virtualRouterARN', 'arn:aws:appmesh:x'),
  'a node has one discovery': spoil('VirtualNode products-v2', 'spec.serviceDiscovery.dns', { hostname: 'products' }),
  'a backend is one service': spoil('VirtualNode products-v1', 'spec.backends.0.virtualService.virtualServiceARN', 'arn:aws:appmesh:x'),
  'a gateway target is one service': spoil('GatewayRoute products', `${HTTP}.action.target.virtualService.virtualServiceARN`, 'arn:aws:appmesh:x'),
  'a listener has one certificate': spoil('VirtualGateway edge', `${LISTENER}.tls.certificate.sds`, { secretName: 'x' }),
  'a listener trusts one source, never ACM': spoil('VirtualGateway edge', `${LISTENER}.tls.validation.trust`, { acm: { certificateAuthorityARNs: ['arn:aws:acm-pca:x'] } }),
  'a client presents one certificate': spoil('VirtualNode products-v1', 'spec.backendDefaults.clientPolicy.tls.certificate', {}),
  'a client trusts one source': spoil('VirtualNode products-v1', 'spec.backendDefaults.clientPolicy.tls.validation.trust.sds', { secretName: 'x' }),
  'a client presents one certificate to a backend': spoil('VirtualNode products-v1', 'spec.backends.0.virtualService.clientPolicy.tls.certificate', {}),
  'a client trusts one source for a backend': spoil('VirtualNode products-v1', 'spec.backends.0.virtualService.clientPolicy.tls.validation.trust', {}),
  'a listener has one flavour of timeout': spoil('VirtualNode products-v1', `${LISTENER}.timeout`, {}),
  'a log format is text or JSON': spoil('VirtualNode products-v1', 'spec.logging.accessLog.file.format', {}),
  'a retry policy lists an event': spoil('VirtualRouter products', `${FIRST}.retryPolicy.httpRetryEvents`, undefined),
  'a gRPC method goes with a service': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match.serviceName', undefined),
  'a gRPC route has a condition': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match', {}),
  'a gateway has a listener': spoil('VirtualGateway edge', 'spec.listeners', []),
  'listeners have different ports': spoil('VirtualNode catalog', 'spec.listeners.1.portMapping.port', 8080),
  'a pool speaks the protocol of its listener': spoil('VirtualNode products-v1', `${LISTENER}.connectionPool`, { http2: { maxRequests: 1 } }),
  'a timeout speaks the protocol of its listener': spoil('VirtualNode products-v1', `${LISTENER}.timeout`, { tcp: {} }),
  'a health check of a gateway says what healthy is': spoil('VirtualGateway edge', `${LISTENER}.healthCheck.healthyThreshold`, undefined),
  'a health check asks a port that is listened on': spoil('VirtualNode products-v1', `${LISTENER}.healthCheck.port`, 8081),
  'a route of a router has the protocol of a listener': spoil('VirtualRouter products', `${LISTENER}.portMapping.protocol`, 'tcp'),
  'a target speaks the protocol of its router': spoil('VirtualNode products-v2', `${LISTENER}.portMapping.protocol`, 'tcp'),
  'with several listeners every route of a router names its port': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.match.port', undefined),
  'with several listeners every gateway route names its port': spoil('GatewayRoute about', `${HTTP}.match.port`, undefined),
  'a target with several listeners is named with its port': spoil('VirtualRouter catalog', 'spec.routes.0.grpcRoute.action.weightedTargets.0.port', undefined),
  'a service with several listeners is named with its port': spoil('GatewayRoute catalog', 'spec.grpcRoute.action.target.port', undefined),
  'a gateway route has the protocol of a listener of its gateway': spoil('VirtualGateway edge', 'spec.listeners.1.portMapping.protocol', 'http2'),
};

/** Rules against a field: a good cluster does not have it. */
const FORBIDDEN = new Set(['meshRef is never written', 'virtualGatewayRef is never written']);

describe('the rules beyond the schema', () => {
  test('have one broken cluster each', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(RULES.map(rule => rule.says).sort());
  });

  test('find nothing in a good cluster, which also passes the schema', () => {
    expect(schemaViolations(SHOP)).toEqual([]);
    expect(webhookViolations(SHOP)).toEqual([]);
  });

  test.each(RULES.filter(rule => !FORBIDDEN.has(rule.says)))('judge something in the good cluster: $says', rule => {
    expect(judged(rule, new World(SHOP)).length).toBeGreaterThan(0);
  });

  test.each(Object.keys(BROKEN))('are broken: %s', says => {
    const violations = webhookViolations(BROKEN[says]);

    expect(violations.map(violation => violation.says)).toContain(says);
  });

  test('say where and why', () => {
    expect(webhookViolations(BROKEN['a port of a weighted target is a port'])).toContainEqual({
      says: 'a port of a weighted target is a port',
      object: 'appmesh.k8s.aws/VirtualRouter shop/products',
      at: 'spec.routes[0].httpRoute.action.weightedTargets[0].port',
      why: 'not 1 to 65535',
    });
  });

  test('judge entries behind a range and behind a header, where the webhook stops looking', () => {
    const hidden = spoil('GatewayRoute products', `${HTTP}.match.headers.1`, { name: 'x-late', match: {} });

    expect(webhookViolations(hidden).map(violation => violation.at)).toEqual(['spec.httpRoute.match.headers[1].match']);
  });
});

describe('pods and proxies', () => {
  const unmatched = (annotation: string) => spoil('Deployment products-v1', 'spec.template.metadata', {
    labels: { app: 'unknown' }, annotations: { 'appmesh.k8s.aws/sidecarInjectorWebhook': annotation },
  });

  test('are left alone where the pods switch injection off', () => {
    expect(webhookViolations(unmatched('disabled'))).toEqual([]);
  });

  test('are admitted without proxy where the annotation is another word', () => {
    expect(webhookViolations(unmatched('if-matched'))).toEqual([]);
  });

  test('are not looked at in a namespace without the label of the webhook', () => {
    const world = spoil('Namespace shop', 'metadata.labels', { mesh: 'shop' })
      .map(object => object.kind === 'VirtualNode' ? { ...object, spec: { ...(object.spec as object), podSelector: {} } } : object);

    expect(webhookViolations(world)).toEqual([]);
  });

  test('are found behind the template of a cron job', () => {
    const job: KubeObject = {
      apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'night', namespace: 'shop' },
      spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { metadata: { labels: { app: 'night' } }, spec: { containers: [] } } } } },
    };

    expect(webhookViolations(withMore(job)).map(violation => violation.says)).toEqual(['pods that must get a proxy belong to a node or gateway']);
  });
});

test('a selector takes what all of its requirements take, and everything if it has none', () => {
  const labels = { app: 'shop', tier: 'edge' };

  expect(selects({}, labels)).toBe(true);
  expect(selects({ matchExpressions: [{ key: 'app', operator: 'In', values: ['shop'] }, { key: 'tier', operator: 'Exists' }] }, labels)).toBe(true);
  expect(selects({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['shop'] }] }, labels)).toBe(false);
  expect(selects({ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }, { key: 'zone', operator: 'DoesNotExist' }] }, labels)).toBe(true);
});

describe('updates', () => {
  test('may change weights', () => {
    const flipped = spoil('VirtualRouter products', `${FIRST}.action.weightedTargets.0.weight`, 0);

    expect(frozenChanges(SHOP, flipped)).toEqual([]);
  });

  test('may set Cloud Map later', () => {
    const discovered = spoil('VirtualNode products-v1', 'spec.serviceDiscovery', { awsCloudMap: { namespaceName: 'a', serviceName: 'b' } });

    expect(frozenChanges(SHOP, discovered)).toEqual([]);
  });

  test.each([
    ['VirtualService products', 'spec.awsName', 'products.local', 'appmesh.k8s.aws/VirtualService shop/products spec.awsName'],
    ['VirtualNode products-v2', 'spec.serviceDiscovery.awsCloudMap.serviceName', 'x', 'appmesh.k8s.aws/VirtualNode shop/products-v2 spec.serviceDiscovery.awsCloudMap'],
    ['VirtualNode catalog', 'spec.meshRef', { name: 'shop', uid: '1' }, 'appmesh.k8s.aws/VirtualNode shop/catalog spec.meshRef'],
    ['GatewayRoute about', 'spec.virtualGatewayRef', { name: 'edge', uid: '1' }, 'appmesh.k8s.aws/GatewayRoute shop/about spec.virtualGatewayRef'],
  ])('may not change %s %s', (object, path, value, expected) => {
    expect(frozenChanges(SHOP, spoil(object, path, value))).toEqual([expected]);
  });
});

describe('quotas', () => {
  test('hold in a small cluster', () => {
    expect(quotaViolations(SHOP)).toEqual([]);
  });

  test('count the members of a mesh and the routes of a gateway', () => {
    const routes = Array.from({ length: 8 }, (_, i) => copyOf('GatewayRoute about', `about-${i}`));
    const gateways = Array.from({ length: 3 }, (_, i) => copyOf('VirtualGateway edge', `edge-${i}`));

    expect(quotaViolations(withMore(...routes)).map(violation => violation.says)).toEqual(['a gateway has at most 10 routes']);
    expect(quotaViolations(withMore(...gateways)).map(violation => violation.why)).toEqual(['4, at most 3']);
  });

  test('count the routes of a router and the backends of a node', () => {
    const route = { name: 'x', httpRoute: {} };

    expect(quotaViolations(spoil('VirtualRouter products', 'spec.routes', Array(51).fill(route))).map(v => v.why)).toEqual(['51, at most 50']);
    expect(quotaViolations(spoil('VirtualNode products-v1', 'spec.backends', Array(51).fill({}))).map(v => v.why)).toEqual(['51, at most 50']);
  });
});
