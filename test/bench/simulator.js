/**
 * Measures decisions of the simulator beside a hand-written walk through the same table, and traffic diffs of growing programs.
 * Run: npm run bench:simulator [-- --write] [--package <directory of a compiled library>]
 * Prints a table; `--write` also puts it into README.md beside this file.
 */
'use strict';
const { readFileSync, writeFileSync } = require('fs');
const { join, resolve } = require('path');
const { parseArgs } = require('util');

const README = join(__dirname, 'README.md');
const [BEGIN, END] = ['<!-- simulator: begin -->', '<!-- simulator: end -->'];
const ROUTES = [10, 100, 1000, 10000];
const SERVICES = [10, 100, 300, 1000];

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false }, package: { type: 'string', default: join(__dirname, '../../dist-lib') } } });
const library = (name) => require(join(resolve(values.package), name));
const { Simulator } = library('simulator');
const { matchesMatch } = library('model/evaluate');
const { hostTables } = library('model/precedence');
const { diffModels } = library('diff');

const origin = { path: 'Shop/Mesh', type: 'Mesh' };
const match = (path, headers = []) => ({ kind: 'http', path, headers, query: [] });
const route = (name, more) => ({ name, origin, property: 'match', hosts: [], filters: {}, policy: {}, ...more });

/** A program of so many services, each with a canary and a pin, behind a gateway with a route to each; a fifth asks for a header, half of them rewrite. */
function program(count, percent = 5) {
  const everything = { kind: 'prefix', value: '/' };
  const services = Array.from({ length: count }, (_, at) => {
    const id = `shop/s${at}`;
    const to = (weights) => ({ kind: 'forward', destinations: Object.entries(weights).map(([version, weight]) => ({ service: id, version, weight })) });
    const pinned = [{ name: 'x-experiment', match: { kind: 'exact', value: 'b' }, inversion: 'none' }];
    return {
      id, name: `s${at}`, namespace: 'shop', origin, host: `s${at}.shop.svc.cluster.local`, kind: 'workload', identity: 'service', calls: [],
      ports: [{ port: 8080, targetPort: 8080, protocol: 'http' }],
      versions: ['v1', 'v2'].map((name) => ({ name, origin, resourceName: `s${at}-${name}`, pods: { kind: 'existing', labels: {} }, discovery: { kind: 'dns-endpoints' } })),
      routes: [route('pin', { match: match(everything, pinned), action: to({ v2: 1 }) }), route('split', { match: match(everything), action: to({ v1: 100 - percent, v2: percent }) })],
    };
  });
  const routes = services.map(({ id }, at) => route(`r${at}`, {
    match: match(at % 3 === 0 ? { kind: 'exact', value: `/api/s${at}/items` } : { kind: 'prefix', value: `/api/s${at}` },
      at % 5 === 0 ? [{ name: 'x-env', match: { kind: 'prefix', value: 'be' }, inversion: 'none' }] : []),
    action: { kind: 'forward', destinations: [{ service: id, weight: 100 }] },
    filters: at % 2 === 0 ? {} : { rewritePath: { kind: 'full', value: '/x' }, rewriteHost: { kind: 'service' } },
  }));
  const gateway = {
    id: 'shop/edge', name: 'edge', namespace: 'shop', origin, listeners: [{ port: 80, targetPort: 8080, protocol: 'http' }], routes,
    pods: { scale: { kind: 'fixed', replicas: 1 }, resources: {}, logLevel: 'info' }, exposure: { kind: 'cluster-only' },
  };
  return { format: 1, mesh: { name: 'shop', origin, egress: 'declared-only', quotas: {}, namespaces: [] }, services, gateways: [gateway] };
}

function requests(count) {
  return Array.from({ length: 1000 }, (_, at) => ({
    path: `/api/s${(at * 7919) % count}/items${at % 2 === 0 ? '' : '/4'}?q=${at}`, host: 'shop.example.com', headers: { 'x-env': at % 3 === 0 ? 'prod' : 'beta', 'user-agent': 'curl' },
  }));
}

/** CPU time of one call in nanoseconds: the best of some rounds, each of at least 200 ms: other work on the machine disturbs whole seconds. */
function nanoseconds(run, callsPerRun) {
  run();
  const rounds = Array.from({ length: 15 }, () => {
    const start = process.cpuUsage();
    let [calls, spent] = [0, 0];
    while (spent < 200_000) {
      run();
      calls += callsPerRun;
      const { user, system } = process.cpuUsage(start);
      spent = user + system;
    }
    return (spent * 1000) / calls;
  });
  return Math.min(...rounds);
}

function decisions(count) {
  const model = program(count);
  const simulator = new Simulator(model);
  const entry = simulator.gatewayEntry();
  const asked = requests(count);
  const read = asked.map((input) => simulator.decide(entry, input).request);
  const [{ routes }] = hostTables(model.gateways[0]);
  let found = 0;
  const indexed = nanoseconds(() => { for (const input of asked) found += simulator.decide(entry, input).branches.length; }, asked.length);
  // the walk finds the gateway's route alone: less than a decision, which is fair to it
  const walked = nanoseconds(() => { for (const request of read) found += routes.findIndex((one) => matchesMatch(one.match, request)); }, asked.length);
  if (found === 0) throw new Error('nothing was decided');
  return { count, indexed, walked };
}

function diffs(count) {
  const [before, after] = [program(count), program(count)];
  after.services[0] = program(1, 25).services[0];
  const { changes } = diffModels(before, after);
  if (changes.length !== 1) throw new Error(`one weight changed, the diff has ${changes.length} lines`);
  return { count, spent: nanoseconds(() => diffModels(before, after), 1) };
}

function render() {
  const rate = (ns) => Math.round(1e9 / ns / 1000) * 1000;
  const decided = ROUTES.map(decisions);
  const compared = SERVICES.map(diffs);
  return [
    '| routes of the gateway | decisions a second | decision / walk through the table |', '| --- | --- | --- |',
    ...decided.map(({ count, indexed, walked }) => `| ${count.toLocaleString('en')} | ${rate(indexed).toLocaleString('en')} | ${(indexed / walked).toFixed(2)}x |`),
    '',
    `Exponent of growth from 100 to 10,000 routes: ${(Math.log(decided[3].indexed / decided[1].indexed) / Math.log(100)).toFixed(2)} (a walk: ${(Math.log(decided[3].walked / decided[1].walked) / Math.log(100)).toFixed(2)}).`,
    '',
    '| services, of which one changes a weight | traffic diff in ms |', '| --- | --- |',
    ...compared.map(({ count, spent }) => `| ${count.toLocaleString('en')} | ${(spent / 1e6).toFixed(1)} |`),
    '',
    `Node ${process.version}; CPU time on one core, the best of 15 rounds.`,
  ].join('\n');
}

const text = render();
console.log(text);
if (values.write) {
  const readme = readFileSync(README, 'utf8');
  const [before, after] = [readme.split(BEGIN)[0], readme.split(END)[1]];
  if (after === undefined) throw new Error(`${README} has no ${BEGIN} ... ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n${text}\n${END}${after}`);
}
