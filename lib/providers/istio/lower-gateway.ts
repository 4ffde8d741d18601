/**
 * A gateway: its listeners, its proxies, and its tables.
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/ automated deployment
 */
import { backendOf, mirrorBackendOf } from './backends';
import { GATEWAY_CLASS, TELEMETRY } from './crd';
import { formOf } from './form';
import { accessObjects } from './lower-access';
import { namespaceNeeds } from './lower-mesh';
import { logProvider } from './mesh-config';
import { GATEWAY_NAME_LABEL, gatewayOutsideMounts, gatewayOutsideRules, secretVolumes } from './outside-tls';
import { tablesOfGateway } from './tables';
import type { KubeObject } from '../../kube/object';
import type { Destination } from '../../model/action';
import type { Gateway, Listener } from '../../model/gateway';
import { Wave, type Unit } from '../../plan/unit';
import { defined, filled } from '../defined';
import { certificateSecret, trustSecret } from '../gateway-api/certificates';
import { GATEWAY_API_VERSION, type BackendObjectRef, type GatewayObject, type HttpRoute } from '../gateway-api/crd';
import { gatewayParent, listenerOf, schemeOf, tableName } from '../gateway-api/gateway';
import { areRetained, ownerOfRoutes } from '../gateway-api/gateway-tables';
import { grantsNeeded, grantUnits, type References } from '../gateway-api/grants';
import { httpRoutes, type PlacedRoutes } from '../gateway-api/http-route';
import type { TableRoute } from '../gateway-api/table-route';
import { drainOf } from '../gateway-drain';
import { loadBalancerService } from '../load-balancer';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { GATEWAY_LABEL } from '../names';
import { gatewayRoutes, gatewayRouteUnit, gatewayUnit, kept, serviceUnit, unit, versionsNeeded } from '../units';
import { autoscaler, containerResources, disruptionBudget, ownLabels, ROLLING, spread } from '../workload';

/** All units of a gateway. */
export function lowerGateway(index: MeshIndex, gateway: Gateway): readonly Unit[] {
  const front = unit({
    id: gatewayUnit(gateway), wave: Wave.GATEWAYS, needs: namespaceNeeds(index, gateway.namespace),
    // what guards routes and what speaks TLS for them stands before them, so that nothing is open or in plain text for a moment
    objects: [
      ...scaleObjects(gateway), parameters(index, gateway), gatewayObject(gateway),
      ...accessObjects(gateway), ...gatewayOutsideRules(index, gateway), ...accessLogObjects(gateway),
    ],
  }, gateway.origin.path, 'main');
  const placed = tablesOfGateway(index, gateway).tables.flatMap(({ listener, host, groups }) => httpRoutes(defined({
    name: tableName(gateway, listener, host), namespace: gateway.namespace, owner: gateway.name, parents: [gatewayParent(gateway, listener)], host,
  }), groups, formOf(index, gateway.namespace, schemeOf(listener))));
  const references = placed.map((one) => referencesOf(index, gateway, one));
  return [front, ...placed.map((one, at) => routeUnit(index, gateway, { ...one, references: references[at]! })), ...grantUnits(gateway, references)];
}

function accessLogObjects({ accessLog, name, namespace }: Gateway): readonly KubeObject[] {
  if (accessLog === undefined) return [];
  return [{
    apiVersion: TELEMETRY, kind: 'Telemetry', metadata: { name, namespace, labels: ownLabels(name) },
    spec: { selector: { matchLabels: { [GATEWAY_NAME_LABEL]: name } }, accessLogging: [{ providers: [{ name: logProvider(accessLog) }] }] },
  }];
}

function gatewayObject(gateway: Gateway): GatewayObject {
  const { name, namespace, listeners, pods: { logLevel } } = gateway;
  const clients = listeners.filter(({ tls }) => tls?.clients !== undefined && tls.mode !== 'disabled');
  const annotations = { 'sidecar.istio.io/logLevel': logLevel === 'warn' ? 'warning' : logLevel };
  return {
    apiVersion: GATEWAY_API_VERSION, kind: 'Gateway',
    // the control plane reads the level here, not at the pods
    metadata: { name, namespace, labels: ownLabels(name), annotations },
    spec: defined({
      gatewayClassName: GATEWAY_CLASS,
      listeners: listeners.map((listener) => listenerOf(listener, secretOf(listener))),
      // left out, the pods would get all annotations of the Gateway, the deployment's own marks too, and roll out whenever one of them changes
      infrastructure: { labels: { [GATEWAY_LABEL]: name }, annotations, parametersRef: { group: '', kind: 'ConfigMap', name: parametersName(gateway) } },
      tls: clients.length === 0 ? undefined : {
        frontend: {
          default: {},
          perPort: clients.map(({ port, tls }) => ({ port, tls: { validation: { caCertificateRefs: [{ group: '', kind: 'Secret', name: trustSecret(tls!.clients!.trust) }] } } })),
        },
      },
    }),
  };
}

