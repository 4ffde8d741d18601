import type { KubeObject } from '../../../lib/kube/object';
import { identityOf, isOwnId, ownerMark, ownersOf, physicalIdOf } from '../../../lib/outputs/cloudformation/engine/identity';
import { ADOPTED_PREFIX, OWNER_PREFIX } from '../../../lib/outputs/cloudformation/protocol';

const StackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Shop/00000000-0000-4000-8000-000000000001';
const unit = identityOf({ StackId, LogicalResourceId: 'Cart' });
const object = (name: string, content: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, ...content });

test('a unit is known by stack and logical id', () => {
  expect(unit).toMatchObject({ stackName: 'Shop', logicalId: 'Cart', manager: `cdk-eks-mesh-${unit.key}` });
  expect(unit.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{8}$/);
  expect(identityOf({ StackId, LogicalResourceId: 'Other' })).toMatchObject({ stackKey: unit.stackKey });
  expect(identityOf({ StackId: `${StackId}2`, LogicalResourceId: 'Cart' }).stackKey).not.toBe(unit.stackKey);
});

test('a physical id is a function of the set of objects', () => {
  const id = physicalIdOf(unit, [object('a'), object('b')]);

  expect(physicalIdOf(unit, [object('b', { data: { key: 'other' } }), object('a')])).toBe(id);
  expect(physicalIdOf(unit, [object('a')])).not.toBe(id);
  expect(physicalIdOf(identityOf({ StackId, LogicalResourceId: 'Other' }), [object('a'), object('b')])).not.toBe(id);
});

test('a kind that moves to another version of its group keeps the id', () => {
  const route = (version: string): KubeObject => ({ apiVersion: `gateway.networking.k8s.io/${version}`, kind: 'HTTPRoute', metadata: { name: 'a', namespace: 'shop' } });

  expect(physicalIdOf(unit, [route('v1beta1')])).toBe(physicalIdOf(unit, [route('v1')]));
});

test('ids that CloudFormation makes up are not its own', () => {
  expect(isOwnId(unit, physicalIdOf(unit, []))).toBe(true);
  expect(isOwnId(unit, 'Shop-Cart-00000000001A')).toBe(false);
  expect(isOwnId(unit, undefined)).toBe(false);
});

test('the longest logical id makes an id that CloudFormation takes', () => {
  expect(physicalIdOf(identityOf({ StackId, LogicalResourceId: 'A'.repeat(255) }), []).length).toBeLessThan(200);
});

test('owners are read from marks', () => {
  const marked = object('a');
  const other = identityOf({ StackId, LogicalResourceId: 'Other' });
  const annotations = { [`${OWNER_PREFIX}${unit.key}`]: ownerMark(unit, 'id-1'), [`${OWNER_PREFIX}${other.key}`]: ownerMark(other, 'id-2'), [`${ADOPTED_PREFIX}${other.key}`]: 'adopted', more: 'x' };

  expect(ownersOf({ ...marked, metadata: { ...marked.metadata, annotations } })).toEqual([
    { unitKey: unit.key, mark: 'Shop/id-1' }, { unitKey: other.key, mark: 'Shop/id-2', found: 'adopted' },
  ]);
  expect(ownersOf(marked)).toEqual([]);
});
