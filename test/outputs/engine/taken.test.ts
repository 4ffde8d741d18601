import type { KubeObject } from '../../../lib/kube/object';
import { identityOf } from '../../../lib/outputs/cloudformation/engine/identity';
import { beforeMark, partOf } from '../../../lib/outputs/cloudformation/engine/taken';
import { BEFORE_PREFIX } from '../../../lib/outputs/cloudformation/protocol';

test('a part has the fields that are named, and no other', () => {
  const value = { a: 1, b: { c: 2, d: 3 }, e: 0, gone: undefined };

  expect(partOf(value, { 'f:a': {}, 'f:b': { '.': {}, 'f:d': {} }, 'f:e': {}, 'f:gone': {} })).toEqual({ a: 1, b: { d: 3 }, e: 0 });
});

test('a leaf is taken as a whole, an owned thing without fields is empty', () => {
  expect(partOf({ a: { b: 1 }, c: { d: 1 }, list: [1, 2] }, { 'f:a': {}, 'f:c': { '.': {} }, 'f:list': {} })).toEqual({ a: { b: 1 }, c: {}, list: [1, 2] });
});

test('entries of lists are found by their keys or values', () => {
  const ports = [{ port: 80, protocol: 'TCP', name: 'http' }, { port: 443, protocol: 'TCP', name: 'https' }];

  expect(partOf({ ports, finalizers: ['a', 'b'] }, {
    'f:ports': { 'k:{"port":443,"protocol":"TCP"}': { '.': {}, 'f:port': {} } }, 'f:finalizers': { 'v:"b"': {} },
  })).toEqual({ ports: [{ port: 443, protocol: 'TCP' }], finalizers: ['b'] });
});

test('remembers what other units had applied, and nobody else', () => {
  const unit = identityOf({ StackId: 'arn:aws:cloudformation:eu-west-1:1:stack/New/1', LogicalResourceId: 'Cart' });
  const fieldsV1 = { 'f:data': { 'f:key': {} } };
  const managedFields = [
    { manager: 'cdk-eks-mesh-11111111-22222222', operation: 'Apply', fieldsV1 }, { manager: 'kubectl', operation: 'Apply', fieldsV1 }, { manager: unit.manager, operation: 'Apply', fieldsV1 },
    { manager: 'cdk-eks-mesh-11111111-22222222', operation: 'Apply', subresource: 'status', fieldsV1 },
  ];
  const living: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop', uid: '1', managedFields }, data: { key: 'value', more: 'x' } };

  const mark = beforeMark(living, unit);

  expect(JSON.parse(mark[`${BEFORE_PREFIX}${unit.key}`]!)).toEqual([
    { manager: 'cdk-eks-mesh-11111111-22222222', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' }, data: { key: 'value' } } },
  ]);
  expect(beforeMark({ ...living, metadata: { ...living.metadata, annotations: mark }, data: { key: 'changed' } }, unit)).toEqual(mark);
});
