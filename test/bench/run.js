/**
 * Measures synthesis with the library beside the same program written by hand.
 * Run: npm run bench -- [--mesh app-mesh|istio|envoy-gateway] [--count 10,100,500,1000] [--rounds 3] [--write] [--package <directory of a compiled library>]
 *      [--json <file>]
 * Prints a table; `--write` also puts it into README.md beside this file.
 */
'use strict';
const { execFileSync } = require('child_process');
const { existsSync, readdirSync, readFileSync, statSync, writeFileSync } = require('fs');
const { join, resolve } = require('path');
const { parseArgs } = require('util');
const { interleave } = require('./rounds');
const { render } = require('./table');

const ROOT = join(__dirname, '../..');
const README = join(__dirname, 'README.md');

/** Where the tables of a mesh stand. */
function markersOf(mesh) {
  const name = mesh === 'app-mesh' ? '' : ` ${mesh}`;
  return [`<!-- measured${name}: begin -->`, `<!-- measured${name}: end -->`];
}

const OPTIONS = {
  mesh: { type: 'string', default: 'app-mesh' },
  count: { type: 'string', default: '10,100,500,1000' },
  rounds: { type: 'string', default: '3' },
  write: { type: 'boolean', default: false },
  package: { type: 'string', default: join(ROOT, 'dist-lib') },
  json: { type: 'string' },
};

function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.package === OPTIONS.package.default) compileIfStale();
  const counts = values.count.split(',').map(Number);
  const rounds = Number(values.rounds);
  const results = measureAll(counts, rounds, resolve(values.package), values.mesh);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, undefined, 2));
  const text = render(results);
  console.log(text);
  if (values.write) writeReadme(text, markersOf(values.mesh));
}

function measureAll(counts, rounds, library, mesh) {
  const imports = interleave({
    parts: [join(__dirname, 'imports.js'), 'parts'],
    library: [join(__dirname, 'imports.js'), 'library', '--package', library],
  }, Math.max(rounds, 7));
  const programs = counts.map((count) => {
    const times = roundsFor(count, rounds);
    console.error(`measuring ${count} services, ${times} rounds`);
    return { count, ...interleave(commandsFor(count, library, mesh), times) };
  });
  return { rounds, node: process.version, imports, programs };
}

/** Past 1,000 services a run is long enough to be its own average; below 100 it is mostly the start of a process, whose noise settles in many. */
function roundsFor(count, rounds) {
  if (count > 1000) return 1;
  return count < 100 ? rounds * 8 : rounds;
}

function commandsFor(count, library, mesh) {
  const handwritten = join(__dirname, 'handwritten.js');
  return {
    plain: [handwritten, String(count), '--variant', 'plain', '--mesh', mesh],
    library: [join(__dirname, 'library.js'), String(count), '--mesh', mesh, '--package', library],
    tuned: [handwritten, String(count), '--variant', 'tuned', '--mesh', mesh],
  };
}

/** Compiles when a source is newer than the compiled library, so that a table never shows yesterday's library. */
function compileIfStale() {
  const compiled = join(ROOT, 'dist-lib/index.js');
  const sources = readdirSync(join(ROOT, 'lib'), { recursive: true }).filter((file) => file.endsWith('.ts'));
  const newest = Math.max(...sources.map((file) => statSync(join(ROOT, 'lib', file)).mtimeMs));
  if (existsSync(compiled) && statSync(compiled).mtimeMs > newest) return;
  console.error('compiling the library');
  execFileSync('npx', ['projen', 'compile'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

function writeReadme(text, [BEGIN, END]) {
  const readme = readFileSync(README, 'utf8');
  const [before, after] = [readme.split(BEGIN)[0], readme.split(END)[1]];
  if (after === undefined) throw new Error(`${README} has no ${BEGIN} ... ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n${text}\n${END}${after}`);
}

main();
