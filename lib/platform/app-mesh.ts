/**
 * The App Mesh controller on a cluster: role, chart, and a resource that is there once the controller works.
 * In: plain records made by the constructs. Out: the construct that everything of the mesh depends on.
 */
import { Duration, Stack, type aws_iam as iam, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { appMeshRegistry } from './app-mesh-images';
import { appMeshStatements } from './app-mesh-policy';
import { APP_MESH_SERVICE_ACCOUNT, appMeshValues, mergeValues, type AppMeshSidecar, type AppMeshTracing, type ChartValues } from './app-mesh-values';
import { awaitObject, installChart } from './helm-chart';
import { serviceAccountRole } from './service-account-role';
import { APP_MESH } from './versions';
import { fail, type Site } from '../diagnostics/mesh-error';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';

/** How the controller is installed. */
export interface AppMeshInstallation {
  /** Where the user wrote it. */
  readonly site: Site;
  /** The controller's role covers these alone. `owner` is the account of a shared mesh. */
  readonly meshes: readonly { readonly name: string; readonly owner?: string }[];
  /** What the program uses; each adds rights. Left out: nothing. */
  readonly certificateArns?: readonly string[];
  readonly certificateAuthorityArns?: readonly string[];
  readonly usesCloudMap?: boolean;
  /** Whether pods have IPv6 addresses: the controller then asks EKS for the cluster's IP family. */
  readonly readsIpFamily?: boolean;
  /** Left out: 2. One leads, both answer the webhooks, without which no pod of the mesh can start. */
  readonly replicas?: number;
  readonly logLevel?: 'info' | 'debug';
  readonly sidecar?: AppMeshSidecar;
  readonly tracing?: AppMeshTracing;
  readonly sdsSocket?: string;
  readonly statsd?: { readonly address: string; readonly port: number };
  /** Left out: `appmesh-system`. */
  readonly namespace?: string;
  /** Left out: those of `versions.ts`. */
  readonly chartVersion?: string;
  readonly chartRepository?: string;
  /** Host that carries App Mesh's images; left out: AWS's registry of the region. */
  readonly imageRegistry?: string;
  /** Merged over the values that follow from the rest. */
  readonly values?: ChartValues;
}

/** Clusters that have a controller, with the place that asked for it. */
const INSTALLED = new WeakMap<ClusterPort, Site>();

const NAMESPACE = 'appmesh-system';

/** Name of the lease that the controller's replicas elect their leader by. @see https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/main.go */
const LEADER_LEASE = 'appmesh-controller-leader-election';

/**
 * Installs the controller and its CRDs. Whoever depends on the result is created after the controller works and deleted before it goes,
 * so that it can still clean up; its role outlives it. Throws MESH111 when the cluster has one already.
 *
 * The chart has no readiness probe: its pods count as ready as soon as they run, and the webhooks, which fail closed, may not listen yet.
 * The controller takes its leader lease only after it has started its webhook server and filled its caches, so the lease's holder is the sign.
 */
export function installAppMeshController(scope: Construct, cluster: ClusterPort, options: AppMeshInstallation): CfnResource {
  claimCluster(cluster, options.site);
  const namespace = options.namespace ?? NAMESPACE;
  const role = controllerRole(scope, cluster, options);
  const chart = installChart(scope, cluster, {
    release: APP_MESH.chart,
    namespace,
    chart: APP_MESH.chart,
    repository: options.chartRepository ?? APP_MESH.repository,
    version: options.chartVersion ?? APP_MESH.chartVersion,
    values: mergeValues(controllerValues(scope, cluster, role.attrArn, options), options.values ?? {}),
    timeout: Duration.minutes(10),
  });
  chart.addResourceDependency(role);
  const ready = awaitObject(scope, cluster, {
    objectType: 'lease.coordination.k8s.io',
    name: LEADER_LEASE,
    namespace,
    jsonPath: '.spec.holderIdentity',
    timeout: Duration.minutes(5),
  });
  ready.addResourceDependency(chart);
  return ready;
}

function controllerRole(scope: Construct, cluster: ClusterPort, options: AppMeshInstallation): iam.CfnRole {
  const { region, account, partition } = Stack.of(scope);
  const namespace = options.namespace ?? NAMESPACE;
  return serviceAccountRole(scope, cluster, {
    namespace,
    serviceAccount: APP_MESH_SERVICE_ACCOUNT,
    statements: appMeshStatements({
      partition,
      region,
      account,
      clusterArn: cluster.clusterArn,
      meshes: options.meshes,
      certificateArns: options.certificateArns ?? [],
      certificateAuthorityArns: options.certificateAuthorityArns ?? [],
      usesCloudMap: options.usesCloudMap ?? false,
      readsCluster: options.readsIpFamily ?? false,
    }),
  });
}

function controllerValues(scope: Construct, cluster: ClusterPort, roleArn: string, options: AppMeshInstallation): ChartValues {
  const { region, account } = Stack.of(scope);
  return appMeshValues({
    region,
    account,
    ...(options.readsIpFamily === true ? { clusterName: cluster.clusterName } : {}),
    roleArn,
    registry: options.imageRegistry ?? appMeshRegistry(region, options.site),
    replicas: options.replicas ?? 2,
    logLevel: options.logLevel ?? 'info',
    sidecar: options.sidecar ?? {},
    ...(options.tracing === undefined ? {} : { tracing: options.tracing }),
    ...(options.sdsSocket === undefined ? {} : { sdsSocket: options.sdsSocket }),
    ...(options.statsd === undefined ? {} : { statsd: options.statsd }),
  });
}

function claimCluster(cluster: ClusterPort, site: Site): void {
  const first = INSTALLED.get(cluster);
  if (first !== undefined) {
    fail('MESH111', site, `two meshes install the App Mesh controller on one cluster: '${first.origin.path}' and '${site.origin.path}'`,
      'one controller serves all meshes of a cluster: let one mesh install it, with alsoForMeshes for the other, which says existing: true');
  }
  INSTALLED.set(cluster, site);
}
