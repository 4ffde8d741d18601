/** Who served how much. In: Envoy's counters of each cluster. Out: hits of each version, since the start and since the last change. */
import type { SplitGroup } from './wanted';
import { percentOf } from '../../simulator';

/** Tries that an Envoy sent to a cluster so far. */
export interface ClusterCount {
  readonly sent: number;
  /** Of these, how many were answered 5xx. */
  readonly failed: number;
}

/** Counters by cluster name. */
export type ClusterCounts = ReadonlyMap<string, ClusterCount>;

/** What one version got. Tries and copies count, too: this is what the version's pods would see. */
export interface VersionHits {
  readonly service: string;
  readonly version: string;
  /** Since the last change of the program. */
  readonly hits: number;
  readonly failed: number;
  /** Since the start. */
  readonly total: number;
  /** Percent of its group since the last change; left out where the group has no hit. */
  readonly percent?: number;
  /** Percent that it should be; left out where no route without conditions leads to it. */
  readonly wantedPercent?: number;
}

/** Hits of versions that share one split. */
export type GroupHits = readonly VersionHits[];

interface Counted {
  readonly total: ClusterCount;
  readonly atChange: ClusterCount;
}

const ZERO: ClusterCount = { sent: 0, failed: 0 };

/** Adds up Envoy's counters. They fall back to 0 when a cluster is made anew, and hits that were counted must not be lost. */
export class HitCounter {
  private groups: readonly SplitGroup[] = [];
  /** Versions by the clusters that lead to them. */
  private versionOf: ReadonlyMap<string, string> = new Map();
  private readonly last = new Map<string, ClusterCount>();
  private readonly counted = new Map<string, Counted>();

  /** Begins to count for a changed program. `versionOf`: which version, `service@version`, a cluster leads to. */
  restart(groups: readonly SplitGroup[], versionOf: ReadonlyMap<string, string>): void {
    this.groups = groups;
    this.versionOf = versionOf;
    for (const [version, { total }] of this.counted) this.counted.set(version, { total, atChange: total });
  }

  /** Takes the newest counters. */
  add(counts: ClusterCounts): void {
    for (const [cluster, now] of counts) {
      const version = this.versionOf.get(cluster);
      if (version === undefined) continue;
      const before = this.last.get(cluster) ?? ZERO;
      this.last.set(cluster, now);
      const known = this.counted.get(version) ?? { total: ZERO, atChange: ZERO };
      const total = { sent: known.total.sent + grown(before.sent, now.sent), failed: known.total.failed + grown(before.failed, now.failed) };
      this.counted.set(version, { ...known, total });
    }
  }

  /** What was counted so far, in groups. */
  hits(): readonly GroupHits[] {
    return this.groups.map(group => {
      const rows = group.map(({ service, version, share }) => {
        const { total, atChange } = this.counted.get(`${service}@${version}`) ?? { total: ZERO, atChange: ZERO };
        return {
          service, version, hits: total.sent - atChange.sent, failed: total.failed - atChange.failed, total: total.sent,
          ...(share === undefined ? {} : { wantedPercent: percentOf(share) }),
        };
      });
      const sum = rows.reduce((before, { hits }) => before + hits, 0);
      return rows.map(row => sum === 0 ? row : { ...row, percent: (100 * row.hits) / sum });
    });
  }
}

function grown(before: number, now: number): number {
  return now >= before ? now - before : now;
}

/** What of Envoy's statistics is asked for. */
export const COUNTERS = '^cluster\\..*\\.upstream_(rq_total|rq_5xx|cx_total)$';

/**
 * Counters by cluster from Envoy's statistics; `clusters` says which carry requests and which connections.
 * Statistics write `_` for `:` in a cluster's name.
 */
export function readCounts(stats: string, clusters: readonly { readonly name: string; readonly tcp: boolean }[]): ClusterCounts {
  const values = new Map(stats.split('\n').map(line => {
    const end = line.lastIndexOf(': ');
    return [line.slice(0, end), Number(line.slice(end + 2))] as const;
  }));
  return new Map(clusters.map(({ name, tcp }) => {
    const root = `cluster.${name.replace(/:/g, '_')}`;
    const value = (stat: string) => values.get(`${root}.${stat}`) ?? 0;
    // a failure that was tried again is counted apart from the one that the client got
    return [name, { sent: value(tcp ? 'upstream_cx_total' : 'upstream_rq_total'), failed: value('upstream_rq_5xx') + value('retry.upstream_rq_5xx') }];
  }));
}
