/** RoutingTest: routing tests for Python, Java, Go and C#, with the texts that jest's matchers have. */
import type { RouteExpectation } from './route-expectation';
import type { RoutingRequest } from './routing-request';
import type { HasPlace, Place } from '../../testing/asking/subject';
import type * as core from '../../testing/core';
import type { MeshGateway } from '../gateway/mesh-gateway';
import type { IMesh } from '../mesh/mesh-props';
import type { IMeshService } from '../service/service-core';

/** Which mesh of a cloud assembly is tested. */
export interface RoutingAssemblyOptions {
  /**
   * Name of the mesh.
   * @default - the only one
   */
  readonly mesh?: string;
}

/** Which requests need an answer. */
export interface RoutingAnswerOptions {
  /**
   * Only paths from here on, by whole segments.
   * @default - every path
   */
  readonly below?: string;
  /**
   * Only this host, at a gateway.
   * @default - every host
   */
  readonly host?: string;
}

/** Lowest percentages of what tests touch. */
export interface RouteCoverageOptions {
  /**
   * Share of the routes that took a request of a test.
   * @default - 100, unless targets is given
   */
  readonly routes?: number;
  /**
   * Share of the weighted targets that a test named.
   * @default - 100, unless routes is given
   */
  readonly targets?: number;
}

/**
 * Says where requests go, and throws with the shares, the routes and the reason where they go elsewhere.
 * In TypeScript, `cdk-eks-mesh/jest` says the same as matchers.
 *
 * A mesh stands for its only gateway. At a service, a request with a host (`http://catalog/items`) is a call that the service makes, one
 * without (`/items`) a request that it gets.
 *
 * @example
 * declare const mesh: Mesh;
 * const gateway = RoutingTest.fromMesh(mesh).gateway();
 * gateway.hasSplit(RoutingRequest.get('/products/7'), { v1: 95, v2: 5 });
 * gateway.hasRoute(RoutingRequest.get('/products/7'), { to: 'products', timeout: Duration.seconds(10) });
 */
export class RoutingTest {
  /** Tests a mesh, as it is when an assertion is made. */
  public static fromMesh(mesh: IMesh): RoutingTest {
    return RoutingTest.live(mesh);
  }

  /** Tests a gateway, as it is when an assertion is made. */
  public static fromGateway(gateway: MeshGateway): RoutingTest {
    return RoutingTest.live(gateway);
  }

  /** Tests a service, as it is when an assertion is made. */
  public static fromService(service: IMeshService): RoutingTest {
    return RoutingTest.live(service);
  }

  /** Tests a mesh that was synthesized: of a folder such as `cdk.out`, or of one file `*.mesh.json`. */
  public static fromAssembly(path: string, options: RoutingAssemblyOptions = {}): RoutingTest {
    const handle = loadCore().meshIn(path, options);
    return new RoutingTest(() => handle.routingPlace, new (loadCore().CoverageLog)());
  }

  private static live(construct: object): RoutingTest {
    const { placeOf, CoverageLog } = loadCore();
    return new RoutingTest(() => placeOf(construct), new CoverageLog());
  }

  private constructor(private readonly place: () => Place, private readonly log: core.CoverageLog) {}

  /** A gateway of the mesh by its name or id; left out, the only one. What is asserted there counts for the coverage here. */
  public gateway(name?: string): RoutingTest {
    return this.at((handle) => handle.gateway(name));
  }

  /** A service of the mesh by its name or id. What is asserted there counts for the coverage here. */
  public service(name: string): RoutingTest {
    return this.at((handle) => handle.service(name));
  }

  /** Asserts that a request does everything that the expectation says. */
  public hasRoute(request: RoutingRequest, expectation: RouteExpectation): void {
    this.assertRoute(request, expectation, false);
  }

  /** Asserts that a request does not do what the expectation says; of `to`, that no request at all goes there. */
  public hasNoSuchRoute(request: RoutingRequest, expectation: RouteExpectation): void {
    this.assertRoute(request, expectation, true);
  }

  /** Asserts exact shares in percent by version or service: `{ v1: 95, v2: 5 }`. */
  public hasSplit(request: RoutingRequest, shares: { [name: string]: number }): void {
    this.assertRoute(request, { split: shares }, false);
  }

  /** Asserts that no route takes a request, so that it is answered 404. */
  public isUnroutable(request: RoutingRequest): void {
    this.assertRoute(request, { unroutable: true }, false);
  }

  /** Asserts that a call is not declared, and that the service's proxy does not let it out. */
  public isBlocked(request: RoutingRequest): void {
    this.assertRoute(request, { blocked: true }, false);
  }

  /** Asserts that no route is hidden behind an earlier one. */
  public hasNoShadowedRoutes(): void {
    holds(loadCore().judgeShadows(this.place()));
  }

  /** Asserts that every pin and every preview can be reached. */
  public hasNoUnreachablePreviews(): void {
    holds(loadCore().judgePreviews(this.place()));
  }

  /** Asserts that no request is answered 404, by the gateway and the services that it leads to. */
  public hasAnswerForEverything(options: RoutingAnswerOptions = {}): void {
    holds(loadCore().judgeAnswers(this.place(), options));
  }

  /**
   * Asserts which part of the routes and weighted targets the assertions so far have touched: call it last. A gateway or service counts
   * its own routes, a mesh all of them.
   */
  public hasRouteCoverage(options: RouteCoverageOptions = {}): void {
    holds(loadCore().judgeCoverage(this.place(), options, this.log));
  }

  /** Where a request goes and why, in words. */
  public explain(request: RoutingRequest): string {
    const { ask, describeWay } = loadCore();
    return request._inputs.map((input) => describeWay(ask(this.place(), input))).join('\n\n');
  }

  private at(choose: (handle: core.MeshHandle) => HasPlace): RoutingTest {
    const { MeshHandle } = loadCore();
    return new RoutingTest(() => choose(new MeshHandle(this.place().model)).routingPlace, this.log);
  }

  private assertRoute(request: RoutingRequest, expectation: RouteExpectation, negated: boolean): void {
    holds(loadCore().judge({ place: this.place(), requests: request._inputs, expectation, negated }, this.log));
  }
}

function holds({ passes, message }: core.Judgement): void {
  if (!passes) throw new Error(message);
}

/** Loaded on first use: a program that only imports the library should not pay for its tests. */
function loadCore(): typeof core {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../testing/core') as typeof core;
}
