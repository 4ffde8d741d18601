/** What the programs of the node read: their configuration and their command lines. */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { buildSync } from 'esbuild';
import { kubernetes } from './build';
import type { CloudSettings } from './cloud/main';
import type { Catalogue } from './cloud/registry';
import { COREDNS_IMAGE, PAUSE_IMAGE } from './images';
import { ENDPOINT, kubeconfigOf, type User } from './pki';
import { NODE } from './versions';
import { hashOf, once, ROOT } from '../tools';

/** The cgroup that all pods are below of. */
export const CGROUP = 'cdk-eks-mesh';

/** Writes all files of one run below the folder. */
export function writeFiles(folder: string, catalogue: Catalogue, authority: string, tokens: Readonly<Record<User, string>>): void {
  const write = (name: string, content: string | object) => writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  for (const name of ['logs', 'programs', 'cni', 'hosts/_default', 'var/lib/cni', 'var/lib/containerd', 'var/lib/kubelet', 'var/log']) mkdirSync(join(folder, name), { recursive: true });
  write('containerd.toml', containerd(folder));
  write('hosts/_default/hosts.toml', `server = "http://${NODE.registry}"\n[host."http://${NODE.registry}"]\n  capabilities = ["pull", "resolve"]\n`);
  write('cni/10-pods.conflist', CNI);
  write('kubelet.yaml', kubelet(folder));
  write('proxy.yaml', proxy(folder));
  write('tokens.kubeconfig', TOKENS);
  write('coredns.json', coredns());
  write('cloud.json', {
    cluster: NODE.name,
    catalogue,
    registry: NODE.registry,
    tokens: NODE.tokens,
    loadBalancers: NODE.loadBalancers,
    api: { endpoint: ENDPOINT, authority, token: tokens.admin },
  } satisfies CloudSettings);
  // one file for each program, with one argument on a line: inside.sh starts them in order of their names
  commands(folder).forEach(([name, ...command], index) => write(`programs/${index}-${name}`, `${command.join('\n')}\n`));
}

