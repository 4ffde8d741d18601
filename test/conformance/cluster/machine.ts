/** What the node changes on the machine outside of its namespaces, and how that is taken back: a veth pair with routes, cgroups, kernel settings. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CGROUP } from './node-files';
import { NODE } from './versions';
import { CACHE, mustRun, run } from '../tools';

/** Settings that kubelet changes for the whole machine. */
const SETTINGS = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops', 'kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'];
/** Settings of the node's own network namespace. */
const NODE_SETTINGS = {
  'ipv4/ip_forward': 1,
  'ipv4/conf/all/route_localnet': 1,
  'bridge/bridge-nf-call-iptables': 1,
  // a Service without pods refuses each connection: by default one in a second, the others hang, come again a second later and hide what was lost
  'ipv4/icmp_ratemask': 0,
};
/** What the machine's settings were; outside of the node's folder, so that a crash does not lose it. */
const SAVED = join(CACHE, 'node-machine.json');
const CGROUPS = '/sys/fs/cgroup';
const WIRE = { machine: 'mesh-host', node: 'mesh-node' };

/** Throws where this user cannot make namespaces. */
export function needNamespaces(): void {
  const why = process.platform !== 'linux' ? `this is ${process.platform}`
    : process.getuid?.() !== 0 ? 'this is not root'
      : run('unshare', ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'true']).status !== 0 ? 'root may not make namespaces here' : undefined;
  if (why !== undefined) throw new Error(`the living node needs Linux and root, because it makes network, mount and process namespaces: ${why}`);
}

/** Keeps what kubelet is going to change. What an earlier run kept is the truth: its node may not have been taken down. */
export function saveSettings(): void {
  if (existsSync(SAVED)) return;
  const values = SETTINGS.map(name => [name, readFileSync(`/proc/sys/${name}`, 'utf8').trim()]);
  writeFileSync(SAVED, JSON.stringify(Object.fromEntries(values)));
}

/** Puts the kept settings back. */
export function restoreSettings(): void {
  if (!existsSync(SAVED)) return;
  const values = JSON.parse(readFileSync(SAVED, 'utf8')) as Record<string, string>;
  for (const [name, value] of Object.entries(values)) writeFileSync(`/proc/sys/${name}`, value);
  rmSync(SAVED);
}

/** One cgroup for all pods in each hierarchy, which keeps them apart from everything else. */
export function makeCgroups(): void {
  for (const hierarchy of hierarchies()) {
    const path = join(hierarchy, CGROUP);
    mkdirSync(path, { recursive: true });
    // cpuset of version 1 begins empty, and takes no process then
    for (const name of ['cpuset.cpus', 'cpuset.mems']) if (existsSync(join(hierarchy, name))) writeFileSync(join(path, name), readFileSync(join(hierarchy, name)));
  }
}

/** Removes them; false while a process is still in one. */
export function removeCgroups(): boolean {
  const paths = hierarchies().map(hierarchy => join(hierarchy, CGROUP)).filter(path => existsSync(path));
  return paths.every(removeCgroup);
}

/** Wires the node to this machine and gives both ends what they need to find each other: addresses, routes, forwarding inside. There is no route to anywhere else. */
export function makeNetwork(init: string): void {
  const { machine, node } = WIRE;
  const ip = (...args: string[]) => mustRun('ip', args);
  const inNode = (...command: string[]) => mustRun('nsenter', ['-t', init, '-n', '--', ...command]);
  ip('link', 'add', machine, 'type', 'veth', 'peer', 'name', node, 'netns', init);
  ip('address', 'add', `${NODE.host}/24`, 'dev', machine);
  ip('link', 'set', machine, 'up');
  inNode('ip', 'link', 'set', 'lo', 'up');
  inNode('ip', 'address', 'add', `${NODE.address}/24`, 'dev', node);
  inNode('ip', 'link', 'set', node, 'up');
  const balancers = `${NODE.loadBalancers}.0/24`;
  for (const network of [NODE.services, NODE.pods, balancers]) ip('route', 'add', network, 'via', NODE.address);
  // a process of the node needs some route to a Service before kube-proxy can change the destination
  for (const network of [NODE.services, balancers]) inNode('ip', 'route', 'add', network, 'via', NODE.host);
  for (const [name, value] of Object.entries(NODE_SETTINGS)) inNode('sh', '-c', `echo ${value} > /proc/sys/net/${name}`);
}

/** Gives this machine's end of the wire one more address; it goes with the wire. */
export function addAddress(address: string): void {
  mustRun('ip', ['address', 'replace', `${address}/32`, 'dev', WIRE.machine]);
}

/** Takes the wire away, and its routes with it. */
export function removeNetwork(): void {
  if (existsSync(`/sys/class/net/${WIRE.machine}`)) mustRun('ip', ['link', 'delete', WIRE.machine]);
}

/** Folders that are the root of one hierarchy: several of version 1, and beside them one of version 2 without controllers; or the one of version 2. */
function hierarchies(): string[] {
  if (existsSync(join(CGROUPS, 'cgroup.procs'))) return [CGROUPS];
  const folders = readdirSync(CGROUPS, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => join(CGROUPS, entry.name));
  return folders.filter(path => existsSync(join(path, 'cgroup.procs')));
}

function removeCgroup(path: string): boolean {
  const children = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => join(path, entry.name));
  if (!children.every(removeCgroup)) return false;
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
