/**
 * The configuration of a running Envoy, in files that it watches. In: lowered resources. Out: an Envoy that has taken them.
 * A change is made before it is broken off: what is new is added, then the routes lead to it, then what is old is taken away;
 * so no request meets a route whose cluster or listener does not exist.
 */
import { mkdirSync, renameSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import type { EnvoyProcess } from './process';
import { watchedFile, type EnvoyObject, type EnvoyResources, type WatchedKind } from '../../providers/local-envoy';

/** How long a request that was routed by the old routes may still need its cluster: a fault's delay, a retry. */
const GRACE_MS = 5000;

/** How long Envoy may take to take a file. */
const TAKE_MS = 10_000;

/** Roots of the statistics about what is read from files. */
const CLUSTERS = 'cluster_manager.cds';
const LISTENERS = 'listener_manager.lds';

/** Envoy refused a configuration; its words. */
export class ConfigurationRefused extends Error {}

/** Resources by name. */
type Named = ReadonlyMap<string, EnvoyObject>;

/** A part of the configuration that Envoy has to take: the root of its statistics, and the version it has to say. */
interface Expected {
  readonly root: string;
  readonly version: number;
}

type Configured = { readonly [K in WatchedKind]: Named };

/** What one Envoy shall run with, and the files that say so. */
export class EnvoyConfiguration {
  readonly listenersFile: string;
  readonly clustersFile: string;
  private current: Configured = { listeners: new Map(), routes: new Map(), clusters: new Map() };
  private readonly routeFiles = new Map<string, string>();
  /** What each file holds; what is alike is not written. */
  private readonly written = new Map<string, { readonly text: string; readonly version: number }>();
  private version = 0;
  /** How many updates Envoy has refused so far. */
  private refused = 0;
  private retiring: NodeJS.Timeout | undefined;

  constructor(private readonly folder: string) {
    mkdirSync(join(folder, 'routes'), { recursive: true });
    this.listenersFile = join(folder, 'listeners.json');
    this.clustersFile = join(folder, 'clusters.json');
  }

  /** The file of a route configuration; numbered, because names hold what file systems do not take. */
  readonly pathOf = (name: string): string => {
    const known = this.routeFiles.get(name) ?? join(this.folder, 'routes', `${this.routeFiles.size}.json`);
    this.routeFiles.set(name, known);
    return known;
  };

  /** Writes what an Envoy starts with. */
  begin(resources: EnvoyResources): void {
    this.current = byKind(resources);
    this.writeRoutes(this.current, [...this.current.routes.keys()]);
    this.writeClusters(this.current.clusters);
    this.writeListeners(this.current.listeners);
  }

  /** Makes sure that an Envoy has taken what it was started with; throws ConfigurationRefused with its words. */
  async begun(envoy: EnvoyProcess): Promise<void> {
    await this.taken(envoy, [this.expected(this.clustersFile, CLUSTERS), this.expected(this.listenersFile, LISTENERS)]);
  }

  /** Hands a change to the running Envoy; throws ConfigurationRefused with its words, and then the former configuration is handed back. */
  async change(resources: EnvoyResources, envoy: EnvoyProcess): Promise<void> {
    const [before, next] = [this.current, byKind(resources)];
    clearTimeout(this.retiring);
    try {
      await this.shift(before, next, envoy);
    } catch (error) {
      if (error instanceof ConfigurationRefused) await this.shift(next, before, envoy).catch(() => undefined);
      throw error;
    }
  }

  /** Gives up what is still planned. */
  close(): void {
    clearTimeout(this.retiring);
  }

  private async shift(from: Configured, to: Configured, envoy: EnvoyProcess): Promise<void> {
    this.current = to;
    if (this.writeClusters(new Map([...from.clusters, ...to.clusters]))) await this.taken(envoy, [this.expected(this.clustersFile, CLUSTERS)]);
    const readers = await routeReaders(envoy);
    // the files of new listeners have to lie there before the listeners ask for them
    this.writeRoutes(to, [...to.routes.keys()].filter(name => !readers.has(statName(name))));
    if (this.writeListeners(new Map([...from.listeners, ...to.listeners]))) await this.taken(envoy, [this.expected(this.listenersFile, LISTENERS)]);
    const changed = this.writeRoutes(to, [...to.routes.keys()]);
    await this.taken(envoy, changed.flatMap(name => (readers.get(statName(name)) ?? []).map(root => this.expected(this.pathOf(name), root))));
    this.retiring = setTimeout(() => {
      this.writeListeners(to.listeners);
      this.writeClusters(to.clusters);
    }, GRACE_MS);
    this.retiring.unref();
  }

  private writeClusters(clusters: Named): boolean {
    return this.write(this.clustersFile, 'clusters', [...clusters.values()]);
  }

  private writeListeners(listeners: Named): boolean {
    return this.write(this.listenersFile, 'listeners', [...listeners.values()]);
  }

  /** The names of those that had to be written. */
  private writeRoutes({ routes }: Configured, names: readonly string[]): readonly string[] {
    return names.filter(name => this.write(this.pathOf(name), 'routes', [routes.get(name)!]));
  }

  /** Whether it had to be written. A file is replaced in one step: Envoy reads it when it is moved into its place. */
  private write(file: string, kind: WatchedKind, resources: readonly EnvoyObject[]): boolean {
    const content = watchedFile(kind, resources);
    const text = JSON.stringify(content);
    if (this.written.get(file)?.text === text) return false;
    this.version += 1;
    this.written.set(file, { text, version: this.version });
    writeFileSync(`${file}.next`, JSON.stringify({ version_info: `${this.version}`, ...content }));
    renameSync(`${file}.next`, file);
    return true;
  }

  private expected(file: string, root: string): Expected {
    return { root, version: this.written.get(file)!.version };
  }

  /** Waits until Envoy runs with what is expected; throws where it refuses it. */
  private async taken(envoy: EnvoyProcess, expected: readonly Expected[]): Promise<void> {
    const until = Date.now() + TAKE_MS;
    while (expected.length > 0) {
      const stats = await subscriptionStats(envoy);
      const refused = total(stats, 'update_rejected') + total(stats, 'update_failure');
      if (refused > this.refused) {
        this.refused = refused;
        throw new ConfigurationRefused(`Envoy refuses the configuration:\n       ${envoy.lastLines.slice(-5).join('\n       ')}`);
      }
      if (expected.every(({ root, version }) => stats.get(`${root}.version_text`) === `${version}`)) return;
      if (Date.now() > until) throw new ConfigurationRefused(`Envoy did not take the configuration within ${TAKE_MS / 1000} seconds`);
      await sleep(10);
    }
  }
}

function byKind({ listeners, routes, clusters }: EnvoyResources): Configured {
  const named = (resources: readonly EnvoyObject[]) => new Map(resources.map(resource => [String(resource.name), resource]));
  return { listeners: named(listeners), routes: named(routes), clusters: named(clusters) };
}

/** Statistics of everything that Envoy reads from files, by name; texts without quotes. */
async function subscriptionStats(envoy: EnvoyProcess): Promise<ReadonlyMap<string, string>> {
  const text = await envoy.get(`/stats?filter=${encodeURIComponent('(cds|lds|\\.rds\\..*)\\.(version_text|update_rejected|update_failure)$')}`);
  return new Map(text.split('\n').flatMap(line => {
    const [, name, value] = /^(.*): "?([^"]*)"?$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  }));
}

/** The sum of all statistics of one name. */
function total(stats: ReadonlyMap<string, string>, ending: string): number {
  return [...stats].reduce((sum, [name, value]) => name.endsWith(`.${ending}`) ? sum + Number(value) : sum, 0);
}

/** Who reads a route configuration: the roots of the statistics of its readers, by the configuration's name as statistics say it. */
async function routeReaders(envoy: EnvoyProcess): Promise<ReadonlyMap<string, readonly string[]>> {
  const readers = new Map<string, string[]>();
  for (const stat of (await subscriptionStats(envoy)).keys()) {
    const [, root, name] = /^(.*?\.rds\.(.*))\.version_text$/.exec(stat) ?? [];
    if (root !== undefined && name !== undefined) readers.set(name, [...readers.get(name) ?? [], root]);
  }
  return readers;
}

/** Statistics write `_` for what separates an address from a port. */
function statName(name: string): string {
  return name.replace(/:/g, '_');
}
