/**
 * What the mesh does with one request. A decision points into the model: routes, services and versions are the model's own nodes,
 * so that whoever reads it can name the construct and the property behind them.
 */
import type { Share } from './share';
import type { Fault, HeaderChanges, Mirror, RoutePolicy } from '../model/action';
import type { Request } from '../model/evaluate';
import type { Gateway, GatewayRoute } from '../model/gateway';
import type { HostMatch } from '../model/match';
import type { Service, ServiceRoute, Version } from '../model/service';

/** Where a request enters: at a gateway, or at the proxy beside the pods of a service of the mesh that calls another one. */
export type Entry =
  | { readonly kind: 'gateway'; readonly gateway: Gateway }
  | { readonly kind: 'service'; readonly from: Service };

/** Where a share of the requests ends. */
export type Ending =
  /** A version's pods get the request, on that port of the service. */
  | { readonly kind: 'version'; readonly service: Service; readonly version: Version; readonly port: number }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'respond'; readonly status: number; readonly body?: string }
  /** A preflight, which the route's cors answers itself; a browser goes on where its origin is allowed. */
  | { readonly kind: 'preflight'; readonly status: 200; readonly isAllowed: boolean }
  /** The route does not let it in: no token, or a client of another network. */
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly by: 'jwt' | 'allowFrom' }
  /** No route takes it: the gateway has none for it, or the service that was chosen has none (choosing a service commits). */
  | { readonly kind: 'no-route'; readonly status: 404; readonly stage: 'gateway' | 'service' }
  /** The caller does not declare the call, and the mesh lets out only what is declared. */
  | { readonly kind: 'blocked'; readonly status: 502 }
  /**
   * A call that no proxy of the mesh routes: each connection goes to one of the ready pods of all these versions, whatever the service's table says. Of several versions
   * the shares follow the numbers of ready pods, which only the cluster knows.
   */
  | { readonly kind: 'unrouted'; readonly service: Service; readonly versions: readonly Version[]; readonly port: number }
  /** A call that no proxy of the mesh routes, of a name without pods behind it: the connection is refused. */
  | { readonly kind: 'no-pods'; readonly service: Service }
  /** The host is none of the mesh's, and the mesh lets everything out: the request leaves it unchanged. */
  | { readonly kind: 'outside'; readonly host: string };

/** The request as it arrives where it ends: after all rewrites and header changes. */
export interface Arrival {
  readonly host: string;
  /** Without query; the query is never changed. */
  readonly path: string;
  /** In lower case; a header that was added to one that existed holds both values, joined by a comma. */
  readonly headers: { readonly [name: string]: string };
}

/** One share of the requests like this one. */
export interface Branch {
  readonly share: Share;
  readonly ending: Ending;
  /** The service whose table was asked; left out where a gateway route names the version itself, or leads nowhere. */
  readonly service?: Service;
  /** The request as that table saw it: after the changes of the gateway route, on a port of the service. */
  readonly asked?: Request;
  /** The route of that service; left out where its only version needs none. */
  readonly serviceRoute?: ServiceRoute;
  readonly arrival: Arrival;
  /** Retries and timeouts that hold: the gateway route's, and field by field the service route's where the former says nothing. */
  readonly policy: RoutePolicy;
  /** Copies that are made on the way, those of the gateway route first. */
  readonly mirrors: readonly Mirror[];
  /** Deliberate failures on the way, that of the gateway route first. */
  readonly faults: readonly Fault[];
  /** Changes of the answer's headers, in the order in which they are made: the service's first, then the gateway's. */
  readonly responseHeaders: readonly HeaderChanges[];
}

/** What the mesh does with one request. */
export interface Decision {
  readonly entry: Entry;
  /** The request as it was read: normalised path, host without port. */
  readonly request: Request;
  /** The host whose table was asked; left out for the table without host, and for calls between services. */
  readonly host?: HostMatch;
  /** The route of the gateway that won. */
  readonly gatewayRoute?: GatewayRoute;
  /** The caller does not declare the call, the egress allows declared calls alone, and nothing in the mesh refuses it all the same. */
  readonly undeclared?: true;
  /** At least one; shares add up to 1. Branches of share 0 are there too: versions that are kept warm. */
  readonly branches: readonly Branch[];
}
