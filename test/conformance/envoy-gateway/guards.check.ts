/** What routes ask before they act, translated by Envoy Gateway and asked of a real Envoy. */
import { translateWithEgctl } from './egctl';
import { provider } from './programs';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { runTranslatedCampaign } from '../translated/campaign';
import { runGuardTrials, runStickiness } from '../translated/guard-ground';
import { GUARD_TRIALS, RATE_TRIAL, together, tokenTrial } from '../translated/guards';
import { GUARD_SABOTAGES } from '../translated/sabotages';

test('scripts, tokens, clients and rates are let in as the simulator says', async () => {
  const { complaints, outcomes } = await runGuardTrials(provider, translateWithEgctl, [...GUARD_TRIALS, tokenTrial(401), together(), RATE_TRIAL]);

  expect(complaints).toEqual([]);
  for (const { title, expected, seen } of outcomes) expect({ title, seen }).toEqual({ title, seen: expected });
});

test.each(Object.keys(GUARD_SABOTAGES))('a translation that %s is found', async (what) => {
  const { outcomes } = await runGuardTrials(provider, translateWithEgctl, [...GUARD_TRIALS, tokenTrial(401)], GUARD_SABOTAGES[what]);

  expect(outcomes.filter(({ expected, seen }) => JSON.stringify(expected) !== JSON.stringify(seen))).not.toEqual([]);
});

test('a cookie keeps a client at its pod', async () => {
  const { complaints, first, again, strangers } = await runStickiness(provider, translateWithEgctl);

  expect(complaints).toEqual([]);
  expect(first.cookie).toMatch(/^shop-session="[^"]+"; Path=\/; HttpOnly$/);
  expect(new Set(again.map(({ pods }) => pods))).toEqual(new Set([first.pods]));
  expect(again.every(({ cookie }) => cookie === undefined)).toBe(true);
  expect(new Set(strangers.map(({ pods }) => pods)).size).toBeGreaterThan(1);
});

/** Every second route lets in some network, and every second of those not that of this machine. */
function guarded(program: TrafficModel): TrafficModel {
  return {
    ...program, gateways: program.gateways.map((gateway) => ({
      ...gateway, routes: gateway.routes.map((route, at) => at % 2 === 0 ? route : { ...route, guards: { clients: [at % 4 === 1 ? '10.0.0.0/8' : '127.0.0.0/8'] } }),
    })),
  };
}

test('what a route asks goes with all that becomes of the route', async () => {
  const { models, requests, endings, complaints, differences } = await runTranslatedCampaign({
    provider, translate: translateWithEgctl, stage: 'gateway', seed: 5, models: 30, requests: 2500, change: guarded, client: '127.0.0.1', crowd: 2,
  });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(20);
  expect(requests).toBeGreaterThanOrEqual(1500);
  expect(endings.refused).toBeGreaterThanOrEqual(100);
});
