/** What a change of a program means for requests: a line for each kind of request that is treated differently, with a witness. */
import type { RequestInput } from '../simulator';

/** A request that shows a change, and what each model does with it. */
export interface WitnessRequest {
  /** Where it comes in: `gateway shop/gateway` or `a call from shop/web`. */
  readonly entry: string;
  /** As one writes it: `GET http://api.example.com/products`. */
  readonly text: string;
  /** What `Simulator.decide` takes. */
  readonly request: RequestInput;
  /** In words: `95 % shop/products@v1, 5 % shop/products@v2`. */
  readonly before: string;
  readonly after: string;
}

/** One kind of request that is treated differently. */
export interface TrafficChange {
  /** `gateway`: a gateway treats it differently. `service`: a service's table does, for all who lead there. `call`: a caller reaches something else. */
  readonly kind: 'gateway' | 'service' | 'call';
  /** Ids of the gateways or of the service whose tables differ, or of the callers. */
  readonly owners: readonly string[];
  /** The requests: `/products/* without header x-experiment-id 'b'`. */
  readonly requests: string;
  /** What changes for them: `shop/products v1 95 % -> 75 %, v2 5 % -> 25 %`. */
  readonly effect: string;
  /** Whom else it reaches, where the owner is a service: gateway routes and callers that lead there. */
  readonly through: readonly string[];
  /** Names of the routes that take the requests, in both models; a name left out: no route, or the only version of a service without routes. */
  readonly routes: readonly { readonly before?: string; readonly after?: string }[];
  readonly witness: WitnessRequest;
}

/** Requests of which it could not be shown whether they are treated alike. */
export interface Unproven {
  readonly owner: string;
  /** The routes that may meet, in words. */
  readonly routes: { readonly before: string; readonly after: string };
  readonly reason: string;
}

/** The difference of two models. Both lists empty: every request is provably treated alike. */
export interface TrafficDiff {
  readonly changes: readonly TrafficChange[];
  readonly unproven: readonly Unproven[];
}
