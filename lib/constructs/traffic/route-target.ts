/** Where a matched request ends, as users write it. */
import { fail, type Origin } from '../../diagnostics';
import type { Destination, RouteAction } from '../../model';
import { concrete, defined, integerWithin } from '../origin';
import type { Scheme } from './route-match';

/** Something a gateway route can lead to: a service, one version of it, a split, a redirect or an answer. */
export interface IRouteTarget {
  /** Short text for messages, for example `shop/products`. */
  readonly targetName: string;
}

/** The internal face of every target; users cannot implement it. */
export interface TargetFace {
  _action(origin: Origin, property: string): RouteAction;
}

/** The action behind a target. Throws MESH107 for an object of the user's own. */
export function actionOf(target: IRouteTarget, origin: Origin, property: string): RouteAction {
  const face = target as Partial<TargetFace>;
  if (typeof face._action === 'function') return face._action(origin, property);
  return fail('MESH107', { origin, property }, `${property} is no target that this library made`,
    'give a MeshService, a CanaryService, or a RouteTarget');
}

/** Destinations of a target that forwards. Throws MESH111 for a redirect or an answer. */
export function destinationsOf(target: IRouteTarget, origin: Origin, property: string): readonly Destination[] {
  const action = actionOf(target, origin, property);
  if (action.kind === 'forward') return action.destinations;
  return fail('MESH111', { origin, property, value: target.targetName }, `${property} does not lead to a service`,
    'give a service or a version of one; a redirect or an answer cannot be part of a split');
}

/** What `RouteTarget` needs to know of a service. */
export interface ServiceFace extends TargetFace {
  readonly _serviceId: string;
  readonly _versionNames: readonly string[];
}

/** The face of a service. Throws MESH107 when the target is none. */
export function serviceFaceOf(target: IRouteTarget, origin: Origin, property: string): ServiceFace {
  const face = target as Partial<ServiceFace>;
  if (typeof face._serviceId === 'string') return face as ServiceFace;
  return fail('MESH107', { origin, property, value: target.targetName }, `${property} is not a service of the mesh`,
    'give a MeshService, CanaryService, RouterService, ExternalService, or the service of a BlueGreenRoute');
}

/** The services behind a target: itself, the one it leads to, or those of its parts. */
export function servicesBehind(target: IRouteTarget): readonly IRouteTarget[] {
  const { _targets: targets, _serviceId: id } = target as { readonly _targets?: readonly IRouteTarget[]; readonly _serviceId?: string };
  if (targets !== undefined) return targets.flatMap(servicesBehind);
  return id === undefined ? [] : [target];
}

/** One share of a split at a gateway. */
export interface WeightedTarget {
  readonly target: IRouteTarget;
  /** Relative share, an integer from 0 to 100; 0 keeps the target warm. */
  readonly weight: number;
}

/** Options of a target that is a service. */
export interface ServiceTargetOptions {
  /**
   * Port of the service.
   * @default - the only one, or the port the request came in on
   */
  readonly port?: number;
}

/** A redirect; parts left out stay as the client wrote them. App Mesh cannot say it. */
export interface RedirectOptions {
  /**
   * 301, 302, 303, 307 or 308.
   * @default 302
   */
  readonly status?: number;
  /** @default - the client's scheme */
  readonly scheme?: Scheme;
  /** @default - the client's host */
  readonly host?: string;
  /** @default - the client's port */
  readonly port?: number;
  /**
   * Replaces the whole path.
   * @default - the client's path
   */
  readonly path?: string;
}

/**
 * Where a gateway route leads, beyond a plain service.
 *
 * @example
 * declare const v1: MeshService;
 * declare const v2: MeshService;
 * RouteTarget.split({ target: v1, weight: 95 }, { target: v2, weight: 5 });
 */
export class RouteTarget implements IRouteTarget {
  /** A service on one of its ports; its own routes choose the version. */
  public static service(service: IRouteTarget, options: ServiceTargetOptions = {}): RouteTarget {
    return new RouteTarget(service.targetName, (origin, property) => {
      const face = serviceFaceOf(service, origin, property);
      return forwardTo(defined({ service: face._serviceId, port: concrete(options.port, origin, `${property}.port`), weight: 100 }));
    }, [service]);
  }

  /** One version of a service, past the service's own routes. */
  public static version(service: IRouteTarget, versionName: string, options: ServiceTargetOptions = {}): RouteTarget {
    return new RouteTarget(`${service.targetName}@${versionName}`, (origin, property) => {
      const face = serviceFaceOf(service, origin, property);
      requireVersion(face, versionName, origin, property);
      return forwardTo(defined({ service: face._serviceId, version: versionName, port: concrete(options.port, origin, `${property}.port`), weight: 100 }));
    }, [service]);
  }

  /** A split between services or versions; the weights are relative. */
  public static split(...parts: WeightedTarget[]): RouteTarget {
    const names = parts.map(({ target, weight }) => `${target.targetName} ${weight}`).join(', ');
    return new RouteTarget(`split of ${names}`, (origin, property) => ({
      kind: 'forward',
      destinations: parts.flatMap((part, index) => splitPart(part, origin, `${property}.split[${index}]`)),
    }), parts.map(({ target }) => target));
  }

  /** Sends the client elsewhere. App Mesh cannot say it. */
  public static redirect(options: RedirectOptions): RouteTarget {
    const { status = 302, scheme, host, port, path } = options;
    return new RouteTarget('redirect', () => defined({
      kind: 'redirect' as const, status, scheme, host, port, path: path === undefined ? undefined : { kind: 'full' as const, value: path },
    }));
  }

  /** Answers at once, without a service. App Mesh cannot say it. */
  public static respond(status: number, body?: string): RouteTarget {
    return new RouteTarget(`status ${status}`, () => defined({ kind: 'respond' as const, status, body }));
  }

  private constructor(
    /** Short text for messages. */
    public readonly targetName: string,
    private readonly build: (origin: Origin, property: string) => RouteAction,
    private readonly targets: readonly IRouteTarget[] = [],
  ) {}

  /** @internal What the target leads to: services, or targets of its own. */
  public get _targets(): readonly IRouteTarget[] {
    return this.targets;
  }

  /** @internal */
  public _action(origin: Origin, property: string): RouteAction {
    return this.build(origin, property);
  }
}

function forwardTo(destination: Destination): RouteAction {
  return { kind: 'forward', destinations: [destination] };
}

function splitPart({ target, weight }: WeightedTarget, origin: Origin, property: string): Destination[] {
  integerWithin(weight, { min: 0, max: 100 }, origin, `${property}.weight`);
  const destinations = destinationsOf(target, origin, `${property}.target`);
  if (destinations.length > 1) {
    fail('MESH111', { origin, property: `${property}.target`, value: target.targetName }, 'a split stands inside of a split',
      'write one split with the multiplied weights');
  }
  return destinations.map((destination) => ({ ...destination, weight }));
}

/** Throws MESH107 when a service has no such version, and names those it has. */
export function requireVersion(face: ServiceFace, versionName: string, origin: Origin, property: string): void {
  if (face._versionNames.includes(versionName)) return;
  if (face._versionNames.length === 0) {
    fail('MESH107', { origin, property, value: versionName }, `'${face._serviceId}' has no versions of its own`, 'name the service whose versions it leads to');
  }
  fail('MESH107', { origin, property, value: versionName }, `service '${face._serviceId}' has no version '${versionName}'`,
    `use one of ${face._versionNames.map((name) => `'${name}'`).join(', ')}, or add the version to the service`);
}