function secretOf({ tls }: Listener): string | undefined {
  return tls === undefined || tls.mode === 'disabled' ? undefined : certificateSecret(tls.certificate);
}

/**
 * What watches over the number of proxies. Objects of our own, although the control plane would make them out of the parameters: it never deletes what left them.
 * They stand before the parameters, so that the number of pods is held before the control plane lets it go.
 * @see https://github.com/istio/istio/blob/release-1.31/pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go `applyOverlay`
 */
function scaleObjects({ name, namespace, pods: { scale } }: Gateway): readonly KubeObject[] {
  const deployment = { name: `${name}-${GATEWAY_CLASS}`, namespace };
  const minimum = scale.kind === 'auto' ? scale.minReplicas : scale.replicas;
  return [
    ...(scale.kind === 'auto' ? [autoscaler(deployment, scale)] : []),
    ...(minimum > 1 ? [disruptionBudget(deployment, { [GATEWAY_NAME_LABEL]: name })] : []),
  ];
}

function parametersName({ name }: Gateway): string {
  return `${name}-gateway`;
}

/** What is merged into the objects that the control plane makes of the gateway. */
function parameters(index: MeshIndex, gateway: Gateway): KubeObject {
  const { name, namespace, pods: { scale, resources, image } } = gateway;
  const { type, annotations, ...service } = loadBalancerService(gateway);
  const drain = drainOf(gateway);
  const labels = { [GATEWAY_NAME_LABEL]: name };
  const { volumes, volumeMounts } = secretVolumes(gatewayOutsideMounts(index, gateway));
  const proxy = defined({ name: 'istio-proxy', image: image as string | undefined, resources: containerResources(resources), volumeMounts: filled(volumeMounts) });
  const overlays = defined({
    deployment: {
      // an autoscaler owns the number where there is one
      spec: defined({
        replicas: scale.kind === 'fixed' ? scale.replicas : undefined,
        strategy: ROLLING,
        template: {
          // else connections end 5 seconds after the pod was told to leave, while the load balancer still uses them
          metadata: { annotations: { 'proxy.istio.io/config': JSON.stringify({ drainDuration: `${drain.serving}s`, terminationDrainDuration: `${drain.serving}s` }) } },
          spec: defined({
            terminationGracePeriodSeconds: drain.grace, topologySpreadConstraints: spread(labels), containers: [proxy], volumes: filled(volumes),
          }),
        },
      }),
    },
    service: defined({ metadata: annotations && { annotations }, spec: { type, ...service } }),
  });
  return {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: parametersName(gateway), namespace, labels: ownLabels(name) },
    // JSON is YAML
    data: Object.fromEntries(Object.entries(overlays).map(([key, overlay]) => [key, JSON.stringify(overlay)])),
  };
}

function routeUnit(index: MeshIndex, gateway: Gateway, { object, routes, references }: PlacedRoutes<HttpRoute> & { readonly references: References }): Unit {
  const services = [...new Set(routes.flatMap(servicesOf))];
  const shard = services.length === 1 && serviceOf(index, services[0]!).kind !== 'router' ? `service:${services[0]}` : 'edge';
  return kept(unit({
    id: gatewayRouteUnit(gateway, object.metadata.name), wave: Wave.ROUTES, objects: [object], group: gatewayRoutes(gateway),
    needs: [
      gatewayUnit(gateway), ...services.map((id) => serviceUnit(serviceOf(index, id))), ...versionsNeeded(index, routes.flatMap(destinationsOf)),
      ...grantsNeeded(gateway, references),
    ],
  }, ownerOfRoutes(index, gateway, routes), shard), areRetained(index, routes));
}

function destinationsOf({ action }: TableRoute): readonly Destination[] {
  return action.kind === 'forward' ? action.destinations : [];
}

function servicesOf({ action, filters }: TableRoute): readonly string[] {
  return [...(action.kind === 'forward' ? action.destinations.map(({ service }) => service) : []), ...(filters.mirrors ?? []).map(({ service }) => service)];
}

function referencesOf(index: MeshIndex, { namespace }: Gateway, { routes }: PlacedRoutes<HttpRoute>): References {
  return {
    kind: 'HTTPRoute', backends: routes.flatMap((route): readonly BackendObjectRef[] => [
      ...destinationsOf(route).map((destination) => backendOf(index, namespace, destination)),
      ...(route.filters.mirrors ?? []).map((mirror) => mirrorBackendOf(index, namespace, mirror)),
    ]),
  };
}
