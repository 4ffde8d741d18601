/** What leaves the mesh, in programs as users write them. */
import { App, aws_iam as iam, aws_s3 as s3, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { objectOf, objectsOf } from './manifests';
import { existingCluster, modelOf, program, version } from './program';
import { Egress, ExternalService, GatewayListener, Mesh, MeshGateway, MeshProvider, MeshService, Protocol, RouteMatch, TlsCertificate, TlsTrust, type MeshProps } from '../../lib';
import { Simulator } from '../../lib/simulator';

const istio = (props: Partial<MeshProps> = {}) => program({ provider: MeshProvider.istio(), ...props });
const single = (mesh: Mesh, id: string) => new MeshService(mesh, id, { port: 8080, versions: [version('v1')] });
const hostsOf = (stack: Stack, name: string): readonly string[] => objectOf(stack, 'Sidecar', `${name}-v1`).spec.egress[0].hosts;

describe('rights in AWS', () => {
  test('let pods out to the services that they are for, and to no others', () => {
    const { stack, mesh } = istio();
    const images = single(mesh, 'Images');
    single(mesh, 'Orders');

    new s3.Bucket(stack, 'Bucket').grantRead(images);

    expect(hostsOf(stack, 'images')).toEqual(expect.arrayContaining([
      'shop/s3.eu-west-1.amazonaws.com', 'shop/*.s3.eu-west-1.amazonaws.com', 'shop/sts.eu-west-1.amazonaws.com', 'shop/pod-identity-agent.eks.internal',
    ]));
    expect(hostsOf(stack, 'images').filter((host) => host.includes('sqs'))).toEqual([]);
    expect(hostsOf(stack, 'orders').filter((host) => host.includes('amazonaws'))).toEqual([]);
    expect(objectOf(stack, 'ServiceEntry', 'images-aws').spec).toMatchObject({ exportTo: ['.'], resolution: 'NONE', ports: [{ number: 443, protocol: 'TLS' }] });
    expect(objectOf(stack, 'ServiceEntry', 'images-aws-credentials').spec).toMatchObject({ addresses: ['169.254.170.23', 'fd00:ec2::23'], ports: [{ number: 80, protocol: 'TCP' }] });
  });

  test('reach the regions that their resources name, too', () => {
    const { stack, mesh } = istio();
    const images = single(mesh, 'Images');

    sqs.Queue.fromQueueArn(stack, 'Jobs', 'arn:aws:sqs:us-east-1:111122223333:jobs').grantConsumeMessages(images);
    images.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['KMS:Decrypt'], resources: ['*'] }));

    expect(hostsOf(stack, 'images')).toEqual(expect.arrayContaining(['shop/sqs.us-east-1.amazonaws.com', 'shop/sqs.eu-west-1.amazonaws.com', 'shop/kms.eu-west-1.amazonaws.com']));
    expect(hostsOf(stack, 'images')).not.toContain('shop/kms.us-east-1.amazonaws.com');
  });

  test('that only a policy of a resource gives let pods ask for credentials', () => {
    const { stack, mesh } = istio();
    const images = single(mesh, 'Images');

    new s3.Bucket(stack, 'Bucket').addToResourcePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], principals: [images.grantPrincipal], resources: ['*'] }));
    Template.fromStack(stack);

    expect(hostsOf(stack, 'images')).toContain('shop/sts.eu-west-1.amazonaws.com');
  });

  test('hold where region and partition are known only at deployment', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', meshName: 'shop', provider: MeshProvider.istio() });
    new s3.Bucket(stack, 'Bucket').grantRead(single(mesh, 'Images'));

    expect(hostsOf(stack, 'images')).toEqual(expect.arrayContaining([
      'shop/s3.<AWS::Region>.<AWS::URLSuffix>', 'shop/*.s3.<AWS::Region>.<AWS::URLSuffix>', 'shop/sts.<AWS::Region>.api.aws', 'shop/sts.<AWS::Region>.api.amazonwebservices.com.cn',
    ]));
  });

  test('that are denied, or that name no host of https, let nothing out', () => {
    const { stack, mesh } = istio();
    const images = single(mesh, 'Images');
    images.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['sqs:*'], resources: ['*'] }));
    images.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['rds-db:connect'], resources: ['*'] }));

    expect(hostsOf(stack, 'images').filter((host) => /sqs|rds/.test(host))).toEqual([]);
    expect(JSON.stringify(mesh.node.metadata) + JSON.stringify(images.node.metadata)).toContain("service 'shop/images' has rights of 'rds-db' in AWS");
  });

  test('are known to the simulator', () => {
    const { stack, mesh } = istio();
    new s3.Bucket(stack, 'Bucket').grantRead(single(mesh, 'Images'));

    const simulator = new Simulator(modelOf(mesh));
    const reach = (host: string, scheme: 'http' | 'https' = 'https') => simulator.decide(simulator.serviceEntry('images'), { path: '/', host, scheme }).branches[0]!.ending.kind;

    expect(reach('s3.eu-west-1.amazonaws.com')).toBe('outside');
    expect(reach('169.254.170.23', 'http')).toBe('outside');
    expect(reach('sqs.eu-west-1.amazonaws.com')).toBe('blocked');
    expect(reach('169.254.169.254', 'http')).toBe('blocked');
  });
});

