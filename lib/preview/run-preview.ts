/**
 * The preview from its start to its end: finds an Envoy, brings every mesh of the assembly up, follows the program, counts, cleans up.
 * In: options and a place to speak. Out: an exit code. Called by the command line.
 */
import { mkdtempSync, rmSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join, resolve } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { accepts, ownBackends, parseBackend, settleAddress, type BackendOption } from './backends';
import { findEnvoy } from './envoy/find';
import { MeshPreview, type Program } from './mesh-preview';
import { DEFAULT_PORT_BASE, PortBook } from './ports';
import { PreviewError } from './preview-error';
import type { PreviewIo, PreviewOptions } from './preview-io';
import { describeChanges } from './report/changes';
import { reportTo, type MeshHits, type Report, type Started } from './report/report';
import { watchModels } from './watch-models';
import { AssemblyError, readModels, type LoadedModel } from '../assembly';
import { renderDiagnostic } from '../diagnostics/render';
import { serviceToServiceNotes } from '../model/service-to-service';
import { validateModel } from '../model/validate';
import { unactedFeatures } from '../providers/local-envoy';

/**
 * Runs until it is stopped (0) or cannot go on (1), and leaves nothing behind.
 * Throws PreviewError or AssemblyError where the call itself is wrong; whoever calls says them.
 */
export async function runPreview(options: PreviewOptions, io: PreviewIo): Promise<number> {
  const report = reportTo(io, options.json ?? false);
  const preview = new Preview(options, io, report);
  try {
    await preview.start();
    return await preview.untilEnd();
  } catch (error) {
    if (!(error instanceof PreviewError) || error.kind === 'usage') throw error;
    report.failed(error.message);
    return 1;
  } finally {
    await preview.stop();
  }
}

/** The path of a socket has room for 103 characters; below the folder come some 35. */
const LONGEST_TMP = 64;

/** A model that can run, as read. */
interface Loaded {
  readonly key: string;
  readonly name: string;
  readonly program: Program;
}

class Preview {
  private readonly path: string;
  private readonly folder = mkdtempSync(join(tmpdir().length > LONGEST_TMP ? '/tmp' : tmpdir(), 'cdk-eks-mesh-'));
  private readonly ports: PortBook;
  private readonly meshes = new Map<string, MeshPreview>();
  private readonly names = new Map<string, string>();
  private backends: readonly BackendOption[] = [];
  private binary = '';
  private unwatch: () => void = () => undefined;
  private readonly ended = new AbortController();
  private reason: string | undefined;
  private folders = 0;
  /** The start, then reloads, one after the other. */
  private reloading: Promise<void> = Promise.resolve();
  /** Nothing can be awaited when this process ends by an accident. */
  private readonly guard = () => rmSync(this.folder, { recursive: true, force: true });

  constructor(private readonly options: PreviewOptions, private readonly io: PreviewIo, private readonly report: Report) {
    this.path = options.assembly ?? 'cdk.out';
    this.ports = new PortBook(options.portBase ?? DEFAULT_PORT_BASE);
    process.once('exit', this.guard);
    io.stop.addEventListener('abort', () => this.ended.abort(), { once: true });
    if (io.stop.aborted) this.ended.abort();
  }

  start(): Promise<void> {
    const starting = this.startAll();
    this.reloading = starting.catch(() => undefined);
    return starting;
  }

  private async startAll(): Promise<void> {
    this.backends = await Promise.all((this.options.backends ?? []).map(text => settleAddress(parseBackend(text))));
    // watched before it is read: what is written meanwhile is seen
    this.unwatch = watchModels(resolve(this.io.cwd, this.path), () => { this.reloading = this.reloading.then(() => this.reload()); });
    // a binary is tried while the models are read
    const finding = findEnvoy(this.options.envoy, { env: this.io.env, cwd: this.io.cwd, home: homedir(), platform: process.platform, arch: process.arch });
    finding.catch(() => undefined);
    const loaded = this.load('at the start');
    const envoy = await finding;
    this.binary = envoy.path;
    // none may be left starting when another one fails
    const failure = (await Promise.allSettled(loaded.map(one => this.bringUp(one)))).find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
    this.report.started(envoy, loaded.map(one => this.introduce(one)));
    for (const { address, text } of this.backends) if (!await accepts(address)) this.report.note(`nothing listens for --backend ${text} yet`);
  }

