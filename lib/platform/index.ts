/** What has to be installed on a cluster before a mesh works. */
export * from './app-mesh';
export * from './app-mesh-images';
export type { AppMeshSidecar, AppMeshTracing, ResourceAmounts } from './app-mesh-values';
export * from './envoy-gateway';
export * from './gateway-api';
export * from './helm-chart';
export * from './istio';
export * from './service-account-role';
