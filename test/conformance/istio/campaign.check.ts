/** Istio's own translation, in a real Envoy, answers as the simulator does, at gateways and beside calling pods; and the campaign finds wrong translations. */
import { istioTranslatorFor } from './translate';
import { istioProvider } from '../../../lib/providers/istio';
import { runTranslatedCampaign } from '../translated/campaign';
import { SABOTAGES } from '../translated/sabotages';

/** The translator's time grows faster than a batch. */
const CAMPAIGN = { provider: istioProvider(), seed: 2026, models: 260, batch: 10 };

test.each([
  ['gateway', 18_500, ['no-route', 'redirect', 'version']],
  ['service', 11_400, ['blocked', 'no-route', 'redirect', 'version']],
] as const)('simulator and Istio agree on more than 200 programs and 20,000 requests: %s', async (stage, asked, kinds) => {
  const { models, requests, splits, meaningless, endings, complaints, differences } = await runTranslatedCampaign({
    ...CAMPAIGN, translate: istioTranslatorFor(stage), stage, requests: asked,
  });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(200);
  expect(requests).toBeGreaterThanOrEqual(20_000);
  expect(splits).toBeGreaterThanOrEqual(50);
  expect(meaningless).toBeLessThan(requests / 5);
  expect(Object.keys(endings)).toEqual(expect.arrayContaining([...kinds]));
});

test.each([
  ['gateway', 'asks routes in the opposite order'],
  ['gateway', 'takes a prefix as raw text'],
  ['gateway', 'does not look at headers'],
  ['gateway', 'does not rewrite hosts'],
  ['gateway', 'sends redirects to the wrong host'],
  ['service', 'gives shares to the wrong versions'],
  ['service', 'leaves out a hundredth of a share'],
  ['service', 'does not look at query parameters'],
  ['service', 'forgets the limit of a request'],
] as const)('the campaign finds a translation for a %s that %s', async (stage, what) => {
  const { differences } = await runTranslatedCampaign({
    ...CAMPAIGN, translate: istioTranslatorFor(stage), stage, requests: 18_500, sabotage: SABOTAGES[what]!, maxDifferences: 1,
  });

  expect(differences.length).toBeGreaterThan(0);
});
