/** MeshService: a service with its versions and, if wanted, a table of its own. */
import type { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail } from '../../diagnostics';
import type { Destination, RouteAction } from '../../model';
import { findMesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { integerWithin, concrete } from '../origin';
import { addCatchAllRoutes, type PreviewConditions } from './catch-all';
import { requirePathOnly, ServiceCore, type CallOptions, type IMeshService, type ServiceOptions, type ServicePortOptions } from './service-core';
import { ServiceVersion } from './service-version';
import { joinName, MAX_LABEL_LENGTH } from '../../kube/names';
import { SERVICE_LABEL, VERSION_LABEL } from '../../providers/labels';
import type { Protocol } from '../traffic/protocol';
import type { RoutePolicyOptions } from '../traffic/resilience';
import type { RouteMatch } from '../traffic/route-match';
import { requireVersion, type ServiceFace } from '../traffic/route-target';

/** Properties of a `MeshService`. */
export interface MeshServiceProps extends ServiceOptions {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** At least one; names are unique. */
  readonly versions: ServiceVersion[];
  /**
   * Share of each version by its name, for requests that no route of the service's own takes; integers from 0 that add up to 100.
   * @default - everything to the only version; with several versions there is no such route until `weights`, `addRoute` or a
   * `BlueGreenRoute` gives one
   */
  readonly weights?: { [versionName: string]: number };
}

/** A route of a service to its versions. Retries and timeouts that are left out are those of the service. */
export interface ServiceRouteOptions extends RoutePolicyOptions {
  readonly match: RouteMatch;
  /** Share of each version by its name: integers from 0, for example `{ v1: 95, v2: 5 }`. */
  readonly weights: { [versionName: string]: number };
  /**
   * Lower wins, 0 to 1000; before all routes without priority.
   * @default - the order follows from the match: exact path, longer prefix, regex; then method, headers, query
   */
  readonly priority?: number;
}

/** What names a service of the mesh that another app or stage makes. */
export interface MeshServiceAttributes {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** Name of the service, which is also the name of its Kubernetes Service. */
  readonly serviceName: string;
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
  /**
   * The port callers use. Not together with `ports`.
   * @default 80
   */
  readonly port?: number;
  /** @default - the same as `port` */
  readonly targetPort?: number;
  /** @default Protocol.HTTP */
  readonly protocol?: Protocol;
  /** @default - the one of `port`, `targetPort` and `protocol` */
  readonly ports?: ServicePortOptions[];
  /**
   * Share of each version by its name, as the program that makes the service has it: integers from 0 that add up to 100. A gateway of this program sends
   * requests by it, so it has to be changed with the other program; calls between services follow the service's own table, whatever stands here.
   */
  readonly weights: { [versionName: string]: number };
}

/**
 * A service of the mesh.
 *
 * @example
 * declare const mesh: Mesh;
 * new MeshService(mesh, 'Catalog', {
 *   port: 8080,
 *   versions: [ServiceVersion.fromImage('v1', { image: 'shop/catalog:1.4.0' })],
 * });
 */
export class MeshService extends Construct implements IMeshService, iam.IGrantable {
  /**
   * A service that another app or stage makes in the same mesh (`Mesh.fromMeshAttributes`): services here can call it, and gateways lead to it. Nothing of it is made or
   * changed. A gateway's route is refused at deployment where the service has no ready pod.
   */
  public static fromAttributes(scope: Construct, id: string, attributes: MeshServiceAttributes): IMeshService {
    const { weights, serviceName, ...options } = attributes;
    const pods = (version: string) => ({ [SERVICE_LABEL]: serviceName, [VERSION_LABEL]: joinName([version], MAX_LABEL_LENGTH) });
    const versions = Object.keys(weights).map((version) => ServiceVersion.fromPods(version, pods(version)));
    const service = new MeshService(scope, id, { ...options, serviceName, weights, versions });
    service.core.mesh._leaveToOthers(service);
    return service;
  }

  public readonly serviceName: string;
  public readonly serviceNamespace: string;
  public readonly host: string;
  /** `<namespace>/<name>`. */
  public readonly targetName: string;

  private readonly core: ServiceCore;

  constructor(scope: Construct, id: string, props: MeshServiceProps) {
    super(scope, id);
    const { mesh, weights, ...options } = props;
    this.core = new ServiceCore(this, findMesh(this, mesh), {
      ...options, kind: 'workload', versions: props.versions, versionProperties: props.versions.map((_, index) => `versions[${index}]`),
    });
    this.serviceName = this.core.name;
    this.serviceNamespace = this.core.namespace;
    this.host = this.core.host;
    this.targetName = this.core.id;
    this.core.register();
    if (weights !== undefined) this.addCatchAll(weights);
    else if (props.versions.length === 1) this.addCatchAll({ [props.versions[0].versionName]: 100 });
  }

  /** Adds a route to the service's own table; all callers and gateways follow it. Throws when the name is taken or a version is unknown. */
  public addRoute(name: string, options: ServiceRouteOptions): void {
    const { match, weights, priority, ...policy } = options;
    concrete(name, this.core.origin, 'addRoute(name)');
    const property = `addRoute('${name}')`;
    requirePathOnly(match, this.core.origin, `${property}.match.hosts`);
    this.core.addRoute({
      name, property, match: match._model, destinations: this.destinations(weights, `${property}.weights`),
      policy,
      ...(priority === undefined ? {} : { priority }),
    });
  }

  /** Declares that this service calls another one: for cycles, where the constructor cannot, and for calls with TLS of their own. */
  public addCall(service: IMeshService, options: CallOptions = {}): void {
    this.core.addCall(service, options);
  }

  private addCatchAll(weights: { readonly [versionName: string]: number }): void {
    const destinations = this.destinations(weights, 'weights');
    const sum = destinations.reduce((total, { weight }) => total + weight, 0);
    if (sum === 0) {
      fail('MESH205', { origin: this.core.origin, property: 'weights', value: weights }, 'all weights are 0, so the service leads nowhere',
        'raise one of them; 0 beside others keeps a version warm');
    }
    if (sum !== 100) {
      fail('MESH204', { origin: this.core.origin, property: 'weights', value: weights }, `weights add up to ${sum}, not 100`,
        'change the weights so that they add up to 100');
    }
    this._addSplit(destinations, 'weights');
  }

  private destinations(weights: { readonly [versionName: string]: number }, property: string): Destination[] {
    return Object.entries(weights).map(([version, weight]) => {
      requireVersion(this._face, version, this.core.origin, `${property}['${version}']`);
      return this.core.destination(version, integerWithin(weight, { min: 0, max: 100 }, this.core.origin, `${property}['${version}']`));
    });
  }

  /** @internal */
  public _addSplit(destinations: readonly Destination[], property: string, policy: RoutePolicyOptions = {}): void {
    addCatchAllRoutes(this.core, { name: 'split', property, destinations, policy });
  }

  /** @internal */
  public _addPreview(destinations: readonly Destination[], conditions: PreviewConditions, policy: RoutePolicyOptions): void {
    addCatchAllRoutes(this.core, { name: 'preview', property: 'preview', destinations, policy, conditions });
  }

  /** The identity of the service's pods: `bucket.grantRead(service)` gives all its versions the right. */
  public get grantPrincipal(): iam.IPrincipal {
    return this.core.principal;
  }

  /** @internal */
  public get _serviceId(): string {
    return this.core.id;
  }

  /** @internal */
  public get _versionNames(): readonly string[] {
    return this.core.versionNames;
  }

  /** @internal */
  public _action(): RouteAction {
    return { kind: 'forward', destinations: [{ service: this.core.id, weight: 100 }] };
  }

  private get _face(): ServiceFace {
    return this;
  }
}
