/** What routes ask before they act, translated by Istio and asked of a real Envoy. */
import { istioTranslatorFor } from './translate';
import { istioProvider } from '../../../lib/providers/istio';
import { runGuardTrials, runStickiness } from '../translated/guard-ground';
import { GUARD_TRIALS, tokenTrial } from '../translated/guards';
import { GUARD_SABOTAGES } from '../translated/sabotages';

const provider = istioProvider();
const translate = istioTranslatorFor('gateway');

test('scripts, tokens and clients are let in as the simulator says, but for the status of a missing token', async () => {
  const { complaints, outcomes } = await runGuardTrials(provider, translate, [...GUARD_TRIALS, tokenTrial(403)]);

  expect(complaints).toEqual([]);
  for (const { title, expected, seen } of outcomes) expect({ title, seen }).toEqual({ title, seen: expected });
});

test.each(Object.keys(GUARD_SABOTAGES))('a translation that %s is found', async (what) => {
  const { outcomes } = await runGuardTrials(provider, translate, [...GUARD_TRIALS, tokenTrial(403)], GUARD_SABOTAGES[what]);

  expect(outcomes.filter(({ expected, seen }) => JSON.stringify(expected) !== JSON.stringify(seen))).not.toEqual([]);
});

test('a cookie keeps a client at its pod', async () => {
  const { complaints, first, again, strangers } = await runStickiness(provider, translate);

  expect(complaints).toEqual([]);
  expect(first.cookie).toMatch(/^shop-session="[^"]+"; Path=\/; HttpOnly$/);
  expect(new Set(again.map(({ pods }) => pods))).toEqual(new Set([first.pods]));
  expect(again.every(({ cookie }) => cookie === undefined)).toBe(true);
  expect(new Set(strangers.map(({ pods }) => pods)).size).toBeGreaterThan(1);
});
