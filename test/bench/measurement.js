/**
 * One process is one measurement: builds a program, synthesizes it, prints one line of JSON.
 * Used by handwritten.js and library.js when they are run, by equal.test.ts for `templatesOf`.
 */
'use strict';
const { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');
const { parseArgs } = require('util');

// the same seconds in every program would hide the difference
process.env.CDK_VALIDATION = 'false';

/** CPU time of this process so far, user and system, in ms. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Paths of all templates of a cloud assembly, those of nested stacks included. */
function templatesOf(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(directory, file))
    .sort();
}

/** How many resources and bytes all templates hold together, and the largest of them. */
function sizeOf(directory) {
  const sizes = templatesOf(directory).map((file) => ({
    bytes: statSync(file).size,
    resources: Object.keys(JSON.parse(readFileSync(file, 'utf8')).Resources ?? {}).length,
  }));
  const total = (key) => sizes.reduce((sum, size) => sum + size[key], 0);
  const largest = (key) => Math.max(...sizes.map((size) => size[key]));
  return {
    templates: sizes.length, resources: total('resources'), bytes: total('bytes'),
    largestResources: largest('resources'), largestBytes: largest('bytes'),
  };
}

/** The command line of a measurement: `<count> [--keep <directory>] [--package <directory>] [--variant <name>] [--mesh <name>]`. */
function command() {
  const options = { keep: { type: 'string' }, package: { type: 'string' }, variant: { type: 'string' }, mesh: { type: 'string' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  return { ...values, count: Number(positionals[0]) };
}

/** Runs `build({ count, outdir, ... })`, which returns an App, and prints what it cost. `--keep` leaves the cloud assembly for a look. */
function measure(build) {
  const imported = cpuMs();
  const options = command();
  const outdir = options.keep ?? mkdtempSync(join(tmpdir(), 'mesh-bench-'));
  const app = build({ ...options, outdir });
  const constructed = cpuMs();
  app.synth();
  const total = cpuMs();
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const stages = { importMs: imported, constructMs: constructed - imported, synthMs: total - constructed };
  console.log(JSON.stringify({ cpuMs: total, ...stages, peakMiB, ...sizeOf(outdir) }));
  if (options.keep === undefined) rmSync(outdir, { recursive: true, force: true });
}

module.exports = { command, measure, sizeOf, templatesOf };
