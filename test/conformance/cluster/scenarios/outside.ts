/** Calls that leave the cluster: to AWS by rights, to declared hosts, and to nobody else. */
import { aws_s3 as s3 } from 'aws-cdk-lib';
import { late, version, type ShopParts } from './shop';
import { field, type Group, type Stage } from './stage';
import { ExternalService, MeshService, Protocol, TlsTrust, type ServiceVersion } from '../../../../lib';
import { REGION } from '../emulator/options';
import { HostsOutside, type OutsideServer } from '../hosts-outside';
import { get, type GetReport } from '../load';
import { kubectl } from '../node';

export const outside: Group = {
  name: 'calls to the outside',
  scenarios: [
    { name: 'rights in AWS reach STS, S3 and the agent of Pod Identity, and no other service of AWS', run: aws },
    { name: 'two hosts on one port reach each its own, by server name, by host and by address; an undeclared host is blocked', run: hosts },
    { name: 'a proxy speaks TLS to a host for its caller, and checks the certificate', meshes: ['istio'], run: originated },
  ],
};

const ONE = '10.200.0.11';
const OTHER = '10.200.0.12';
const AGENT = '169.254.170.23';

/** A service that calls what the scenario gives it; `lone` calls nothing. */
function buyer({ mesh }: ShopParts, calls: readonly ExternalService[] = []): MeshService {
  const pods = (): ServiceVersion[] => [version('v1', `shop/buyer:${late('1.0.0')}`, { replicas: 1 })];
  new MeshService(mesh, 'Lone', { port: 8080, versions: pods() });
  return new MeshService(mesh, 'Buyer', { port: 8080, versions: pods(), calls: [...calls] });
}

/** What a pod of a service gets from a URL. */
function from(service: string, url: string, { authority }: HostsOutside): GetReport {
  const pod = kubectl(['get', 'pods', '-n', 'shop', '-l', `mesh.cdk-eks-mesh.dev/service=${service}`, '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[0].metadata.name}']).trim();
  return get(url, 3, { from: { pod: `shop/${pod}`, container: 'app' }, roots: authority });
}

function reaches(stage: Stage, service: string, url: string, server: string, servers: HostsOutside): void {
  const { seen, last } = from(service, url, servers);
  stage.expect(Object.keys(seen).join() === `200 ${server}`, `${service} gets ${JSON.stringify(seen)} from ${url}, not ${server}: ${last.error ?? last.body.slice(0, 200)}`);
}

/** Without a proxy beside the pods nothing is blocked, as the notice of the program says. */
function isBlocked(stage: Stage, service: string, url: string, servers: HostsOutside): void {
  if (stage.mesh === 'envoy-gateway') return;
  const { seen, last } = from(service, url, servers);
  stage.expect(!Object.keys(seen).some((key) => key.startsWith('200')), `${service} reaches ${url}: ${last.body.slice(0, 200)}`);
}

async function withServers(servers: readonly OutsideServer[], names: Readonly<Record<string, string>>, action: (servers: HostsOutside) => Promise<void>): Promise<void> {
  const open = HostsOutside.open(servers, names);
  try {
    await action(open);
  } finally {
    open.close();
  }
}

async function aws(stage: Stage): Promise<void> {
  const granted = ['sts', 's3', 'images.s3'].map((name) => `${name}.${REGION}.amazonaws.com`);
  const other = `sqs.${REGION}.amazonaws.com`;
  const servers: OutsideServer[] = [{ name: 'aws', address: ONE, port: 443, tls: [...granted, other] }, { name: 'agent', address: AGENT, port: 80 }];
  await withServers(servers, Object.fromEntries([...granted, other].map((name) => [name, ONE])), async (open) => {
    await stage.begin({ checkout: false, more: (parts) => void s3.Bucket.fromBucketName(parts.stack, 'Images', 'images').grantRead(buyer(parts)) });
    for (const host of granted) {
      reaches(stage, 'buyer', `https://${host}/images`, 'aws', open);
      isBlocked(stage, 'lone', `https://${host}/images`, open);
    }
    isBlocked(stage, 'buyer', `https://${other}/`, open);
    reaches(stage, 'buyer', `http://${AGENT}/v1/credentials`, 'agent', open);
    isBlocked(stage, 'lone', `http://${AGENT}/v1/credentials`, open);
    // what else is at link-local addresses: the instance's own rights
    isBlocked(stage, 'buyer', 'http://169.254.169.254/latest/meta-data/', open);
  });
}

