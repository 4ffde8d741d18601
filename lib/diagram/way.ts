/** The way of one decision through the picture: which nodes and edges it touches, with which share. */
import { answerId, clientsId, gatewayId, gatewayRouteId, serviceId, serviceRouteId, versionId } from './ids';
import type { Branch, Decision } from '../simulator/decision';
import { NONE, plusShare, type Share } from '../simulator/share';

/** Share by node id. Shares of 0 are not on the way. */
export type Way = ReadonlyMap<string, Share>;

/** The nodes that requests like this one pass. Two of them that an edge joins are joined by the way as well. */
export function wayOf(decision: Decision): Way {
  const way = new Map<string, Share>();
  for (const branch of decision.branches) {
    if (branch.share.numerator === 0) continue;
    // a branch passes each node once, however many names lead to it
    for (const id of new Set([...startOf(decision), ...nodesOf(branch)])) way.set(id, plusShare(way.get(id) ?? NONE, branch.share));
  }
  return way;
}

function startOf({ entry, gatewayRoute }: Decision): readonly string[] {
  if (entry.kind === 'service') return [serviceId(entry.from.id)];
  const { id } = entry.gateway;
  const own = [clientsId(id), gatewayId(id)];
  if (gatewayRoute === undefined) return own;
  const route = gatewayRouteId(id, gatewayRoute.name);
  return gatewayRoute.action.kind === 'forward' ? [...own, route] : [...own, route, answerId(route)];
}

function nodesOf({ service, serviceRoute, ending }: Branch): readonly string[] {
  const asked = service === undefined ? [] : [serviceId(service.id)];
  const route = service === undefined || serviceRoute === undefined ? [] : [serviceRouteId(service.id, serviceRoute.name)];
  const answer = serviceRoute === undefined || serviceRoute.action.kind === 'forward' ? [] : route.map(answerId);
  if (ending.kind === 'unrouted' || ending.kind === 'no-pods') {
    const { service: { id, kind } } = ending;
    const pods = ending.kind === 'unrouted' && kind !== 'external' ? ending.versions : [];
    return [serviceId(id), ...pods.map(({ name }) => versionId(id, name))];
  }
  if (ending.kind !== 'version') return [...asked, ...route, ...answer];
  const end = ending.service.kind === 'external' ? [] : [versionId(ending.service.id, ending.version.name)];
  return [...asked, ...route, serviceId(ending.service.id), ...end];
}
