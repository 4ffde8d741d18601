/** Forward, clean-up and deletion of one stack. */
import { aFunction, custom, Ground, short, withFunction } from './handwritten';

let ground: Ground;
beforeEach(() => { ground = new Ground(); });
afterEach(async () => ground.end());

test('creates along DependsOn and references, also inside of Fn::Sub, and side by side where nothing is between', async () => {
  const result = await ground.deploy(withFunction({
    A: custom({ Id: 'id-of-a', Data: { Color: 'red' }, WaitMs: 100 }),
    B: custom({ Seen: { 'Fn::Sub': '${A.Color} of ${A}' } }),
    C: custom({ Seen: 'nothing' }, { DependsOn: ['B'] }),
    Alone: custom({ WaitMs: 100 }),
  }, { Outputs: { Seen: { Value: { 'Fn::GetAtt': ['A', 'Color'] } } } }));

  const at = Object.fromEntries(result.timeline.map(entry => [entry.resource, entry]));
  expect(result).toMatchObject({ ok: true, status: 'CREATE_COMPLETE', outputs: { Seen: 'red' } });
  expect(at.A.end).toBeLessThanOrEqual(at.B.start);
  expect(at.B.end).toBeLessThanOrEqual(at.C.start);
  expect(at.Alone.start).toBeLessThan(at.A.end!);
  expect(at.B.properties.Seen).toBe('red of id-of-a');
});

