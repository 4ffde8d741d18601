/**
 * The traffic model: what a program means, before any mesh is chosen. Start reading here.
 * Plain readonly data, closed unions, every list ordered, every node with an id and an origin.
 */
import type { Gateway } from './gateway';
import type { AccessLog, Tracing } from './observability';
import type { ClientTls, ListenerTls } from './security';
import type { Service } from './service';
import type { ServiceToService } from './service-to-service';
import type { Origin } from '../diagnostics/diagnostic';

/** Limits of the account or mesh that the user has raised; left out means the platform's default. */
export interface Quotas {
  readonly gatewayRoutesPerGateway?: number;
  readonly gatewaysPerMesh?: number;
  readonly servicesPerMesh?: number;
  readonly versionsPerMesh?: number;
  readonly routesPerService?: number;
  readonly callsPerVersion?: number;
  readonly proxiesPerVersion?: number;
  readonly proxiesPerGateway?: number;
}

/** A namespace that takes part in the mesh. */
export interface MeshNamespace {
  readonly name: string;
  readonly origin: Origin;
  /** `created`: ours, kept on deletion unless `retain` is false. `existing`: only labelled. */
  readonly ownership: 'created' | 'existing';
  readonly retain: boolean;
  readonly labels: { readonly [key: string]: string };
}

/** What holds for the whole mesh. */
export interface MeshSettings {
  readonly name: string;
  readonly origin: Origin;
  /** `declared-only`: a service reaches only what its `calls` name. */
  readonly egress: 'any' | 'declared-only';
  /** What the chosen mesh does with calls between services; left out means all that the program says. */
  readonly serviceToService?: ServiceToService;
  /** Account that owns a shared mesh, 12 digits; left out means the own account. */
  readonly owner?: string;
  readonly ipPreference?: 'ipv4-only' | 'ipv6-only';
  /** Default TLS of every version's listeners. */
  readonly listenerTls?: ListenerTls;
  /** Default TLS of every caller. */
  readonly clientTls?: ClientTls;
  readonly accessLog?: AccessLog;
  readonly tracing?: Tracing;
  readonly quotas: Quotas;
  readonly namespaces: readonly MeshNamespace[];
}

/** A whole program. */
export interface TrafficModel {
  /** Version of this shape; readers refuse others. */
  readonly format: 1;
  readonly mesh: MeshSettings;
  /** Sorted by id. */
  readonly services: readonly Service[];
  /** Sorted by id. */
  readonly gateways: readonly Gateway[];
}
