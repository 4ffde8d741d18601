/** Failures, cancellations and the way back. */
import { custom, Ground, short, until, withFunction } from './handwritten';

let ground: Ground;
afterEach(async () => ground.end());

describe('a creation that fails', () => {
  test('deletes what was created in reverse order, and what failed with the id that its function reported', async () => {
    ground = new Ground();
    const result = await ground.deploy(withFunction({ A: custom(), B: custom({}, { DependsOn: 'A' }), C: custom({ Fail: 'Create', FailId: 'half-made' }, { DependsOn: 'B' }), Never: custom({}, { DependsOn: 'C' }) }));

    expect(result).toMatchObject({
      ok: false, status: 'ROLLBACK_COMPLETE', reason: 'The following resource(s) failed to create: [C].',
      failures: [{ stack: 'Stack', resource: 'C', reason: expect.stringContaining('asked to fail') }],
    });
    expect(ground.takeShort()).toEqual(['Create A', 'Create B', 'Create C', 'Delete C half-made', 'Delete B b', 'Delete A a']);
  });

  // @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
  test('keeps what Retain says, and deletes what RetainExceptOnCreate says', async () => {
    ground = new Ground();
    const kept = { Kept: custom({}, { DeletionPolicy: 'Retain' }), Undone: custom({}, { DeletionPolicy: 'RetainExceptOnCreate' }) };
    const result = await ground.deploy(withFunction({ ...kept, Bad: custom({ Fail: 'Create' }, { DependsOn: ['Kept', 'Undone'] }) }));

    expect(result.leftovers).toEqual([{ stack: 'Stack', resource: 'Kept', id: 'kept', reason: 'Retain' }]);
    expect(ground.takeShort().filter(event => event.startsWith('Delete')).sort()).toEqual(['Delete Bad bad', 'Delete Undone undone']);
  });

  test('is deleted and begun anew by the next deployment', async () => {
    ground = new Ground();
    await ground.deploy(withFunction({ Thing: custom({ Fail: 'Create' }) }));
    const first = ground.takeEvents()[0].StackId;
    const result = await ground.deploy(withFunction({ Thing: custom() }));

    expect(result.status).toBe('CREATE_COMPLETE');
    expect(ground.takeEvents()[0].StackId).not.toBe(first);
  });

  test('ends in ROLLBACK_FAILED where the deletion fails, and the next deployment tries it again', async () => {
    ground = new Ground();
    const failed = await ground.deploy(withFunction({ Thing: custom({ Fail: 'Create,Delete' }) }));
    const refused = await ground.deploy(withFunction({ Thing: custom() }));

    expect(failed.status).toBe('ROLLBACK_FAILED');
    expect(refused.status).toBe('DELETE_FAILED');
    expect(ground.takeShort()).toEqual(['Create Thing', 'Delete Thing thing', 'Delete Thing thing']);
  });
});

