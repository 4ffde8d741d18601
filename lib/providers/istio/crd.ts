/**
 * Groups and versions of Istio's own kinds, as far as the library writes them.
 * @see https://istio.io/latest/docs/reference/config/ (1.31)
 */

/** DestinationRule, ServiceEntry, Sidecar, VirtualService. */
export const NETWORKING = 'networking.istio.io/v1';

/** AuthorizationPolicy, PeerAuthentication, RequestAuthentication. */
export const SECURITY = 'security.istio.io/v1';

/** Telemetry. */
export const TELEMETRY = 'telemetry.istio.io/v1';

/** Group of a reference to a host that a ServiceEntry names. */
export const HOSTNAME_GROUP = 'networking.istio.io';

/** Class of gateways whose proxies the control plane makes. */
export const GATEWAY_CLASS = 'istio';

/** Class of the proxies of namespaces in ambient mode. */
export const WAYPOINT_CLASS = 'istio-waypoint';