  /** Counts until somebody ends it. */
  async untilEnd(): Promise<number> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      const hits = await this.hits();
      if (hits !== undefined && !signal.aborted) this.report.hits(hits);
      await sleep(this.report.everyMs, undefined, { signal }).catch(() => undefined);
    }
    if (this.reason !== undefined) throw new PreviewError('run', this.reason, 'start the preview again; if it ends the same way, please report it with your program');
    return 0;
  }

  /** Undefined while an Envoy does not answer: it is ending, or busy. */
  private async hits(): Promise<readonly MeshHits[] | undefined> {
    const asking = [...this.meshes].map(async ([key, mesh]) => ({ mesh: this.names.get(key)!, groups: await mesh.hits() }));
    return Promise.all(asking).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.ended.abort();
    this.unwatch();
    await this.reloading;
    await Promise.all([...this.meshes.values()].map(mesh => mesh.stop()));
    rmSync(this.folder, { recursive: true, force: true });
    process.removeListener('exit', this.guard);
  }

  /** Reads what shall run; throws where it cannot. */
  private load(when: 'at the start' | 'again'): readonly Loaded[] {
    const found = readModels(this.path, this.io.cwd);
    const chosen = found.filter(one => this.options.mesh === undefined || [one.name, one.file].includes(this.options.mesh));
    const known = found.map(({ name, file }) => `${name} (${file})`).join(', ');
    if (chosen.length === 0) throw new PreviewError('usage', `there is no mesh '${this.options.mesh}' in ${this.path}`, `known: ${known}`);
    chosen.forEach(refuseWrong);
    const own = ownBackends(when === 'again' ? this.stillKnown(chosen) : this.backends, chosen.map(({ model }) => model));
    const named = (one: LoadedModel) => chosen.filter(({ name }) => name === one.name).length > 1 ? `${one.name} (${one.file})` : one.name;
    return chosen.map(one => ({ key: one.file, name: named(one), program: { model: one.model, own: own.get(one.model)! } }));
  }

  /** Backends of services that a changed program has lost are no reason to stop. */
  private stillKnown(chosen: readonly LoadedModel[]): readonly BackendOption[] {
    return this.backends.filter(option => {
      try {
        ownBackends([option], chosen.map(({ model }) => model));
        return true;
      } catch (error) {
        if (!(error instanceof PreviewError)) throw error;
        this.report.note(`left out: ${error.what}`);
        return false;
      }
    });
  }

  private async bringUp({ key, name, program }: Loaded): Promise<void> {
    this.folders += 1;
    const mesh = await MeshPreview.start(program, { key, binary: this.binary, folder: join(this.folder, `${this.folders}`), ports: this.ports });
    this.meshes.set(key, mesh);
    this.names.set(key, name);
    void mesh.died.then(reason => {
      this.reason ??= reason;
      this.ended.abort();
    });
  }

  /** Follows the program; where it cannot, everything stays as it is. */
  private async reload(): Promise<void> {
    if (this.ended.signal.aborted) return;
    try {
      const loaded = this.load('again');
      for (const one of loaded) await this.follow(one);
      for (const key of [...this.meshes.keys()].filter(known => !loaded.some(one => one.key === known))) await this.takeDown(key);
    } catch (error) {
      this.report.problem(`${(error as Error).message}\n  the preview goes on with what it had`);
    }
  }

  private async follow(next: Loaded): Promise<void> {
    const mesh = this.meshes.get(next.key);
    if (mesh === undefined) {
      await this.bringUp(next);
      this.report.reloaded(next.name, ['the mesh is new'], this.meshes.get(next.key)!.entrances);
      return;
    }
    const changes = describeChanges(mesh.model, next.program.model);
    const urls = new Set(mesh.entrances.map(({ url }) => url));
    if (changes.length > 0) await mesh.change(next.program);
    this.report.reloaded(next.name, changes, mesh.entrances.filter(({ url }) => !urls.has(url)));
  }

  private async takeDown(key: string): Promise<void> {
    const mesh = this.meshes.get(key)!;
    this.meshes.delete(key);
    await mesh.stop();
    this.report.note(`${this.names.get(key)} is gone`);
  }

  private introduce({ key, name, program }: Loaded): Started {
    const own = [...program.own].map(([endpoint, { host, port }]) => `${endpoint} is ${host.includes(':') ? `[${host}]` : host}:${port}`);
    const notes = serviceToServiceNotes(program.model.mesh);
    return { mesh: name, entrances: this.meshes.get(key)!.entrances, leftOut: unactedFeatures(program.model), own, ...(notes.length === 0 ? {} : { notes }) };
  }
}

/** A synthesized program was checked; one that was written by hand was not. */
function refuseWrong({ file, model }: LoadedModel): void {
  const errors = validateModel(model).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new AssemblyError(`the program has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n${errors.map(renderDiagnostic).join('\n')}`, file, 'mend the program, and synthesize it again');
}

