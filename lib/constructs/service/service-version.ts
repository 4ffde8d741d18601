/** One version of a service: which pods it has, and how they are watched and protected. */
import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail, type Origin } from '../../diagnostics';
import { joinName } from '../../kube/names';
import type { Discovery, ImagePods, Pods, Version } from '../../model';
import { renderWorkload } from '../mesh/cdk8s-border';
import { carried, concrete, defined, optionalMilliseconds } from '../origin';
import type { AccessLog } from '../traffic/access-log';
import { resourcesModel, scaleModel, type PodCountOptions } from '../traffic/pods';
import {
  HealthCheck, LIVENESS, outlierModel, poolModel, READINESS, type ConnectionPoolOptions, type OutlierDetectionOptions, type Stickiness,
} from '../traffic/resilience';
import { listenerTlsModel, type ListenerTlsOptions } from '../traffic/tls';

/** A place of AWS Cloud Map. */
export interface CloudMapOptions {
  /** Name of the Cloud Map namespace, which has to exist. */
  readonly namespaceName: string;
  readonly serviceName: string;
  /**
   * Attributes that an instance must have.
   * @default - none
   */
  readonly attributes?: { [key: string]: string };
}

/** How callers find the pods of a version. */
export class VersionDiscovery {
  /** One virtual address; Kubernetes chooses the pod. Checks and outlier detection of the mesh cannot see single pods. */
  public static loadBalanced(): VersionDiscovery {
    return new VersionDiscovery({ kind: 'dns-load-balanced' });
  }

  /** Every pod's own address; the proxy chooses the pod. */
  public static endpoints(): VersionDiscovery {
    return new VersionDiscovery({ kind: 'dns-endpoints' });
  }

  /** AWS Cloud Map. Only App Mesh can say it. */
  public static cloudMap(options: CloudMapOptions): VersionDiscovery {
    const attributes = Object.entries(options.attributes ?? {}).map(([key, value]) => ({ key, value }));
    return new VersionDiscovery({ kind: 'cloud-map', namespace: options.namespaceName, service: options.serviceName, attributes });
  }

  private constructor(private readonly discovery: Discovery) {}

  /** @internal */
  public get _model(): Discovery {
    return this.discovery;
  }
}

/** What every version can say about itself, wherever its pods come from. */
export interface VersionOptions {
  /**
   * Check whether a pod can serve: the mesh's active check, and the `readinessProbe` of pods made from an image. A pod that fails it gets no requests and goes on
   * running. Required of the versions of a `CanaryService`.
   * @default - a TCP check of the port for pods made from an image; none for other pods, whose workload declares its own probes
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Circuit breaker towards this version.
   * @default - unlimited
   */
  readonly connectionPool?: ConnectionPoolOptions;
  /**
   * Takes pods out of the balance after errors in a row.
   * @default - none
   */
  readonly outlierDetection?: OutlierDetectionOptions;
  /**
   * Keeps a client at one pod of this version.
   * @default - each request goes to any pod
   */
  readonly stickiness?: Stickiness;
  /** @default - the mesh's default, or plain text */
  readonly tls?: ListenerTlsOptions;
  /** @default - the mesh's default, or none */
  readonly accessLog?: AccessLog;
  /** @default VersionDiscovery.loadBalanced(), or endpoints() when outlier detection is asked for */
  readonly discovery?: VersionDiscovery;
  /**
   * Limit of a request at the receiving proxy.
   * @default - no limit
   */
  readonly timeout?: Duration;
  /**
   * Longest time without a byte at the receiving proxy.
   * @default - no limit
   */
  readonly idleTimeout?: Duration;
}

/** A version whose pods are made from a container image. */
export interface ImageVersionOptions extends VersionOptions, PodCountOptions {
  /** The image, for example `shop/products:1.8.2` or a repository's `repositoryUriForTag('1.8.2')`. */
  readonly image: string;
  /** @default - the image's own */
  readonly command?: string[];
  /** @default - the image's own */
  readonly args?: string[];
  /**
   * Environment variables; values may be known only at deployment.
   * @default - none
   */
  readonly env?: { [name: string]: string };
  /**
   * Whether the container may write to its root file system.
   * @default false
   */
  readonly writableRootFilesystem?: boolean;
  /**
   * Whether the container may run as root.
   * @default false
   */
  readonly runAsRoot?: boolean;
  /**
   * Check whether the container has to be restarted (`livenessProbe`). It begins after the container has started, and is apart from `healthCheck`: check nothing here that
   * a restart does not mend, such as a database. `HealthCheck.none()` leaves it out.
   * @default - a TCP connection to the port every 10 seconds; 6 failures in a row restart the container
   */
  readonly livenessCheck?: HealthCheck;
  /**
   * Longest time that a container may take to start (`startupProbe`). Until the liveness check (a TCP connection where there is none) succeeds for the first time, it is
   * made every 2 seconds (or as often as its own timeout allows), no other check is made, and no request is sent to the pod. A container that takes longer is restarted.
   * @default Duration.minutes(5)
   */
  readonly startupTimeout?: Duration;
  /**
   * Seconds between SIGTERM and SIGKILL (`terminationGracePeriodSeconds`), the first half of which, at most 15 seconds, the container goes on serving before it gets
   * SIGTERM (`preStop`). From Kubernetes 1.30 on the kubelet waits itself (`preStop.sleep`); before, the image must have the command `sleep`.
   * @default 30
   */
  readonly terminationGraceSeconds?: number;
}

