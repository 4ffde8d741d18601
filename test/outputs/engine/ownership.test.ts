import type { KubeObject } from '../../../lib/kube/object';
import { identityOf, ownerMark } from '../../../lib/outputs/cloudformation/engine/identity';
import { standingOf, type Claim } from '../../../lib/outputs/cloudformation/engine/ownership';
import { ADOPTED_PREFIX, OWNER_PREFIX, RETAINED } from '../../../lib/outputs/cloudformation/protocol';

const stackId = (name: string) => `arn:aws:cloudformation:eu-west-1:123456789012:stack/${name}/1`;
const mine = identityOf({ StackId: stackId('Shop'), LogicalResourceId: 'Cart' });
const sibling = identityOf({ StackId: stackId('Shop'), LogicalResourceId: 'Other' });
const stranger = identityOf({ StackId: stackId('Team'), LogicalResourceId: 'Cart' });

const wanted: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };
const living = (annotations: { readonly [name: string]: string } = {}, more: object = {}): KubeObject => ({ ...wanted, metadata: { ...wanted.metadata, annotations, managedFields: [{ manager: 'kubectl' }, { manager: 'helm' }, { manager: 'kubectl' }], ...more } });
const owned = (by: typeof mine) => ({ [`${OWNER_PREFIX}${by.key}`]: ownerMark(by, 'ID') });
const claim = (more: Partial<Claim> = {}): Claim => ({ unit: mine, mesh: 'mesh', foreign: undefined, isCreate: false, ...more });

test.each<readonly [string, KubeObject | undefined, Claim, string]>([
  ['nothing is there', undefined, claim(), 'new'],
  ['the unit has made it', living(owned(mine)), claim(), 'own'],
  ['another unit of the stack has made it', living(owned(sibling)), claim(), 'own'],
  ['it is adopted', living({ ...owned(mine), [`${ADOPTED_PREFIX}${mine.key}`]: 'adopted' }), claim({ foreign: 'add' }), 'adopted'],
  ['it was adopted by a sibling alone', living({ ...owned(sibling), [`${ADOPTED_PREFIX}${sibling.key}`]: 'adopted' }), claim({ foreign: 'add' }), 'adopted'],
  ['it is foreign, and added to', living(), claim({ foreign: 'add' }), 'adopted'],
  ['it exists, as the program says', living(owned(stranger)), claim({ foreign: 'existing' }), 'adopted'],
  ['it is retained for the mesh', living({ ...owned(stranger), [RETAINED]: 'mesh' }), claim(), 'taken'],
  ['its creation took it, and comes again', living({ ...owned(mine), [`${ADOPTED_PREFIX}${mine.key}`]: 'taken' }), claim({ isCreate: true }), 'taken'],
  ['its creation took it, and is over', living({ ...owned(mine), [`${ADOPTED_PREFIX}${mine.key}`]: 'taken' }), claim(), 'own'],
])('%s', (_, there, how, kind) => {
  expect(standingOf(wanted, there, how)).toEqual({ kind });
});

test.each<readonly [string, KubeObject | undefined, Claim, string]>([
  ['should exist', undefined, claim({ foreign: 'existing' }), 'core/ConfigMap shop/a does not exist, and the program says that it does: create it first, or let the mesh create it'],
  ['is foreign', living(), claim(), 'core/ConfigMap shop/a exists already and was not made by this stack (managers: helm, kubectl); nothing was changed. Delete it, rename yours, or set adoptExisting to add to it'],
  ['belongs to another stack', living(owned(stranger)), claim({ foreign: 'add' }), 'core/ConfigMap shop/a belongs to stack Team, resource ID; nothing was changed'],
  ['is retained for another mesh', living({ ...owned(stranger), [RETAINED]: 'other' }), claim(), 'core/ConfigMap shop/a belongs to stack Team, resource ID and is retained for mesh \'other\'; nothing was changed'],
  ['is being deleted', living({}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/holds'] }), claim(),
    'core/ConfigMap shop/a is being deleted since 2026-01-01T00:00:00Z and waits for its finalizers example.com/holds'],
])('refuses an object that %s', (_, there, how, text) => {
  expect(() => standingOf(wanted, there, how)).toThrow(new Error(text));
});
