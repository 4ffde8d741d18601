/** The programs of the node, built from Go modules. Each build lies in the cache under a name that changes with its sources. */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { DEBIAN, ISTIO_RELEASE, MODULES, PROGRAMS } from './versions';
import { go, hashOf, installPackages, isThere, mustRun, once } from '../tools';

const KUBERNETES = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet'] as const;

/** One build: a folder of `programs`, the packages in it and the variables that the linker sets. */
interface Build {
  readonly module: string;
  readonly packages: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** All of Kubernetes that a node needs, and kubectl. The first build takes some eleven minutes of CPU. Returns the folder of the programs. */
export function kubernetes(): string {
  return build(kubernetesBuild());
}

function kubernetesBuild(): Build {
  const [major, minor] = MODULES.kubernetes.slice(1).split('.') as [string, string];
  // kubectl and the programs of the node take their version from two packages
  const variables = Object.fromEntries(['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(path => [
    [`${path}.gitVersion`, MODULES.kubernetes], [`${path}.gitMajor`, major], [`${path}.gitMinor`, minor],
  ]));
  return { module: 'kubernetes', packages: KUBERNETES.map(name => `k8s.io/kubernetes/cmd/${name}`), variables };
}

/** Whether the programs of `kubernetes()` are in the cache. */
export function isKubernetesBuilt(): boolean {
  return isThere(nameOf(kubernetesBuild()));
}

/** envoy-gateway, pilot-discovery, pilot-agent and coredns. The first build takes some eleven minutes of CPU. Returns their folder. */
export function meshPrograms(): string {
  return build({
    module: 'mesh',
    packages: ['github.com/envoyproxy/gateway/cmd/envoy-gateway', 'istio.io/istio/pilot/cmd/pilot-discovery', 'istio.io/istio/pilot/cmd/pilot-agent', './coredns'],
    variables: {
      'istio.io/istio/pkg/version.buildVersion': ISTIO_RELEASE,
      'github.com/envoyproxy/gateway/internal/cmd/version.envoyGatewayVersion': MODULES.envoyGateway,
    },
  });
}

/** echo and pause, which are ours. Returns their folder. */
export function nodePrograms(): string {
  return build({ module: 'node', packages: ['./echo', './pause'] });
}

/** Installs what Debian has; an error names what is missing elsewhere. */
export function debianPrograms(): void {
  const missing = () => Object.keys(DEBIAN).filter(name => !existsSync(DEBIAN[name]!));
  if (missing().length > 0) installPackages(missing());
  const left = missing();
  if (left.length > 0) throw new Error(`the node needs ${left.map(name => `${name} (${DEBIAN[name]})`).join(', ')}; install them from your system's packages: apt-get install ${left.join(' ')}`);
}

function build(wanted: Build): string {
  const { module, packages } = wanted;
  return once(nameOf(wanted), path => {
    // without cgo the programs are static: they run in an image that holds nothing else
    mustRun(go(`the node's programs (${module})`), ['build', '-trimpath', '-buildvcs=false', '-ldflags', flagsOf(wanted), '-o', `${path}/`, ...packages], {
      cwd: join(PROGRAMS, module), env: { ...process.env, CGO_ENABLED: '0' },
    });
  });
}

/** Folder of the cache. */
function nameOf(wanted: Build): string {
  return `node-${wanted.module}-${hashOf([...sourcesOf(join(PROGRAMS, wanted.module)), ...wanted.packages, flagsOf(wanted)])}`;
}

function flagsOf({ variables = {} }: Build): string {
  return ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** Names and texts of all files below a folder. */
function sourcesOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return files.sort().flatMap(file => [file.slice(folder.length), readFileSync(file, 'utf8')]);
}
