/** Envoy Gateway's own translation, in a real Envoy, answers as the simulator does; and the campaign finds each wrong translation that it is shown. */
import { translateWithEgctl } from './egctl';
import { lowered, provider } from './programs';
import { runTranslatedCampaign } from '../translated/campaign';
import { sayableProgram } from '../translated/programs';
import { SABOTAGES } from '../translated/sabotages';

/** The same for both, so that whatever the sabotaged campaigns find is the sabotage. */
const CAMPAIGN = { provider, translate: translateWithEgctl, stage: 'gateway' as const, seed: 2026, models: 220, requests: 18_000 };

test('simulator and Envoy Gateway agree on more than 200 programs and 20,000 requests', async () => {
  const { models, requests, splits, meaningless, endings, complaints, differences } = await runTranslatedCampaign(CAMPAIGN);

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(200);
  expect(requests).toBeGreaterThanOrEqual(20_000);
  expect(splits).toBeGreaterThanOrEqual(90);
  expect(meaningless).toBeLessThan(requests / 50);
  expect(Object.keys(endings).sort()).toEqual(['no-route', 'redirect', 'respond', 'version']);
  expect(endings.version).toBeGreaterThan(requests / 3);
});

/** Programs whose gateway, shared by four, has tables that only proxies that sort can hold. */
const CROWDED = [1, 7, 9, 10, 15, 17, 19, 27, 28, 30, 40, 42, 47, 56, 58, 59];

test('they agree where four programs share a gateway, whose proxies have to sort long tables', async () => {
  const { models, requests, complaints, differences } = await runTranslatedCampaign({ ...CAMPAIGN, crowd: 4, models: CROWDED.length, numbers: CROWDED, requests: 3200 });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBe(CROWDED.length);
  expect(requests).toBeGreaterThanOrEqual(3000);
  expect(CROWDED.filter(hasSortingGateway)).toEqual(CROWDED);
});

function hasSortingGateway(number: number): boolean {
  const { programs } = lowered([{ title: 'crowded', model: sayableProgram(provider, CAMPAIGN.seed, number, 4)!.model }]);
  return programs[0]!.objects.some(({ kind, spec }) => kind === 'EnvoyProxy' && (spec as { readonly preserveRouteOrder?: boolean }).preserveRouteOrder !== true);
}

test.each(Object.entries(SABOTAGES))('the campaign finds a translation that %s', async (_what, sabotage) => {
  const { differences } = await runTranslatedCampaign({ ...CAMPAIGN, sabotage, maxDifferences: 1, batch: 15 });

  expect(differences.length).toBeGreaterThan(0);
});
