/** BlueGreenRoute: all traffic on one of two sides; changing one word moves it, changing it back is the rollback. */
import { Construct } from 'constructs';
import { GatewayRoute } from './gateway-route';
import { MeshGateway } from './mesh-gateway';
import { fail, type Origin } from '../../diagnostics';
import type { Destination, Service } from '../../model';
import { kebab } from '../identity';
import { originOf } from '../origin';
import { Preview } from './preview';
import { MeshService } from '../service/mesh-service';
import { RouterService } from '../service/router-service';
import type { IMeshService, ServicePortOptions } from '../service/service-core';
import type { FilterOptions } from '../traffic/filters';
import type { RouteGuardOptions } from '../traffic/guards';
import type { Protocol } from '../traffic/protocol';
import type { RoutePolicyOptions } from '../traffic/resilience';
import type { RouteMatch } from '../traffic/route-match';
import { destinationsOf, servicesBehind, type IRouteTarget } from '../traffic/route-target';

/** One of the two sides. */
export enum Color {
  BLUE = 'blue',
  GREEN = 'green',
}

/** Whom the choice of the side binds. */
export enum BlueGreenScope {
  /** Only requests that come through the gateway. */
  GATEWAY = 'gateway',
  /** The gateway and every service of the mesh that calls. Reports MESH408 on a mesh that routes no calls between services. */
  ALL_CALLERS = 'all-callers',
}

/** Properties of a `BlueGreenRoute`. */
export interface BlueGreenRouteProps extends RoutePolicyOptions, FilterOptions, RouteGuardOptions {
  /** @default - the scope, which then is a `MeshGateway` */
  readonly gateway?: MeshGateway;
  readonly match: RouteMatch;
  /** A service, or a version of one by `RouteTarget.version`. */
  readonly blue: IRouteTarget;
  /** A service, or a version of one by `RouteTarget.version`. */
  readonly green: IRouteTarget;
  /** The side that serves. Changing it is the cut-over, changing it back the rollback. */
  readonly active: Color;
  /**
   * Lets chosen requests reach the other side.
   * @default - nobody reaches the other side
   */
  readonly preview?: Preview;
  /** @default BlueGreenScope.GATEWAY */
  readonly appliesTo?: BlueGreenScope;
  /**
   * Two services that are switched for all callers need a name that callers use for whichever is active.
   * @default - the kebab-case form of the construct id
   */
  readonly serviceName?: string;
  /**
   * Lower wins, 0 to 1000.
   * @default - the order follows from the match
   */
  readonly priority?: number;
}

/**
 * A route between two sides, blue and green, of which one serves.
 *
 * @example
 * declare const gateway: MeshGateway;
 * declare const checkoutBlue: MeshService;
 * declare const checkoutGreen: MeshService;
 * new BlueGreenRoute(gateway, 'Checkout', {
 *   match: RouteMatch.prefix('/checkout'),
 *   blue: checkoutBlue,
 *   green: checkoutGreen,
 *   active: Color.BLUE,
 *   preview: Preview.header('x-preview', HeaderMatch.exactly('green')),
 * });
 */
export class BlueGreenRoute extends Construct {
  /** What callers inside of the mesh call: whichever side is active. Only with `BlueGreenScope.ALL_CALLERS`. */
  public readonly service?: IMeshService;
  /** The side that serves. */
  public readonly active: Color;

  private readonly origin: Origin;
  private readonly gateway: MeshGateway;

  constructor(scope: Construct, id: string, private readonly props: BlueGreenRouteProps) {
    super(scope, id);
    this.origin = originOf(this);
    this.active = props.active;
    this.gateway = this.findGateway(scope);
    this.requireTwoSides();
    if (props.appliesTo === BlueGreenScope.ALL_CALLERS) this.service = this.bindForAllCallers();
    else this.bindAtGateway();
  }

  private findGateway(scope: Construct): MeshGateway {
    if (this.props.gateway !== undefined) return this.props.gateway;
    if (scope instanceof MeshGateway) return scope;
    return fail('MESH104', { origin: this.origin, property: 'gateway' }, `'${this.node.path}' is not inside of a gateway and names none`,
      'make a MeshGateway the scope, or give the gateway property');
  }

