/** From measurements to Markdown: ratios first, absolute numbers as a hint, goals with their verdict. */
'use strict';
const { exponentOf } = require('./rounds');

/** `results` as run.js makes them. Everything is the minimum of the rounds unless a heading says median. */
function render(results) {
  return [
    '### Library / hand-written', '', ...ratioTable(results, 'plain'), '',
    '### Library / tuned hand-written', '', ...ratioTable(results, 'tuned'), '',
    '### Goals', '', ...goalTable(results), '',
    '### Absolute numbers of this run', '', ...absoluteTable(results), '',
    `Node ${results.node}; ${results.rounds} interleaved rounds (eight times as many below 100 services, one past 1,000), minimum of each number; in parentheses the ratio of medians.`,
  ].join('\n');
}

function ratioTable({ programs }, baseline) {
  const rows = programs.map(({ count, library, [baseline]: other }) => {
    const cpu = `${ratio(library.cpuMs.min, other.cpuMs.min)} (${ratio(library.cpuMs.median, other.cpuMs.median)})`;
    const peak = `${ratio(library.peakMiB.min, other.peakMiB.min)} (${ratio(library.peakMiB.median, other.peakMiB.median)})`;
    const sizes = ['resources', 'bytes'].map((key) => ratio(library[key].min, other[key].min));
    return [grouped(count), cpu, peak, ...sizes];
  });
  return table(['services', 'CPU time', 'peak memory', 'CloudFormation resources', 'template bytes'], rows);
}

function absoluteTable({ programs }) {
  const rows = programs.flatMap(({ count, ...byProgram }) => ['plain', 'tuned', 'library'].map((name) => {
    const numbers = byProgram[name];
    const whole = (key) => grouped(Math.round(numbers[key].min));
    return [grouped(count), TITLES[name], ...['cpuMs', 'constructMs', 'synthMs', 'peakMiB', 'resources', 'templates', 'bytes', 'largestBytes'].map(whole)];
  }));
  return table(['services', 'program', 'CPU ms', 'construct', 'synth', 'peak MiB', 'resources', 'templates', 'bytes', 'largest template'], rows);
}

const TITLES = { plain: 'hand-written', tuned: 'tuned', library: 'library' };

function goalTable({ programs, imports }) {
  const at = (count) => programs.find((program) => program.count === count);
  const cpuGoal = (count, limit) => at(count) && goal(`CPU time, ${grouped(count)} services`, at(count).library.cpuMs.min / at(count).plain.cpuMs.min, limit);
  const worstPeak = Math.max(...programs.map(({ library, plain }) => library.peakMiB.min / plain.peakMiB.min));
  return table(['goal', 'at most', 'measured', ''], [
    cpuGoal(10, 1.05),
    cpuGoal(1000, 0.4),
    growthGoal(programs),
    goal('peak memory, worst of all sizes', worstPeak, 1),
    goal('import of the package / import of what it needs', imports.library.ms.min / imports.parts.ms.min, 1.15),
  ].filter((row) => row !== undefined));
}

/** Growth between 100 services and the largest count; what is paid once (import, cluster) is taken off, or it would hide a square. */
function growthGoal(programs) {
  const [smallest, from, to] = [programs[0], programs.find(({ count }) => count >= 100), programs.at(-1)];
  if (from === undefined || from === to || from === smallest) return undefined;
  const once = smallest.library.cpuMs.min;
  const point = ({ count, library }) => ({ count: count - smallest.count, value: library.cpuMs.min - once });
  return goal(`exponent of growth, ${grouped(from.count)} to ${grouped(to.count)} services, without what is paid once`, exponentOf(point(from), point(to)), 1.1);
}

function goal(title, value, limit) {
  return [title, limit.toFixed(2), value.toFixed(2), value <= limit ? 'holds' : '**missed**'];
}

function ratio(ours, theirs) {
  return `${(ours / theirs).toFixed(2)}x`;
}

/** 12345 as `12,345`. */
function grouped(value) {
  return value.toLocaleString('en-US');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

module.exports = { render };