function commands(folder: string): string[][] {
  const kube = kubernetes();
  const etcd = 'http://127.0.0.1:2379';
  const peers = 'http://127.0.0.1:2380';
  const as = (user: User) => `--kubeconfig=${kubeconfigOf(folder, user)}`;
  const pki = (name: string) => join(folder, 'pki', name);
  return [
    ['cloud', process.execPath, cloudProgram(), join(folder, 'cloud.json')],
    ['etcd', 'etcd', `--name=${NODE.name}`, `--data-dir=${folder}/etcd`, '--unsafe-no-fsync=true', `--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peers}`, `--initial-advertise-peer-urls=${peers}`, `--initial-cluster=${NODE.name}=${peers}`],
    ['containerd', 'containerd', '--config', join(folder, 'containerd.toml')],
    ['apiserver', join(kube, 'kube-apiserver'), `--etcd-servers=${etcd}`, '--bind-address=0.0.0.0', `--advertise-address=${NODE.address}`, '--secure-port=6443',
      `--tls-cert-file=${pki('apiserver.crt')}`, `--tls-private-key-file=${pki('apiserver.key')}`, `--client-ca-file=${pki('ca.crt')}`, `--token-auth-file=${folder}/tokens.csv`,
      `--authentication-token-webhook-config-file=${folder}/tokens.kubeconfig`, '--authentication-token-webhook-version=v1', `--service-cluster-ip-range=${NODE.services}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local', `--service-account-key-file=${pki('accounts.key')}`,
      `--service-account-signing-key-file=${pki('accounts.key')}`, '--authorization-mode=Node,RBAC', `--kubelet-client-certificate=${pki('to-kubelet.crt')}`,
      `--kubelet-client-key=${pki('to-kubelet.key')}`, '--kubelet-preferred-address-types=InternalIP', '--allow-privileged=true', '--profiling=false'],
    ['manager', join(kube, 'kube-controller-manager'), as('manager'), '--leader-elect=false', `--service-account-private-key-file=${pki('accounts.key')}`, `--root-ca-file=${pki('ca.crt')}`,
      '--use-service-account-credentials=true', `--cluster-signing-cert-file=${pki('ca.crt')}`, `--cluster-signing-key-file=${pki('ca.key')}`, '--bind-address=127.0.0.1'],
    ['scheduler', join(kube, 'kube-scheduler'), as('scheduler'), '--leader-elect=false', '--bind-address=127.0.0.1'],
    ['kubelet', join(kube, 'kubelet'), as('kubelet'), `--config=${folder}/kubelet.yaml`, `--hostname-override=${NODE.name}`, `--node-ip=${NODE.address}`, `--cert-dir=${pki('kubelet')}`,
      '--node-labels=topology.kubernetes.io/zone=lab-a,topology.kubernetes.io/region=lab'],
    ['proxy', join(kube, 'kube-proxy'), `--config=${folder}/proxy.yaml`],
  ];
}

/** cloud/main.ts as one file of JavaScript. */
function cloudProgram(): string {
  const { outputFiles } = buildSync({ entryPoints: [join(ROOT, 'test/conformance/cluster/cloud/main.ts')], bundle: true, platform: 'node', target: 'node20', write: false });
  const { text } = outputFiles[0]!;
  return join(once(`node-cloud-${hashOf([text])}`, path => writeFileSync(join(path, 'cloud.js'), text)), 'cloud.js');
}

/** restrict_oom_score_adj: root may lack CAP_SYS_RESOURCE; runc then cannot lower a score and dies with "can't get final child's PID from pipe: EOF". */
function containerd(folder: string): string {
  return `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/hosts"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

/** isDefaultGateway adds the default route; one in ipam besides ends in "file exists". */
const CNI = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    { type: 'bridge', bridge: 'cni0', isDefaultGateway: true, hairpinMode: true, ipMasq: false, ipam: { type: 'host-local', ranges: [[{ subnet: NODE.pods }]] } },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

function kubelet(folder: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // a machine may have version 1 of cgroups only, which Kubernetes 1.35 refuses by default
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${CGROUP}`,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(folder, 'pki/ca.crt') } },
    authorization: { mode: 'Webhook' },
    clusterDomain: 'cluster.local',
    clusterDNS: [NODE.dns],
    // pods get no resolver of this machine
    resolvConf: '',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    volumePluginDir: join(folder, 'volume-plugins'),
    evictionHard: { 'memory.available': '200Mi', 'nodefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    localStorageCapacityIsolation: false,
    maxPods: 200,
    serializeImagePulls: false,
    syncFrequency: '10s',
  };
}

function proxy(folder: string) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigOf(folder, 'proxy') },
    hostnameOverride: NODE.name,
    clusterCIDR: NODE.pods,
    // these limits belong to the whole machine
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    nftables: { minSyncPeriod: '200ms', syncPeriod: '30s' },
  };
}

/** Where the API server asks about tokens that it does not know. */
const TOKENS = {
  'apiVersion': 'v1',
  'kind': 'Config',
  'clusters': [{ name: 'cloud', cluster: { server: `http://${NODE.tokens}/` } }],
  'users': [{ name: 'apiserver', user: {} }],
  'contexts': [{ name: 'cloud', context: { cluster: 'cloud', user: 'apiserver' } }],
  'current-context': 'cloud',
};

const COREFILE = `.:53 {
  ready
  health
  errors
  reload 2s
  cache 5
  hosts /etc/coredns/hosts {
    reload 2s
    ttl 5
    fallthrough
  }
  kubernetes cluster.local in-addr.arpa {
    ttl 5
  }
}
`;

/** CoreDNS. The key `hosts` of its ConfigMap takes names of the world outside, in the form of /etc/hosts. */
function coredns() {
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  const labels = { 'k8s-app': 'kube-dns' };
  const rbac = 'rbac.authorization.k8s.io';
  const container = {
    name: 'coredns',
    image: COREDNS_IMAGE,
    args: ['-conf', '/etc/coredns/Corefile'],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/coredns' }],
  };
  const pod = { serviceAccountName: metadata.name, dnsPolicy: 'Default', containers: [container], volumes: [{ name: 'configuration', configMap: { name: metadata.name } }] };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRole',
        metadata: { name: 'system:coredns' },
        rules: [
          { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'system:coredns' },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'system:coredns' },
        subjects: [{ kind: 'ServiceAccount', ...metadata }],
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: COREFILE, hosts: '' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...metadata, name: 'kube-dns', labels },
        spec: { clusterIP: NODE.dns, selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }, { name: 'dns-tcp', port: 53, protocol: 'TCP' }] },
      },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } } },
    ],
  };
}
