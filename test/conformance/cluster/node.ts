/**
 * A living Kubernetes node: etcd, API server, controllers, scheduler, kubelet, containerd, kube-proxy and CoreDNS, in network, mount and process namespaces of
 * their own. One veth pair leads to it. `up` and `down` may be called at any time, also after a crash.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { debianPrograms, kubernetes } from './build';
import { catalogue, envoyGatewayProxyImage } from './images';
import { makeCgroups, makeNetwork, needNamespaces, removeCgroups, removeNetwork, restoreSettings, saveSettings } from './machine';
import { writeFiles } from './node-files';
import { ENDPOINT, issue, kubeconfigOf } from './pki';
import { NODE, NODE_FOLDER } from './versions';
import { mustRun, ROOT, run } from '../tools';

/** How the node is started. */
export interface UpOptions {
  /** Every image of echo is ready so long after its start, like `8s`. @default at once */
  readonly readyAfter?: string;
  /** Told about each step. */
  readonly say?: (step: string) => void;
}

/** What a client of the cluster needs. */
export interface Access {
  readonly cluster: string;
  readonly endpoint: string;
  /** In base64, as EKS tells it. */
  readonly authority: string;
  /** Of a user who may do everything. */
  readonly kubeconfig: string;
}

/** A program of the node. */
export interface ProgramState {
  readonly name: string;
  readonly alive: boolean;
  readonly log: string;
}

const file = (name: string) => join(NODE_FOLDER, name);

/** Brings the node up and waits until it is Ready, DNS answers and pods can be made. A running one is kept if it was started alike. */
export function up({ readyAfter, say = () => {} }: UpOptions = {}): Access {
  needNamespaces();
  debianPrograms();
  const settings = JSON.stringify({ readyAfter });
  if (isUp()) {
    const has = readFileSync(file('settings.json'), 'utf8');
    if (has !== settings) throw new Error(`the node is up with other settings: ${has}, not ${settings}; take it down first`);
    return access();
  }
  say('programs and images');
  kubernetes();
  const images = catalogue(readyAfter === undefined ? {} : { READY_AFTER: readyAfter });
  down();
  try {
    start(settings, () => {
      const tokens = issue(NODE_FOLDER);
      writeFiles(NODE_FOLDER, images, readFileSync(file('pki/ca.crt'), 'utf8'), tokens);
    });
    say('started');
    awaitNode(say);
  } catch (error) {
    const logs = lastWords();
    // NODE_KEEP leaves a broken node as it is, to look into
    if (process.env.NODE_KEEP === undefined) down();
    throw new Error(`the node did not come up: ${(error as Error).message}\n${logs}`);
  }
  return access();
}

/** Ends the node and takes back all that it changed on this machine; does nothing where there is none. */
export function down(): void {
  const outer = pidOf('unshare.pid');
  const inner = pidOf('init.pid');
  for (const pid of [inner, outer]) if (pid !== undefined && isOurs(pid)) process.kill(pid, 'SIGKILL');
  until(30, 'the end of the node\'s processes', () => ![inner, outer].some(pid => pid !== undefined && isOurs(pid)));
  removeNetwork();
  until(30, 'the end of the pods\' cgroups', removeCgroups);
  restoreSettings();
  until(10, `removal of ${NODE_FOLDER}`, () => {
    rmSync(NODE_FOLDER, { recursive: true, force: true, maxRetries: 5 });
    return !existsSync(NODE_FOLDER);
  });
}

/** Whether the node runs and its API server answers. */
export function isUp(): boolean {
  const pid = pidOf('init.pid');
  return pid !== undefined && isOurs(pid) && run(join(kubernetes(), 'kubectl'), ['get', '--raw', '/readyz', '--request-timeout=5s'], withAdmin()).status === 0;
}

/** How to reach the API server of the node. */
export function access(): Access {
  return { cluster: NODE.name, endpoint: ENDPOINT, authority: readFileSync(file('pki/ca.crt')).toString('base64'), kubeconfig: kubeconfigOf(NODE_FOLDER, 'admin') };
}

