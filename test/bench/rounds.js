/**
 * Runs commands in turn (A B A B ...), so that whatever else the machine does falls on all of them alike.
 * Out: minimum and median of every number that they print.
 */
'use strict';
const { spawnSync } = require('child_process');

/** Measures every command `rounds` times. `commands` is name -> arguments of node; returns name -> number -> { min, median }. */
function interleave(commands, rounds) {
  const samples = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) samples[name].push(run(command));
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, summaryOf(list)]));
}

function run(command) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`node ${command.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function summaryOf(samples) {
  return Object.fromEntries(Object.keys(samples[0]).map((key) => {
    const values = samples.map((sample) => sample[key]).sort((a, b) => a - b);
    return [key, { min: values[0], median: medianOf(values) }];
  }));
}

function medianOf(sorted) {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Exponent of growth between two points: 1 is linear, 2 is quadratic. */
function exponentOf(from, to) {
  return Math.log(to.value / from.value) / Math.log(to.count / from.count);
}

module.exports = { exponentOf, interleave };
