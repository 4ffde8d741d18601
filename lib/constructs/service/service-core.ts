/**
 * What every construct that is a service does alike: it finds its mesh, names itself, holds its routes, and builds its
 * part of the model. Constructs own one of these instead of inheriting from a base class.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { fail, type Origin } from '../../diagnostics';
import type { Call, ClientTls, Destination, Match, RouteAction, Service, ServicePort, ServiceRoute, Version } from '../../model';
import { matchProperty } from '../../model/rules/rule';
import { checkService, checkServiceRoute } from '../../model/validate';
import { serviceAccountsOf } from '../../providers/names';
import { kebab } from '../identity';
import type { Mesh } from '../mesh/mesh';
import { checkRollout, type RolloutOptions } from '../mesh/rollout';
import { concrete, defined, originOf, throwFirst } from '../origin';
import { awsAccessOf } from './aws-rights';
import { ServicePrincipal } from './service-principal';
import type { ServiceVersion } from './service-version';
import { Protocol } from '../traffic/protocol';
import { policyModel, type RoutePolicyOptions } from '../traffic/resilience';
import type { RouteMatch } from '../traffic/route-match';
import { serviceFaceOf, type IRouteTarget } from '../traffic/route-target';
import { clientTlsModel, type ClientTlsOptions } from '../traffic/tls';
import { requireConcreteMatch } from '../unread-tokens';

/** One port of a service. */
export interface ServicePortOptions {
  /** The port callers use. */
  readonly port: number;
  /** @default - the same as `port` */
  readonly targetPort?: number;
  /** @default Protocol.HTTP */
  readonly protocol?: Protocol;
}

/** A service that others can call and route to. */
export interface IMeshService extends IRouteTarget, IConstruct {
  /** Name of the service, which is also the name of its Kubernetes Service. */
  readonly serviceName: string;
  /** Namespace of the service. */
  readonly serviceNamespace: string;
  /** The host name that callers write, for example `products.shop.svc.cluster.local`. */
  readonly host: string;
}

/** What every service can say about itself. The policy holds for the routes that the construct makes. */
export interface ServiceOptions extends RoutePolicyOptions {
  /** @default - the kebab-case form of the construct id: `ProductCatalog` becomes `product-catalog` */
  readonly serviceName?: string;
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
  /**
   * The port callers use. Not together with `ports`.
   * @default 80
   */
  readonly port?: number;
  /**
   * The port the pods listen on.
   * @default - the same as `port`
   */
  readonly targetPort?: number;
  /** @default Protocol.HTTP */
  readonly protocol?: Protocol;
  /**
   * Several ports.
   * @default - the one of `port`, `targetPort` and `protocol`
   */
  readonly ports?: ServicePortOptions[];
  /**
   * The services that this one calls. One declaration: the proxy learns their addresses, and nothing else is reachable where the mesh's
   * egress is `DECLARED_ONLY` and the mesh can refuse calls: MESH407 where it cannot.
   * @default - none
   */
  readonly calls?: IMeshService[];
  /** @default - the mesh's default, or plain text */
  readonly clientTls?: ClientTlsOptions;
  /**
   * A service account and role for each version instead of one for the service.
   * @default false
   */
  readonly identityPerVersion?: boolean;
  /**
   * What happens to the service's objects when it leaves the program, or its stack. `RETAIN` keeps them, pods and routes included, and the next deployment of the
   * same mesh takes them: so a service moves to another stack without a lost request. Deploy it with `RETAIN`, move it, deploy all stacks, and leave it out again.
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How deployments wait for the service's versions and routes.
   * @default - as the mesh says
   */
  readonly rollout?: RolloutOptions;
}

/** What is special about one call. */
export interface CallOptions {
  /**
   * TLS of this call, for example `enforce: false` towards a host outside of a mesh with mutual TLS.
   * @default - that of the service, or of the mesh
   */
  readonly tls?: ClientTlsOptions;
}

/** What a construct hands to its core. */
export interface CoreProps extends ServiceOptions {
  readonly kind: Service['kind'];
  readonly versions: readonly ServiceVersion[];
  /** Property that each version was written in, as text: `versions[0]`, `stable`. */
  readonly versionProperties: readonly string[];
}

/** A route before its origin is known. */
export interface RouteDraft {
  readonly name: string;
  readonly property: string;
  readonly priority?: number;
  readonly match: Match;
  readonly destinations: readonly Destination[];
  /** Replaces the service's own policy field by field. */
  readonly policy?: RoutePolicyOptions;
}

/** The part of a service that all service constructs share. */
export class ServiceCore {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  readonly id: string;
  readonly host: string;
  readonly ports: readonly ServicePort[];
  /** Versions as they were checked: most of a model, and routes know of them no more than names. */
  private registeredVersions: readonly Version[] | undefined;
  private madePrincipal: ServicePrincipal | undefined;
  private readonly drafts: RouteDraft[] = [];
  private readonly extraCalls: { readonly service: IMeshService; readonly options: CallOptions }[] = [];

  constructor(private readonly construct: Construct, readonly mesh: Mesh, private readonly props: CoreProps) {
    this.origin = originOf(construct);
    this.name = concrete(props.serviceName ?? kebab(construct.node.id), this.origin, 'serviceName');
    this.namespace = concrete(props.namespace ?? mesh.namespace, this.origin, 'namespace');
    mesh._requireNamespace(this.namespace, this.origin);
    this.id = `${this.namespace}/${this.name}`;
    this.host = `${this.name}.${this.namespace}.svc.cluster.local`;
    this.ports = portModels(props, this.origin);
  }

  /** The identity of the pods, for grants. Throws MESH106 where somebody asks for the first time when the mesh is written. */
  get principal(): ServicePrincipal {
    return this.madePrincipal ??= this.makePrincipal();
  }

