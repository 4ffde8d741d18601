/** Simulator and a real Envoy agree on generated programs and requests; and the campaign finds each wrong lowering that it is shown. */
import { runCampaign } from './campaign-run';
import { SABOTAGES } from './sabotages';

/** The same for both, so that whatever the sabotaged campaigns find is the sabotage. */
const CAMPAIGN = { seed: 2026, models: 60, requests: 6000 };

test('simulator and Envoy agree on 60 programs and more than 6,000 requests', async () => {
  const { models, requests, splits, meaningless, endings, differences } = await runCampaign(CAMPAIGN);

  expect(differences).toEqual([]);
  expect(models).toBe(60);
  expect(requests).toBeGreaterThanOrEqual(6000);
  expect(splits).toBeGreaterThanOrEqual(20);
  expect(meaningless).toBeLessThan(requests / 100);
  // every ending is among them, and pods have served a good part
  expect(Object.keys(endings)).toEqual(['blocked', 'no-route', 'outside', 'redirect', 'respond', 'version']);
  expect(endings.version).toBeGreaterThan(requests / 4);
});

test.each(Object.entries(SABOTAGES))('the campaign finds a lowering that %s', async (_what, sabotage) => {
  const { differences } = await runCampaign({ ...CAMPAIGN, sabotage, maxDifferences: 1, batch: 6 });

  expect(differences.length).toBeGreaterThan(0);
});
