/** Several stacks, exports and nested stacks. */
import { custom, Ground, short, withFunction, WrittenStack } from './handwritten';

let ground: Ground;
beforeEach(() => { ground = new Ground(); });
afterEach(async () => ground.end());

describe('several stacks', () => {
  const exporting = (value: string): WrittenStack => withFunction({ Thing: custom({ Id: value }) }, { Outputs: { Id: { Value: { Ref: 'Thing' }, Export: { Name: 'thing-id' } } } });
  const importing = (more: object = { Seen: { 'Fn::ImportValue': 'thing-id' } }): WrittenStack => ({ ...withFunction({ User: custom(more) }), dependencies: ['Producer'] });

  test('are deployed in the order of the manifest, pass exports on, and are deleted in reverse', async () => {
    const result = await ground.emulator.deploy(ground.assembly({ Consumer: importing(), Producer: exporting('one') }));
    const deleted = await ground.emulator.delete();

    expect(result.stacks.map(({ name, status }) => `${name} ${status}`)).toEqual(['Producer CREATE_COMPLETE', 'Consumer CREATE_COMPLETE']);
    expect(result.timeline.find(({ resource }) => resource === 'User')!.properties.Seen).toBe('one');
    expect(deleted.stacks.map(({ name }) => name)).toEqual(['Consumer', 'Producer']);
  });

  // @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
  test('an export in use can neither change nor go, with its stack or without', async () => {
    await ground.emulator.deploy(ground.assembly({ Producer: exporting('one'), Consumer: importing() }));
    const changed = await ground.emulator.deploy(ground.assembly({ Producer: exporting('two') }));
    const removed = await ground.emulator.deploy(ground.assembly({ Producer: withFunction({ Thing: custom({ Id: 'one' }) }) }));
    const deleted = await ground.emulator.delete(['Producer']);
    await ground.emulator.deploy(ground.assembly({ Producer: exporting('one'), Consumer: importing({ Seen: 'nothing' }) }), ['Consumer']);
    const free = await ground.emulator.deploy(ground.assembly({ Producer: withFunction({ Thing: custom({ Id: 'one' }) }) }));

    expect(changed.stacks[0]).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'Export thing-id cannot be updated as it is in use by Consumer' });
    expect(removed.stacks[0]).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'Export thing-id cannot be deleted as it is in use by Consumer' });
    expect(deleted.stacks[0]).toMatchObject({ status: 'REFUSED', reason: 'Export thing-id cannot be deleted as it is in use by Consumer' });
    expect(free.stacks[0].status).toBe('UPDATE_COMPLETE');
  });

  test('a stack that fails ends the deployment; names of stacks choose exactly those', async () => {
    const failed = await ground.emulator.deploy(ground.assembly({ Producer: withFunction({ Thing: custom({ Fail: 'Create' }) }), Consumer: importing() }));
    const alone = await ground.emulator.deploy(ground.assembly({ Producer: exporting('one'), Consumer: importing() }), ['Consumer']);

    expect(failed.stacks.map(({ name }) => name)).toEqual(['Producer']);
    expect(alone.stacks[0].failures).toEqual([{ stack: 'Consumer', resource: 'User', reason: 'No export named thing-id found.' }]);
    await expect(ground.emulator.deploy(ground.assembly({ Producer: exporting('one') }), ['Nobody'])).rejects.toThrow('No stacks match the name(s) Nobody; the assembly has Producer');
  });
});

