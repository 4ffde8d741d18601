/** etcd, API server and controllers on this machine's loopback: Kubernetes without a node. Pods are what `fake-kubelet.ts` says they are. Asks for no rights of root. */
import { spawn, type ChildProcess } from 'child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, type Server } from 'http';
import { createServer as createListener, type AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { text } from 'stream/consumers';
import { FakeKubelet } from './fake-kubelet';
import { KubeClient } from './kube-client';
import { debianPrograms, kubernetes } from '../cluster/build';
import { reviewToken } from '../cluster/cloud/eks-tokens';
import { issue } from '../cluster/pki';
import { NODE } from '../cluster/versions';

/** A control plane that runs. */
export class ControlPlane {
  /** Starts everything but the controllers that are left out, and waits until the others work. */
  static async start(without: readonly string[] = []): Promise<ControlPlane> {
    debianPrograms();
    for (let attempt = 1; ; attempt++) {
      const plane = new ControlPlane(mkdtempSync(join(tmpdir(), 'control-plane-')), without);
      try {
        await plane.begin();
        return plane;
      } catch (error) {
        const logs = plane.lastWords();
        await plane.stop();
        // a port that was free may be taken by now
        if (attempt === 3) throw new Error(`the control plane did not come up: ${(error as Error).message}\n${logs}`);
      }
    }
  }

  /** So many reviews of the function's tokens say no, as before an access entry is known. */
  refusedTokens = 0;

  /** Of a user who may do everything. */
  readonly kubeconfig: string;
  client!: KubeClient;
  kubelet!: FakeKubelet;
  private readonly programs: ChildProcess[] = [];
  private tokens?: Server;

  private constructor(private readonly folder: string, private readonly without: readonly string[]) {
    this.kubeconfig = join(folder, 'loopback.kubeconfig');
  }

  /** Certificate and key of a server on loopback, and the authority of both. */
  get serving(): { readonly cert: string; readonly key: string; readonly ca: string } {
    const pki = (name: string) => readFileSync(join(this.folder, 'pki', name), 'utf8');
    return { cert: pki('apiserver.crt'), key: pki('apiserver.key'), ca: pki('ca.crt') };
  }

  async stop(): Promise<void> {
    await this.kubelet?.stop();
    this.client?.close();
    await Promise.all([...this.programs].reverse().map(ended));
    this.tokens?.closeAllConnections();
    this.tokens?.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The ends of all logs. */
  lastWords(): string {
    return ['etcd', 'apiserver', 'manager'].map((name) => {
      try {
        return `--- ${name}\n${readFileSync(join(this.folder, `${name}.log`), 'utf8').split('\n').slice(-30).map((line) => line.slice(0, 300)).join('\n')}`;
      } catch {
        return `--- ${name} did not start`;
      }
    }).join('\n');
  }

  private async begin(): Promise<void> {
    const { folder } = this;
    mkdirSync(folder, { recursive: true });
    const users = issue(folder);
    const authority = readFileSync(join(folder, 'pki/ca.crt'), 'utf8');
    const [etcd, peers, api] = await freePorts(3) as [number, number, number];
    const endpoint = `https://127.0.0.1:${api}`;
    this.writeKubeconfig('loopback', { endpoint, authority, token: users.admin });
    this.writeKubeconfig('controllers', { endpoint, authority, token: users.manager });
    await this.reviewTokens();
    this.startPrograms(etcd, peers, api);
    this.client = new KubeClient({ endpoint, authority, token: users.admin });
    await this.until('the API server', () => this.client.answers('/readyz'));
    await this.until('the controllers', async () => await this.client.get('ServiceAccount', 'default', 'default') !== undefined);
    this.kubelet = await FakeKubelet.start(this.client);
  }

  private writeKubeconfig(name: string, { endpoint, authority, token }: { readonly endpoint: string; readonly authority: string; readonly token: string }): void {
    writeFileSync(join(this.folder, `${name}.kubeconfig`), JSON.stringify({
      'apiVersion': 'v1', 'kind': 'Config',
      'clusters': [{ name: NODE.name, cluster: { 'server': endpoint, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
      'users': [{ name, user: { token } }],
      'contexts': [{ name: NODE.name, context: { cluster: NODE.name, user: name } }],
      'current-context': NODE.name,
    }), { mode: 0o600 });
  }

  /** What IAM does behind the API servers of EKS, see `eks-tokens.ts`. */
  private async reviewTokens(): Promise<void> {
    this.tokens = createServer((request, response) => {
      void text(request).then((body) => {
        const isRefused = this.refusedTokens-- > 0;
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reviewToken(JSON.parse(body), isRefused ? 'unknown' : NODE.name, new Date())));
      });
    });
    await new Promise<void>((done) => this.tokens!.listen(0, '127.0.0.1', done));
    const { port } = this.tokens.address() as AddressInfo;
    writeFileSync(join(this.folder, 'tokens.kubeconfig'), JSON.stringify({
      'apiVersion': 'v1', 'kind': 'Config', 'clusters': [{ name: 'iam', cluster: { server: `http://127.0.0.1:${port}` } }],
      'contexts': [{ name: 'iam', context: { cluster: 'iam', user: '' } }], 'current-context': 'iam',
    }));
  }

  private startPrograms(etcd: number, peers: number, api: number): void {
    const { folder } = this;
    const kube = kubernetes();
    const clients = `http://127.0.0.1:${etcd}`;
    const peer = `http://127.0.0.1:${peers}`;
    const pki = (name: string) => join(folder, 'pki', name);
    this.run('etcd', 'etcd', ['--name=bare', `--data-dir=${folder}/etcd`, '--unsafe-no-fsync=true', `--listen-client-urls=${clients}`, `--advertise-client-urls=${clients}`,
      `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=bare=${peer}`]);
    this.run('apiserver', join(kube, 'kube-apiserver'), [`--etcd-servers=${clients}`, '--bind-address=127.0.0.1', '--endpoint-reconciler-type=none', `--secure-port=${api}`,
      `--tls-cert-file=${pki('apiserver.crt')}`, `--tls-private-key-file=${pki('apiserver.key')}`, `--client-ca-file=${pki('ca.crt')}`, `--token-auth-file=${folder}/tokens.csv`,
      `--authentication-token-webhook-config-file=${folder}/tokens.kubeconfig`, '--authentication-token-webhook-version=v1', `--service-cluster-ip-range=${NODE.services}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local', `--service-account-key-file=${pki('accounts.key')}`,
      `--service-account-signing-key-file=${pki('accounts.key')}`, '--authorization-mode=RBAC', '--profiling=false']);
    // nobody sends heartbeats of the one node
    this.run('manager', join(kube, 'kube-controller-manager'), [`--kubeconfig=${folder}/controllers.kubeconfig`, '--leader-elect=false', `--service-account-private-key-file=${pki('accounts.key')}`,
      `--root-ca-file=${pki('ca.crt')}`, '--use-service-account-credentials=true', '--bind-address=127.0.0.1', '--secure-port=0',
      `--controllers=*${['node-lifecycle-controller', 'taint-eviction-controller', 'node-ipam-controller', ...this.without].map((name) => `,-${name}`).join('')}`]);
  }

  private run(name: string, command: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const program = spawn(command, args, { stdio: ['ignore', log, log] });
    this.programs.push(program);
    // a run that breaks off leaves nothing that runs
    process.once('exit', () => program.kill('SIGKILL'));
  }

  private async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 180_000; !await holds().catch(() => false); await new Promise((done) => setTimeout(done, 200))) {
      const gone = this.programs.find(({ exitCode }) => exitCode !== null);
      if (gone !== undefined) throw new Error(`${gone.spawnfile} ended with ${gone.exitCode}`);
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    }
  }
}

function ended(program: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (program.exitCode !== null || program.signalCode !== null) return done();
    program.once('exit', () => done());
    program.kill('SIGKILL');
  });
}

/** Ports that nobody listens at now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const listeners = Array.from({ length: count }, () => createListener());
  const ports = await Promise.all(listeners.map((listener) => new Promise<number>((done) => listener.listen(0, '127.0.0.1', () => done((listener.address() as AddressInfo).port)))));
  await Promise.all(listeners.map((listener) => new Promise((done) => listener.close(done))));
  return ports;
}
