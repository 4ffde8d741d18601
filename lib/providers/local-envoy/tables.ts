/**
 * The second stage: one virtual host for each table that somebody leads to. In: what gateways, callers and mirrors ask for.
 * Out: virtual hosts of one route configuration, chosen by a header instead of the host, which belongs to the request.
 */
import { clusterOf, receiverDomain } from './clusters';
import { byName, hasReceiver, saysSomething, scoped, serviceOf, versionPort, type Came, type Mesh, type TableSpec } from './mesh';
import { domainOf, SERVICES, TABLE_HEADER } from './names';
import type { EnvoyObject } from './options';
import { headerOption } from './routes/changes';
import { ANYTHING } from './routes/match';
import { fraction, lowerPolicy } from './routes/policy';
import { lowerHostRewrite, lowerRoute, type HttpRoute } from './routes/route';
import type { Destination, Mirror, RouteAction, RoutePolicy } from '../../model/action';
import { arrivalPort } from '../../model/arrival';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service, ServiceRoute } from '../../model/service';

type Forward = Extract<RouteAction, { readonly kind: 'forward' }>;

/** The fields of a share or a copy that say where it goes. */
export interface Target {
  readonly cluster: string;
  /** The table there; undefined: the header is removed, because the next one to see it are pods. */
  readonly table: string | undefined;
}

/** The tables of the second stage; asking for one makes it. */
export class Tables {
  private readonly specs = new Map<string, TableSpec>();

  constructor(private readonly mesh: Mesh) {}

  /** Where requests for a table go. */
  ask(spec: TableSpec): Target {
    // a policy that says nothing needs no table of its own
    const { edge, ...plain } = spec;
    const table = edge !== undefined && saysSomething(edge.route.policy) ? { ...plain, edge } : plain;
    const domain = domainOf(titleOf(table));
    if (!this.specs.has(domain)) this.specs.set(domain, table);
    return { cluster: scoped(this.mesh, SERVICES), table: domain };
  }

  /** A copy for a service, or for one of its versions. */
  mirrors(mirrors: readonly Mirror[] | undefined, came: Came): EnvoyObject {
    if (mirrors === undefined || mirrors.length === 0) return {};
    return { request_mirror_policies: mirrors.map((mirror) => this.lowerMirror(mirror, came)) };
  }

  /** All virtual hosts, sorted by name. */
  virtualHosts(): readonly EnvoyObject[] {
    const done = new Map<string, EnvoyObject>();
    // lowering a table may ask for more: the mirrors of its routes
    while (done.size < this.specs.size) {
      for (const [domain, spec] of [...this.specs]) {
        if (!done.has(domain)) done.set(domain, this.lowerTable(domain, spec));
      }
    }
    return [...done.values()].sort(byName);
  }

  private lowerMirror(mirror: Mirror, came: Came): EnvoyObject {
    const service = serviceOf(this.mesh, mirror.service);
    const port = arrivalPort(service, mirror.port, came);
    const target = mirror.version === undefined
      ? this.ask({ service, port, kind: came.protocol, isMirror: true })
      : targetVersion(this.mesh, service, mirror.version, port);
    return {
      cluster: target.cluster,
      runtime_fraction: { default_value: fraction(mirror.percent) },
      disable_shadow_host_suffix_append: true,
      request_headers_mutations: [target.table === undefined
        ? { remove: TABLE_HEADER }
        : { append: headerOption({ name: TABLE_HEADER, value: target.table }, 'OVERWRITE_IF_EXISTS_OR_ADD') }],
    };
  }

  private lowerTable(domain: string, spec: TableSpec): EnvoyObject {
    return { name: titleOf(spec), domains: [domain], routes: spec.version === undefined ? this.lowerRoutes(spec) : [soleRoute(this.mesh, spec, spec.version)] };
  }

