/** The same programs with every table of services in VirtualServices, with faults, answers and exact events: translated by Istio, a real Envoy answers as the simulator does. */
import { istioTranslatorFor } from './translate';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { istioProvider } from '../../../lib/providers/istio';
import type { Capability, Provider } from '../../../lib/providers/provider';
import { runTranslatedCampaign } from '../translated/campaign';

const SEED = 77;
const NEVER = { delay: { ms: 1, percent: 0 } } as const;

/** A fault that never happens moves each table into a VirtualService; what comes through a gateway meets none, so gateways are left out. */
function listed(model: TrafficModel): TrafficModel {
  const own = ({ routes, ...service }: Service): Service => ({
    ...service, routes: routes.map((route) => route.match.kind === 'tcp' || route.action.kind !== 'forward' ? route : { ...route, filters: { fault: NEVER, ...route.filters } }),
  });
  return { ...model, gateways: [], services: model.services.map((service) => service.kind === 'external' ? service : own(service)) };
}

const istio = istioProvider();
const native: Capability = { kind: 'native' };
const provider: Provider = {
  ...istio,
  // so that the campaign leaves them in
  capabilities: {
    ...istio.capabilities, 'gateway.fault': native, 'gateway.respond': native,
    'gateway.retry.on.internal': native, 'gateway.retry.on.deadline-exceeded': native, 'gateway.retry.on.resource-exhausted': native,
  },
  validate: (model) => istio.validate(listed(model)),
  lower: (model, context) => istio.lower(listed(model), context),
};

test('simulator and Istio agree on services whose tables are VirtualServices', async () => {
  const { models, requests, splits, endings, complaints, differences } = await runTranslatedCampaign({
    provider, translate: istioTranslatorFor('service'), stage: 'service', seed: SEED, models: 40, requests: 3000, batch: 10,
  });

  expect(differences).toEqual([]);
  expect(complaints).toEqual([]);
  expect(models).toBeGreaterThanOrEqual(30);
  expect(requests).toBeGreaterThanOrEqual(3000);
  expect(splits).toBeGreaterThanOrEqual(20);
  expect(Object.keys(endings).sort()).toEqual(['blocked', 'no-route', 'redirect', 'respond', 'version']);
});
