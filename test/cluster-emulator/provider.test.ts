/** The provider framework of the CDK, as it lies in aws-cdk-lib, and functions of a synthesized program. */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, CustomResource, Duration, NestedStack, Stack, aws_lambda as lambda, custom_resources as cr } from 'aws-cdk-lib';
import { Emulator, EmulatorOptions } from '../conformance/cluster/emulator';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emulator-provider-'));
const log = path.join(folder, 'calls');
const emulators: Emulator[] = [];
afterEach(async () => {
  await Promise.all(emulators.splice(0).map(async emulator => emulator.close()));
  fs.rmSync(log, { force: true });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const USER = `
const fs = require('fs');
const note = (name, event) => fs.appendFileSync(process.env.CALLS, name + ' ' + event.RequestType + ' ' + (event.PhysicalResourceId || '') + '\\n');
const counted = () => fs.readFileSync(process.env.CALLS, 'utf8').split('\\n').filter(line => line.startsWith('isComplete')).length;
exports.onEvent = async event => {
  note('onEvent', event);
  if (event.ResourceProperties.bad === 'onEvent' && event.RequestType !== 'Delete') throw new Error('no such thing');
  return { PhysicalResourceId: event.PhysicalResourceId || 'made-' + event.ResourceProperties.name, Data: { First: event.ResourceProperties.size } };
};
exports.isComplete = async event => {
  note('isComplete', event);
  if (event.ResourceProperties.bad === 'isComplete' && event.RequestType !== 'Delete') throw new Error('broken for good');
  if (event.ResourceProperties.bad === 'never' && event.RequestType !== 'Delete') return { IsComplete: false };
  return counted() % 3 === 0 || event.RequestType === 'Delete' ? { IsComplete: true, Data: { Second: 'polled' } } : { IsComplete: false };
};
`;

/** A program with a resource of the provider framework; its assembly's folder. */
function synthesize(name: string, properties: { readonly [name: string]: unknown }): string {
  const code = path.join(folder, 'code');
  fs.mkdirSync(code, { recursive: true });
  fs.writeFileSync(path.join(code, 'index.js'), USER);
  const app = new App({ outdir: path.join(folder, name) });
  const stack = new Stack(app, 'Shop');
  const common = { runtime: lambda.Runtime.NODEJS_22_X, code: lambda.Code.fromAsset(code), environment: { CALLS: log } };
  const functionOf = (id: string, handler: string) => new lambda.Function(stack, id, { ...common, handler });
  const provider = new cr.Provider(stack, 'Provider', {
    onEventHandler: functionOf('OnEvent', 'index.onEvent'),
    isCompleteHandler: functionOf('IsComplete', 'index.isComplete'),
    queryInterval: Duration.seconds(5),
    totalTimeout: Duration.seconds(30),
  });
  const thing = new CustomResource(stack, 'Thing', { serviceToken: provider.serviceToken, resourceType: 'Custom::Thing', properties });
  const nested = new NestedStack(stack, 'Nested');
  new CustomResource(nested, 'Inner', { serviceToken: provider.serviceToken, properties: { name: 'inner', seen: thing.getAttString('Second') } });
  app.synth();
  return path.join(folder, name);
}

function start(options: Partial<EmulatorOptions> = {}): Emulator {
  const emulator = new Emulator({ stateDir: fs.mkdtempSync(path.join(folder, 'state-')), scale: { waits: 0.001, serviceTimeout: 0.001 }, ...options });
  emulators.push(emulator);
  return emulator;
}

const calls = (): string[] => fs.readFileSync(log, 'utf8').trim().split('\n').map(line => line.trim());

const good = { name: 'thing', size: 1 };

test('onEvent, polls until isComplete, data of both, nested stack, update and deletion', async () => {
  const emulator = start({ scale: { waits: 0.001 } });
  const created = await emulator.deploy(synthesize('good', good));
  const updated = await emulator.deploy(synthesize('better', { ...good, size: 2 }));
  const { attributes } = emulator.describe('Shop')!.resources.Thing;
  const deleted = await emulator.delete();

  expect([created, updated, deleted].map(({ stacks }) => stacks[0].status)).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);
  expect(attributes).toEqual({ First: '2', Second: 'polled' });
  expect(created.timeline.find(({ resource }) => resource === 'Inner')?.properties).toMatchObject({ name: 'inner', seen: 'polled' });
  expect(calls().slice(0, 4)).toEqual(['onEvent Create', 'isComplete Create made-thing', 'isComplete Create made-thing', 'isComplete Create made-thing']);
  expect(calls().filter(call => call.startsWith('onEvent'))).toEqual(['onEvent Create', 'onEvent Create', 'onEvent Update made-thing', 'onEvent Delete made-inner', 'onEvent Delete made-thing']);
  // the answer comes before the execution ends
  expect(emulator.machineExecutions.filter(({ status }) => status === 'FAILED')).toEqual([]);
}, 30_000);

// the framework ignores the Delete of its marker: the user's function never sees it
test('a Create that throws in onEvent loses its Delete', async () => {
  const result = await start({ scale: { waits: 0.001 } }).deploy(synthesize('throws', { ...good, bad: 'onEvent' }));

  expect(result.stacks[0]).toMatchObject({ status: 'ROLLBACK_COMPLETE', failures: [{ reason: expect.stringContaining('Message returned: no such thing') }] });
  expect(result.timeline.find(({ verb, resource }) => verb === 'Delete' && resource === 'Thing')).toMatchObject({ id: 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED', status: 'complete' });
  expect(calls()).toEqual(['onEvent Create']);
}, 30_000);

test('an error in isComplete fails at once, and its Delete comes', async () => {
  const result = await start({ scale: { waits: 0.001 } }).deploy(synthesize('breaks', { ...good, bad: 'isComplete' }));

  expect(result.stacks[0]).toMatchObject({ status: 'ROLLBACK_COMPLETE', failures: [{ reason: expect.stringContaining('broken for good') }] });
  expect(calls()).toEqual(['onEvent Create', 'isComplete Create made-thing', 'onEvent Delete made-thing', 'isComplete Delete made-thing']);
}, 30_000);

test('onTimeout fails the resource after the last poll', async () => {
  const emulator = start({ scale: { waits: 0.001 } });
  const result = await emulator.deploy(synthesize('never', { ...good, bad: 'never' }));

  expect(result.stacks[0].failures[0].reason).toContain('Message returned: Operation timed out');
  // 30 s of 5 s: six more after the first
  expect(calls().filter(call => call === 'isComplete Create made-thing')).toHaveLength(7);
}, 30_000);

// onTimeout reads the event out of Cause, which Step Functions cuts at 32,768 characters
test('onTimeout of a large event breaks, and the stack waits for the service timeout', async () => {
  const emulator = start({ scale: { waits: 0.001, serviceTimeout: 0.002 } });
  const result = await emulator.deploy(synthesize('large', { ...good, bad: 'never', text: 'x'.repeat(40_000) }));

  expect(emulator.machineExecutions[0]).toMatchObject({ status: 'FAILED', error: 'SyntaxError' });
  expect(result.stacks[0].failures[0].reason).toContain('did not receive a response');
}, 30_000);

test('an event that no state machine takes fails in onEvent', async () => {
  const result = await start({ cloudFormation: { eventBytes: 1024 * 1024 } }).deploy(synthesize('huge', { ...good, text: 'y'.repeat(262_144) }));

  expect(result.stacks[0].failures[0].reason).toContain('Member must have length less than or equal to 262144');
  expect(calls()).toEqual(['onEvent Create']);
}, 30_000);

// the framework calls Lambda inside of Lambda: with one execution nobody is left for the user's function
test.each([[2, true], [1, false]] as const)('with %d executions at once: %s', async (concurrency, ok) => {
  const emulator = start({ scale: { waits: 0.001, serviceTimeout: 0.001 }, lambda: { concurrency } });
  const result = await emulator.deploy(synthesize('narrow', good));

  expect(result.ok).toBe(ok);
  if (!ok) expect(emulator.throttles).toBeGreaterThan(0);
}, 30_000);