type PodsSource = (origin: Origin, property: string, namespace: string) => Pods;

/**
 * One version of a service.
 *
 * @example
 * ServiceVersion.fromImage('v1', { image: 'shop/products:1.8.2', healthCheck: HealthCheck.http('/ping') });
 */
export class ServiceVersion {
  /** Pods made from a container image. */
  public static fromImage(versionName: string, options: ImageVersionOptions): ServiceVersion {
    return new ServiceVersion(versionName, options, (origin, property) => imagePods(options, origin, property));
  }

  /**
   * A workload of the user's own from cdk8s or cdk8s-plus-28: a Deployment, StatefulSet or DaemonSet, alone or inside of a chart.
   * The mesh adds its labels, annotations and service account to the pods and carries the object; it must not be applied elsewhere.
   * A workload that names no namespace goes to that of the service.
   */
  public static fromWorkload(versionName: string, workload: IConstruct, options: VersionOptions = {}): ServiceVersion {
    return new ServiceVersion(versionName, options, (origin, property, namespace) => renderWorkload(workload, { origin, property }, namespace));
  }

  /** Pods that exist already in the namespace, by their labels. Nothing is made for them. */
  public static fromPods(versionName: string, labels: { [key: string]: string }, options: VersionOptions = {}): ServiceVersion {
    return new ServiceVersion(versionName, options, (origin, property) => {
      if (Object.keys(labels).length === 0) {
        fail('MESH111', { origin, property: `${property}.labels` }, 'the labels are empty, so every pod of the namespace would be meant', "give the labels of the pods, for example { app: 'reviews' }");
      }
      for (const [key, value] of Object.entries(labels)) concrete(value, origin, `${property}.labels['${key}']`);
      return { kind: 'existing', labels };
    });
  }

  private constructor(
    /** Name of the version, for example `v1`. */
    public readonly versionName: string,
    private readonly options: VersionOptions,
    private readonly podsOf: PodsSource,
  ) {}

  /** @internal */
  public get _hasHealthCheck(): boolean {
    return this.options.healthCheck !== undefined && !this.options.healthCheck._isNone;
  }

  /** @internal */
  public _model(service: { readonly name: string; readonly namespace: string }, origin: Origin, property: string): Version {
    const { healthCheck, connectionPool, outlierDetection, stickiness, tls, accessLog, discovery } = this.options;
    concrete(this.versionName, origin, `${property}.name`);
    const pods = this.podsOf(origin, property, service.namespace);
    const timeouts = defined({
      requestMs: optionalMilliseconds(this.options.timeout, origin, `${property}.timeout`),
      idleMs: optionalMilliseconds(this.options.idleTimeout, origin, `${property}.idleTimeout`),
    });
    const standardDiscovery: Discovery = { kind: outlierDetection === undefined ? 'dns-load-balanced' : 'dns-endpoints' };
    return defined({
      name: this.versionName,
      origin,
      property,
      resourceName: joinName([service.name, this.versionName]),
      pods,
      discovery: discovery?._model ?? standardDiscovery,
      health: healthCheck === undefined ? (pods.kind === 'image' ? STANDARD_HEALTH : undefined) : healthCheck._model(origin, `${property}.healthCheck`),
      pool: poolModel(connectionPool, origin, `${property}.connectionPool`),
      outliers: outlierModel(outlierDetection, origin, `${property}.outlierDetection`),
      stickiness: stickiness?._model(origin, `${property}.stickiness`),
      tls: listenerTlsModel(tls),
      accessLog: accessLog?._model,
      timeouts: Object.keys(timeouts).length === 0 ? undefined : timeouts,
    });
  }
}

const STANDARD_HEALTH = { protocol: 'tcp', ...READINESS } as const;
const STANDARD_LIVENESS = HealthCheck.tcp();
const STARTUP_MS = 300_000;

function imagePods(options: ImageVersionOptions, origin: Origin, property: string): ImagePods {
  if (options.image === '') {
    fail('MESH111', { origin, property: `${property}.image`, value: '' }, 'the image is empty', "name an image, for example 'shop/products:1.8.2'");
  }
  for (const name of Object.keys(options.env ?? {})) {
    if (/^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name)) continue;
    fail('MESH111', { origin, property: `${property}.env['${name}']` }, `'${name}' is not the name of an environment variable`, "use letters, digits, '_', '-' and '.', and begin with no digit");
  }
  return defined({
    kind: 'image' as const,
    image: carried(options.image),
    scale: scaleModel(options, origin, `${property}.`),
    command: options.command,
    args: options.args,
    env: Object.entries(options.env ?? {}).map(([name, value]) => ({ name, value: carried(value) })),
    resources: resourcesModel(options.resources, origin, `${property}.`),
    writableRootFilesystem: options.writableRootFilesystem ?? false,
    runAsRoot: options.runAsRoot ?? false,
    terminationGraceSeconds: concrete(options.terminationGraceSeconds ?? 30, origin, `${property}.terminationGraceSeconds`),
    liveness: (options.livenessCheck ?? STANDARD_LIVENESS)._model(origin, `${property}.livenessCheck`, LIVENESS),
    startupMs: optionalMilliseconds(options.startupTimeout, origin, `${property}.startupTimeout`) ?? STARTUP_MS,
  });
}