describe('hosts outside', () => {
  test('speak TLS on port 443 where nothing is said, and are known by their names', () => {
    const { stack, mesh } = istio();
    new ExternalService(mesh, 'Cards', { host: 'api.cards.com' });
    new ExternalService(mesh, 'Ledger', { host: 'ledger.example.com', port: 5432, addresses: ['203.0.113.10'] });
    new ExternalService(mesh, 'Legacy', { host: 'legacy.example.com', port: 80, targetPort: 8080, protocol: Protocol.HTTP });

    expect(objectOf(stack, 'ServiceEntry', 'cards').spec).toEqual({
      hosts: ['api.cards.com'], exportTo: ['.'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }],
    });
    expect(objectOf(stack, 'ServiceEntry', 'ledger').spec).toMatchObject({ addresses: ['203.0.113.10'], resolution: 'NONE', ports: [{ number: 5432, protocol: 'TCP' }] });
    expect(objectOf(stack, 'ServiceEntry', 'legacy').spec).toMatchObject({ resolution: 'DNS', ports: [{ number: 80, protocol: 'HTTP', targetPort: 8080 }] });
  });

  test('are reached by wildcard and by address in the simulator', () => {
    const { mesh } = istio();
    const calls = [new ExternalService(mesh, 'Apis', { host: '*.example.com' }), new ExternalService(mesh, 'Ledger', { host: 'ledger.bank.com', port: 5432, addresses: ['203.0.113.0/24'] })];
    new MeshService(mesh, 'Web', { port: 8080, versions: [version('v1')], calls });

    const simulator = new Simulator(modelOf(mesh));
    const reached = (host: string) => simulator.decide(simulator.serviceEntry('web'), { path: '/', host }).branches.map(({ service, ending }) => service?.id ?? ending.kind);

    expect([reached('api.example.com'), reached('203.0.113.9'), reached('example.com'), reached('203.0.114.9')]).toEqual([['shop/apis'], ['shop/ledger'], ['blocked'], ['blocked']]);
  });

  test('leave the control plane as it is: other programs share it', () => {
    const { stack } = istio();

    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('REGISTRY_ONLY');
  });
});

