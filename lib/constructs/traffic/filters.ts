/** What a gateway route changes on a request, as users write it. */
import type { Duration } from 'aws-cdk-lib';
import { fail, type Origin } from '../../diagnostics';
import type { Fault as FaultModel, Filters, HeaderChanges, HostRewrite as HostRewriteModel, PathRewrite } from '../../model';
import { concrete, defined, milliseconds } from '../origin';
import { destinationsOf, type IRouteTarget } from './route-target';

/** A change of the path before the request is sent on. */
export class Rewrite {
  /** Replaces the matched prefix: with `RouteMatch.prefix('/shop')`, `prefix('/')` turns `/shop/cart` into `/cart`. */
  public static prefix(path: string): Rewrite {
    const value = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    return new Rewrite({ kind: 'prefix', value });
  }

  /** Replaces the whole path. */
  public static path(path: string): Rewrite {
    return new Rewrite({ kind: 'full', value: path });
  }

  private constructor(private readonly rewrite: PathRewrite) {}

  /** @internal */
  public get _model(): PathRewrite {
    return this.rewrite;
  }
}

/** A change of the host before the request is sent on. */
export class HostRewrite {
  /** The host becomes the service's own host name. */
  public static toService(): HostRewrite {
    return new HostRewrite({ kind: 'service' });
  }

  /** The host becomes this one. App Mesh cannot say it. */
  public static to(host: string): HostRewrite {
    return new HostRewrite({ kind: 'exact', value: host });
  }

  private constructor(private readonly rewrite: HostRewriteModel) {}

  /** @internal */
  public get _model(): HostRewriteModel {
    return this.rewrite;
  }
}

/** Changes of headers, in the order remove, set, add. App Mesh cannot say them. */
export interface HeaderChangeOptions {
  /**
   * Headers that get this value, whatever they had.
   * @default - none
   */
  readonly set?: { [name: string]: string };
  /**
   * Headers that get this value beside what they had.
   * @default - none
   */
  readonly add?: { [name: string]: string };
  /**
   * Headers that are taken away.
   * @default - none
   */
  readonly remove?: string[];
}

/** A copy of the traffic, whose answers are thrown away. App Mesh cannot say it. */
export interface MirrorOptions {
  readonly to: IRouteTarget;
  /**
   * Share of the requests that are copied, 0 to 100.
   * @default 100
   */
  readonly percent?: number;
}

/** A deliberate failure, for tests. App Mesh cannot say it. */
export interface FaultOptions {
  /** @default - no delay */
  readonly delay?: Duration;
  /**
   * Share of the requests that are delayed, 0 to 100.
   * @default 100
   */
  readonly delayPercent?: number;
  /** @default - no abort */
  readonly abortStatus?: number;
  /**
   * Share of the requests that are aborted, 0 to 100.
   * @default 100
   */
  readonly abortPercent?: number;
}

/** What a gateway route changes on a request. */
export interface FilterOptions {
  /** @default - the path stays */
  readonly rewrite?: Rewrite;
  /** @default - the host stays */
  readonly hostRewrite?: HostRewrite;
  /** @default - request headers stay */
  readonly requestHeaders?: HeaderChangeOptions;
  /** @default - response headers stay */
  readonly responseHeaders?: HeaderChangeOptions;
  /** @default - no copy */
  readonly mirror?: MirrorOptions;
  /** @default - no deliberate failure */
  readonly fault?: FaultOptions;
}

/** The model of a route's filters. */
export function filtersModel(options: FilterOptions, origin: Origin): Filters {
  return defined({
    rewritePath: options.rewrite && concretePath(options.rewrite._model, origin),
    rewriteHost: options.hostRewrite && concreteHost(options.hostRewrite._model, origin),
    requestHeaders: headerChanges(options.requestHeaders, origin, 'requestHeaders'),
    responseHeaders: headerChanges(options.responseHeaders, origin, 'responseHeaders'),
    mirrors: options.mirror === undefined ? undefined : mirrors(options.mirror, origin),
    fault: faultModel(options.fault, origin),
  });
}

function concretePath(rewrite: PathRewrite, origin: Origin): PathRewrite {
  concrete(rewrite.value, origin, 'rewrite');
  return rewrite;
}

function concreteHost(rewrite: HostRewriteModel, origin: Origin): HostRewriteModel {
  if (rewrite.kind === 'exact') concrete(rewrite.value, origin, 'hostRewrite');
  return rewrite;
}

function headerChanges(options: HeaderChangeOptions | undefined, origin: Origin, property: string): HeaderChanges | undefined {
  if (options === undefined) return undefined;
  const values = (part: 'set' | 'add') => Object.entries(options[part] ?? {})
    .map(([name, value]) => ({ name: name.toLowerCase(), value: concrete(value, origin, `${property}.${part}['${name}']`) }));
  return { set: values('set'), add: values('add'), remove: (options.remove ?? []).map((name) => name.toLowerCase()) };
}

function mirrors(mirror: MirrorOptions, origin: Origin): NonNullable<Filters['mirrors']> {
  const [destination, ...others] = destinationsOf(mirror.to, origin, 'mirror.to');
  if (destination === undefined || others.length > 0) {
    return fail('MESH111', { origin, property: 'mirror.to', value: mirror.to.targetName }, 'mirror.to is a split, not one service or version',
      'give a service, or RouteTarget.version(service, name): a copy goes to one place');
  }
  const { service, version, port } = destination;
  return [defined({ service, version, port, percent: concrete(mirror.percent ?? 100, origin, 'mirror.percent') })];
}

function faultModel(options: FaultOptions | undefined, origin: Origin): FaultModel | undefined {
  if (options === undefined) return undefined;
  requireWholeFault(options, origin);
  const { delay, delayPercent = 100, abortStatus, abortPercent = 100 } = options;
  return defined({
    delay: delay === undefined ? undefined : { ms: milliseconds(delay, origin, 'fault.delay'), percent: concrete(delayPercent, origin, 'fault.delayPercent') },
    abort: abortStatus === undefined ? undefined : {
      status: concrete(abortStatus, origin, 'fault.abortStatus'), percent: concrete(abortPercent, origin, 'fault.abortPercent'),
    },
  });
}

/** A share without what it is a share of would be dropped. Throws MESH111. */
function requireWholeFault({ delay, delayPercent, abortStatus, abortPercent }: FaultOptions, origin: Origin): void {
  const lost = delay === undefined && delayPercent !== undefined ? ['fault.delayPercent', 'delay']
    : abortStatus === undefined && abortPercent !== undefined ? ['fault.abortPercent', 'abortStatus']
      : delay === undefined && abortStatus === undefined ? ['fault', 'delay or abortStatus'] : undefined;
  if (lost === undefined) return;
  fail('MESH111', { origin, property: lost[0]! }, `${lost[0]} is given, but there is no ${lost[1]}`, `add ${lost[1]}, or leave out ${lost[0]}`);
}
