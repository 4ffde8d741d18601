/** Functions, their limits, and how CloudFormation reads their answers. */
import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import * as path from 'path';
import { aFunction, custom, Ground, until, withFunction, WrittenStack } from './handwritten';

let ground: Ground;
afterEach(async () => ground.end());

const oneThing = (properties: object): WrittenStack => withFunction({ Thing: custom(properties) });

describe('answers', () => {
  // @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
  test('of more than 4096 bytes fail the resource', async () => {
    ground = new Ground();
    const fits = await ground.deploy(oneThing({ Long: 3000 }));
    const tooLong = await ground.deploy(oneThing({ Long: 4096 }));

    expect(fits.ok).toBe(true);
    expect(tooLong.failures).toEqual([{ stack: 'Stack', resource: 'Thing', reason: 'Response object is too long.' }]);
  });

  test('that do not come in time fail the resource; its Delete has an id that was made up', async () => {
    ground = new Ground({ scale: { waits: 0.001, serviceTimeout: 0.1 } });
    const result = await ground.deploy(oneThing({ Silent: 'Create', ServiceTimeout: 3 }));

    expect(result.failures[0].reason).toMatch(/^CloudFormation did not receive a response from your custom resource\. Please check your logs for requestId \[[0-9a-f-]{36}\]\.$/);
    expect(ground.takeShort()).toEqual(['Create Thing', expect.stringMatching(/^Delete Thing Stack-Thing-/)]);
  });

  test('without attribute fail what reads it', async () => {
    ground = new Ground();
    const result = await ground.deploy(withFunction({ Thing: custom(), User: custom({ Seen: { 'Fn::GetAtt': 'Thing.Missing' } }) }));

    expect(result.failures).toEqual([{ stack: 'Stack', resource: 'User', reason: 'CustomResource attribute error: Vendor response doesn\'t contain Missing attribute in object thing' }]);
  });

  test('to an address with another signature are refused', async () => {
    ground = new Ground();
    const forged = `exports.handler = async event => {
      const answer = await fetch(event.ResponseURL.replace(/Signature=.*/, 'Signature=forged'), { method: 'PUT', body: '{}' });
      const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: String(answer.status), StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId });
      await fetch(event.ResponseURL, { method: 'PUT', body });
    };`;
    await ground.deploy({ template: { Resources: { Function: aFunction({ Code: { ZipFile: forged } }), Thing: custom() } } });

    expect(ground.emulator.describe('Stack')!.resources.Thing.id).toBe('403');
  });
});

// @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
describe('asynchronous calls', () => {
  test('are tried twice more after an error of the function, and nobody answers in the end', async () => {
    ground = new Ground({ scale: { waits: 0.0001, serviceTimeout: 0.3 } });
    const result = await ground.deploy(oneThing({ Throw: 'Create', ServiceTimeout: 3 }));

    expect(ground.takeShort().filter(event => event === 'Create Thing')).toHaveLength(3);
    expect(ground.emulator.executions[0].error).toMatchObject({ errorType: 'TypeError', errorMessage: 'thrown by the function' });
    expect(result.failures[0].reason).toContain('did not receive a response');
  });

  test('are tried as often as the function\'s own setting says', async () => {
    ground = new Ground({ scale: { waits: 0.0001, serviceTimeout: 0.3 } });
    await ground.deploy(withFunction({
      Setting: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Function' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 } },
      Thing: custom({ Throw: 'Create', ServiceTimeout: 3 }, { DependsOn: 'Setting' }),
    }));

    expect(ground.takeShort().filter(event => event === 'Create Thing')).toHaveLength(1);
  });

  test('come twice where duplicates are asked for; the second answer is not waited for', async () => {
    ground = new Ground({ lambda: { duplicates: 1 } });
    const result = await ground.deploy(oneThing({ WaitMs: 50 }));
    await until(() => ground.emulator.lateResponses.length === 1, 'the answer of the duplicate');

    expect(result.ok).toBe(true);
    expect(ground.takeShort()).toEqual(['Create Thing', 'Create Thing']);
  });

  test('wait in the queue while too many run', async () => {
    ground = new Ground({ lambda: { concurrency: 2 } });
    const result = await ground.deploy(withFunction(Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map(id => [id, custom({ WaitMs: 60 })]))));

    const most = Math.max(...ground.emulator.executions.map(({ start }) => ground.emulator.executions.filter(other => other.start <= start && (other.end ?? Infinity) > start).length));
    expect(result.ok).toBe(true);
    expect(most).toBe(2);
    expect(ground.emulator.throttles).toBeGreaterThan(0);
  });

  test('wait while too many of one function run, where its own limit says so', async () => {
    ground = new Ground();
    const result = await ground.deploy({ template: { Resources: { Function: aFunction({ ReservedConcurrentExecutions: 1 }), A: custom({ WaitMs: 60 }), B: custom({ WaitMs: 60 }) } } });

    const [first, second] = ground.emulator.executions;
    expect(result.ok).toBe(true);
    expect(second.start).toBeGreaterThanOrEqual(first.end!);
  });

  test('with too large an event fail the resource', async () => {
    ground = new Ground();
    const result = await ground.deploy(oneThing({ Text: 'x'.repeat(262_144) }));

    expect(result.failures[0].reason).toMatch(/^26\d{4} byte payload is too large for the Event invocation type \(limit 262144 bytes\)$/);
  });
});

