/**
 * `import 'cdk-eks-mesh/jest'` adds the routing matchers to jest. The second entry of the package: it knows nothing of the CDK, and
 * costs next to nothing to load. For vitest: `expect.extend(routingMatchers)`.
 */
import type { RoutingMatchers } from './matcher-types';
import { routingMatchers } from './matchers';

export { requests, type OneOrMore, type RequestMatrix } from './asking/matrix';
export { MeshHandle, meshIn, type MeshChoice } from './asking/mesh-handle';
export { DELETE, GET, PATCH, POST, PUT, RoutingRequest, grpc, request, tcp, type RequestOptions } from './asking/request';
export type { NamedTarget, RouteExpectation, Target, Time, TimeSpan } from './expecting/route-expectation';
export type * from './matcher-types';
export { routingMatchers } from './matchers';
export type { HasPlace } from './asking/subject';
export type { AnswerOptions } from './structure/answers';
export type { CoverageThresholds } from './structure/coverage-report';
export { RoutingTestError } from './test-error';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars
    interface Matchers<R, T = {}> extends RoutingMatchers<R> {}
  }
}

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RoutingMatchers<R> {}
}

interface Extendable {
  extend(matchers: object): void;
}

/** The `expect` of the test that is running; with `injectGlobals: false` the one that jest gives out. */
function runningExpect(): Extendable | undefined {
  const { expect } = globalThis as { readonly expect?: Partial<Extendable> };
  if (typeof expect?.extend === 'function') return expect as Extendable;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports, import/no-extraneous-dependencies
    return (require('@jest/globals') as { readonly expect: Extendable }).expect;
  } catch {
    // no jest: whoever runs the test extends its own expect
    return undefined;
  }
}

runningExpect()?.extend(routingMatchers);
