/** What routes ask before they act, translated by Envoy Gateway and asked of a real Envoy. */
import { translateWithEgctl } from './egctl';
import { provider } from './programs';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { runTranslatedCampaign } from '../translated/campaign';
import { checkGuards } from '../translated/guard-checks';
import { GUARD_TRIALS, RATE_TRIAL, together, tokenTrial } from '../translated/guards';

checkGuards({
  provider, translate: translateWithEgctl, trials: [...GUARD_TRIALS, tokenTrial(401), together(), RATE_TRIAL], sabotaged: [...GUARD_TRIALS, tokenTrial(401)],
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
