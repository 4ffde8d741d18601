/** Kinds of endings that questions are asked about in many places. */
import type { Ending } from './decision';

/** Whether pods of the program get the request, routed by the mesh or not. */
export function reachesPods(ending: Ending): ending is Extract<Ending, { readonly kind: 'version' | 'unrouted' }> {
  return ending.kind === 'version' || ending.kind === 'unrouted';
}

/** Whether somebody gets the request: pods, or a host outside of the mesh. */
export function isReceived(ending: Ending): boolean {
  return reachesPods(ending) || ending.kind === 'outside';
}