  private lowerRoutes(spec: TableSpec): readonly EnvoyObject[] {
    const { service, port, kind } = spec;
    const routes = orderedServiceRoutes(service);
    const [only, ...others] = service.versions;
    // of several versions without a table none is chosen: no route, 404
    if (routes.length === 0) return only === undefined || others.length > 0 ? [] : [soleRoute(this.mesh, spec, only.name)];
    return routes
      .filter((route): route is ServiceRoute & HttpRoute => route.match.kind === kind && kind !== 'tcp' && (route.match.port ?? port) === port)
      .flatMap((route) => lowerRoute(`${service.id} ${route.name}`, route, (action) => this.forward(spec, route, action)));
  }

  private forward(spec: TableSpec, route: ServiceRoute, { destinations }: Forward): EnvoyObject {
    const came: Came = { port: spec.port, protocol: spec.kind };
    const choice = this.mesh.options.choiceHeaders?.service;
    return {
      weighted_clusters: {
        clusters: destinations.map((destination) => this.lowerShare(spec, route, destination)),
        ...(choice === undefined ? {} : { header_name: choice }),
      },
      ...lowerPolicy(policyOf(spec, route.policy)),
      ...(spec.isMirror ? {} : this.mirrors(route.filters.mirrors, came)),
    };
  }

  private lowerShare(spec: TableSpec, route: ServiceRoute, destination: Destination): EnvoyObject {
    const service = serviceOf(this.mesh, destination.service);
    const came: Came = { port: spec.port, protocol: spec.kind };
    const port = destination.port ?? (service === spec.service ? spec.port : arrivalPort(service, undefined, came));
    const version = destination.version ?? service.versions[0]!.name;
    return { ...shareOf(targetVersion(this.mesh, service, version, port), destination.weight), ...lowerHostRewrite(route.filters.rewriteHost, service.host) };
  }
}

/** A weight and what it does to the header that chooses tables. */
export function shareOf({ cluster, table }: Target, weight: number): EnvoyObject {
  return {
    name: cluster,
    weight,
    ...(table === undefined
      ? { request_headers_to_remove: [TABLE_HEADER] }
      : { request_headers_to_add: [headerOption({ name: TABLE_HEADER, value: table }, 'OVERWRITE_IF_EXISTS_OR_ADD')] }),
  };
}

/** `shop/products:8080`; with a policy of its gateway route's own: `shop/edge/beta>shop/products@v1:8080`. */
function titleOf({ service, version, port, kind, edge, isMirror }: TableSpec): string {
  const owner = edge === undefined ? '' : `${edge.gateway.id}/${edge.route.name}>`;
  const name = `${service.id}${version === undefined ? '' : `@${version}`}:${port}`;
  // a port that speaks http may be led to by gRPC calls, which its routes do not take
  return `${owner}${name}${kind === 'http' ? '' : `/${kind}`}${isMirror ? '/mirror' : ''}`;
}

function targetVersion(mesh: Mesh, service: Service, version: string, port: number): Target {
  const found = versionPort(service, version, port);
  return { cluster: scoped(mesh, clusterOf(found)), table: hasReceiver(found) ? receiverDomain(found) : undefined };
}

/** Everything to one version. */
function soleRoute(mesh: Mesh, spec: TableSpec, version: string): EnvoyObject {
  return {
    name: `${spec.service.id}@${version}`,
    match: ANYTHING,
    route: { weighted_clusters: { clusters: [shareOf(targetVersion(mesh, spec.service, version, spec.port), 1)] }, ...lowerPolicy(policyOf(spec, {})) },
  };
}

/** The gateway route's policy, and field by field the service route's where the former says nothing. */
function policyOf({ edge }: TableSpec, own: RoutePolicy): RoutePolicy {
  const outer = edge?.route.policy ?? {};
  const retry = outer.retry ?? own.retry;
  return { timeouts: { ...own.timeouts, ...outer.timeouts }, ...(retry === undefined ? {} : { retry }) };
}