  /** Names of the versions, in the user's order. */
  get versionNames(): readonly string[] {
    return this.props.versions.map((version) => version.versionName);
  }

  /** Checks what the constructor was given and takes the service into its mesh. */
  register(): void {
    const model = this.model();
    throwFirst(checkService(model));
    this.registeredVersions = model.versions;
    const { rollout, removalPolicy = RemovalPolicy.DESTROY } = this.props;
    checkRollout(rollout, this.origin);
    if (removalPolicy !== RemovalPolicy.DESTROY && removalPolicy !== RemovalPolicy.RETAIN) {
      fail('MESH111', { origin: this.origin, property: 'removalPolicy', value: removalPolicy }, `objects of a cluster cannot be removed by '${removalPolicy}'`,
        'choose RemovalPolicy.DESTROY or RemovalPolicy.RETAIN');
    }
    this.mesh._register({
      construct: this.construct, service: () => this.model(), principal: () => this.madePrincipal, ...(rollout === undefined ? {} : { rollout }),
      isRetained: removalPolicy === RemovalPolicy.RETAIN,
    });
  }

  /** Takes a route into the table. */
  addRoute(draft: RouteDraft): void {
    this.mesh._assertOpen(this.origin, draft.property);
    const route = this.routeModel(draft);
    requireConcreteMatch(draft.match, this.origin, matchProperty(route));
    throwFirst(checkServiceRoute(route, this.model(this.registeredVersions)));
    this.drafts.push(draft);
  }

  /** Adds a declared call. */
  addCall(service: IMeshService, options: CallOptions = {}): void {
    this.mesh._assertOpen(this.origin, 'addCall(service)');
    this.calledId(service, 'addCall(service)');
    this.extraCalls.push({ service, options });
  }

  /** A request that reaches a version of this service: the destination of a route. */
  destination(version: string, weight: number): Destination {
    return { service: this.id, version, weight };
  }

  /** What the service means, with everything that was added so far. */
  model(versions = this.versionModels()): Service {
    const { props } = this;
    return defined({
      id: this.id,
      name: this.name,
      namespace: this.namespace,
      origin: this.origin,
      host: this.host,
      kind: props.kind,
      ports: this.ports,
      versions,
      routes: this.drafts.map((draft) => this.routeModel(draft)),
      calls: this.callModels(),
      clientTls: clientTlsModel(props.clientTls) as ClientTls | undefined,
      identity: props.identityPerVersion === true ? 'version' as const : 'service' as const,
      aws: this.madePrincipal === undefined ? undefined : awsAccessOf(this.madePrincipal),
    });
  }

  private makePrincipal(): ServicePrincipal {
    const { construct, origin, mesh, id, namespace } = this;
    mesh._assertOpen(origin, 'grantPrincipal');
    return new ServicePrincipal({ construct, origin, mesh, id, namespace, accounts: serviceAccountsOf(this.model()) });
  }

  private versionModels(): readonly Version[] {
    return this.props.versions.map((version, index) => version._model(this, this.origin, this.props.versionProperties[index]));
  }

  private callModels(): readonly Call[] {
    const declared = (this.props.calls ?? []).map((service) => ({ service, options: {} as CallOptions }));
    return [...declared, ...this.extraCalls].map(({ service, options }, index) => defined({
      service: this.calledId(service, `calls[${index}]`), tls: clientTlsModel(options.tls),
    }));
  }

  /** Throws MESH107 for what is no service, and for services of other meshes. */
  private calledId(service: IMeshService, property: string): string {
    const id = serviceFaceOf(service, this.origin, property)._serviceId;
    // another mesh may have a service of the same name, so the id alone does not tell
    if (service === this.construct as unknown || this.mesh._includes(service)) return id;
    return fail('MESH107', { origin: this.origin, property, value: id },
      `service '${id}' at '${service.node.path}' is not part of mesh '${this.mesh.meshName}'`,
      `call services of the same mesh, or declare the host of another one: new ExternalService(mesh, '${service.node.id}', { host: '${service.host}', ... })`);
  }

  private routeModel(draft: RouteDraft): ServiceRoute {
    const action: RouteAction = { kind: 'forward', destinations: draft.destinations };
    const { name, property, priority, match } = draft;
    return defined({
      name, property, priority, match, action, origin: this.origin, filters: {},
      policy: policyModel({ ...this.props, ...defined(draft.policy ?? {}) }, this.origin),
    });
  }
}

/** Throws MESH210 when a match of a service's route names hosts. */
export function requirePathOnly(match: RouteMatch, origin: Origin, property: string): void {
  if (match._hosts.length === 0) return;
  fail('MESH210', { origin, property }, 'a route of a service cannot choose by host',
    'leave out hosts: every request for the service has the same host; choose by host at a gateway');
}

function portModels(props: ServiceOptions, origin: Origin): readonly ServicePort[] {
  const single = props.port ?? props.targetPort ?? props.protocol;
  if (props.ports !== undefined && single !== undefined) {
    fail('MESH111', { origin, property: 'ports' }, 'ports stands beside port, targetPort or protocol', 'write all ports into ports, and leave the others out');
  }
  const ports = props.ports ?? [{ port: props.port ?? 80, targetPort: props.targetPort, protocol: props.protocol }];
  return ports.map(({ port, targetPort, protocol }, index) => {
    const property = props.ports === undefined ? '' : `ports[${index}].`;
    return {
      port: concrete(port, origin, `${property}port`),
      targetPort: concrete(targetPort ?? port, origin, `${property}targetPort`),
      protocol: protocol ?? Protocol.HTTP,
    };
  });
}
