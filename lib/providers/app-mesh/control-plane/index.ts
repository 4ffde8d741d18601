/** The App Mesh controller as data: role, chart, and the sign that the controller works. Called by the mesh when it is lowered. */
import { certificatesOf, trustsOf } from './certificates';
import { controllerPermissions, type AppMeshPlace } from './policy';
import { controllerValues, SERVICE_ACCOUNT } from './values';
import type { TrafficModel } from '../../../model/traffic-model';
import { mergeValues, type ChartValues } from '../../../plan/chart-values';
import type { ChartStep, ControlPlane, ReadinessStep, RoleStep } from '../../../plan/control-plane';
import type { Permission } from '../../../plan/permission';
import { APP_MESH } from '../versions';

/** How the controller is installed. */
export interface AppMeshControlPlaneSettings {
  /** Texts may be tokens. */
  readonly place: AppMeshPlace;
  /** Host that carries App Mesh's images. */
  readonly imageRegistry: string;
  /** Names of further meshes that the controller's role covers. @default - none */
  readonly alsoForMeshes?: readonly string[];
  /** Socket of an agent that serves certificates. @default - none */
  readonly sdsSocket?: string;
  /** @default - the pinned one */
  readonly chartVersion?: string;
  /** @default - that of AWS */
  readonly chartRepository?: string;
  /** Merged over the values that follow from the rest. @default - none */
  readonly values?: ChartValues;
}

const NAMESPACE = 'appmesh-system';

/** Name of the lease that the controller's replicas elect their leader by. @see https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/main.go */
const LEADER_LEASE = 'appmesh-controller-leader-election';

const CLAIM = {
  what: 'the App Mesh controller',
  remedy: 'one controller serves all meshes of a cluster: let one mesh install it, with alsoForMeshes for the other, which says existing: true',
};

/**
 * The controller and its CRDs. What the program uses decides what its role may do.
 *
 * The chart has no readiness probe: its pods count as ready as soon as they run, and the webhooks, which fail closed, may not listen yet.
 * The controller takes its leader lease only after it has started its webhook server and filled its caches, so the lease's holder is the sign.
 */
export function appMeshControlPlane(model: TrafficModel, settings: AppMeshControlPlaneSettings): ControlPlane {
  const role: RoleStep = {
    kind: 'role', id: `${NAMESPACE}/${SERVICE_ACCOUNT}/role`, needs: [],
    namespace: NAMESPACE, serviceAccount: SERVICE_ACCOUNT, permissions: permissionsOf(model, settings),
  };
  const chart: ChartStep = {
    kind: 'chart', id: `${NAMESPACE}/${APP_MESH.chart}/chart`, needs: [role.id],
    release: APP_MESH.chart, namespace: NAMESPACE, chart: APP_MESH.chart,
    repository: settings.chartRepository ?? APP_MESH.repository, version: settings.chartVersion ?? APP_MESH.chartVersion,
    values: mergeValues(valuesOf(model, settings, role), settings.values ?? {}), timeoutSeconds: 600,
  };
  const leader: ReadinessStep = {
    kind: 'readiness', id: `${NAMESPACE}/${LEADER_LEASE}/ready`, needs: [chart.id],
    objectType: 'lease.coordination.k8s.io', name: LEADER_LEASE, namespace: NAMESPACE, jsonPath: '.spec.holderIdentity', timeoutSeconds: 300,
  };
  return { claims: [CLAIM], steps: [role, chart, leader] };
}

function permissionsOf(model: TrafficModel, { place, alsoForMeshes = [] }: AppMeshControlPlaneSettings): readonly Permission[] {
  const { mesh, services } = model;
  return controllerPermissions({
    ...place,
    meshes: [mesh, ...alsoForMeshes.map((name) => ({ name }))],
    certificateArns: unique(certificatesOf(model).flatMap((certificate) => certificate.kind === 'acm' ? [certificate.arn] : [])),
    certificateAuthorityArns: unique(trustsOf(model).flatMap((trust) => trust.kind === 'acm' ? trust.arns : [])),
    usesCloudMap: services.some(({ versions }) => versions.some(({ discovery }) => discovery.kind === 'cloud-map')),
    readsCluster: readsIpFamily(model),
  });
}

function valuesOf(model: TrafficModel, { place, imageRegistry, sdsSocket }: AppMeshControlPlaneSettings, role: RoleStep): ChartValues {
  const { tracing } = model.mesh;
  return controllerValues({
    region: place.region,
    account: place.account,
    ...(readsIpFamily(model) ? { clusterName: place.clusterName } : {}),
    role: { roleArnOf: role.id },
    registry: imageRegistry,
    ...(tracing === undefined ? {} : { tracing }),
    ...(sdsSocket === undefined ? {} : { sdsSocket }),
  });
}

/** Whether pods may have IPv6 addresses: the controller then asks EKS for the cluster's IP family. */
function readsIpFamily({ mesh }: TrafficModel): boolean {
  return mesh.ipPreference !== undefined;
}

function unique(arns: readonly string[]): readonly string[] {
  return [...new Set(arns)];
}
