/** Limits that AWS has raised for an account, declared so that they can be checked at synthesis. */

/** Quotas of the account. Left out: the platform's default. */
export interface MeshQuotas {
  /** @default 10 */
  readonly gatewayRoutesPerGateway?: number;
  /** @default 3 */
  readonly gatewaysPerMesh?: number;
  /** @default 200 */
  readonly servicesPerMesh?: number;
  /** @default 200 */
  readonly versionsPerMesh?: number;
  /** @default 50 */
  readonly routesPerService?: number;
  /** @default 50 */
  readonly callsPerVersion?: number;
  /** @default 50 */
  readonly proxiesPerVersion?: number;
  /** @default 50 */
  readonly proxiesPerGateway?: number;
}

/** The address families of a mesh. */
export enum IpPreference {
  IPV4_ONLY = 'ipv4-only',
  IPV6_ONLY = 'ipv6-only',
}