  /** The destinations of a side with a weight. A side is one service or one version. */
  private side(color: Color, weight: number): Destination {
    const destinations = destinationsOf(this.props[color], this.origin, color);
    if (destinations.length === 1) return { ...destinations[0], weight };
    return fail('MESH111', { origin: this.origin, property: color, value: this.props[color].targetName }, `${color} is a split, not one service or version`,
      'give a service, or RouteTarget.version(service, name)');
  }

  private requireTwoSides(): void {
    const [blue, green] = [this.side(Color.BLUE, 100), this.side(Color.GREEN, 100)];
    if (blue.service !== green.service || blue.version !== green.version || blue.port !== green.port) return;
    fail('MESH111', { origin: this.origin, property: 'green', value: this.props.green.targetName }, 'blue and green are the same, so there is nothing to switch',
      'give two services, or two versions of one by RouteTarget.version(service, name)');
  }

  /** Both sides, the active one with everything. `flipped` turns them around, for the preview. */
  private split(flipped: boolean): readonly Destination[] {
    const blueServes = (this.active === Color.BLUE) !== flipped;
    return [this.side(Color.BLUE, blueServes ? 100 : 0), this.side(Color.GREEN, blueServes ? 0 : 100)];
  }

  private get idle(): Color {
    return this.active === Color.BLUE ? Color.GREEN : Color.BLUE;
  }

  /** Two services: the route leads to the active one. Two versions of one service: a split at the edge, 100 to 0. */
  private bindAtGateway(): void {
    if (this.props.serviceName !== undefined) {
      fail('MESH111', { origin: this.origin, property: 'serviceName', value: this.props.serviceName }, 'serviceName is given, but no service is made',
        'leave it out, or say appliesTo: BlueGreenScope.ALL_CALLERS');
    }
    const twoServices = this.side(Color.BLUE, 100).version === undefined && this.side(Color.GREEN, 100).version === undefined;
    const target = (flipped: boolean): IRouteTarget => {
      if (twoServices) return this.props[flipped ? this.idle : this.active];
      return new FixedTarget(this.split(flipped), [this.props.blue, this.props.green]);
    };
    this.addGatewayRoute('Active', this.props.match, target(false));
    if (this.props.preview) this.addGatewayRoute('Preview', this.props.preview._match(this.props.match), target(true));
  }

  private bindForAllCallers(): IMeshService {
    this.requireRoutedCalls();
    const [blue, green] = this.split(false);
    const service = blue.service === green.service ? this.bindVersions(blue, green) : this.bindServices();
    this.addGatewayRoute('Active', this.props.match, service);
    const host = this.props.preview?._host(this.props.match);
    if (host) this.addGatewayRoute('Preview', host, new FixedTarget(this.split(true).map((destination) => this.named(destination)), [this.props.blue, this.props.green]));
    return service;
  }

  /** A mesh that routes no calls could not keep them to the active side. */
  private requireRoutedCalls(): void {
    const { title, serviceToService } = this.gateway._mesh._props.provider._provider;
    if (serviceToService.routes === 'applied') return;
    fail('MESH408', { origin: this.origin, property: 'appliesTo', value: BlueGreenScope.ALL_CALLERS },
      `${title} routes no calls between services, so callers would not follow the switch`,
      'say appliesTo: BlueGreenScope.GATEWAY, and let services call the side itself; or choose Istio or AWS App Mesh, which route calls between services');
  }

  /** Two versions of one service: the service's own table gets the split and the preview. */
  private bindVersions(blue: Destination, green: Destination): IMeshService {
    const service = [this.props.blue, this.props.green].map(serviceOf).find((candidate) => candidate !== undefined);
    if (service === undefined || blue.version === undefined || green.version === undefined || this.props.serviceName !== undefined) {
      return fail('MESH111', { origin: this.origin, property: 'blue' }, `blue and green are the same service '${blue.service}', but not two versions of one MeshService`,
        "give RouteTarget.version(service, 'v1') and RouteTarget.version(service, 'v2') of a MeshService with two versions and no weights, and leave out serviceName");
    }
    const conditions = this.props.preview?._conditions;
    if (conditions) service._addPreview(this.split(true), conditions, this.policy);
    service._addSplit(this.split(false), 'versions', this.policy);
    return service;
  }

