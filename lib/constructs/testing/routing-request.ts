/** Requests of routing tests, for every language. */
import type { RequestInput } from '../../simulator/request';
import type { RequestMatrix } from '../../testing/asking/matrix';
import { Scheme } from '../traffic/route-match';

/** What a request has beside its method and path. */
export interface RoutingRequestOptions {
  /**
   * Headers by name, one value each; for gRPC the metadata.
   * @default - none
   */
  readonly headers?: { [name: string]: string };
  /**
   * With or without port.
   * @default - at a gateway its first host, or one that no route names; at a service a request without host is one that the service gets
   */
  readonly host?: string;
  /** @default - the first listener that fits, or the only port of the service */
  readonly port?: number;
  /** @default - that of the listener */
  readonly scheme?: Scheme;
  /**
   * Address of the client as the gateway's proxies see it, for example `10.1.2.3`.
   * @default - one that is let in
   */
  readonly client?: string;
}

/** Lists of what requests may have; every list multiplies their number. */
export interface RoutingRequestMatrix {
  /** At least one path. */
  readonly paths: string[];
  /** @default ['GET'] */
  readonly methods?: string[];
  /** @default - as with one request that names none */
  readonly hosts?: string[];
  /**
   * Sets of headers; an empty one is a request without.
   * @default - requests without headers
   */
  readonly headers?: { [name: string]: string }[];
}

/**
 * A request of a routing test, or several that all must do the same.
 *
 * @example
 * RoutingRequest.get('/products/7', { headers: { 'x-experiment-id': 'b' } });
 */
export class RoutingRequest {
  /** A GET of a path such as `/products?tab=new`; as a call of another service, of a URL such as `http://catalog/items`. */
  public static get(target: string, options: RoutingRequestOptions = {}): RoutingRequest {
    return RoutingRequest.of('GET', target, options);
  }

  /** A POST to a path or URL. */
  public static post(target: string, options: RoutingRequestOptions = {}): RoutingRequest {
    return RoutingRequest.of('POST', target, options);
  }

  /** A request of any method for a path or URL. */
  public static of(method: string, target: string, options: RoutingRequestOptions = {}): RoutingRequest {
    return new RoutingRequest([core().request(method, target, options)]);
  }

  /** A gRPC call: `shop.v1.Catalog/GetItem`, as a call of another service `grpc://catalog/shop.v1.Catalog/GetItem`. */
  public static grpc(call: string, options: RoutingRequestOptions = {}): RoutingRequest {
    return new RoutingRequest([core().grpc(call, options)]);
  }

  /** A TCP connection to a host, or to `host:port`. */
  public static tcp(target: string): RoutingRequest {
    return new RoutingRequest([core().tcp(target)]);
  }

  /** Every combination of the lists, as one request that all of them have to answer; `each` gives them singly. */
  public static matrix(lists: RoutingRequestMatrix): RoutingRequest {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { requests } = require('../../testing/asking/matrix') as typeof import('../../testing/asking/matrix');
    const { paths: path, methods: method, hosts: host, headers } = lists;
    const given = Object.entries({ path, method, host, headers }).filter(([, value]) => value !== undefined);
    return new RoutingRequest(requests(Object.fromEntries(given) as unknown as RequestMatrix));
  }

  private constructor(private readonly inputs: readonly RequestInput[]) {}

  /** Readable name, for example `GET /products/7 with x-experiment-id: b`. */
  public get description(): string {
    return this.inputs.map((input) => core().nameOf(input)).join(', ');
  }

  /** The single requests, for tests with a case each. */
  public each(): RoutingRequest[] {
    return this.inputs.map((input) => new RoutingRequest([input]));
  }

  /** @internal */
  public get _inputs(): readonly RequestInput[] {
    return this.inputs;
  }
}

/** Loaded on first use: a program that only imports the library should not pay for its tests. */
function core(): typeof import('../../testing/asking/request') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../testing/asking/request') as typeof import('../../testing/asking/request');
}
