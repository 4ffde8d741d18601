/** Envoy Gateway's own translation, in a real Envoy, answers as the simulator does; and the campaign finds each wrong translation that it is shown. */
import { translateWithEgctl } from './egctl';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { runTranslatedCampaign } from '../translated/campaign';

const provider = envoyGatewayProvider({ serviceToService: 'edge-only' });
const CAMPAIGN = { provider, translate: translateWithEgctl, stage: 'gateway' as const, seed: 2026 };

test('simulator and Envoy Gateway agree on more than 200 programs and 20,000 requests', async () => {
  const { models, requests, splits, meaningless, endings, complaints, differences } = await runTranslatedCampaign({ ...CAMPAIGN, models: 220, requests: 18_000 });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(200);
  expect(requests).toBeGreaterThanOrEqual(20_000);
  expect(splits).toBeGreaterThanOrEqual(100);
  expect(meaningless).toBeLessThan(requests / 10);
  expect(Object.keys(endings).sort()).toEqual(['no-route', 'redirect', 'respond', 'version']);
});
