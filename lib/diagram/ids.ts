/** Ids of nodes: by notion, so that a change elsewhere in the program renames nothing. */

/** The clients of a gateway. */
export const clientsId = (gateway: string) => `clients:${gateway}`;

/** A gateway by its id `<namespace>/<name>`. */
export const gatewayId = (gateway: string) => `gateway:${gateway}`;

/** A route of a gateway by its name. */
export const gatewayRouteId = (gateway: string, route: string) => `gateway-route:${gateway}/${route}`;

/** A service by its id `<namespace>/<name>`. */
export const serviceId = (service: string) => `service:${service}`;

/** A route of a service by its name. */
export const serviceRouteId = (service: string, route: string) => `service-route:${service}/${route}`;

/** A version of a service by its name. */
export const versionId = (service: string, version: string) => `version:${service}@${version}`;

/** What a route that does not forward answers. */
export const answerId = (route: string) => `answer:${route}`;
