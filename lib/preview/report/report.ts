/** How a preview speaks: to a person at a terminal, to a pipe, or in JSON lines. */
import { createColors } from 'picocolors';
import type { GroupHits } from './hits';
import { renderLine, renderTable } from './table';
import type { Entrance } from '../entrances';
import type { FoundEnvoy } from '../envoy/find';
import type { PreviewIo } from '../preview-io';

/** What is said of one mesh when it is up. */
export interface Started {
  readonly mesh: string;
  readonly entrances: readonly Entrance[];
  /** What a local Envoy does not act on, one phrase each. */
  readonly leftOut: readonly string[];
  /** What of the program does not happen on its mesh, and so not here either; left out where all of it does. */
  readonly notes?: readonly string[];
  /** Own processes that stand in for versions: `shop/products@v1:8080 is 127.0.0.1:3000`. */
  readonly own: readonly string[];
}

/** Hits of one mesh. */
export interface MeshHits {
  readonly mesh: string;
  readonly groups: readonly GroupHits[];
}

/** Says what happens in a preview. */
export interface Report {
  /** Everything is up. */
  started(envoy: FoundEnvoy, meshes: readonly Started[]): void;
  /** The program was synthesized again, and the preview follows it. */
  reloaded(mesh: string, changes: readonly string[], entrances: readonly Entrance[]): void;
  /** Something to know. */
  note(text: string): void;
  /** Something that does not work; the preview goes on as before. */
  problem(text: string): void;
  /** Why the preview cannot go on. */
  failed(text: string): void;
  /** The newest hits. */
  hits(meshes: readonly MeshHits[]): void;
  /** Milliseconds between two looks at the counters. */
  readonly everyMs: number;
}

/** The report that fits where a preview writes. */
export function reportTo(io: PreviewIo, json: boolean): Report {
  if (json) return new JsonReport(io);
  return io.isTerminal ? new TerminalReport(io) : new LinesReport(io);
}

/** One JSON object a line, told apart by `event`. */
class JsonReport implements Report {
  readonly everyMs = 1000;
  private last = '';

  constructor(private readonly io: PreviewIo) {}

  started(envoy: FoundEnvoy, meshes: readonly Started[]): void {
    this.line('ready', { envoy, meshes });
  }

  reloaded(mesh: string, changes: readonly string[], entrances: readonly Entrance[]): void {
    this.line('reloaded', { mesh, changes, entrances });
  }

  note(text: string): void {
    this.line('note', { text });
  }

  problem(text: string): void {
    this.line('problem', { text });
  }

  failed(text: string): void {
    this.line('failed', { text });
  }

  hits(meshes: readonly MeshHits[]): void {
    const text = JSON.stringify(meshes);
    if (text === this.last) return;
    this.last = text;
    this.line('hits', { meshes });
  }

  private line(event: string, facts: object): void {
    this.io.out(`${JSON.stringify({ event, ...facts })}\n`);
  }
}

/** Lines of text; hits only of what changed. */
class LinesReport implements Report {
  readonly everyMs: number = 1000;
  private readonly last = new Map<string, string>();

  constructor(protected readonly io: PreviewIo) {}

  started(envoy: FoundEnvoy, meshes: readonly Started[]): void {
    this.say(`Envoy ${envoy.version} (${envoy.path}) serves on this machine only; Ctrl-C ends it\n`);
    for (const mesh of meshes) this.say(this.introduce(mesh, meshes.length > 1));
  }

  reloaded(mesh: string, changes: readonly string[], entrances: readonly Entrance[]): void {
    const words = changes.length === 0 ? ['nothing changed for requests'] : changes;
    this.say([`${mesh} was synthesized again:`, ...words.map(change => `  ${change}`), ...entrances.flatMap(one => this.describe(one))].join('\n') + '\n');
  }

  note(text: string): void {
    this.say(`${text}\n`);
  }

  problem(text: string): void {
    this.say(`${this.paint().red(text)}\n`);
  }

  failed(text: string): void {
    this.io.err(`${this.paint().red('error')} ${text}\n`);
  }

  hits(meshes: readonly MeshHits[]): void {
    for (const { mesh, groups } of meshes) {
      for (const group of groups) {
        const key = `${mesh} ${group[0]!.service}`;
        const line = renderLine(group);
        const isNew = this.last.get(key) !== line && group.some(({ hits }) => hits > 0);
        this.last.set(key, line);
        if (isNew) this.say(`${meshes.length > 1 ? `${mesh}  ` : ''}${line}\n`);
      }
    }
  }

  /** Writes whole lines. */
  protected say(text: string): void {
    this.io.out(text);
  }

  protected paint(): ReturnType<typeof createColors> {
    return createColors(this.io.colours);
  }

  private introduce({ mesh, entrances, leftOut, own, notes = [] }: Started, named: boolean): string {
    return [
      ...(named ? ['', this.paint().bold(mesh)] : []),
      ...entrances.flatMap(one => ['', ...this.describe(one)]),
      ...(entrances.length === 0 ? ['', `${mesh} has neither a gateway nor a service that calls another: nothing can be asked`] : []),
      ...(own.length === 0 ? [] : ['', 'own processes:', ...own.map(text => `  ${text}`)]),
      ...(notes.length === 0 ? [] : ['', 'as in the cluster:', ...notes.map(text => `  ${text}`)]),
      ...(leftOut.length === 0 ? [] : ['', 'a local Envoy does not act on:', ...leftOut.map(text => `  ${text}`)]),
      '',
    ].join('\n');
  }

  private describe({ kind, of, listenerPort, called, url, commands }: Entrance): readonly string[] {
    const title = kind === 'gateway' ? `gateway ${of}, port ${listenerPort}` : `calls of ${of}${called === undefined ? '' : ` to ${called}`}`;
    return [`${title}: ${this.paint().cyan(url)}`, ...commands.map(command => `  ${command}`)];
  }
}

/** As lines, with the hits in a table that is drawn again in its place. */
class TerminalReport extends LinesReport {
  override readonly everyMs = 500;
  private drawn = 0;
  private meshes: readonly MeshHits[] = [];

  override hits(meshes: readonly MeshHits[]): void {
    this.meshes = meshes;
    this.io.out(this.erase() + this.table());
  }

  protected override say(text: string): void {
    this.io.out(this.erase() + text);
    if (this.meshes.length > 0) this.io.out(this.table());
  }

  private erase(): string {
    const up = this.drawn === 0 ? '' : `\x1b[${this.drawn}A\r\x1b[J`;
    this.drawn = 0;
    return up;
  }

  private table(): string {
    const { columns, rows } = this.io.size();
    const room = Math.max(Math.floor((rows - 1) / this.meshes.length) - 2, 3);
    const lines = this.meshes.flatMap(({ mesh, groups }) => [
      '',
      ...(this.meshes.length > 1 ? [this.paint().bold(mesh.slice(0, columns - 1))] : []),
      ...renderTable(groups, { columns, rows: room, colours: this.io.colours }),
    ]);
    this.drawn = lines.length;
    return lines.map(line => `${line}\n`).join('');
  }
}
