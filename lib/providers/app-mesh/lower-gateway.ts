/**
 * A gateway: the virtual gateway, and the Envoy pods with their load balancer.
 * The webhook adds image variables only; volumes, group, ports, probes and the drain are ours to write.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/docs/reference/vgw.md
 */
import type { KubeObject } from '../../kube/object';
import type { Gateway } from '../../model/gateway';
import type { SecretMount } from '../../model/security';
import type { LoweringContext } from '../provider';
import { autoscaler, containerResources, disruptionBudget, ownLabels, ROLLING, serviceAccount, spread } from '../workload';
import { APP_MESH_API_VERSION, type GatewayListener, type VirtualGateway } from './crd';
import { defined, filled } from '../defined';
import { drainOf, type Drain } from '../gateway-drain';
import { preStopFormOf, preStopHook, type PreStopForm } from '../lifecycle';
import { loadBalancerService } from '../load-balancer';
import { gatewayAccount } from './identities';
import { meshSelector } from './lower-mesh';
import { lowerHealth, lowerPool } from './lower-resilience';
import { lowerAccessLog, lowerClientTls, lowerListenerTls } from './lower-tls';
import { gatewayMounts } from './mounts';
import { Wave, type Unit } from '../../plan/unit';
import { accessLogOf, clientTlsOf, type MeshIndex } from '../mesh-index';
import { awsName, GATEWAY_NAMESPACE_LABEL } from './names';
import { GATEWAY_LABEL } from '../names';
import { envoyImageOf, type AppMeshOptions } from './options';
import { podAnnotations } from './sidecar';
import { gatewayUnit, meshUnit, unit } from '../units';

/** The proxy's user and group; the volume of the role's token must belong to the group. */
const ENVOY_USER = 1337;
const ADMIN_PORT = 9901;

/** What selects a gateway's pods. */
const podLabels = ({ name }: Gateway) => ({ [GATEWAY_LABEL]: name });

/** What binds routes to their gateway. */
export function gatewayRouteLabels({ name, namespace }: Gateway): { readonly [key: string]: string } {
  return { [GATEWAY_LABEL]: name, [GATEWAY_NAMESPACE_LABEL]: namespace };
}

/** The unit of a gateway without its routes. */
export function lowerGateway(index: MeshIndex, gateway: Gateway, options: AppMeshOptions, context: LoweringContext): Unit {
  const { name, namespace, pods: { scale } } = gateway;
  const account = gatewayAccount(gateway);
  const minimum = scale.kind === 'auto' ? scale.minReplicas : scale.replicas;
  return unit({
    id: gatewayUnit(gateway), wave: Wave.GATEWAYS, needs: [meshUnit(index.model.mesh)],
    objects: [
      serviceAccount(account, namespace, context.roleArns.get(`${namespace}/${account}`)),
      virtualGateway(index, gateway),
      deployment(index, gateway, options, context),
      loadBalancer(gateway),
      ...(scale.kind === 'auto' ? [autoscaler({ name, namespace }, scale)] : []),
      ...(minimum > 1 ? [disruptionBudget({ name, namespace }, podLabels(gateway))] : []),
    ],
  }, gateway.origin.path, 'main');
}

function virtualGateway(index: MeshIndex, gateway: Gateway): VirtualGateway {
  const { name, namespace } = gateway;
  const clientPolicy = lowerClientTls(clientTlsOf(index, gateway));
  return {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualGateway', metadata: { name, namespace },
    spec: defined({
      awsName: awsName(name, namespace),
      namespaceSelector: meshSelector(index.model.mesh),
      podSelector: { matchLabels: podLabels(gateway) },
      gatewayRouteSelector: { matchLabels: gatewayRouteLabels(gateway) },
      listeners: gateway.listeners.map(({ targetPort: port, protocol, health, pool, tls }): GatewayListener => defined({
        portMapping: { port, protocol },
        healthCheck: health && lowerHealth(health, port),
        connectionPool: lowerPool(pool, protocol),
        tls: lowerListenerTls(tls),
      })),
      backendDefaults: clientPolicy && { clientPolicy },
      logging: lowerAccessLog(accessLogOf(index, gateway)),
    }),
  };
}

function deployment(index: MeshIndex, gateway: Gateway, options: AppMeshOptions, { environment }: LoweringContext): KubeObject {
  const { name, namespace, pods } = gateway;
  const drain = drainOf(gateway);
  const preStop = preStopFormOf(environment);
  const mounts = gatewayMounts(index, gateway);
  const volumes = mounts.map(({ secret }, at) => ({ name: `certificates-${at + 1}`, secret: { secretName: secret } }));
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels: ownLabels(name) },
    spec: {
      ...(pods.scale.kind === 'fixed' ? { replicas: pods.scale.replicas } : {}),
      selector: { matchLabels: podLabels(gateway) },
      strategy: ROLLING,
      template: {
        metadata: { labels: { ...ownLabels(name), ...podLabels(gateway) }, annotations: podAnnotations([]) },
        spec: {
          serviceAccountName: gatewayAccount(gateway),
          automountServiceAccountToken: false,
          securityContext: { fsGroup: ENVOY_USER },
          terminationGracePeriodSeconds: drain.grace,
          topologySpreadConstraints: spread(podLabels(gateway)),
          containers: [envoy(gateway, pods.image ?? options.envoyImage ?? envoyImageOf(options, environment.region), { drain, mounts, preStop })],
          ...(volumes.length === 0 ? {} : { volumes }),
        },
      },
    },
  };
}

interface Leaving {
  readonly drain: Drain;
  readonly mounts: readonly SecretMount[];
  readonly preStop: PreStopForm;
}

function envoy({ listeners, pods }: Gateway, image: string, { drain, mounts, preStop }: Leaving): object {
  const volumeMounts = mounts.map(({ path: mountPath }, at) => ({ name: `certificates-${at + 1}`, mountPath, readOnly: true }));
  return defined({
    // the webhook finds the proxy by this name
    name: 'envoy',
    image,
    env: [{ name: 'ENVOY_LOG_LEVEL', value: pods.logLevel }],
    ports: [
      ...listeners.map(({ targetPort, protocol }) => ({ name: `${protocol}-${targetPort}`, containerPort: targetPort, protocol: 'TCP' })),
      { name: 'stats', containerPort: ADMIN_PORT, protocol: 'TCP' },
    ],
    resources: containerResources(pods.resources),
    volumeMounts: filled(volumeMounts),
    readinessProbe: { httpGet: { path: '/ready', port: ADMIN_PORT }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: { tcpSocket: { port: ADMIN_PORT }, initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 6 },
    // the load balancer goes on sending until it has taken the pod out
    lifecycle: preStopHook(drain.serving, preStop),
    // the agent beside the proxy writes its bootstrap file, so the root file system stays writable
    securityContext: {
      runAsUser: ENVOY_USER,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  });
}

function loadBalancer(gateway: Gateway): KubeObject {
  const { name, namespace, listeners } = gateway;
  const { annotations, type, ...spec } = loadBalancerService(gateway);
  const ports = listeners.map(({ port, targetPort, protocol }) => ({ name: `${protocol}-${port}`, port, targetPort, protocol: 'TCP' }));
  return {
    apiVersion: 'v1', kind: 'Service', metadata: defined({ name, namespace, labels: ownLabels(name), annotations }),
    spec: { type, ...spec, selector: podLabels(gateway), ports },
  };
}
