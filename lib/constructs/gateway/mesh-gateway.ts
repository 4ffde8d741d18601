/** MeshGateway: where traffic enters the mesh. */
import { Construct } from 'constructs';
import { GatewayListener } from './gateway-listener';
import { GatewayLoadBalancer } from './gateway-load-balancer';
import { GatewayRoute, type GatewayRouteOptions } from './gateway-route';
import { redirectedListeners, redirectedRoutes, redirectTarget } from './http-redirect';
import { fail, type Origin } from '../../diagnostics';
import type { Gateway, GatewayPods } from '../../model';
import { checkGateway, checkGuards } from '../../model/validate';
import { kebab } from '../identity';
import { findMesh, type Mesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { checkRollout, type RolloutOptions } from '../mesh/rollout';
import { carried, concrete, defined, integerWithin, originOf, throwFirst } from '../origin';
import type { AccessLog } from '../traffic/access-log';
import { guardsModel, type RouteGuardOptions } from '../traffic/guards';
import { resourcesModel, scaleModel, type PodCountOptions } from '../traffic/pods';
import { clientTlsModel, type ClientTlsOptions } from '../traffic/tls';

/** How much a proxy writes to its log. */
export enum ProxyLogLevel {
  TRACE = 'trace',
  DEBUG = 'debug',
  INFO = 'info',
  WARN = 'warn',
  ERROR = 'error',
  CRITICAL = 'critical',
  OFF = 'off',
}

/**
 * Properties of a `MeshGateway`. Its pods are two proxies spread over zones unless said otherwise. What it asks of requests (`cors`, `jwt`, `allowFrom`, `rateLimit`)
 * holds for each of its routes that does not say it itself; `cors` and `rateLimit` for those that lead to services, not for redirects and answers.
 */
export interface MeshGatewayProps extends PodCountOptions, RouteGuardOptions {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** @default - the kebab-case form of the construct id */
  readonly gatewayName?: string;
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
  /** @default - HTTP on port 80; on port 443 where the load balancer has a certificate, whose TLS ends there */
  readonly listeners?: GatewayListener[];
  /**
   * Answers every request on port 80 with a redirect (301) to the same URL over https. A listener for port 80 is added unless there is one; all routes that name no port
   * are for the port that clients reach over TLS. Routes that name port 80 are asked before the redirect. App Mesh does not support it.
   * @default false
   */
  readonly redirectHttp?: boolean;
  /** @default GatewayLoadBalancer.internal() */
  readonly loadBalancer?: GatewayLoadBalancer;
  /** @default - the mesh's default, or none */
  readonly accessLog?: AccessLog;
  /**
   * TLS towards the services.
   * @default - the mesh's default, or plain text
   */
  readonly clientTls?: ClientTlsOptions;
  /** @default - the provider's pinned proxy image */
  readonly image?: string;
  /** @default ProxyLogLevel.INFO */
  readonly logLevel?: ProxyLogLevel;
  /**
   * Over how many resources of the template the routes are spread, 1 to 100: about one for 40 routes. Declare it at the first deployment and keep it.
   * @default 1
   */
  readonly routeBuckets?: number;
  /**
   * How deployments wait for the gateway and its routes.
   * @default - as the mesh says
   */
  readonly rollout?: RolloutOptions;
}

/**
 * A gateway with its proxies and its load balancer.
 *
 * @example
 * declare const mesh: Mesh;
 * declare const products: CanaryService;
 * const gateway = new MeshGateway(mesh, 'Gateway', { loadBalancer: GatewayLoadBalancer.internetFacing() });
 * gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
 */
export class MeshGateway extends Construct {
  /** Name of the gateway and of its Kubernetes Service. */
  public readonly gatewayName: string;
  /** Namespace of the gateway. */
  public readonly gatewayNamespace: string;

  private readonly origin: Origin;
  private readonly mesh: Mesh;
  private readonly routes = new Map<string, GatewayRoute>();
  private withoutRoutes: Gateway | undefined;

  constructor(scope: Construct, id: string, private readonly props: MeshGatewayProps = {}) {
    super(scope, id);
    this.origin = originOf(this);
    this.mesh = findMesh(this, props.mesh);
    this.gatewayName = concrete(props.gatewayName ?? kebab(id), this.origin, 'gatewayName');
    this.gatewayNamespace = concrete(props.namespace ?? this.mesh.namespace, this.origin, 'namespace');
    this.mesh._requireNamespace(this.gatewayNamespace, this.origin);
    if (props.redirectHttp === true) redirectTarget(this._modelWithoutRoutes());
    throwFirst([...checkGateway(this._modelWithoutRoutes()), ...checkGuards(guardsModel(this._guards, {}, this.origin) ?? {}, this.origin)]);
    checkRollout(props.rollout, this.origin);
    const routeBuckets = integerWithin(props.routeBuckets ?? 1, { min: 1, max: 100 }, this.origin, 'routeBuckets');
    this.mesh._register({ construct: this, gateway: () => this._model(), routeBuckets, ...(props.rollout === undefined ? {} : { rollout: props.rollout }) });
  }

  /** Adds a route; its id, in kebab-case, is its name and unique within the gateway. */
  public addRoute(id: string, options: GatewayRouteOptions): GatewayRoute {
    return new GatewayRoute(this, id, { ...options, gateway: this });
  }

  /** @internal */
  public _addRoute(route: GatewayRoute): void {
    this.mesh._assertOpen(originOf(route), 'match');
    const twin = this.routes.get(route.routeName);
    if (twin) {
      fail('MESH102', { origin: originOf(route), property: 'id', value: route.node.id },
        `gateway '${this.gatewayName}' has two routes named '${route.routeName}': '${twin.node.path}' and '${route.node.path}'`,
        'give one of them another id');
    }
    // throws where a route leaves open which port it is for
    if (this.props.redirectHttp === true) redirectedRoutes(this._modelWithoutRoutes(), [route._model()], this._guards);
    this.routes.set(route.routeName, route);
  }

  /** @internal */
  public get _mesh(): Mesh {
    return this.mesh;
  }

  /** @internal What routes ask that do not say it themselves. */
  public get _guards(): RouteGuardOptions {
    const { cors, jwt, allowFrom, rateLimit } = this.props;
    return { cors, jwt, allowFrom, rateLimit };
  }

  /** @internal */
  public _model(): Gateway {
    const gateway = this._modelWithoutRoutes();
    const routes = [...this.routes.values()].map((route) => route._model());
    return { ...gateway, routes: this.props.redirectHttp === true ? redirectedRoutes(gateway, routes, this._guards) : routes };
  }

  /** @internal The gateway without its routes: what a route is checked against. Made once, because there may be a thousand. */
  public _modelWithoutRoutes(): Gateway {
    return this.withoutRoutes ??= this.modelWithoutRoutes();
  }

  private modelWithoutRoutes(): Gateway {
    const { props, origin } = this;
    const loadBalancer = props.loadBalancer ?? GatewayLoadBalancer.internal();
    const given = props.listeners ?? [GatewayListener.http({ port: loadBalancer._endsTls ? 443 : 80 })];
    const listeners = given.map((listener, index) => listener._model(origin, `listeners[${index}]`));
    const all = props.redirectHttp === true ? redirectedListeners(listeners, origin) : listeners;
    return defined({
      id: `${this.gatewayNamespace}/${this.gatewayName}`,
      name: this.gatewayName,
      namespace: this.gatewayNamespace,
      origin,
      listeners: all,
      routes: [],
      accessLog: props.accessLog?._model,
      clientTls: clientTlsModel(props.clientTls),
      pods: this.podsModel(),
      exposure: loadBalancer._model(origin, all),
    });
  }

  private podsModel(): GatewayPods {
    const { image, logLevel = ProxyLogLevel.INFO, resources } = this.props;
    return defined({
      image: image === undefined ? undefined : carried(image),
      scale: scaleModel(this.props, this.origin, ''),
      resources: resourcesModel(resources, this.origin, ''),
      logLevel,
    });
  }
}
