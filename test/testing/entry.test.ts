/** How the matchers come to a test: by globals or by `@jest/globals`, typed for both, and without the weight of the CDK. */
import { execFileSync } from 'child_process';
import { join } from 'path';
// eslint-disable-next-line import/no-extraneous-dependencies -- comes with jest
import { expect as ownExpect, jest as ownJest } from '@jest/globals';
import { shop } from './shop';
import { GET, routingMatchers } from '../../lib/testing/jest';

test('adds the matchers to the expect of @jest/globals, whose types know them', () => {
  ownExpect(shop).toRoute(GET('/products'), 'products');
  ownExpect(shop).not.toSplit(GET('/products'), { v1: 100 });
});

test('finds the expect of a jest without globals', () => {
  const extend = ownJest.spyOn(ownExpect, 'extend');
  const scope = globalThis as { expect?: unknown };
  const { expect: saved } = scope;
  delete scope.expect;
  try {
    ownJest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      require('../../lib/testing/jest');
    });
  } finally {
    scope.expect = saved;
  }

  ownExpect(extend).toHaveBeenCalledTimes(1);
  ownExpect(Object.keys(extend.mock.calls[0]![0])).toEqual(Object.keys(routingMatchers));
});

test('works with any expect that is extended by hand', () => {
  const { toRoute } = routingMatchers as unknown as { toRoute(this: object, ...args: unknown[]): { pass: boolean; message(): string } };

  ownExpect(toRoute.call({ isNot: false }, shop, GET('/products'), 'products').pass).toBe(true);
  ownExpect(toRoute.call({ isNot: true }, shop, GET('/products'), 'products').pass).toBe(true);
  ownExpect(toRoute.call({}, shop, GET('/products'), 'catalog').message()).toMatch(/^expected GET \/products at mesh/);
});

test('loads neither the CDK nor an engine for expressions, and nothing outside of jest', () => {
  const script = "require('./lib/testing/jest'); console.log(Object.keys(require.cache).filter((file) => /node_modules.(aws-cdk-lib|constructs|cdk8s|re2js|expect)/.test(file)).join())";

  const loaded = execFileSync('node', ['-r', 'ts-node/register/transpile-only', '-e', script], {
    cwd: join(__dirname, '../..'), encoding: 'utf8', env: { ...process.env, TS_NODE_PROJECT: 'test/tsconfig.json' },
  });

  ownExpect(loaded.trim()).toBe('');
});
