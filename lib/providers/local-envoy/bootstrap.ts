/** What Envoy starts with: everything at once, or the files that it watches. */
import { socketAddress } from './addresses';
import type { Address, EnvoyObject, EnvoyResources } from './options';

/** Files that Envoy watches. It notices a file that is moved into place, not one that is written to. */
export interface WatchedFiles {
  readonly listeners: string;
  readonly clusters: string;
  /** Tells several Envoys of one machine apart in their logs. @default local */
  readonly id?: string;
}

/** A kind of resource that comes from a file. */
export type WatchedKind = 'listeners' | 'routes' | 'clusters';

const TYPES: { readonly [K in WatchedKind]: string } = {
  listeners: 'envoy.config.listener.v3.Listener',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  clusters: 'envoy.config.cluster.v3.Cluster',
};

/** Everything in one file; for resources whose routes are inline. */
export function staticBootstrap({ listeners, clusters }: EnvoyResources, admin?: Address): EnvoyObject {
  return { ...common('local', admin), static_resources: { listeners, clusters } };
}

/** Listeners and clusters from files that Envoy watches; the listeners say where their routes are. */
export function watchingBootstrap({ listeners, clusters, id = 'local' }: WatchedFiles, admin?: Address): EnvoyObject {
  const watched = (path: string) => ({ path_config_source: { path }, resource_api_version: 'V3' });
  return { ...common(id, admin), dynamic_resources: { lds_config: watched(listeners), cds_config: watched(clusters) } };
}

/**
 * The content of a watched file. A route must never lead to a cluster that is not there: replace the file of the clusters first, with
 * those that go still in it, then that of the listeners, then the routes, and the clusters again without those that go.
 */
export function watchedFile(kind: WatchedKind, resources: readonly EnvoyObject[]): EnvoyObject {
  return { resources: resources.map((resource) => ({ '@type': `type.googleapis.com/${TYPES[kind]}`, ...resource })) };
}

function common(id: string, admin: Address | undefined): EnvoyObject {
  return {
    node: { id, cluster: 'cdk-eks-mesh' },
    ...(admin === undefined ? {} : { admin: { address: socketAddress(admin) } }),
    bootstrap_extensions: [{
      name: 'envoy.bootstrap.internal_listener',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener' },
    }],
    // Envoy would refuse expressions whose program is larger than 100
    layered_runtime: { layers: [{ name: 'static', static_layer: { 're2.max_program_size.error_level': 100_000, 're2.max_program_size.warn_level': 100_000 } }] },
  };
}
