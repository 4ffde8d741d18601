/**
 * The form of a rule: what it looks at, and at which moment. In: nodes of the model. Out: findings in the user's words.
 * A rule that needs one node only is asked at the user's line; one that needs the whole program is asked at synthesis.
 */
import type { DiagnosticCode } from '../../diagnostics/catalogue';
import { diagnose, type Diagnostic, type Origin } from '../../diagnostics/diagnostic';
import { showValue } from '../../diagnostics/mesh-error';
import type { Gateway, GatewayRoute } from '../gateway';
import type { Service, ServiceRoute, Version } from '../service';
import type { MeshSettings, TrafficModel } from '../traffic-model';

/** A route of either stage. */
export type Route = ServiceRoute | GatewayRoute;

/** One rule; it has the checks that make sense for it. */
export interface Rule {
  /** As tests and documents name it: `ties`. */
  readonly name: string;
  mesh?(settings: MeshSettings): readonly Diagnostic[];
  /** The service without its routes. */
  service?(service: Service): readonly Diagnostic[];
  /** A route of either stage, alone. */
  route?(route: Route): readonly Diagnostic[];
  serviceRoute?(route: ServiceRoute, service: Service): readonly Diagnostic[];
  /** The gateway without its routes. */
  gateway?(gateway: Gateway): readonly Diagnostic[];
  gatewayRoute?(route: GatewayRoute, gateway: Gateway): readonly Diagnostic[];
  /** What only the whole program shows. */
  program?(model: TrafficModel): readonly Diagnostic[];
}

/** A place to complain about. */
export interface Place {
  readonly origin: Origin;
  readonly property: string;
  readonly value?: unknown;
}

/** A finding at a place. */
export function finding(code: DiagnosticCode, { origin, property, value }: Place, what: string, fix: string): Diagnostic {
  return diagnose({ code, what, origin, property, ...(value === undefined ? {} : { value: showValue(value) }), fix });
}

/** The property that holds a route's match; a route that a property such as `pins[0]` made has no other. */
export function matchProperty({ property }: Route): string {
  return property.startsWith('addRoute(') ? `${property}.match` : property;
}

/** The property that says where a route leads. */
export function targetProperty(route: Route): string {
  return 'hosts' in route && route.property === 'match' ? 'to' : route.property;
}

/** A property beside the route's match, such as `retries`. What a construct says for all its routes stands at the construct. */
export function besideProperty({ property }: Route, name: string): string {
  return property.startsWith('addRoute(') ? `${property}.${name}` : name;
}

/** A property of a version: `stable.healthCheck`, or `versions['v1'].healthCheck`. */
export function versionProperty(version: Version, name: string): string {
  return `${version.property ?? `versions['${version.name}']`}.${name}`;
}

/** Whether a number is an integer within bounds, both included. */
export function isIntegerWithin(value: number, min: number, max = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
