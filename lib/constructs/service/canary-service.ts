/** CanaryService: a stable version, a canary, and the share that reaches it. */
import type { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { addCatchAllRoutes } from './catch-all';
import { fail } from '../../diagnostics';
import type { RouteAction } from '../../model';
import { findMesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { integerWithin } from '../origin';
import type { Pin } from './pin';
import { ServiceCore, type CallOptions, type IMeshService, type ServiceOptions } from './service-core';
import type { ServiceVersion } from './service-version';

/** Properties of a `CanaryService`. */
export interface CanaryServiceProps extends ServiceOptions {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** The version that serves everything that the canary does not. Has a health check. */
  readonly stable: ServiceVersion;
  /**
   * The version on trial. Has a health check.
   * @default - none: everything goes to the stable version
   */
  readonly canary?: ServiceVersion;
  /**
   * Share of the requests that reach the canary: an integer from 0 to 100. 0 keeps it warm; 100 is the last step before it becomes the
   * stable version. Required when there is a canary.
   * @default - none
   */
  readonly canaryPercent?: number;
  /**
   * Requests that always reach the canary, whatever `canaryPercent` says.
   * @default - none
   */
  readonly pins?: Pin[];
}

/**
 * A service whose new version gets a share of the traffic, for all callers and gateways.
 *
 * @example
 * declare const mesh: Mesh;
 * new CanaryService(mesh, 'Products', {
 *   port: 8080,
 *   stable: ServiceVersion.fromImage('v1', { image: 'shop/products:1.8.2', healthCheck: HealthCheck.http('/ping') }),
 *   canary: ServiceVersion.fromImage('v2', { image: 'shop/products:2.0.0', healthCheck: HealthCheck.http('/ping') }),
 *   canaryPercent: 5,
 *   pins: [Pin.header('x-experiment-id', HeaderMatch.exactly('b'))],
 * });
 */
export class CanaryService extends Construct implements IMeshService, iam.IGrantable {
  public readonly serviceName: string;
  public readonly serviceNamespace: string;
  public readonly host: string;
  /** `<namespace>/<name>`. */
  public readonly targetName: string;

  private readonly core: ServiceCore;

  constructor(scope: Construct, id: string, props: CanaryServiceProps) {
    super(scope, id);
    const { mesh, stable, canary, canaryPercent, pins = [], ...options } = props;
    const versions = canary === undefined ? [stable] : [stable, canary];
    this.core = new ServiceCore(this, findMesh(this, mesh), { ...options, kind: 'workload', versions, versionProperties: ['stable', 'canary'] });
    this.serviceName = this.core.name;
    this.serviceNamespace = this.core.namespace;
    this.host = this.core.host;
    this.targetName = this.core.id;
    this.requireHealthChecks(versions);
    this.core.register();
    const percent = this.percentOf(props);
    if (canary !== undefined) this.addPins(pins, canary);
    this.addSplit(stable, canary, percent);
  }

  /** Declares that this service calls another one: for cycles, where the constructor cannot, and for calls with TLS of their own. */
  public addCall(service: IMeshService, options: CallOptions = {}): void {
    this.core.addCall(service, options);
  }

  private requireHealthChecks(versions: readonly ServiceVersion[]): void {
    versions.forEach((version, index) => {
      if (version._hasHealthCheck) return;
      const property = index === 0 ? 'stable' : 'canary';
      fail('MESH301', { origin: this.core.origin, property: `${property}.healthCheck` },
        `version '${version.versionName}' of canary service '${this.core.name}' has no health check`,
        "give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve");
    });
  }

  private percentOf({ canary, canaryPercent, pins }: CanaryServiceProps): number {
    const { origin } = this.core;
    if (canary === undefined) {
      const orphan = canaryPercent !== undefined ? 'canaryPercent' : pins?.length ? 'pins' : undefined;
      if (orphan) fail('MESH111', { origin, property: orphan }, `${orphan} is given, but there is no canary`, `add canary, or leave out ${orphan}`);
      return 0;
    }
    if (canaryPercent === undefined) {
      return fail('MESH111', { origin, property: 'canaryPercent' }, 'there is a canary, but canaryPercent is left out',
        'give canaryPercent an integer from 0 to 100; 0 keeps the canary warm without traffic');
    }
    return integerWithin(canaryPercent, { min: 0, max: 100 }, origin, 'canaryPercent');
  }

  private addPins(pins: readonly Pin[], canary: ServiceVersion): void {
    const taken = new Map<string, number>();
    pins.forEach((pin, index) => {
      const count = (taken.get(pin._name) ?? 0) + 1;
      taken.set(pin._name, count);
      addCatchAllRoutes(this.core, {
        name: count > 1 ? `${pin._name}-${count}` : pin._name,
        property: `pins[${index}]`,
        destinations: [this.core.destination(canary.versionName, 100)],
        conditions: pin._conditions,
      });
    });
  }

  private addSplit(stable: ServiceVersion, canary: ServiceVersion | undefined, percent: number): void {
    const destinations = [
      this.core.destination(stable.versionName, 100 - percent),
      ...(canary === undefined ? [] : [this.core.destination(canary.versionName, percent)]),
    ];
    addCatchAllRoutes(this.core, { name: 'split', property: 'canaryPercent', destinations });
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
}
