/** Hosts of the world outside: servers on this machine, at addresses that the node reaches, under names that the cluster's DNS knows. */
import { spawn, type ChildProcess } from 'child_process';
import { join } from 'path';
import { nodePrograms } from './build';
import { CertificateAuthority } from './certificates';
import { addAddress } from './machine';
import { inNode, kubectl, until } from './node';
import { NODE, NODE_FOLDER } from './versions';
import { run } from '../tools';

/** A server: one address and port. */
export interface OutsideServer {
  /** What it answers as its version. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Names of its certificate; left out: plain text. */
  readonly tls?: readonly string[];
}

/** Servers, until they are closed. Addresses go with the node. */
export class HostsOutside {
  /** Starts the servers and tells the cluster's DNS the names, each with its address. */
  static open(servers: readonly OutsideServer[], names: Readonly<Record<string, string>>): HostsOutside {
    const authority = new CertificateAuthority(join(NODE_FOLDER, 'outside'));
    for (const address of new Set(servers.map((server) => server.address))) {
      addAddress(address);
      // the node has no route to anywhere else
      if (!address.startsWith(NODE.host.slice(0, NODE.host.lastIndexOf('.') + 1))) inNode('ip', 'route', 'replace', address, 'via', NODE.host);
    }
    const processes = servers.map((server) => start(authority, server));
    for (const { name, address, port } of servers) until(10, `the server ${name}`, () => run('bash', ['-c', `exec 3<>/dev/tcp/${address}/${port}`]).status === 0);
    tellDns(names);
    return new HostsOutside(processes, authority.pem);
  }

  private constructor(private readonly processes: readonly ChildProcess[], /** PEM of the authority that has signed all certificates. */ readonly authority: string) {}

  /** Ends the servers; the names are forgotten. */
  close(): void {
    for (const process of this.processes) process.kill('SIGKILL');
    tellDns({});
  }
}

function start(authority: CertificateAuthority, { name, address, port, tls }: OutsideServer): ChildProcess {
  const files = tls === undefined ? undefined : authority.sign(name, tls.map((host) => `DNS:${host}`));
  const speaks = files === undefined ? {} : { TLS_CERTIFICATE: files.certificate, TLS_KEY: files.key };
  return spawn(join(nodePrograms(), 'echo'), [], { env: { ...process.env, VERSION: name, ADDRESS: address, PORT: String(port), ...speaks }, stdio: 'ignore' });
}

/** CoreDNS reads its file of hosts at its start; a mounted ConfigMap would take a minute to change. */
function tellDns(names: Readonly<Record<string, string>>): void {
  const hosts = Object.entries(names).map(([name, address]) => `${address} ${name}\n`).join('');
  kubectl(['patch', 'configmap', 'coredns', '-n', 'kube-system', '--type=merge', '-p', JSON.stringify({ data: { hosts } })]);
  kubectl(['rollout', 'restart', 'deployment/coredns', '-n', 'kube-system']);
  kubectl(['rollout', 'status', 'deployment/coredns', '-n', 'kube-system', '--timeout=60s']);
}
