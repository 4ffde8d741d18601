/** Istio's own translation, in a real Envoy, answers as the simulator does, at gateways and beside calling pods; and the campaign finds wrong translations. */
import { istioTranslatorFor } from './translate';
import { istioProvider } from '../../../lib/providers/istio';
import { runTranslatedCampaign } from '../translated/campaign';

const SEED = 2026;

test.each([
  ['gateway', 360, 26_000, ['no-route', 'redirect', 'version']],
  ['service', 360, 26_000, ['blocked', 'no-route', 'redirect', 'version']],
] as const)('simulator and Istio agree on more than 200 programs and 20,000 requests: %s', async (stage, drawn, asked, kinds) => {
  const { models, requests, splits, meaningless, endings, complaints, differences } = await runTranslatedCampaign({
    provider: istioProvider(), translate: istioTranslatorFor(stage), stage, seed: SEED, models: drawn, requests: asked, batch: 30,
  });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(200);
  expect(requests).toBeGreaterThanOrEqual(20_000);
  expect(splits).toBeGreaterThanOrEqual(50);
  expect(meaningless).toBeLessThan(requests / 5);
  expect(Object.keys(endings).sort()).toEqual(kinds);
});
