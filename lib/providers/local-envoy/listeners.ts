/** Listeners that read HTTP, and the route configurations they ask. */
import { socketAddress } from './addresses';
import { scoped, type Mesh } from './mesh';
import type { Address, EnvoyObject } from './options';
import { duration } from './routes/policy';

/** A listener and its routes. */
export interface HttpListener {
  readonly listener: EnvoyObject;
  readonly routes: EnvoyObject;
}

/** What a listener is made of. */
export interface ListenerParts {
  readonly name: string;
  /** Left out: a listener inside of Envoy, that other listeners lead to. */
  readonly address?: Address;
  /** Where requests come in from outside: their paths are normalised once, here. */
  readonly isEntrance: boolean;
  /** Filters in front of the router; @default - none */
  readonly guards?: readonly EnvoyObject[];
  /** Requests count as https, although plain text is spoken on this machine. */
  readonly endsTls: boolean;
  /** Fields of the route configuration beside its name. */
  readonly routes: EnvoyObject;
}

const FILTERS = 'type.googleapis.com/envoy.extensions.filters';

/** A listener; its content does not depend on the routes where those are delivered in files. */
export function httpListener(mesh: Mesh, parts: ListenerParts): HttpListener {
  const name = scoped(mesh, parts.name);
  const routes: EnvoyObject = { name, ...bodyLimit(parts.routes), ...parts.routes };
  const place = parts.address === undefined
    ? { internal_listener: {} }
    // a port that is taken is an error, not two proxies that share the connections
    : { address: socketAddress(parts.address), enable_reuse_port: false };
  return { routes, listener: { name, ...place, filter_chains: [{ filters: [connectionManager(mesh, name, parts, routes)] }] } };
}

function connectionManager({ options }: Mesh, name: string, { isEntrance, endsTls, guards = [] }: ListenerParts, routes: EnvoyObject): EnvoyObject {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
      'stat_prefix': name,
      'codec_type': 'AUTO',
      ...(options.routes.kind === 'inline'
        ? { route_config: routes }
        : { rds: { route_config_name: name, config_source: { path_config_source: { path: options.routes.pathOf(name) }, resource_api_version: 'V3' } } }),
      'http_filters': [
        { name: 'envoy.filters.http.fault', typed_config: { '@type': `${FILTERS}.http.fault.v3.HTTPFault` } },
        ...guards,
        // Envoy's own headers on requests and answers are changes that nobody asked for
        { name: 'envoy.filters.http.router', typed_config: { '@type': `${FILTERS}.http.router.v3.Router`, 'suppress_envoy_headers': true } },
      ],
      // a rewritten path is asked for as it is: only what clients write is normalised
      'normalize_path': isEntrance,
      'merge_slashes': isEntrance,
      'path_with_escaped_slashes_action': 'KEEP_UNCHANGED',
      // unset means 5 minutes
      'stream_idle_timeout': duration(0),
      'generate_request_id': false,
      'server_header_transformation': 'PASS_THROUGH',
      ...(endsTls ? { scheme_header_transformation: { scheme_to_overwrite: 'https' }, early_header_mutation_extensions: [FORWARDED_AS_HTTPS] } : {}),
    },
  };
}

/** Envoy would write `http`, which is what is spoken on this machine. Early, so that routes can change it. */
const FORWARDED_AS_HTTPS: EnvoyObject = {
  name: 'envoy.http.early_header_mutation.header_mutation',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
    'mutations': [{ append: { header: { key: 'x-forwarded-proto', value: 'https' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }],
  },
};

/** Envoy refuses answers above 4096 bytes unless it is told the largest one. */
function bodyLimit({ virtual_hosts: hosts }: EnvoyObject): EnvoyObject {
  const sizes = (hosts as readonly EnvoyObject[]).flatMap(({ routes }) => (routes as readonly EnvoyObject[]).map(bodySize));
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return largest > 4096 ? { max_direct_response_body_size_bytes: largest } : {};
}

function bodySize({ direct_response: answer }: EnvoyObject): number {
  const body = (answer as { readonly body?: { readonly inline_string: string } } | undefined)?.body?.inline_string ?? '';
  // UTF-8 takes at most three bytes for each unit of a string
  return body.length * 3;
}
