/** RouterService: a host name that callers use, whose routes lead to versions of other services. */
import { Construct } from 'constructs';
import { addCatchAllRoutes, type PreviewConditions } from './catch-all';
import type { Destination, RouteAction } from '../../model';
import { findMesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { concrete } from '../origin';
import { requirePathOnly, ServiceCore, type IMeshService, type ServicePortOptions } from './service-core';
import type { Protocol } from '../traffic/protocol';
import type { RoutePolicyOptions } from '../traffic/resilience';
import type { RouteMatch } from '../traffic/route-match';
import { destinationsOf, type IRouteTarget } from '../traffic/route-target';

/** Properties of a `RouterService`. */
export interface RouterServiceProps extends RoutePolicyOptions {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** @default - the kebab-case form of the construct id */
  readonly serviceName?: string;
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
  /**
   * The port callers use. Not together with `ports`.
   * @default 80
   */
  readonly port?: number;
  /** @default Protocol.HTTP */
  readonly protocol?: Protocol;
  /** @default - the one of `port` and `protocol` */
  readonly ports?: ServicePortOptions[];
}

/** A route to versions of other services. Retries and timeouts that are left out are those of the router. */
export interface RouterRouteOptions extends RoutePolicyOptions {
  readonly match: RouteMatch;
  /** `RouteTarget.version`, or a `RouteTarget.split` of versions. */
  readonly to: IRouteTarget;
  /**
   * Lower wins, 0 to 1000; before all routes without priority.
   * @default - the order follows from the match
   */
  readonly priority?: number;
}

/**
 * A service without pods of its own: one host name in front of versions of other services.
 *
 * @example
 * declare const mesh: Mesh;
 * declare const color: MeshService;
 * const paths = new RouterService(mesh, 'ColorPaths', { port: 8080 });
 * paths.addRoute('blue', { match: RouteMatch.prefix('/blue'), to: RouteTarget.version(color, 'blue') });
 */
export class RouterService extends Construct implements IMeshService {
  public readonly serviceName: string;
  public readonly serviceNamespace: string;
  public readonly host: string;
  /** `<namespace>/<name>`. */
  public readonly targetName: string;

  private readonly core: ServiceCore;

  constructor(scope: Construct, id: string, props: RouterServiceProps = {}) {
    super(scope, id);
    const { mesh, ...options } = props;
    this.core = new ServiceCore(this, findMesh(this, mesh), { ...options, kind: 'router', versions: [], versionProperties: [] });
    this.serviceName = this.core.name;
    this.serviceNamespace = this.core.namespace;
    this.host = this.core.host;
    this.targetName = this.core.id;
    this.core.register();
  }

  /** Adds a route; all callers and gateways follow it. */
  public addRoute(name: string, options: RouterRouteOptions): void {
    const { match, to, priority, ...policy } = options;
    const { origin } = this.core;
    const property = `addRoute('${concrete(name, origin, 'addRoute(name)')}')`;
    requirePathOnly(match, origin, `${property}.match.hosts`);
    this.core.mesh._requireOwn(to, origin, `${property}.to`);
    this.core.addRoute({
      name, property, match: match._model, destinations: destinationsOf(to, origin, `${property}.to`), policy,
      ...(priority === undefined ? {} : { priority }),
    });
  }

  /** @internal */
  public _addSplit(split: readonly Destination[], property: string, conditions?: PreviewConditions): void {
    addCatchAllRoutes(this.core, {
      name: conditions === undefined ? 'split' : 'preview', property, destinations: split, ...(conditions === undefined ? {} : { conditions }),
    });
  }

  /** @internal */
  public get _serviceId(): string {
    return this.core.id;
  }

  /** @internal */
  public get _versionNames(): readonly string[] {
    return [];
  }

  /** @internal */
  public _action(): RouteAction {
    return { kind: 'forward', destinations: [{ service: this.core.id, weight: 100 }] };
  }
}