// @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
test('sends events with texts for all scalars, the token inside and outside of the properties, and the old properties in an Update', async () => {
  const stack = (size: number) => withFunction({ Thing: custom({ Size: size, On: true, ServiceTimeout: 60, List: [1, { Deep: false }], Gone: { Ref: 'AWS::NoValue' } }) });
  await ground.deploy(stack(1));
  await ground.deploy(stack(2));

  const [create, update] = ground.takeEvents();
  const token = expect.stringMatching(/^arn:aws:lambda:us-west-2:\d{12}:function:Stack-Function-/);
  const properties = { ServiceToken: token, ServiceTimeout: '60', Size: '1', On: 'true', List: ['1', { Deep: 'false' }] };
  expect(create).toMatchObject({ RequestType: 'Create', ServiceToken: token, StackId: expect.stringMatching(/^arn:aws:cloudformation:us-west-2:\d{12}:stack\/Stack\//), LogicalResourceId: 'Thing' });
  expect(create.ResourceProperties).toEqual(properties);
  expect(create).not.toHaveProperty('PhysicalResourceId');
  expect(update).toMatchObject({ RequestType: 'Update', PhysicalResourceId: 'thing', OldResourceProperties: properties });
  expect(update.ResourceProperties).toEqual({ ...properties, Size: '2' });
  expect(update.ResponseURL).toMatch(/^https:\/\/cloudformation-custom-resource-response-uswest2\.s3\.us-west-2\.amazonaws\.com\/.*X-Amz-Signature=/);
});

test('sends no event where the resolved properties are the same, and does nothing for the same template', async () => {
  const stack = (size: string, data: string) => withFunction({ A: custom({ Size: size, Data: { Out: data } }), B: custom({ Seen: { 'Fn::GetAtt': 'A.Out' } }) });
  await ground.deploy(stack('1', 'same'));
  const again = await ground.deploy(stack('1', 'same'));
  const first = await ground.deploy(stack('2', 'same'));
  const second = await ground.deploy(stack('3', 'other'));

  expect(again.status).toBe('UNCHANGED');
  expect(short(first.timeline)).toEqual(['forward Update A complete']);
  expect(short(second.timeline)).toEqual(['forward Update A complete', 'forward Update B complete']);
});

test('deletes what left the template last, in reverse order, after everything else has succeeded', async () => {
  await ground.deploy(withFunction({ A: custom(), B: custom({}, { DependsOn: 'A' }), Kept: custom({ Size: 1 }) }));
  const result = await ground.deploy(withFunction({ Kept: custom({ Size: 2, WaitMs: 50 }), New: custom({}, { DependsOn: 'Kept' }) }));

  expect(result.status).toBe('UPDATE_COMPLETE');
  expect(short(result.timeline)).toEqual(['forward Update Kept complete', 'forward Create New complete', 'clean-up Delete B complete', 'clean-up Delete A complete']);
});

test('deletes the old id with the old properties after an Update that came back with another one', async () => {
  await ground.deploy(withFunction({ Thing: custom({ Id: 'one', Size: 1 }) }));
  await ground.deploy(withFunction({ Thing: custom({ Id: 'two', Size: 2 }), Last: custom({}, { DependsOn: 'Thing' }) }));

  const events = ground.takeEvents();
  expect(events.map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([['Create', undefined], ['Update', 'one'], ['Create', undefined], ['Delete', 'one']]);
  expect(events[3].ResourceProperties).toMatchObject({ Id: 'one', Size: '1' });
  expect(ground.emulator.describe('Stack')!.resources.Thing.id).toBe('two');
});

// @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
test('keeps the old id where UpdateReplacePolicy says so', async () => {
  await ground.deploy(withFunction({ Thing: custom({ Id: 'one' }, { UpdateReplacePolicy: 'Retain' }) }));
  const result = await ground.deploy(withFunction({ Thing: custom({ Id: 'two' }, { UpdateReplacePolicy: 'Retain' }) }));

  expect(result).toMatchObject({ ok: true, leftovers: [{ resource: 'Thing', id: 'one', reason: 'Retain' }] });
  expect(ground.takeShort()).toEqual(['Create Thing', 'Update Thing one']);
});

// three tries, then a success with leftovers: @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/744
test('completes an update whose clean-up fails, and names what is left', async () => {
  await ground.deploy(withFunction({ Gone: custom({ Fail: 'Delete' }), Needed: custom() }));
  ground.takeEvents();
  const result = await ground.deploy(withFunction({}));

  expect(result).toMatchObject({ ok: true, status: 'UPDATE_COMPLETE', leftovers: [{ resource: 'Gone', id: 'gone', reason: expect.stringContaining('asked to fail') }] });
  expect(ground.takeShort().filter(event => event === 'Delete Gone gone')).toHaveLength(3);
  expect(Object.keys(ground.emulator.describe('Stack')!.resources)).toEqual(['Function']);
});

test('deletes a stack in reverse order; what is retained stays', async () => {
  await ground.deploy(withFunction({ A: custom(), B: custom({ Seen: { Ref: 'A' } }), Kept: custom({}, { DeletionPolicy: 'Retain' }), Old: custom({}, { DeletionPolicy: 'RetainExceptOnCreate' }) }));
  ground.takeEvents();
  const { stacks: [result] } = await ground.emulator.delete();

  expect(result).toMatchObject({ ok: true, status: 'DELETE_COMPLETE' });
  expect(result.leftovers.map(({ resource, reason }) => `${resource} ${reason}`).sort()).toEqual(['Kept Retain', 'Old RetainExceptOnCreate']);
  expect(ground.takeShort()).toEqual(['Delete B b', 'Delete A a']);
  expect(ground.emulator.describe('Stack')).toBeUndefined();
});

test('goes on with a deletion that failed where it ended', async () => {
  await ground.deploy(withFunction({ A: custom(), B: custom({ Seen: { Ref: 'A' }, Fail: 'Delete' }), Other: custom() }));
  const { stacks: [failed] } = await ground.emulator.delete();
  const refused = await ground.deploy(withFunction({ A: custom(), B: custom({ Seen: { Ref: 'A' } }) }));

  expect(failed).toMatchObject({ ok: false, status: 'DELETE_FAILED', reason: 'The following resource(s) failed to delete: [B].' });
  expect(Object.keys(ground.emulator.describe('Stack')!.resources).sort()).toEqual(['A', 'B', 'Function']);
  expect(refused).toMatchObject({ status: 'REFUSED', reason: expect.stringContaining('is in DELETE_FAILED state and can not be updated.') });
});

test('refuses another function for a resource that exists', async () => {
  await ground.deploy(withFunction({ Thing: custom() }));
  const result = await ground.deploy(withFunction({ Another: aFunction(), Thing: custom({ ServiceToken: { 'Fn::GetAtt': ['Another', 'Arn'] } }) }));

  expect(result).toMatchObject({ ok: false, status: 'UPDATE_ROLLBACK_COMPLETE', failures: [{ resource: 'Thing', reason: expect.stringMatching(/^Modifying service token is not allowed\./) }] });
  expect(ground.takeShort()).toEqual(['Create Thing']);
});

test('runs new code after an update of the function, and keeps its name', async () => {
  const answering = (word: string) => ({
    'code.zip': {
      'index.js': `
    exports.handler = async event => { await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'x', Data: { Word: '${word}' },
      StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId }) }); };`,
    },
  });
  const stack = (key: string, size: number) => ({
    template: { Resources: { Function: aFunction({ Code: { S3Key: key } }), Thing: custom({ Size: size }) }, Outputs: { Word: { Value: { 'Fn::GetAtt': ['Thing', 'Word'] } } } },
  });
  const first = await ground.deploy(stack('code.zip', 1), answering('old'));
  const second = await ground.deploy(stack('newer.zip', 2), { 'newer.zip': answering('new')['code.zip'] });

  expect([first.outputs.Word, second.outputs.Word]).toEqual(['old', 'new']);
});

test('refuses templates that CloudFormation refuses, before anything changes', async () => {
  const circle = await ground.deploy(withFunction({ A: custom({ Seen: { Ref: 'B' } }), B: custom({ Seen: { 'Fn::Sub': '${A}' } }) }));
  const unknown = await ground.deploy(withFunction({ A: custom({ Seen: { Ref: 'Nothing' } }) }));
  const type = await ground.deploy({ template: { Resources: { A: { Type: 'AWS::SNS::Topic' } } } }).then(async () => ground.deploy({ template: { Resources: { A: { Type: 'AWS::SQS::Queue' } } } }));
  const many = await ground.deploy({ template: { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`R${at}`, { Type: 'AWS::SNS::Topic' }])) } });

  expect(circle.reason).toBe('Circular dependency between resources: [A, B]');
  expect(unknown.reason).toBe('Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template');
  expect(many.reason).toBe('Template format error: Number of resources, 501, is greater than maximum allowed, 500');
  expect(type.reason).toBe('Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]');
  expect(ground.emulator.describe('Stack')).toMatchObject({ status: 'CREATE_COMPLETE', resources: { A: { type: 'AWS::SNS::Topic' } } });
});

test('takes resources of AWS as made: names, ARNs, the cluster, and layers of which every change makes a new one', async () => {
  const stack = (key: string) => ({ template: {
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop' } },
      Cluster: { Type: 'AWS::EKS::Cluster' },
      Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Key: key } } },
    },
    Outputs: Object.fromEntries(Object.entries({
      role: { 'Fn::GetAtt': 'Role.Arn' }, bucket: { 'Fn::GetAtt': 'Named.Arn' }, cluster: { Ref: 'Cluster' }, endpoint: { 'Fn::GetAtt': 'Cluster.Endpoint' }, layer: { Ref: 'Layer' },
    }).map(([name, Value]) => [name, { Value }])),
  } });
  const first = await ground.deploy(stack('one'));
  const second = await ground.deploy(stack('two'));

  const { role, bucket, cluster, endpoint, layer } = first.outputs;
  expect(role).toMatch(/^arn:aws:iam::\d{12}:role\/Stack-Role-[0-9a-f]{12}$/);
  expect({ bucket, cluster, endpoint }).toEqual({ bucket: 'arn:aws:s3:::shop', cluster: 'lab', endpoint: 'https://cluster.invalid' });
  expect(second.outputs).toEqual({ ...first.outputs, layer: expect.not.stringMatching(layer) });
  expect(second.timeline.map(({ phase, verb, resource, id }) => `${phase} ${verb} ${resource} ${id === layer}`)).toEqual(['forward Update Layer false', 'clean-up Delete Layer true']);
});

