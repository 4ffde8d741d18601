/** One route of a gateway. */
import { Construct } from 'constructs';
import type { MeshGateway } from './mesh-gateway';
import { fail } from '../../diagnostics';
import type { GatewayRoute as GatewayRouteModel } from '../../model';
import { checkGatewayRoute } from '../../model/validate';
import { kebab } from '../identity';
import { concrete, defined, originOf, throwFirst } from '../origin';
import { filtersModel, type FilterOptions } from '../traffic/filters';
import { guardsModel, inheritedGuards, type RouteGuardOptions } from '../traffic/guards';
import { policyModel, type RoutePolicyOptions } from '../traffic/resilience';
import type { RouteMatch } from '../traffic/route-match';
import { actionOf, type IRouteTarget } from '../traffic/route-target';
import { requireConcreteMatch } from '../unread-tokens';

/** What a route of a gateway takes and where it leads. Retries and timeouts replace those of the service field by field. */
export interface GatewayRouteOptions extends RoutePolicyOptions, FilterOptions, RouteGuardOptions {
  readonly match: RouteMatch;
  /** A service, or a `RouteTarget`: one version, a split, a redirect, an answer. */
  readonly to: IRouteTarget;
  /**
   * Lower wins, 0 to 1000; before all routes without priority.
   * @default - the order follows from the match: exact path, longer prefix, regex; then method, headers, query
   */
  readonly priority?: number;
}

/** Properties of a `GatewayRoute`. */
export interface GatewayRouteProps extends GatewayRouteOptions {
  readonly gateway: MeshGateway;
}

/** One route of a gateway; `MeshGateway.addRoute` makes it in one call. */
export class GatewayRoute extends Construct {
  /** Unique within the gateway. */
  public readonly routeName: string;

  constructor(scope: Construct, id: string, private readonly props: GatewayRouteProps) {
    super(scope, id);
    this.routeName = scope === props.gateway ? kebab(id) : kebab(`${scope.node.id}-${id}`);
    this._check();
    props.gateway._addRoute(this);
  }

  private _check(): void {
    if (this.props.match._model.kind === 'tcp') {
      fail('MESH213', { origin: originOf(this), property: 'match', value: 'tcp' }, 'a gateway route cannot match TCP connections',
        'match HTTP or gRPC requests; no gateway of a mesh routes bytes');
    }
    const { to, mirror, gateway } = this.props;
    for (const [target, property] of [[to, 'to'], [mirror?.to, 'mirror.to']] as const) {
      if (target !== undefined) gateway._mesh._requireOwn(target, originOf(this), property);
    }
    requireConcreteMatch(this.props.match._model, originOf(this), 'match');
    throwFirst(checkGatewayRoute(this._model(), this.props.gateway._modelWithoutRoutes()));
  }

  /** @internal */
  public _model(): GatewayRouteModel {
    const { props } = this;
    const origin = originOf(this);
    const action = actionOf(props.to, origin, 'to');
    return defined({
      name: this.routeName,
      origin,
      property: 'match',
      hosts: props.match._hosts.map(({ kind, value }) => ({ kind, value: concrete(value, origin, 'match.hosts') })),
      priority: concrete(props.priority, origin, 'priority'),
      match: props.match._model as GatewayRouteModel['match'],
      action,
      filters: filtersModel(props, origin),
      guards: guardsModel(props, inheritedGuards(props.gateway._guards, action), origin),
      policy: policyModel(props, origin),
    });
  }
}