describe('environments', () => {
  test('are killed at the time limit', async () => {
    ground = new Ground({ scale: { waits: 0.0001, serviceTimeout: 1, functionTimeout: 0.2 } });
    await ground.deploy({ template: { Resources: { Function: aFunction({ Timeout: 3 }), Thing: custom({ WaitMs: 60_000, ServiceTimeout: 1 }) } } });

    expect(ground.emulator.executions[0].error).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0\.60 seconds$/) });
  });

  const counting = `let count = 0; const fs = require('fs');
    exports.handler = async (event, context) => {
      const marks = fs.readdirSync(process.env.TMPDIR).length;
      fs.writeFileSync(process.env.TMPDIR + '/mark' + marks, '');
      const Data = { Count: ++count, Marks: marks, Name: context.functionName, Left: context.getRemainingTimeInMillis() > 0 };
      await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'x', Data, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId }) });
    };`;
  const stack = (size: number) => ({ template: { Resources: { Function: aFunction({ Code: { ZipFile: counting } }), Thing: custom({ Size: size }) } } });

  test.each([['fresh', '1', '0'], ['reuse', '2', '1']] as const)('%s: a second event finds module state %s and %s marks in /tmp', async (environments, Count, Marks) => {
    ground = new Ground({ lambda: { environments } });
    await ground.deploy(stack(1));
    // the answer comes before the environment is free again
    await until(() => ground.emulator.executions[0].end !== undefined, 'the end of the first execution');
    await ground.deploy(stack(2));

    const { attributes } = ground.emulator.describe('Stack')!.resources.Thing;
    expect(attributes).toEqual({ Count, Marks, Name: expect.stringMatching(/^Stack-Function-/), Left: 'true' });
  });

  test('have what their layers carry, from archives too, and run Python', async () => {
    ground = new Ground();
    const python = `import json, os, urllib.request
from carried import WORD
def handler(event, context):
    tool = os.popen('tool').read().strip()
    body = {'Status': 'SUCCESS', 'PhysicalResourceId': 'x', 'Data': {'Word': WORD, 'Tool': tool, 'Left': context.get_remaining_time_in_millis() > 0}}
    body.update({key: event[key] for key in ('StackId', 'RequestId', 'LogicalResourceId')})
    urllib.request.urlopen(urllib.request.Request(event['ResponseURL'], data=json.dumps(body).encode(), method='PUT', headers={'content-type': ''}))
`;
    const folder = ground.assembly({}, { layer: { 'python/carried.py': 'WORD = "carried"', 'bin/tool': '#!/bin/sh\necho tooled' } });
    execFileSync('python3', ['-c', 'import os, shutil; os.chmod("layer/bin/tool", 0o755); shutil.make_archive("layer", "zip", "layer")'], { cwd: path.join(folder, 'files') });
    const layer = readFileSync(path.join(folder, 'files', 'layer.zip'), 'latin1');
    const stack = ground.assembly({
      Stack: {
        template: {
          Resources: {
            Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Bucket: 'assets', S3Key: 'layer.zip' } } },
            Function: aFunction({ Runtime: 'python3.13', Code: { ZipFile: python }, Layers: [{ Ref: 'Layer' }] }),
            Thing: custom(),
          },
        },
      },
    }, { 'layer.zip': '' });
    execFileSync('python3', ['-c', 'import sys; open(sys.argv[1], "wb").write(sys.stdin.buffer.read())', path.join(stack, 'files', 'layer.zip')], { input: Buffer.from(layer, 'latin1') });
    const result = await ground.emulator.deploy(stack);

    expect(result.stacks[0]).toMatchObject({ ok: true });
    expect(ground.emulator.describe('Stack')!.resources.Thing.attributes).toEqual({ Word: 'carried', Tool: 'tooled', Left: 'true' });
  });
});
