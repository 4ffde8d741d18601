/** What `simulate` and `explain` print. */
import { describeOutcome, isServed, titleOf } from './decision-text';
import { colorsOf, EXIT, type Colors, type Io } from './io';
import { readQuestion } from './question';
import type { QuestionOptions } from './question-options';
import type { Decision } from '../simulator/decision';
import { describeExplanation, type Explanation, type TraceStep } from '../simulator/explain';
import { decisionJson } from '../simulator/words';

/** Prints where a request goes. */
export function simulate(words: readonly string[], options: QuestionOptions, io: Io): void {
  const { loaded, simulator, entry, input } = readQuestion(words, options, io);
  const decision = simulator.decide(entry, input);
  if (options.json === true) return print([json({ mesh: loaded.name, ...decisionJson(decision) })], decision, io);
  const colors = colorsOf(io);
  print([colors.bold(titleOf(decision, input)), '', ...describeOutcome(decision, colors), ...hint(decision)], decision, io);
}

/** Prints where a request goes, and every step that led there. */
export function explain(words: readonly string[], options: QuestionOptions, io: Io): void {
  const { loaded, simulator, entry, input } = readQuestion(words, options, io);
  const explanation = simulator.explain(entry, input);
  const { decision, steps } = explanation;
  if (options.json === true) return print([json({ mesh: loaded.name, ...decisionJson(decision), steps: steps.map(stepJson) })], decision, io);
  const colors = colorsOf(io);
  print([colors.bold(titleOf(decision, input)), '', ...traceOf(explanation, colors), '', ...describeOutcome(decision, colors)], decision, io);
}

function print(lines: readonly string[], decision: Decision, io: Io): void {
  io.stdout(`${lines.join('\n')}\n`);
  if (!isServed(decision)) io.endWith(EXIT.NO);
}

/** The steps alone: title and end are printed beside them. */
function traceOf(explanation: Explanation, { dim, green }: Colors): readonly string[] {
  const lines = describeExplanation(explanation).slice(1, -1);
  return lines.map((line, at) => {
    switch (explanation.steps[at]!.verdict) {
      case 'won': return green(line);
      case 'failed': return dim(line);
      case 'note': return line;
    }
  });
}

function hint(decision: Decision): readonly string[] {
  return isServed(decision) ? [] : ['', '  cdk-eks-mesh explain, with the same words, says why'];
}

function stepJson({ route, ...step }: TraceStep): object {
  if (route === undefined) return step;
  const { name, origin: { path, type }, property } = route;
  return { ...step, route: { name, path, type, property } };
}

function json(value: object): string {
  return JSON.stringify(value, undefined, 2);
}
