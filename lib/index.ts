/** The public API of cdk-eks-mesh: what a program is written with. */

// the cluster and the mesh
export { MeshCluster, type MeshClusterProps } from './constructs/mesh-cluster';
export { Mesh, type IMesh, type MeshAttributes, type MeshProps } from './constructs/mesh';
export { MeshProvider, type AppMeshProviderOptions } from './constructs/mesh-provider';
export { MeshNamespace, type CreateNamespaceOptions } from './constructs/mesh-namespace';
export { MeshShards } from './constructs/mesh-shards';
export { IpPreference, type MeshQuotas } from './constructs/quotas';
export { ObjectPatch, type JsonPatchOperation, type ObjectSelector } from './constructs/object-patch';

// services and their versions
export { CanaryService, type CanaryServiceProps } from './constructs/canary-service';
export { MeshService, type MeshServiceProps, type ServiceRouteOptions } from './constructs/mesh-service';
export { RouterService, type RouterRouteOptions, type RouterServiceProps } from './constructs/router-service';
export { ExternalService, type ExternalServiceProps } from './constructs/external-service';
export { type IMeshService, type ServiceOptions, type ServicePortOptions } from './constructs/service-core';
export {
  ServiceVersion, VersionDiscovery, type CloudMapOptions, type ImageVersionOptions, type VersionOptions,
} from './constructs/service-version';
export { type AutoscalingOptions, type PodCountOptions, type ResourceOptions } from './constructs/pods';
export { Pin } from './constructs/pin';

// gateways and their routes
export { MeshGateway, ProxyLogLevel, type MeshGatewayProps } from './constructs/mesh-gateway';
export { GatewayListener, type HttpsListenerOptions, type ListenerOptions } from './constructs/gateway-listener';
export { GatewayLoadBalancer, type NetworkLoadBalancerOptions } from './constructs/gateway-load-balancer';
export { GatewayRoute, type GatewayRouteOptions, type GatewayRouteProps } from './constructs/gateway-route';
export { BlueGreenRoute, BlueGreenScope, Color, type BlueGreenRouteProps } from './constructs/blue-green-route';
export { Preview } from './constructs/preview';

// what a route matches, where it leads, what it changes
export { HeaderMatch, QueryMatch, RouteMatch, Scheme, type GrpcMatchOptions, type RouteMatchOptions } from './constructs/route-match';
export { RouteTarget, type IRouteTarget, type RedirectOptions, type ServiceTargetOptions, type WeightedTarget } from './constructs/route-target';
export {
  HostRewrite, Rewrite, type FaultOptions, type FilterOptions, type HeaderChangeOptions, type MirrorOptions,
} from './constructs/filters';

// failures, security, observability
export {
  HealthCheck, RetryPolicy, type ConnectionPoolOptions, type HealthCheckOptions, type OutlierDetectionOptions, type RetryPolicyOptions,
  type RoutePolicyOptions,
} from './constructs/resilience';
export {
  TlsCertificate, TlsMode, TlsTrust, type CertificateFiles, type ClientTlsOptions, type ListenerTlsOptions, type MutualTlsOptions,
  type TlsValidationOptions,
} from './constructs/tls';
export { AccessLog, Tracing, type TraceCollector, type XRayOptions } from './constructs/access-log';
export { Egress, HttpMethod, Protocol, RetryOn } from './constructs/protocol';
