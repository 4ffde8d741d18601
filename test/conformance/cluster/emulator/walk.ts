/** Runs work along a graph, as much of it at once as the edges allow. */

/** Somebody gave up the work: a failure beside it, or the user. */
export class Cancelled extends Error {}

/** Tells running work to end, and what has not begun not to begin. */
export class Cancellation {
  reason?: string;
  private readonly listeners = new Set<(reason: string) => void>();

  cancel(reason: string): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.listeners.forEach(listener => listener(reason));
  }

  /** Calls the listener once, at once if it has happened already; gives back how to stop listening. */
  onCancel(listener: (reason: string) => void): () => void {
    if (this.reason !== undefined) listener(this.reason);
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export interface Walk {
  readonly nodes: readonly string[];
  /** Nodes that have to be done before; others than `nodes` are taken as done. */
  before(node: string): Iterable<string>;
  work(node: string): Promise<void>;
  readonly parallel: number;
  /** After a failure: `stop` begins nothing any more, `go on` leaves out only what waits for the failed node. */
  readonly afterFailure: 'stop' | 'go on';
  readonly cancellation?: Cancellation;
  /** Called at the first failure of a node. */
  failed?(node: string, error: Error): void;
}

/** Ends when nothing runs any more; gives the errors by node. Nodes that never began have none. */
export async function walk({ nodes, before, work, parallel, afterFailure, cancellation, failed }: Walk): Promise<Map<string, Error>> {
  const waiting = new Set(nodes);
  const known = new Set(nodes);
  const done = new Set<string>();
  const errors = new Map<string, Error>();
  const running = new Map<string, Promise<void>>();
  const ready = () => [...waiting].filter(node => [...before(node)].every(other => !known.has(other) || done.has(other)));
  const run = async (node: string): Promise<void> => {
    try {
      await work(node);
      done.add(node);
    } catch (error) {
      errors.set(node, error as Error);
      if (!(error instanceof Cancelled)) failed?.(node, error as Error);
    } finally {
      running.delete(node);
    }
  };
  for (;;) {
    const stopped = cancellation?.reason !== undefined || (errors.size > 0 && afterFailure === 'stop');
    const next = stopped ? [] : ready().slice(0, Math.max(0, parallel - running.size));
    for (const node of next) {
      waiting.delete(node);
      running.set(node, run(node));
    }
    if (running.size === 0) return errors;
    await Promise.race(running.values());
  }
}

/** Circles are refused before anything begins. */
export function assertNoCircle(nodes: readonly string[], before: (node: string) => Iterable<string>): void {
  const left = new Map(nodes.map(node => [node, new Set([...before(node)].filter(other => nodes.includes(other)))]));
  for (let free = [...left].filter(([, others]) => others.size === 0); free.length > 0; free = [...left].filter(([, others]) => others.size === 0)) {
    for (const [node] of free) {
      left.delete(node);
      left.forEach(others => others.delete(node));
    }
  }
  if (left.size > 0) throw new Error(`Circular dependency between resources: [${[...left.keys()].sort().join(', ')}]`);
}