/** The programs of the node; empty where it is down. */
export function programs(): ProgramState[] {
  if (!existsSync(file('logs')) || pidOf('init.pid') === undefined || !isOurs(pidOf('init.pid')!)) return [];
  return readdirSync(file('programs')).map(entry => {
    const name = entry.slice(entry.indexOf('-') + 1);
    // its number is that of the node's namespace
    const alive = run('nsenter', [...inside(), 'kill', '-0', readFileSync(file(`logs/${name}.pid`), 'utf8').trim()]).status === 0;
    return { name, alive, log: file(`logs/${name}.log`) };
  });
}

/** kubectl of the node's own version, as a user who may do everything. Returns what it wrote. */
export function kubectl(args: readonly string[], input?: string | object): string {
  const options = input === undefined ? {} : { input: typeof input === 'string' ? input : JSON.stringify(input) };
  return mustRun(join(kubernetes(), 'kubectl'), args, { ...withAdmin(), ...options });
}

/** A program inside of the node's namespaces, such as `ctr`. */
export function inNode(command: string, ...args: string[]): string {
  return mustRun('nsenter', [...inside(), command, ...args]);
}

/** Gives the proxy that Envoy Gateway asks for by its published digest: an image made here cannot have that digest, but containerd can know it by that name. */
export function provideEnvoyGatewayProxy(): void {
  const { tagged, byDigest } = envoyGatewayProxyImage();
  const images = (...args: string[]) => inNode('ctr', '-n', 'k8s.io', 'images', ...args);
  images('pull', '--hosts-dir', file('hosts'), tagged);
  images('tag', '--force', tagged, byDigest);
}

/** Waits until the check holds, at most so many seconds; then an error says what was waited for. */
export function until(seconds: number, what: string, check: () => boolean): void {
  const end = performance.now() + seconds * 1000;
  while (!check()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function start(settings: string, write: () => void): void {
  mkdirSync(NODE_FOLDER, { recursive: true, mode: 0o700 });
  write();
  writeFileSync(file('settings.json'), settings);
  saveSettings();
  makeCgroups();
  const script = join(ROOT, 'test/conformance/cluster/inside.sh');
  const unshare = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private', script, NODE_FOLDER];
  // forked: it stays when this process ends, and is nobody's zombie
  mustRun('setsid', ['--fork', 'sh', '-c', 'echo $$ > "$0/unshare.pid"; exec "$@" > "$0/logs/init.log" 2>&1 < /dev/null', NODE_FOLDER, ...unshare]);
  until(10, 'namespaces of the node', () => existsSync(file('namespaces-made')));
  const outer = readFileSync(file('unshare.pid'), 'utf8').trim();
  const inner = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').trim();
  writeFileSync(file('init.pid'), inner);
  makeNetwork(inner);
  writeFileSync(file('network-made'), '');
}

function awaitNode(say: (step: string) => void): void {
  const answers = (...args: string[]) => run(join(kubernetes(), 'kubectl'), [...args, '--request-timeout=5s'], withAdmin()).status === 0;
  until(120, 'the API server', () => answers('get', '--raw', '/readyz'));
  say('API server answers');
  kubectl(['apply', '-f', file('coredns.json')]);
  until(120, 'the node\'s condition Ready', () => answers('wait', '--for=condition=Ready', `node/${NODE.name}`, '--timeout=2s'));
  say('node is Ready');
  until(60, 'the controllers', () => answers('get', 'serviceaccount', 'default'));
  kubectl(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  say('DNS answers');
}

/** The ends of all logs. */
function lastWords(): string {
  if (!existsSync(file('logs'))) return '';
  const logs = readdirSync(file('logs')).filter(name => name.endsWith('.log'));
  return logs.map(name => `--- ${name}\n${readFileSync(file(`logs/${name}`), 'utf8').split('\n').slice(-8).join('\n')}`).join('\n');
}

function inside(): string[] {
  return ['-t', String(pidOf('init.pid')), '-n', '-m', '-p', '--'];
}

function withAdmin() {
  return { env: { ...process.env, KUBECONFIG: kubeconfigOf(NODE_FOLDER, 'admin') } };
}

function pidOf(name: string): number | undefined {
  if (!existsSync(file(name))) return undefined;
  const pid = Number(readFileSync(file(name), 'utf8'));
  return pid > 0 ? pid : undefined;
}

/** Whether the process lives and is the node's: after a restart of the machine its number may be another's. */
function isOurs(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(NODE_FOLDER);
  } catch {
    return false;
  }
}