describe('TLS to hosts outside', () => {
  const trust = TlsTrust.fromSecret('authorities');
  const bank = (mesh: Mesh) => new ExternalService(mesh, 'Bank', { host: 'api.bank.com', protocol: Protocol.HTTP });
  const warningsOf = (app: App) => JSON.stringify(app.synth().getStackArtifact('Shop').messages.map(({ entry }) => entry.data));

  test('of one call is a rule of the calling pods, whose proxies read the Secret', () => {
    const { app, stack, mesh } = istio();
    const orders = single(mesh, 'Orders');

    orders.addCall(bank(mesh), { tls: { validation: { trust } } });

    expect(objectOf(stack, 'DestinationRule', 'orders-to-bank').spec).toEqual({
      host: 'api.bank.com', exportTo: ['.'], workloadSelector: { matchLabels: { 'mesh.cdk-eks-mesh.dev/service': 'orders' } },
      trafficPolicy: { tls: { mode: 'SIMPLE', caCertificates: '/certs/authorities/ca.crt', subjectAltNames: ['api.bank.com'], sni: 'api.bank.com' } },
    });
    const { annotations } = objectOf(stack, 'Deployment', 'orders-v1').spec.template.metadata;
    expect(annotations['sidecar.istio.io/userVolume']).toContain('"secretName":"authorities"');
    expect(annotations['sidecar.istio.io/userVolumeMount']).toContain('"mountPath":"/certs/authorities"');
    expect(warningsOf(app)).not.toContain('mutual TLS');
  });

  test('presents a certificate where the program gives one, and checks the names that it gives', () => {
    const { stack, mesh } = istio();
    new MeshService(mesh, 'Orders', {
      port: 8080, versions: [version('v1')], calls: [bank(mesh)],
      clientTls: { certificate: TlsCertificate.fromSecret('client'), validation: { trust, subjectAltNames: ['bank.internal'] } },
    });

    expect(objectOf(stack, 'DestinationRule', 'orders-to-bank').spec.trafficPolicy.tls).toEqual({
      mode: 'MUTUAL', clientCertificate: '/certs/client/tls.crt', privateKey: '/certs/client/tls.key', caCertificates: '/certs/authorities/ca.crt', subjectAltNames: ['bank.internal'], sni: 'api.bank.com',
    });
  });

  test('of a gateway is a rule of its pods', () => {
    const { stack, mesh } = istio();
    const gateway = new MeshGateway(mesh, 'Gateway', { listeners: [GatewayListener.http({ port: 80 })], clientTls: { validation: { trust } } });
    gateway.addRoute('Bank', { match: RouteMatch.any(), to: bank(mesh) });

    expect(objectOf(stack, 'DestinationRule', 'gateway-to-bank').spec).toMatchObject({
      host: 'api.bank.com', workloadSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'gateway' } }, trafficPolicy: { tls: { mode: 'SIMPLE' } },
    });
    expect(objectOf(stack, 'ConfigMap', 'gateway-gateway').data.deployment).toContain('"secretName":"authorities"');
  });

  test.each([
    ['authorities of a private CA', { validation: { trust: TlsTrust.fromAcmPca('arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1') } }, 'MESH401'],
    ['an agent', { validation: { trust: TlsTrust.fromSds('spiffe://example.org') } }, 'MESH401'],
  ])('by %s is an error on Istio', (_, tls, code) => {
    const { app, mesh } = istio();
    single(mesh, 'Orders').addCall(bank(mesh), { tls });

    expect(() => app.synth()).toThrow(code);
  });

  test('that is not enforced is plain text on Istio, of which a warning tells', () => {
    const { app, stack, mesh } = istio();
    single(mesh, 'Orders').addCall(bank(mesh), { tls: { enforce: false, validation: { trust } } });

    expect(warningsOf(app)).toContain('plain text to hosts outside of the mesh');
    expect(objectsOf(stack).filter(({ kind }) => kind === 'DestinationRule')).toEqual([]);
  });

  test('of nameless hosts is an error where everything is let out', () => {
    const { app, mesh } = istio({ egress: Egress.ANY });
    single(mesh, 'Orders').addCall(new ExternalService(mesh, 'Cache', { host: 'cache.example.com', port: 6379 }), { tls: { validation: { trust } } });

    expect(() => app.synth()).toThrow("MESH401 proxies would speak TLS to every host on port 6379: plain TCP to 'shop/cache' (cache.example.com) bears no name");
  });

  test('does not wrap the TLS of pods on App Mesh', () => {
    const { stack, mesh } = program({ clientTls: { validation: { trust } } });
    const catalog = single(mesh, 'Catalog');
    new MeshService(mesh, 'Orders', { port: 8080, versions: [version('v1')], calls: [catalog, new ExternalService(mesh, 'Cards', { host: 'api.cards.com' })] });

    const { backends, backendDefaults } = objectOf(stack, 'VirtualNode', 'orders-v1').spec;

    expect(backendDefaults).toBeUndefined();
    expect(backends.map(({ virtualService }: { virtualService: { clientPolicy?: object } }) => virtualService.clientPolicy !== undefined)).toEqual([true, false]);
  });

  test('a host outside has a route on App Mesh', () => {
    const { stack, mesh } = program();
    new ExternalService(mesh, 'Cards', { host: 'api.cards.com' });

    expect(objectOf(stack, 'VirtualRouter', 'cards').spec).toMatchObject({ listeners: [{ portMapping: { port: 443, protocol: 'tcp' } }], routes: [{ name: 'all', tcpRoute: {} }] });
  });
});