describe('an update that fails', () => {
  const before = withFunction({ A: custom({ Size: 1 }), B: custom({ Size: 1 }, { DependsOn: 'A' }), Gone: custom() });

  test('takes back what was updated and what failed, along the old template, and deletes what was created', async () => {
    ground = new Ground();
    await ground.deploy(before);
    ground.takeEvents();
    const result = await ground.deploy(withFunction({ A: custom({ Size: 2 }), New: custom({}, { DependsOn: 'A' }), B: custom({ Size: 2, Fail: 'Update' }, { DependsOn: 'New' }) }));
    const events = ground.takeEvents();

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(short(result.timeline)).toEqual([
      'forward Update A complete', 'forward Create New complete', 'forward Update B failed',
      'roll-back Update A complete', 'roll-back Update B complete', 'roll-back clean-up Delete New complete',
    ]);
    expect(events[3]).toMatchObject({ RequestType: 'Update', PhysicalResourceId: 'a', ResourceProperties: { Size: '1' }, OldResourceProperties: { Size: '2' } });
    expect(events[4]).toMatchObject({ LogicalResourceId: 'B', ResourceProperties: { Size: '1' }, OldResourceProperties: { Size: '2' } });
    expect(Object.keys(ground.emulator.describe('Stack')!.resources).sort()).toEqual(['A', 'B', 'Function', 'Gone']);
    expect((await ground.deploy(before)).status).toBe('UNCHANGED');
  });

  test('deletes the new id in the clean-up of the roll-back, and never the old one', async () => {
    ground = new Ground();
    await ground.deploy(withFunction({ Thing: custom({ Id: 'one' }) }));
    ground.takeEvents();
    await ground.deploy(withFunction({ Thing: custom({ Id: 'two' }), Bad: custom({ Fail: 'Create' }, { DependsOn: 'Thing' }) }));

    const events = ground.takeEvents();
    expect(events.map(({ RequestType, LogicalResourceId, PhysicalResourceId }) => `${RequestType} ${LogicalResourceId} ${PhysicalResourceId ?? ''}`.trim()).slice(0, 3)).toEqual(['Update Thing one', 'Create Bad', 'Update Thing two']);
    expect(events.filter(({ RequestType }) => RequestType === 'Delete').map(event => [event.PhysicalResourceId, event.ResourceProperties.Id]).sort()).toEqual([['bad', undefined], ['two', 'two']]);
    expect(ground.emulator.describe('Stack')!.resources.Thing).toMatchObject({ id: 'one', properties: { Id: 'one' }, status: 'complete' });
  });

  test('sends the old id in the roll-back where that is asked for: AWS does not document which', async () => {
    ground = new Ground({ cloudFormation: { rollBackId: 'old' } });
    await ground.deploy(withFunction({ Thing: custom({ Id: 'one' }) }));
    await ground.deploy(withFunction({ Thing: custom({ Id: 'two' }), Bad: custom({ Fail: 'Create' }, { DependsOn: 'Thing' }) }));

    expect(ground.takeShort().filter(event => event.includes('Thing'))).toEqual(['Create Thing', 'Update Thing one', 'Update Thing one', 'Delete Thing two']);
  });

  test.each([['kept', 'one', []], ['taken', 'half', ['Delete Thing half']]] as const)('%s: the id of a failed Update', async (failedUpdateId, id, deleted) => {
    ground = new Ground({ cloudFormation: { failedUpdateId } });
    await ground.deploy(withFunction({ Thing: custom({ Id: 'one' }) }));
    await ground.deploy(withFunction({ Thing: custom({ Id: 'two', Fail: 'Update', FailId: 'half' }) }));

    expect(ground.takeShort()).toEqual(['Create Thing', 'Update Thing one', `Update Thing ${id}`, ...deleted]);
  });

  test('ends in UPDATE_ROLLBACK_FAILED where a resource cannot go back, and can be continued', async () => {
    ground = new Ground();
    // the old properties fail for the Update of the way back
    await ground.deploy(withFunction({ Thing: custom({ Fail: 'Update' }) }));
    const failed = await ground.deploy(withFunction({ Thing: custom({ Size: 2 }), Bad: custom({ Fail: 'Create' }, { DependsOn: 'Thing' }) }));
    const refused = await ground.deploy(withFunction({ Thing: custom({ Size: 3 }) }));
    const failedAgain = await ground.emulator.continueRollBack('Stack');
    ground.calm();
    const continued = await ground.emulator.continueRollBack('Stack');

    expect(failed).toMatchObject({ status: 'UPDATE_ROLLBACK_FAILED', reason: 'The following resource(s) failed to create: [Bad]. The following resource(s) failed to update: [Thing].' });
    expect(refused.status).toBe('REFUSED');
    expect(failedAgain.stacks[0].status).toBe('UPDATE_ROLLBACK_FAILED');
    expect(continued.stacks[0].status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(ground.emulator.describe('Stack')!.resources).toMatchObject({ Thing: { status: 'complete', properties: { Fail: 'Update' } } });
    expect(ground.emulator.describe('Stack')!.resources).not.toHaveProperty('Bad');
  });

  test('goes back to old code of the function', async () => {
    ground = new Ground();
    const answering = (word: string) => ({
      'index.js': `
      exports.handler = async event => { await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: event.ResourceProperties.Bad ? 'FAILED' : 'SUCCESS', PhysicalResourceId: 'x',
        Data: { Word: '${word}' }, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId }) }); };`,
    });
    const stack = (key: string, more: object) => ({
      template: { Resources: { Function: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { S3Key: key } } }, Thing: custom(more) } },
    });
    await ground.deploy(stack('one.zip', {}), { 'one.zip': answering('old') });
    await ground.deploy(stack('two.zip', { Bad: true }), { 'two.zip': answering('new') });

    expect(ground.emulator.describe('Stack')!.resources.Thing.attributes).toEqual({ Word: 'old' });
    expect(ground.emulator.describe('Stack')!.resources.Function.properties.Code).toEqual({ S3Key: 'one.zip' });
  });
});