async function hosts(stage: Stage): Promise<void> {
  const tls = ['cards.example.com', 'mail.example.com', 'unknown.example.com'];
  const servers: OutsideServer[] = ([[ONE, 'one'], [OTHER, 'other']] as const).flatMap(([address, name]) => [
    { name: `${name}-tls`, address, port: 443, tls }, { name: `${name}-http`, address, port: 8090 }, { name: `${name}-tcp`, address, port: 5432 },
  ]);
  const names = {
    'cards.example.com': ONE, 'mail.example.com': OTHER, 'unknown.example.com': OTHER, 'news.example.com': ONE, 'weather.example.com': OTHER, 'orders.example.net': ONE, 'stock.example.net': OTHER,
  };
  const called = ({ mesh }: ShopParts): ExternalService[] => [
    new ExternalService(mesh, 'Cards', { host: 'cards.example.com' }), new ExternalService(mesh, 'Mail', { host: 'mail.example.com' }),
    new ExternalService(mesh, 'News', { host: 'news.example.com', port: 8090, protocol: Protocol.HTTP }), new ExternalService(mesh, 'Weather', { host: 'weather.example.com', port: 8090, protocol: Protocol.HTTP }),
    new ExternalService(mesh, 'Orders', { host: 'orders.example.net', port: 5432, addresses: [ONE] }), new ExternalService(mesh, 'Stock', { host: 'stock.example.net', port: 5432, addresses: [OTHER] }),
  ];
  await withServers(servers, names, async (open) => {
    await stage.begin({ checkout: false, more: (parts) => void buyer(parts, called(parts)) });
    const urls = {
      'https://cards.example.com/': 'one-tls', 'https://mail.example.com/': 'other-tls', 'http://news.example.com:8090/': 'one-http', 'http://weather.example.com:8090/': 'other-http',
      'http://orders.example.net:5432/': 'one-tcp', 'http://stock.example.net:5432/': 'other-tcp',
    };
    for (const [url, server] of Object.entries(urls)) {
      reaches(stage, 'buyer', url, server, open);
      isBlocked(stage, 'lone', url, open);
    }
    isBlocked(stage, 'buyer', 'https://unknown.example.com/', open);
    isBlocked(stage, 'buyer', 'http://unknown.example.com:8090/', open);
  });
}

async function originated(stage: Stage): Promise<void> {
  const servers: OutsideServer[] = [{ name: 'bank', address: ONE, port: 443, tls: ['bank.example.com'] }, { name: 'thief', address: OTHER, port: 443, tls: ['thief.example.com'] }];
  await withServers(servers, { 'bank.example.com': ONE, 'vault.example.com': OTHER }, async (open) => {
    await stage.begin({ checkout: false });
    // of the platform team, not of the program
    kubectl(['create', 'secret', 'generic', 'bank-authority', '-n', 'shop', `--from-literal=ca.crt=${open.authority}`]);
    await stage.begin({
      checkout: false,
      more: (parts) => {
        const service = buyer(parts);
        for (const name of ['bank', 'vault']) {
          const host = new ExternalService(parts.mesh, name, { host: `${name}.example.com`, port: 80, targetPort: 443, protocol: Protocol.HTTP });
          service.addCall(host, { tls: { validation: { trust: TlsTrust.fromSecret('bank-authority'), subjectAltNames: [`${name}.example.com`] } } });
        }
      },
    });
    reaches(stage, 'buyer', 'http://bank.example.com/', 'bank', open);
    const { body } = from('buyer', 'http://bank.example.com/', open).last;
    stage.expect((JSON.parse(body) as { serverName?: string }).serverName === 'bank.example.com', `the handshake bears another server name: ${body.slice(0, 300)}`);
    // its server has the certificate of another host
    isBlocked(stage, 'buyer', 'http://vault.example.com/', open);
    isBlocked(stage, 'lone', 'http://bank.example.com/', open);
  });
  stage.expect(field('secret', 'bank-authority', '.metadata.name') === 'bank-authority', 'the Secret of the platform team is gone');
  kubectl(['delete', 'secret', 'bank-authority', '-n', 'shop']);
}
