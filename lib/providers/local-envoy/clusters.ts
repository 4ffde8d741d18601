/** Clusters: one for each version and port, with its own pool and outlier detection, and those that lead from stage to stage. */
import { isIP, socketAddress } from './addresses';
import { byName, hasOwnLimits, hasReceiver, scoped, type Mesh, type VersionPort } from './mesh';
import { domainOf, podsCluster, RECEIVERS, SERVICES, versionCluster } from './names';
import type { Address, EnvoyObject } from './options';
import { ANYTHING } from './routes/match';
import { duration, lowerPolicy } from './routes/policy';
import { kindOf } from '../../model/arrival';
import { routesCalls } from '../../model/service-to-service';

/** Envoy's own default for every limit that is not set. */
const DEFAULT_LIMIT = 1024;

/** The highest value of the field: no limit. */
const NO_LIMIT = 4_294_967_295;

/** The name of the cluster that routes choose. */
export function clusterOf({ service, version, port }: VersionPort): string {
  return versionCluster(service, version.name, port);
}

/** The table of the receiving proxy of a version. */
export function receiverDomain(found: VersionPort): string {
  return domainOf(clusterOf(found));
}

/** Every cluster, sorted by name. */
export function lowerClusters(mesh: Mesh): readonly EnvoyObject[] {
  const versions = versionPorts(mesh);
  return [
    internalCluster(mesh, SERVICES),
    ...versions.flatMap((found) => lowerVersion(mesh, found)),
  ].sort(byName);
}

/** The receiving proxies of the versions that have limits of their own; empty where none has. */
export function receiverHosts(mesh: Mesh): readonly EnvoyObject[] {
  return versionPorts(mesh).filter(hasReceiver).map((found) => ({
    name: clusterOf(found),
    domains: [receiverDomain(found)],
    routes: [{
      name: clusterOf(found),
      match: ANYTHING,
      route: { cluster: scoped(mesh, podsCluster(clusterOf(found))), ...lowerPolicy({ timeouts: found.version.timeouts }) },
    }],
  })).sort(byName);
}

function versionPorts({ model }: Mesh): readonly VersionPort[] {
  return model.services.flatMap((service) => service.versions.flatMap((version) => service.ports.map((port) => ({ service, version, port }))));
}

function lowerVersion(mesh: Mesh, found: VersionPort): readonly EnvoyObject[] {
  const { service, version, port } = found;
  const name = clusterOf(found);
  const pods = endpointCluster(mesh.options.endpoint(service, version, port));
  const limits = { ...circuitBreakers(found), ...outlierDetection(found), ...protocolOptions(found) };
  const plain = { name: scoped(mesh, podsCluster(name)), ...pods, ...unlimited(), ...protocolOptions(found) };
  if (hasReceiver(found)) return [{ name: scoped(mesh, name), ...internalEndpoint(mesh, name, RECEIVERS), ...limits }, plain];
  const own = { name: scoped(mesh, name), ...pods, ...limits };
  return hasOwnLimits(found) && !routesCalls(mesh.model.mesh) ? [own, plain] : [own];
}

function internalCluster(mesh: Mesh, listener: string): EnvoyObject {
  return { name: scoped(mesh, listener), ...internalEndpoint(mesh, listener, listener), ...unlimited(), ...httpOptions('http2') };
}

function internalEndpoint(mesh: Mesh, name: string, listener: string): EnvoyObject {
  return endpoints('STATIC', { envoy_internal_address: { server_listener_name: scoped(mesh, listener), endpoint_id: name } });
}

function endpointCluster(address: Address): EnvoyObject {
  return endpoints(isIP(address.host) ? 'STATIC' : 'STRICT_DNS', socketAddress(address));
}

function endpoints(type: 'STATIC' | 'STRICT_DNS', address: EnvoyObject): EnvoyObject {
  return { type, connect_timeout: '5s', load_assignment: { cluster_name: 'endpoints', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] } };
}

/**
 * A connection without requests is given up before the other side does so: Node's servers close theirs after 5 seconds, and a request that
 * is just being sent would be lost.
 */
const IDLE_CONNECTION = '4s';

function protocolOptions({ port }: VersionPort): EnvoyObject {
  return kindOf(port.protocol) === 'tcp' ? {} : httpOptions(port.protocol === 'http' ? 'http' : 'http2', { common_http_protocol_options: { idle_timeout: IDLE_CONNECTION } });
}

function httpOptions(protocol: 'http' | 'http2', common: EnvoyObject = {}): EnvoyObject {
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        ...common,
        'explicit_http_config': protocol === 'http' ? { http_protocol_options: {} } : { http2_protocol_options: {} },
      },
    },
  };
}

/** What a caller's proxy may keep open at once; unset limits are Envoy's own, written out. */
function circuitBreakers({ version: { pool } }: VersionPort): EnvoyObject {
  return thresholds({
    max_connections: pool?.maxConnections ?? DEFAULT_LIMIT,
    max_pending_requests: pool?.maxPendingRequests ?? DEFAULT_LIMIT,
    max_requests: pool?.maxRequests ?? DEFAULT_LIMIT,
    // Envoy's own 3 would end retries that the program asks for
    max_retries: DEFAULT_LIMIT,
  });
}

/** The way between two stages is no place to run out of anything. */
function unlimited(): EnvoyObject {
  return thresholds({ max_connections: NO_LIMIT, max_pending_requests: NO_LIMIT, max_requests: NO_LIMIT, max_retries: NO_LIMIT });
}

function thresholds(limits: EnvoyObject): EnvoyObject {
  return { circuit_breakers: { thresholds: [limits] } };
}

/** One address stands for all pods of a version, so the version is taken out as a whole: Envoy must not send to it nevertheless. */
function outlierDetection({ version: { outliers } }: VersionPort): EnvoyObject {
  if (outliers === undefined) return {};
  return {
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    outlier_detection: {
      consecutive_5xx: outliers.consecutiveErrors,
      // only what was asked for: failures of the gateway kind and statistics over endpoints have limits of their own in Envoy
      enforcing_consecutive_gateway_failure: 0,
      enforcing_success_rate: 0,
      enforcing_failure_percentage: 0,
      interval: duration(outliers.intervalMs),
      base_ejection_time: duration(outliers.baseEjectionMs),
      max_ejection_time: duration(Math.max(outliers.baseEjectionMs, 300_000)),
      max_ejection_percent: outliers.maxEjectionPercent,
    },
  };
}
