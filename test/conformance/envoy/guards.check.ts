/** What routes ask before they act: a real Envoy with the lowered configuration answers as the simulator says. */
import { ProvingGround } from './proving-ground';
import { askGuards, GUARD_TRIALS, RATE_TRIAL, together, UNCHECKED_TOKENS, type GuardTrial } from '../translated/guards';

test.each([...GUARD_TRIALS, UNCHECKED_TOKENS, together(), RATE_TRIAL].map((trial) => [trial.title, trial] as const))('%s', async (_, trial: GuardTrial) => {
  const ground = await ProvingGround.open([trial.model]);
  try {
    const [edge] = trial.model.gateways;
    const address = ground.programs[0]!.gatewayAddress(edge!, edge!.listeners[0]!);
    const { expected, seen } = await askGuards(trial, async ({ method = 'GET', path, headers = {}, client }) => ground.client.send({
      address, version: 'http1', method, target: path, host: 'shop.test', scheme: 'http', headers: client === undefined ? headers : { ...headers, 'x-forwarded-for': client },
    }));

    expect(seen).toEqual(expected);
  } finally {
    await ground.close();
  }
});