// a Delete overtakes a Create that still runs: @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1730
describe('what still runs when another resource fails', () => {
  const failing = { Slow: custom({ WaitMs: 400, Id: 'real-id' }), Bad: custom({ Fail: 'Create', WaitMs: 50 }) };

  test('is given up at once: its Delete comes with an id that nobody returned, while the function goes on', async () => {
    ground = new Ground();
    const result = await ground.deploy(withFunction({ ...failing, Never: custom({}, { DependsOn: 'Slow' }) }));
    const { id, status, reason } = result.timeline.find(({ resource, verb }) => resource === 'Slow' && verb === 'Create')!;
    await until(() => ground.emulator.lateResponses.length > 0, 'the response of the function that was given up');

    expect({ status, reason }).toEqual({ status: 'cancelled', reason: 'Resource creation cancelled' });
    expect(result.failures.map(({ resource }) => resource)).toEqual(['Bad']);
    expect(ground.takeShort().filter(event => event.includes('Slow'))).toEqual(['Create Slow', `Delete Slow ${id}`]);
    expect(id).toMatch(/^Stack-Slow-[0-9A-Z]{12}$/);
    expect(ground.emulator.lateResponses).toMatchObject([{ resource: 'Slow', status: 'SUCCESS' }]);
  });

  test('is awaited where that is asked for', async () => {
    ground = new Ground({ cloudFormation: { onFailure: 'await' } });
    const result = await ground.deploy(withFunction(failing));

    expect(short(result.timeline)).toContain('forward Create Slow complete');
    expect(ground.takeShort()).toContain('Delete Slow real-id');
  });
});

describe('an update that is cancelled', () => {
  test('rolls back while the function still runs', async () => {
    ground = new Ground();
    await ground.deploy(withFunction({ Thing: custom({ Size: 1 }) }));
    const update = ground.deploy(withFunction({ Thing: custom({ Size: 2, WaitMs: 300 }), Never: custom({}, { DependsOn: 'Thing' }) }));
    await until(() => ground.takeShort().includes('Update Thing thing'), 'the update of Thing');
    ground.emulator.cancel('Stack');
    const result = await update;
    await until(() => ground.emulator.lateResponses.length > 0, 'the response of the function that was given up');

    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'User Initiated', failures: [] });
    expect(short(result.timeline)).toEqual(['forward Update Thing cancelled', 'roll-back Update Thing complete']);
    expect(ground.emulator.describe('Stack')!.resources.Thing.properties.Size).toBe('1');
  });

  test('cannot be a creation', async () => {
    ground = new Ground();
    const creation = ground.deploy(withFunction({ Thing: custom({ WaitMs: 100 }) }));
    await until(() => ground.emulator.executions.length > 0, 'the creation');

    expect(() => ground.emulator.cancel('Stack')).toThrow('CancelUpdateStack cannot be called from current state (CREATE_IN_PROGRESS)');
    expect((await creation).ok).toBe(true);
    expect(() => ground.emulator.cancel('Stack')).toThrow('CancelUpdateStack cannot be called from current state (CREATE_COMPLETE)');
  });
});
