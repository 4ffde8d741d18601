/** The images that pods of the node run. Every name that is not of the meshes' own programs is an image of echo. */
import { readFileSync, realpathSync } from 'fs';
import { dirname, join } from 'path';
import { meshPrograms, nodePrograms } from './build';
import type { Catalogue } from './cloud/registry';
import { image } from './image';
import { MODULES } from './versions';
import { envoy, goModule, mustRun, VERSIONS } from '../tools';

/** The image of a pod's sandbox, which containerd asks for. */
export const PAUSE_IMAGE = 'cluster.local/pause:1';
/** The image that CoreDNS runs from. */
export const COREDNS_IMAGE = 'cluster.local/coredns:1';

/** Where the published charts of Istio take their images from. */
export const ISTIO_HUB = 'registry.istio.io/release';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** The user of a distroless image. */
const NOBODY = '65532:65532';

/** All of them, made where they are not in the cache. `echoEnv` is what every image of echo gets besides its version. */
export function catalogue(echoEnv: Readonly<Record<string, string>> = {}): Catalogue {
  const node = nodePrograms();
  const echo = '/usr/local/bin/echo';
  return {
    repositories: { ...ownImages(), ...envoyGatewayImages(), ...istioImages() },
    // without a shell or a sleep, as a distroless image has none
    any: image({ name: 'echo', files: { [echo]: join(node, 'echo') }, config: { Entrypoint: [echo], User: NOBODY } }, [node]),
    anyEnv: echoEnv,
  };
}

/** The name by which Envoy Gateway asks for its proxy: with a digest, which an image made here cannot have. */
export function envoyGatewayProxyImage(): { readonly tagged: string; readonly byDigest: string } {
  const source = join(goModule('github.com/envoyproxy/gateway', MODULES.envoyGateway), 'api/v1alpha1/shared_types.go');
  const [, name, tag, digest] = readFileSync(source, 'utf8').match(/DefaultEnvoyProxyImage = "([^"@]+):([^"@:]+)@([^"]+)"/) ?? [];
  if (name === undefined) throw new Error(`${source} names no image of Envoy`);
  return { tagged: `${name}:${tag}`, byDigest: `${name}@${digest}` };
}

function ownImages(): Catalogue['repositories'] {
  const [node, mesh] = [nodePrograms(), meshPrograms()];
  return {
    'cluster.local/pause': image({ name: 'pause', files: { '/pause': join(node, 'pause') }, config: { Entrypoint: ['/pause'], User: '65535:65535' } }, [node]),
    'cluster.local/coredns': image({ name: 'coredns', files: { '/coredns': join(mesh, 'coredns') }, config: { Entrypoint: ['/coredns'] } }, [mesh]),
  };
}

function envoyGatewayImages(): Catalogue['repositories'] {
  const mesh = meshPrograms();
  const program = '/usr/local/bin/envoy-gateway';
  return {
    'envoyproxy/gateway': image({
      name: 'envoy-gateway',
      files: { [program]: join(mesh, 'envoy-gateway'), [CERTIFICATES]: CERTIFICATES },
      folders: { '/tmp': 0o1777, '/var/lib/eg': 0o777 },
      config: { Entrypoint: [program], User: NOBODY },
    }, [mesh]),
    'envoyproxy/envoy': image({
      name: 'envoy',
      ...withEnvoy({ [CERTIFICATES]: CERTIFICATES }),
      folders: { '/tmp': 0o1777 },
      config: { Entrypoint: ['/usr/local/bin/envoy'], User: NOBODY },
    }, [VERSIONS.envoyServer, debianVersions()]),
  };
}

function istioImages(): Catalogue['repositories'] {
  const mesh = meshPrograms();
  const bootstrap = join(goModule('istio.io/istio', MODULES.istio), 'tools/packaging/common/envoy_bootstrap.json');
  const shared = { [CERTIFICATES]: CERTIFICATES, '/var/lib/istio/envoy/envoy_bootstrap_tmpl.json': bootstrap };
  const pilot = image({
    name: 'pilot',
    files: { ...shared, '/usr/local/bin/pilot-discovery': join(mesh, 'pilot-discovery') },
    folders: { '/tmp': 0o1777 },
    config: { Entrypoint: ['/usr/local/bin/pilot-discovery'], User: '1337:1337' },
  }, [mesh]);
  const proxy = image(sidecar(mesh, shared), [mesh, VERSIONS.envoyServer, debianVersions()]);
  // any tag of them: a next patch of the control plane is the same program under another name
  return Object.fromEntries([ISTIO_HUB, 'istio'].flatMap(hub => [[`${hub}/pilot`, pilot], [`${hub}/proxyv2`, proxy]]));
}

/** The sidecar: Istio's agent, a stock Envoy, and Debian's iptables for the init container that redirects a pod's traffic. */
function sidecar(mesh: string, shared: Readonly<Record<string, string>>) {
  const iptables = realpathSync('/usr/sbin/iptables-nft');
  const modules = mustRun('dpkg-query', ['-L', 'iptables']).split('\n').find(path => /\/xtables\/libxt_tcp\.so$/.test(path));
  if (modules === undefined) throw new Error('the package iptables has no folder of modules');
  const names = ['iptables', 'ip6tables'].flatMap(name => ['', '-nft'].flatMap(kind => ['', '-save', '-restore'].map(verb => `${name}${kind}${verb}`)));
  const { files, librariesOf } = withEnvoy(shared);
  return {
    name: 'proxyv2',
    files: {
      ...files,
      '/usr/local/bin/pilot-agent': join(mesh, 'pilot-agent'),
      '/usr/sbin/xtables-nft-multi': iptables,
      [dirname(modules)]: dirname(modules),
      '/etc/protocols': '/etc/protocols',
      '/usr/sbin/ip': '/usr/sbin/ip',
    },
    librariesOf: [...librariesOf, iptables, '/usr/sbin/ip'],
    links: Object.fromEntries(names.map(name => [`/usr/sbin/${name}`, 'xtables-nft-multi'])),
    folders: { '/tmp': 0o1777, '/etc/istio/proxy': 0o777, '/run': 0o755 },
    config: { Entrypoint: ['/usr/local/bin/pilot-agent'], Env: ['ISTIO_META_ISTIO_PROXY_SHA=stock-envoy'] },
  };
}

/** The same Envoy that the checks beside this folder run, with Debian's libraries. */
function withEnvoy(files: Readonly<Record<string, string>>) {
  const wheel = dirname(dirname(envoy()));
  const program = mustRun('find', [join(wheel, 'lib'), '-path', '*/envoy/_bin/envoy']).trim();
  return { files: { ...files, '/usr/local/bin/envoy': program }, librariesOf: [program] };
}

/** Of what images take from this machine. */
function debianVersions(): string {
  return mustRun('dpkg-query', ['-W', 'ca-certificates', 'iproute2', 'iptables', 'libc6']);
}
