/** What the local Envoy has to be told beside the model: addresses on this machine, and how routes are carried. */
import type { Gateway, Listener } from '../../model/gateway';
import type { Service, ServicePort, Version } from '../../model/service';

/** A TCP address, for example `127.0.0.1:15001`. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Header names whose number chooses the share instead of chance. */
export interface ChoiceHeaders {
  /** For splits of gateway routes. */
  readonly gateway: string;
  /** For splits of service routes. */
  readonly service: string;
}

/** How route configurations reach Envoy. */
export type RouteDelivery =
  /** Inside of the listeners. */
  | { readonly kind: 'inline' }
  /** Each in a file of its own that Envoy watches, so that a changed route touches no listener and no connection. */
  | { readonly kind: 'files'; readonly pathOf: (name: string) => string };

/** What `lowerToEnvoy` needs to know. */
export interface LocalEnvoyOptions {
  /** Where the listener of a gateway binds. */
  readonly gatewayAddress: (gateway: Gateway, listener: Listener) => Address;
  /** Where the outbound proxy of a calling service binds; undefined: none is made. */
  readonly outboundAddress: (service: Service) => Address | undefined;
  /**
   * Where a caller finds a TCP port of a service it calls; undefined: nowhere. A TCP connection names no host, so each pair needs an
   * address of its own. @default - TCP ports cannot be called
   */
  readonly tcpAddress?: (caller: Service, called: Service, port: ServicePort) => Address | undefined;
  /** Endpoint of a version's port. */
  readonly endpoint: (service: Service, version: Version, port: ServicePort) => Address;
  /** Only for proofs. @default - chance chooses */
  readonly choiceHeaders?: ChoiceHeaders;
  readonly routes: RouteDelivery;
  /** Stands before every name, so that several meshes fit into one Envoy; for example `blue/`. @default - nothing */
  readonly scope?: string;
}

/** An Envoy resource, or a part of one, as plain JSON. */
export interface EnvoyObject {
  readonly [field: string]: unknown;
}

/** What Envoy runs with. */
export interface EnvoyResources {
  /** `envoy.config.listener.v3.Listener`, sorted by name. */
  readonly listeners: readonly EnvoyObject[];
  /** `envoy.config.route.v3.RouteConfiguration`, sorted by name; those of inline listeners are listed, too. */
  readonly routes: readonly EnvoyObject[];
  /** `envoy.config.cluster.v3.Cluster`, sorted by name. */
  readonly clusters: readonly EnvoyObject[];
}