test('gives parameters their values: defaults, lists, the parameter store, or those of the deployment', async () => {
  const parameters = {
    Size: { Type: 'Number', Default: 3 }, Zones: { Type: 'CommaDelimitedList', Default: 'a, b' }, Bootstrap: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' }, Given: { Type: 'String' },
  };
  const folder = ground.assembly({ Stack: withFunction({ Thing: custom(Object.fromEntries(Object.keys(parameters).map(name => [name, { Ref: name }]))) }, { Parameters: parameters }) });
  const missing = await ground.emulator.deploy(folder);
  await ground.emulator.deploy(folder, undefined, { parameters: { Stack: { Given: 'here' } } });

  expect(missing.stacks[0]).toMatchObject({ status: 'REFUSED', reason: 'Parameters: [Given] must have values' });
  expect(ground.takeEvents()[0].ResourceProperties).toMatchObject({ Size: '3', Zones: ['a', 'b'], Bootstrap: '30', Given: 'here' });
});

test('a second emulator goes on with the state of the first', async () => {
  await ground.deploy(withFunction({ Thing: custom({ Size: 1 }) }));
  await ground.emulator.close();
  const other = ground.another();
  const result = await other.deploy(ground.assembly({ Stack: withFunction({ Thing: custom({ Size: 2 }) }) }));
  await other.close();

  expect(result.ok).toBe(true);
  expect(ground.takeShort()).toEqual(['Create Thing', 'Update Thing thing']);
});
