/** What happened when: the events of stacks and resources, for tests to look at. */
import { Properties } from './template';

export type Verb = 'Create' | 'Update' | 'Delete';

/** Part of an operation that an event belongs to. */
export type Phase = 'forward' | 'clean-up' | 'roll-back' | 'roll-back clean-up' | 'delete';

export interface TimelineEntry {
  readonly stack: string;
  readonly resource: string;
  readonly type: string;
  readonly verb: Verb;
  readonly phase: Phase;
  /** Physical id that the operation began with; for a Create, the one that came back. */
  id: string;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  /** Milliseconds since the emulator began. */
  readonly start: number;
  end?: number;
  /** `skipped`: kept by a policy. `cancelled`: given up; its function may still run. */
  status: 'running' | 'complete' | 'failed' | 'cancelled' | 'skipped';
  reason?: string;
}

/** A response that came when nobody waited for it any more. */
export interface LateResponse { readonly resource: string; readonly requestId: string; readonly status: string; readonly at: number }

export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly late: LateResponse[] = [];
  private readonly began = Date.now();

  constructor(private readonly log: (line: string) => void) {}

  now(): number {
    return Date.now() - this.began;
  }

  begin(entry: Omit<TimelineEntry, 'start' | 'status'>): TimelineEntry {
    const begun: TimelineEntry = { ...entry, start: this.now(), status: 'running' };
    this.entries.push(begun);
    return begun;
  }

  end(entry: TimelineEntry, status: TimelineEntry['status'], reason?: string): void {
    entry.end = this.now();
    entry.status = status;
    entry.reason = reason;
    // resources of AWS are made in no time; their lines would hide the others
    if (entry.type.startsWith('AWS::') && status === 'complete' && entry.type !== 'AWS::CloudFormation::Stack') return;
    const seconds = `${((entry.end - entry.start) / 1000).toFixed(1)} s`;
    this.log([`${(entry.end / 1000).toFixed(1).padStart(7)} s`, entry.phase, entry.verb, `${entry.stack}/${entry.resource}`, status, seconds, reason ?? ''].join(' ').trimEnd());
  }

  say(line: string): void {
    this.log(`${(this.now() / 1000).toFixed(1).padStart(7)} s ${line}`);
  }
}
