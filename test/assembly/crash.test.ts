/** What reading accepts may be nonsense, but no code behind it breaks on it: it is found, or it is answered. */
import { FULL } from './full-model';
import { changed, placeOf, waysInto, type Json, type Step } from './json-ways';
import { modelFrom } from '../../lib/assembly/model-shape';
import { ShapeError } from '../../lib/assembly/shape';
import { renderDiagnostic } from '../../lib/diagnostics/render';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { validateModel } from '../../lib/model/validate';
import { checkCapabilities } from '../../lib/providers/check';
import { PROVIDERS } from '../../lib/providers/registry';
import { decisionJson, describeDecision, describeExplanation, SimulationError, Simulator } from '../../lib/simulator';

const whole = JSON.parse(JSON.stringify(FULL)) as Json;

/** Values that the shape allows in many places, and that mean nothing there. */
const NONSENSE: readonly Json[] = ['', 'zz', '(', '/', -1, 0, 70000, [], {}, true];

function read(json: Json): TrafficModel | undefined {
  try {
    return modelFrom(json);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

/** Asks everything that the command line asks. Returns whether the model could be asked where requests go. */
function ask(model: TrafficModel): boolean {
  for (const provider of PROVIDERS) [...checkCapabilities(model, provider, PROVIDERS), ...provider.validate(model)].map(renderDiagnostic);
  if (validateModel(model).some(({ severity }) => severity === 'error')) return false;
  const simulator = new Simulator(model);
  for (const gateway of model.gateways) {
    const explanation = simulator.explain({ kind: 'gateway', gateway }, { path: '/a', host: 'api.example.com', port: gateway.listeners[0]!.port });
    describeExplanation(explanation);
    describeDecision(explanation.decision);
    JSON.stringify(decisionJson(explanation.decision));
  }
  return true;
}

test('code behind the reading breaks on no model that is read', () => {
  const broken: string[] = [];
  let asked = 0;
  const attempt = (way: readonly Step[], value: Json | undefined) => {
    const model = read(changed(whole, way, value));
    if (model === undefined) return;
    try {
      if (ask(model)) asked += 1;
    } catch (error) {
      if (!(error instanceof SimulationError)) broken.push(`${placeOf(way)} = ${JSON.stringify(value)}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`);
    }
  };
  // each place without its value, and with some of the others in turn
  waysInto(whole).slice(1).forEach((way, at) => [undefined, ...NONSENSE.filter((_, index) => (at + index) % 3 === 0)].forEach((value) => attempt(way, value)));

  expect(asked).toBeGreaterThan(200);
  expect(broken).toEqual([]);
});
