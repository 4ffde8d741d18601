/** Namespaces with their part in the mesh, and what holds for all pods in them. */
import { SECURITY, TELEMETRY, WAYPOINT_CLASS } from './crd';
import { logProvider, tracingProvider } from './mesh-config';
import type { IstioOptions } from './options';
import type { KubeObject } from '../../kube/object';
import type { ListenerTls } from '../../model/security';
import type { MeshSettings, TrafficModel } from '../../model/traffic-model';
import { Wave, type Unit } from '../../plan/unit';
import { defined } from '../defined';
import { GATEWAY_API_VERSION } from '../gateway-api/crd';
import type { MeshIndex } from '../mesh-index';
import { kubeText } from '../names';
import { namespaceUnits } from '../namespace-units';
import { meshUnit, namespaceUnit, unit } from '../units';
import { ownLabels } from '../workload';

/** Name of a namespace's proxy for requests in ambient mode. */
const WAYPOINT = 'waypoint';

const MODES = { strict: 'STRICT', permissive: 'PERMISSIVE', disabled: 'DISABLE' } as const;

/** What everything of a namespace needs: the namespace, where it is one of the mesh, and the mesh's settings, so that no pod starts without them. */
export function namespaceNeeds({ model: { mesh } }: MeshIndex, namespace: string): readonly string[] {
  const hasSettings = mesh.listenerTls !== undefined || mesh.accessLog !== undefined || mesh.tracing !== undefined;
  return [...(mesh.namespaces.some(({ name }) => name === namespace) ? [namespaceUnit(namespace)] : []), ...(hasSettings ? [meshUnit(mesh)] : [])];
}

/** Namespaces, the proxies for requests in ambient mode, and the mesh's defaults, once for each namespace. */
export function lowerMesh({ mesh }: TrafficModel, options: IstioOptions): readonly Unit[] {
  return [
    ...namespaceUnits(mesh, namespaceLabels(options)),
    ...settingsUnit(mesh, options),
  ];
}

/** @see https://istio.io/latest/docs/reference/config/labels/ */
function namespaceLabels({ dataPlane = 'sidecar', revision }: IstioOptions): { readonly [label: string]: string } {
  const control: { readonly [label: string]: string } = revision === undefined ? {} : { 'istio.io/rev': revision };
  if (dataPlane === 'ambient') return { ...control, 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': WAYPOINT };
  // where a revision is named, the general label would win over it
  return revision === undefined ? { 'istio-injection': 'enabled' } : control;
}

function waypoint(namespace: string): KubeObject {
  return {
    apiVersion: GATEWAY_API_VERSION, kind: 'Gateway',
    metadata: { name: WAYPOINT, namespace, labels: { ...ownLabels(WAYPOINT), 'istio.io/waypoint-for': 'service' } },
    spec: { gatewayClassName: WAYPOINT_CLASS, listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  };
}

/** The mesh's settings in all of its namespaces; none where it has none. */
function settingsUnit(mesh: MeshSettings, { dataPlane }: IstioOptions): readonly Unit[] {
  const objects = mesh.namespaces.flatMap(({ name }) => [...(dataPlane === 'ambient' ? [waypoint(name)] : []), ...defaults(mesh, name)]);
  if (objects.length === 0) return [];
  return [unit({ id: meshUnit(mesh), wave: Wave.MESH, needs: mesh.namespaces.map(({ name }) => namespaceUnit(name)), objects }, mesh.origin.path, 'main')];
}

function defaults({ name, listenerTls, accessLog, tracing }: MeshSettings, namespace: string): readonly KubeObject[] {
  const metadata = { name: kubeText(name), namespace, labels: ownLabels(kubeText(name)) };
  const telemetry = defined({
    accessLogging: accessLog && [{ providers: [{ name: logProvider(accessLog) }] }],
    tracing: tracing && [defined({
      providers: [{ name: tracingProvider(tracing) }], randomSamplingPercentage: tracing.samplingRate === undefined ? 100 : tracing.samplingRate * 100,
    })],
  });
  return [
    ...(listenerTls === undefined ? [] : [peerAuthentication(metadata, listenerTls)]),
    ...(Object.keys(telemetry).length === 0 ? [] : [{ apiVersion: TELEMETRY, kind: 'Telemetry', metadata, spec: telemetry }]),
  ];
}

/** What pods take from others: `matchLabels` leaves out to mean all pods of the namespace. */
export function peerAuthentication(metadata: KubeObject['metadata'], tls: ListenerTls, matchLabels?: { readonly [label: string]: string }): KubeObject {
  return { apiVersion: SECURITY, kind: 'PeerAuthentication', metadata, spec: defined({ selector: matchLabels && { matchLabels }, mtls: { mode: MODES[tls.mode] } }) };
}
