/** Where a route is written. */
import { matchProperty, targetProperty, type Route } from '../../model/rules/rule';

/** `Shop/Mesh/Products (CanaryService), canaryPercent`: the construct and the properties that hold a route's match and target. */
export function describeSite(route: Route): string {
  const { origin, property } = route;
  const properties = property.startsWith('addRoute(') ? [property] : [...new Set([matchProperty(route), targetProperty(route)])];
  return `${origin.path} (${origin.type}), ${properties.join(' and ')}`;
}
