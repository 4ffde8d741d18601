/** Whatever two models treat differently is covered by a line, and every line's witness is treated differently. */
import * as fc from 'fast-check';
import { mutate } from './mutations';
import { diffModels, type TrafficChange, type TrafficDiff } from '../../lib/diff';
import { signatureOf } from '../../lib/diff/signature';
import type { MeshSettings, TrafficModel } from '../../lib/model/traffic-model';
import { validateModel } from '../../lib/model/validate';
import { Simulator, type Decision, type RequestInput } from '../../lib/simulator';
import { EDGE_ONLY } from '../model-builders';
import { drawn } from '../simulator/arbitraries/draw';
import { trafficModels } from '../simulator/arbitraries/models';
import { questions, type Question } from '../simulator/arbitraries/requests';

/** Longer, and from another start: MESH_RUNS=2000 MESH_SEED=3 npx jest test/diff */
const SEED = { seed: Number(process.env.MESH_SEED ?? 7), numRuns: Number(process.env.MESH_RUNS ?? 30), endOnFailure: true };

/** Requests asked of each of the two models. */
const QUESTIONS = 40;

interface Comparison {
  readonly before: TrafficModel;
  readonly after: TrafficModel;
  readonly asked: readonly Question[];
}

// a change that the rules refuse counts as none: filtering would ask the same choices again
const comparisons = trafficModels().chain((before) => drawn((draw) => mutate(draw, before))
  .map((after) => validateModel(after).some(({ severity }) => severity === 'error') ? before : after)
  // an array of drawn questions would hold one of them many times: they are sampled instead
  .chain((after) => fc.integer({ min: 1, max: 1_000_000 }).map((seed): Comparison => ({
    before, after, asked: [before, after].flatMap((model) => fc.sample(questions(model), { numRuns: QUESTIONS, seed })),
  }))));

function decide(simulator: Simulator, { at, id, input }: Pick<Question, 'at' | 'id'> & { readonly input: RequestInput }): Decision {
  return simulator.decide(at === 'gateway' ? simulator.gatewayEntry(id) : simulator.serviceEntry(id), input);
}

/** Whether a line speaks of the routes that took the request, or of its call. */
function isCovered({ changes, unproven }: TrafficDiff, question: Question, before: Decision, after: Decision): boolean {
  const services = (decision: Decision) => new Map(decision.branches.flatMap(({ ending, service, serviceRoute }) => {
    const called = service ?? (ending.kind === 'unrouted' || ending.kind === 'no-pods' ? ending.service : undefined);
    return called === undefined ? [] : [[called.id, serviceRoute?.name] as const];
  }));
  const [old, now] = [services(before), services(after)];
  const speaks = ({ kind, owners, routes, requests }: TrafficChange): boolean => {
    const names = (was: string | undefined, is: string | undefined) => routes.some((route) => route.before === was && route.after === is);
    switch (kind) {
      case 'gateway': return owners.includes(question.id) && names(before.gatewayRoute?.name, after.gatewayRoute?.name);
      case 'service': return old.has(owners[0]!) && now.has(owners[0]!) && names(old.get(owners[0]!), now.get(owners[0]!));
      case 'call': return owners.includes(question.id) && (requests.includes(old.size + now.size === 0 ? 'outside' : 'to '));
    }
  };
  const owners = new Set([question.id, ...old.keys(), ...now.keys()]);
  return changes.some(speaks) || unproven.some(({ owner }) => owners.has(owner));
}

/** The same on meshes that do less between services: before, after, or on both sides. */
const onLess = fc.tuple(comparisons, fc.constantFrom([0, 1], [1, 0], [1, 1], [2, 1], [0, 2])).map(([{ before, after, asked }, [old, now]]): Comparison => {
  const on = (model: TrafficModel, at: number): TrafficModel => ({ ...model, mesh: { ...model.mesh, ...LESS[at] } });
  return { before: on(before, old!), after: on(after, now!), asked };
});

const LESS: readonly Partial<MeshSettings>[] = [{}, EDGE_ONLY, { serviceToService: { routes: 'applied', undeclaredCalls: 'allowed' } }];

test.each([['a mesh that does all', comparisons], ['meshes that do less between services', onLess]] as const)('a request that is treated differently on %s is covered by a line', (_, wanted) => {
  let [different, lines, open] = [0, 0, 0];
  fc.assert(fc.property(wanted, ({ before, after, asked }) => {
    const diff = diffModels(before, after);
    const [old, now] = [new Simulator(before), new Simulator(after)];
    lines += diff.changes.length;
    open += diff.unproven.length;
    for (const question of asked) {
      const [was, is] = [decide(old, question), decide(now, question)];
      if (signatureOf(was) === signatureOf(is)) continue;
      different += 1;
      if (!isCovered(diff, question, was, is)) {
        throw new Error(`not covered: ${JSON.stringify(question)}\n${was.gatewayRoute?.name} ${is.gatewayRoute?.name}\n${signatureOf(was)}\n---\n${signatureOf(is)}\n${JSON.stringify(diff, undefined, 1)}`);
      }
    }
  }), SEED);

  expect(different).toBeGreaterThan(SEED.numRuns);
  // most of what differs is shown, not shrugged off
  expect(open).toBeLessThan(lines / 5);
});

test('a diff that says nothing is found out', () => {
  const silent: TrafficDiff = { changes: [], unproven: [] };
  const found = fc.check(fc.property(comparisons, ({ before, after, asked }) => {
    const [old, now] = [new Simulator(before), new Simulator(after)];
    return asked.every((question) => {
      const [was, is] = [decide(old, question), decide(now, question)];
      return signatureOf(was) === signatureOf(is) || isCovered(silent, question, was, is);
    });
  }), SEED);

  expect(found.failed).toBe(true);
});

test.each([['a mesh that does all', comparisons], ['meshes that do less between services', onLess]] as const)('on %s the witness of every line is treated differently, as the line says', (_, wanted) => {
  fc.assert(fc.property(wanted, ({ before, after }) => {
    const [old, now] = [new Simulator(before), new Simulator(after)];
    for (const { kind, witness, routes } of diffModels(before, after).changes) {
      const at = witness.entry.startsWith('gateway ') ? 'gateway' : 'service';
      const id = witness.entry.split(' ').pop()!;
      const [was, is] = [old, now].map((simulator) => decide(simulator, { at, id, input: witness.request }));
      expect(signatureOf(was!)).not.toBe(signatureOf(is!));
      expect(witness.before).not.toBe(witness.after);
      if (kind === 'gateway') expect(routes).toContainEqual(JSON.parse(JSON.stringify({ before: was!.gatewayRoute?.name, after: is!.gatewayRoute?.name })));
    }
  }), SEED);
});

test('equal models have no difference, and nothing is left open', () => {
  fc.assert(fc.property(trafficModels(), (model) => {
    expect(diffModels(model, JSON.parse(JSON.stringify(model)) as TrafficModel)).toEqual({ changes: [], unproven: [] });
  }), SEED);
});
