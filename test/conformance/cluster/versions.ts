/** What the living node is made of and where it lies. Versions of Go modules stand in their go.mod alone and are read from there. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { ISTIO } from '../../../lib/providers/istio/control-plane';
import { CACHE, ROOT } from '../tools';

/** The sources of this folder's Go programs: one module for each build. */
export const PROGRAMS = join(ROOT, 'test/conformance/cluster/programs');

/** Kubernetes, Envoy Gateway, Istio and CoreDNS, as `programs/<module>/go.mod` require them. */
export const MODULES = {
  kubernetes: requirement('kubernetes', 'k8s.io/kubernetes'),
  envoyGateway: requirement('mesh', 'github.com/envoyproxy/gateway'),
  istio: requirement('mesh', 'istio.io/istio'),
  coredns: requirement('mesh', 'github.com/coredns/coredns'),
};

/** What Istio's programs call themselves: the module of a release has no tag in the proxy. */
export const ISTIO_RELEASE = ISTIO.chartVersion;

/** Packages of Debian that the node consists of, each with a file that tells that it is there. */
export const DEBIAN: Readonly<Record<string, string>> = {
  'containerd': '/usr/bin/containerd',
  'runc': '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  'etcd-server': '/usr/bin/etcd',
  'iproute2': '/usr/sbin/ip',
  'iptables': '/usr/sbin/iptables',
  'nftables': '/usr/sbin/nft',
  'conntrack': '/usr/sbin/conntrack',
  'socat': '/usr/bin/socat',
  'ethtool': '/usr/sbin/ethtool',
  'openssl': '/usr/bin/openssl',
  'unzip': '/usr/bin/unzip',
};

/** The node's names and addresses. Nothing but this machine has a route to them. */
export const NODE = {
  /** Of the cluster, too: the name that tokens of EKS are signed for. */
  name: 'lab',
  /** This machine's end of the wire to the node. */
  host: '10.200.0.1',
  address: '10.200.0.2',
  /** Of what Kubernetes calls the cloud: registry, tokens, and load balancers' addresses. */
  registry: '127.0.0.1:5000',
  tokens: '127.0.0.1:5001',
  pods: '10.244.0.0/24',
  services: '10.96.0.0/16',
  apiService: '10.96.0.1',
  dns: '10.96.0.10',
  /** Addresses of Services of type LoadBalancer: the first three numbers. */
  loadBalancers: '10.200.1',
} as const;

/** State of the running node; removed with it. */
export const NODE_FOLDER = join(CACHE, 'node');

function requirement(module: string, path: string): string {
  const text = readFileSync(join(PROGRAMS, module, 'go.mod'), 'utf8');
  const version = text.match(new RegExp(`^(?:require)?\\s+${path.replace(/[.]/g, '\\.')} (v\\S+)`, 'm'))?.[1];
  if (version === undefined) throw new Error(`programs/${module}/go.mod requires no ${path}`);
  return version;
}
