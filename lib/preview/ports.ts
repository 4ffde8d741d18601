/** Which port of the loopback interface something listens on: the wanted one where it is free, else the next from a base; kept between reloads. */
import { createServer } from 'net';
import { PreviewError } from './preview-error';

/** The only address that anything of a preview listens on. */
export const LOOPBACK = '127.0.0.1';

/** Where ports are looked for when the wanted one is taken or reserved by the system. */
export const DEFAULT_PORT_BASE = 10_000;

/** Ports below are the system's. */
const FIRST_USER_PORT = 1025;

/** How far from the base is looked. */
const REACH = 1000;

/** Where a port is looked for. */
export interface PortPlace {
  /** Tried first. */
  readonly wanted?: number;
  /** How far above the base the search begins. */
  readonly offset?: number;
}

/** Hands out ports; one notion (`shop/gateway:80`) keeps its port as long as the book lives. */
export class PortBook {
  private readonly given = new Map<string, number>();
  private readonly avoided = new Set<number>();
  /** One search after the other: two at once would find the same port. */
  private searching: Promise<unknown> = Promise.resolve();

  constructor(private readonly base: number, private readonly isFree: (port: number) => Promise<boolean> = isPortFree) {}

  /** The port of a notion: the wanted one, or the next free one from the base on. */
  portFor(key: string, place: PortPlace = {}): Promise<number> {
    const found = this.searching.then(() => this.given.get(key) ?? this.find(key, place));
    this.searching = found.catch(() => undefined);
    return found;
  }

  /** Somebody else took a port between the look and the use: whoever had it gets another one, and nobody gets it again. */
  avoid(port: number): void {
    for (const [key, given] of this.given) if (given === port) this.given.delete(key);
    this.avoided.add(port);
  }

  private async find(key: string, { wanted, offset = 0 }: PortPlace): Promise<number> {
    const port = await this.firstFree(wanted, offset);
    this.given.set(key, port);
    return port;
  }

  private async firstFree(wanted: number | undefined, offset: number): Promise<number> {
    const taken = new Set([...this.given.values(), ...this.avoided]);
    const fits = async (port: number) => !taken.has(port) && await this.isFree(port);
    if (wanted !== undefined && wanted >= FIRST_USER_PORT && await fits(wanted)) return wanted;
    for (let port = this.base + offset; port < Math.min(this.base + offset + REACH, 65_536); port++) if (await fits(port)) return port;
    throw new PreviewError('run', `no port from ${this.base + offset} on is free`, 'name another start with --port-base N');
  }
}

/** Whether nothing listens on a port of the loopback interface. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(done => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => done(true)));
  });
}