  /** Two services: a third one in front of both, that callers use. */
  private bindServices(): IMeshService {
    const router = new RouterService(this, 'Service', {
      mesh: this.gateway._mesh,
      serviceName: this.props.serviceName ?? kebab(this.node.id),
      ports: this.portsOf(this.side(Color.BLUE, 100).service),
      ...this.policy,
    });
    const conditions = this.props.preview?._conditions;
    if (conditions) router._addSplit(this.split(true).map((destination) => this.named(destination)), 'preview', conditions);
    router._addSplit(this.split(false).map((destination) => this.named(destination)), 'active');
    return router;
  }

  private modelOf(id: string): Service | undefined {
    return this.gateway._mesh._parts.map(({ service }) => service?.()).find((service) => service?.id === id);
  }

  private portsOf(id: string): ServicePortOptions[] {
    return (this.modelOf(id)?.ports ?? []).map((port) => ({ ...port, protocol: port.protocol as Protocol }));
  }

  /** A destination that names its version. A router leads to versions, so a side that is a service must have exactly one. */
  private named(destination: Destination): Destination {
    if (destination.version !== undefined) return destination;
    const versions = this.modelOf(destination.service)?.versions ?? [];
    if (versions.length === 1) return { ...destination, version: versions[0].name };
    return fail('MESH111', { origin: this.origin, property: 'appliesTo', value: BlueGreenScope.ALL_CALLERS },
      `service '${destination.service}' has ${versions.length} versions, and a switch for all callers needs one on each side`,
      'give RouteTarget.version(service, name) for this side');
  }

  private get policy(): RoutePolicyOptions {
    const { retries, timeout, idleTimeout } = this.props;
    return { retries, timeout, idleTimeout };
  }

  private addGatewayRoute(id: 'Active' | 'Preview', match: RouteMatch, to: IRouteTarget): void {
    const { rewrite, hostRewrite, requestHeaders, responseHeaders, mirror, fault, cors, jwt, allowFrom, rateLimit } = this.props;
    const filters = { rewrite, hostRewrite, requestHeaders, responseHeaders, mirror, fault, cors, jwt, allowFrom, rateLimit };
    // for all callers the policy stands in the service's table, where every caller finds it
    const policy = this.props.appliesTo === BlueGreenScope.ALL_CALLERS ? {} : this.policy;
    new GatewayRoute(this, id, { gateway: this.gateway, match, to, ...policy, ...filters, priority: this.priorityOf(id) });
  }

  /** The preview narrows the match of the route it belongs to, so an explicit priority has to leave room before it. */
  private priorityOf(id: 'Active' | 'Preview'): number | undefined {
    const { priority } = this.props;
    if (priority === undefined || id === 'Active') return priority;
    if (priority > 0) return priority - 1;
    return fail('MESH209', { origin: this.origin, property: 'priority', value: priority }, 'priority 0 leaves no place before it for the preview',
      'give priority at least 1: the preview takes the number before it');
  }
}

/** A target with destinations that are computed here. */
class FixedTarget implements IRouteTarget {
  readonly targetName = 'blue/green';

  constructor(private readonly destinations: readonly Destination[], readonly _targets: readonly IRouteTarget[]) {}

  _action() {
    return { kind: 'forward' as const, destinations: this.destinations };
  }
}

/** The MeshService behind a target, where it is one or a version of one. */
function serviceOf(target: IRouteTarget): MeshService | undefined {
  if (target instanceof MeshService) return target;
  const [behind, ...others] = servicesBehind(target);
  return others.length === 0 && behind instanceof MeshService ? behind : undefined;
}
