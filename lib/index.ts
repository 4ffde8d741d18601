/** The public API of cdk-eks-mesh: what a program is written with. */

// the cluster and the mesh
export { MeshCluster, type MeshClusterAttributes, type MeshClusterProps } from './constructs/mesh-cluster';
export { Mesh } from './constructs/mesh/mesh';
export { type IMesh, type MeshAttributes, type MeshProps } from './constructs/mesh/mesh-props';
export { type RolloutOptions } from './constructs/mesh/rollout';
export { MeshProvider, type AppMeshProviderOptions } from './constructs/mesh/mesh-provider';
export { type AppMeshControllerOptions } from './constructs/mesh/app-mesh-installation';
export {
  GatewayApiInstall, IstioDataPlane, ServiceToService, type EnvoyGatewayControllerOptions, type EnvoyGatewayProviderOptions, type IstioControlPlaneOptions,
  type IstioProviderOptions,
} from './constructs/mesh/provider-options';
export { MeshObjects, type MeshObjectsProps } from './constructs/mesh/mesh-objects';
export { MeshNamespace, type CreateNamespaceOptions } from './constructs/mesh/mesh-namespace';
export { MeshShards } from './constructs/mesh/mesh-shards';
export { IpPreference, type MeshQuotas } from './constructs/mesh/quotas';
export { ObjectPatch, type JsonPatchOperation, type ObjectSelector } from './constructs/mesh/object-patch';

// services and their versions
export { CanaryService, type CanaryServiceProps } from './constructs/service/canary-service';
export { MeshService, type MeshServiceAttributes, type MeshServiceProps, type ServiceRouteOptions } from './constructs/service/mesh-service';
export { RouterService, type RouterRouteOptions, type RouterServiceProps } from './constructs/service/router-service';
export { ExternalService, type ExternalServiceProps } from './constructs/service/external-service';
export { type CallOptions, type IMeshService, type ServiceOptions, type ServicePortOptions } from './constructs/service/service-core';
export {
  ServiceVersion, VersionDiscovery, type CloudMapOptions, type ImageVersionOptions, type VersionOptions,
} from './constructs/service/service-version';
export { type AutoscalingOptions, type PodCountOptions, type ResourceOptions } from './constructs/traffic/pods';
export { Pin } from './constructs/service/pin';

// gateways and their routes
export { MeshGateway, ProxyLogLevel, type MeshGatewayProps } from './constructs/gateway/mesh-gateway';
export { GatewayListener, type HttpsListenerOptions, type ListenerOptions } from './constructs/gateway/gateway-listener';
export { GatewayLoadBalancer, type NetworkLoadBalancerOptions } from './constructs/gateway/gateway-load-balancer';
export { GatewayRoute, type GatewayRouteOptions, type GatewayRouteProps } from './constructs/gateway/gateway-route';
export { BlueGreenRoute, BlueGreenScope, Color, type BlueGreenRouteProps } from './constructs/gateway/blue-green-route';
export { Preview } from './constructs/gateway/preview';

// what a route matches, where it leads, what it changes
export { HeaderMatch, QueryMatch, RouteMatch, Scheme, type GrpcMatchOptions, type RouteMatchOptions } from './constructs/traffic/route-match';
export { RouteTarget, type IRouteTarget, type RedirectOptions, type ServiceTargetOptions, type WeightedTarget } from './constructs/traffic/route-target';
export {
  HostRewrite, Rewrite, type FaultOptions, type FilterOptions, type HeaderChangeOptions, type MirrorOptions,
} from './constructs/traffic/filters';

// what a route asks before it acts
export { JwtIssuer, RateLimit, type CorsOptions, type JwtIssuerOptions, type RouteGuardOptions } from './constructs/traffic/guards';

// failures, security, observability
export {
  HealthCheck, RetryPolicy, type ConnectionPoolOptions, type HealthCheckOptions, type OutlierDetectionOptions, type RetryPolicyOptions,
  type RoutePolicyOptions, Stickiness, type StickinessCookieOptions,
} from './constructs/traffic/resilience';
export {
  TlsCertificate, TlsMode, TlsTrust, type CertificateFiles, type ClientTlsOptions, type ListenerTlsOptions, type MutualTlsOptions,
  type TlsValidationOptions,
} from './constructs/traffic/tls';
export { AccessLog, Tracing, type TraceCollector, type XRayOptions } from './constructs/traffic/access-log';
export { Egress, HttpMethod, Protocol, RetryOn } from './constructs/traffic/protocol';

// routing tests for every language; in TypeScript, cdk-eks-mesh/jest says the same
export { RoutingTest, type RouteCoverageOptions, type RoutingAnswerOptions, type RoutingAssemblyOptions } from './constructs/testing/routing-test';
export { RoutingRequest, type RoutingRequestMatrix, type RoutingRequestOptions } from './constructs/testing/routing-request';
export { RouteStage, type RouteExpectation } from './constructs/testing/route-expectation';