describe('nested stacks', () => {
  const nested = (key: string, size: string, more: object = {}) => ({
    Type: 'AWS::CloudFormation::Stack',
    Properties: { TemplateURL: { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/assets/${key}` }, Parameters: { Token: { 'Fn::GetAtt': ['Function', 'Arn'] }, Size: size } },
    ...more,
  });
  const inner = (resources: object): string => JSON.stringify({
    Parameters: { Token: { Type: 'String' }, Size: { Type: 'Number', Default: 7 } },
    Resources: resources,
    Outputs: { Id: { Value: { Ref: 'Inner' } } },
  });
  const innerThing = (properties: object = {}, more: object = {}) => ({ Type: 'Custom::Thing', Properties: { ServiceToken: { Ref: 'Token' }, Size: { Ref: 'Size' }, ...properties }, ...more });

  test('get parameters, give outputs, and are deleted with their parent', async () => {
    const result = await ground.deploy(withFunction({ Child: nested('child.json', '3'), After: custom({ Seen: { 'Fn::GetAtt': ['Child', 'Outputs.Id'] } }) }), { 'child.json': inner({ Inner: innerThing({ Id: 'inner-id' }) }) });
    const { stacks: [deleted] } = await ground.emulator.delete();

    const events = ground.takeEvents();
    expect(result.ok).toBe(true);
    expect(events.map(({ RequestType, LogicalResourceId }) => `${RequestType} ${LogicalResourceId}`)).toEqual(['Create Inner', 'Create After', 'Delete After', 'Delete Inner']);
    expect(events[0]).toMatchObject({ ResourceProperties: { Size: '3' }, StackId: expect.stringContaining('stack/Stack-Child-') });
    expect(events[1].ResourceProperties.Seen).toBe('inner-id');
    expect(deleted.ok).toBe(true);
  });

  test('clean up after the whole stack, not after themselves', async () => {
    await ground.deploy(withFunction({ Child: nested('one.json', '1') }), { 'one.json': inner({ Inner: innerThing(), Gone: innerThing() }) });
    const result = await ground.deploy(withFunction({ Child: nested('two.json', '1'), Late: custom({ WaitMs: 50 }, { DependsOn: 'Child' }) }), { 'two.json': inner({ Inner: innerThing() }) });

    expect(short(result.timeline)).toEqual(['forward Create Late complete', 'clean-up Delete Gone complete']);
    expect(result.timeline.find(({ resource }) => resource === 'Gone')!.start).toBeGreaterThanOrEqual(result.timeline.find(({ resource }) => resource === 'Late')!.end!);
  });

  test('go back with their parent when something beside them fails', async () => {
    await ground.deploy(withFunction({ Child: nested('one.json', '1') }), { 'one.json': inner({ Inner: innerThing({ Id: 'one' }), Gone: innerThing() }) });
    ground.takeEvents();
    const changed = inner({ Inner: innerThing({ Id: 'two' }), New: innerThing({}, { DependsOn: 'Inner' }) });
    const result = await ground.deploy(withFunction({ Child: nested('two.json', '2'), Bad: custom({ Fail: 'Create' }, { DependsOn: 'Child' }) }), { 'two.json': changed });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const events = ground.takeShort();
    expect(events.slice(0, 4)).toEqual(['Update Inner one', 'Create New', 'Create Bad', 'Update Inner two']);
    expect(events.slice(4).sort()).toEqual(['Delete Bad bad', 'Delete Inner two', 'Delete New new']);
    expect((await ground.deploy(withFunction({ Child: nested('one.json', '1') }))).status).toBe('UNCHANGED');
  });

  test('fail their parent, which takes them back', async () => {
    const result = await ground.deploy(withFunction({ Child: nested('child.json', '1'), Beside: custom({ WaitMs: 500 }) }), { 'child.json': inner({ Good: innerThing(), Inner: innerThing({ Fail: 'Create' }, { DependsOn: 'Good' }) }) });

    expect(result).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: 'The following resource(s) failed to create: [Child].' });
    expect(result.failures.map(({ resource, reason }) => `${resource}: ${reason.replace(/arn:\S+/, 'ARN')}`)).toEqual([
      expect.stringMatching(/^Inner: Received response status \[FAILED\]/),
      'Child: Embedded stack ARN was not successfully created: The following resource(s) failed to create: [Inner].',
    ]);
    expect(ground.takeShort()).toEqual(expect.arrayContaining(['Delete Inner inner', 'Delete Good good']));
  });

  test('a failure beside a nested stack cancels what runs in it', async () => {
    const result = await ground.deploy(withFunction({ Child: nested('child.json', '1'), Bad: custom({ Fail: 'Create', WaitMs: 100 }) }),
      { 'child.json': inner({ Inner: innerThing({ WaitMs: 600 }), Never: innerThing({}, { DependsOn: 'Inner' }) }) });

    expect(short(result.timeline)).toEqual(expect.arrayContaining(['forward Create Inner cancelled', 'forward Create Bad failed']));
    expect(ground.takeShort()).not.toContain('Create Never');
  });
});
