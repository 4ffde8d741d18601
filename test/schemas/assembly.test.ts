import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { objectsIn, resolve } from './assembly';

describe('reading objects out of an assembly', () => {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const template = (resources: object) => JSON.stringify({ Resources: resources });
  const lines = (...Manifest: readonly unknown[]) => ({ Type: 'Custom::KubernetesObjects', Properties: { Manifest } });
  const manifest = (text: unknown) => ({ Type: 'Custom::AWSCDK-EKS-KubernetesResource', Properties: { Manifest: text } });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('finds manifests of stacks, nested stacks and stages, and labels given by a patch', () => {
    mkdirSync(join(directory, 'assembly-Prod'));
    writeFileSync(join(directory, 'Shop.template.json'), template({
      Mesh: lines('[{"apiVersion":"appmesh.k8s.aws/v1beta2",', '"kind":"Mesh","metadata":{"name":"shop"},"spec":{}}]'),
      Labels: {
        Type: 'Custom::AWSCDK-EKS-KubernetesPatch',
        Properties: { ResourceName: 'namespace/team', ApplyPatchJson: '{"metadata":{"labels":{"mesh":"shop"}}}' },
      },
      Bucket: { Type: 'AWS::S3::Bucket' },
    }));
    writeFileSync(join(directory, 'Shard0.nested.template.json'), template({
      Account: lines('[{"apiVersion":"v1","kind":"ServiceAccount",', { 'Fn::Join': ['', ['"metadata":{"name":"a","annotations":{"role":"', { 'Fn::GetAtt': ['Role', 'Arn'] }, '"}}}]']] }),
    }));
    writeFileSync(join(directory, 'assembly-Prod', 'Prod.template.json'), template({ Claim: manifest('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}') }));

    expect(objectsIn(directory)).toEqual([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a', annotations: { role: 'arn:aws:iam::123456789012:role/attribute' } } },
      { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'Mesh', metadata: { name: 'shop' }, spec: {} },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { mesh: 'shop' } } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
    ]);
  });

  test('reads an account that stands in several resources once, and refuses everything else that does, or that says something else', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'assembly-'));
    const objects = (kind: string, ...labels: readonly string[]) => {
      const resources = labels.map((team) => lines(JSON.stringify([{ apiVersion: 'v1', kind, metadata: { name: 'a', labels: { team } } }])));
      writeFileSync(join(elsewhere, 'Shop.template.json'), template({ ...resources }));
      return () => objectsIn(elsewhere);
    };

    expect(objects('ServiceAccount', 'x', 'x')()).toHaveLength(1);
    expect(objects('ServiceAccount', 'x', 'y')).toThrow('core/ServiceAccount a occurs twice');
    expect(objects('ConfigMap', 'x', 'x')).toThrow('core/ConfigMap a occurs twice');
    rmSync(elsewhere, { recursive: true });
  });

  test('puts the text of a deployment in the place of tokens', () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':acm:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':certificate/x']] };

    expect(resolve(arn)).toBe('arn:aws:acm:eu-west-1:123456789012:certificate/x');
  });

  test('refuses an intrinsic that it does not know', () => {
    expect(() => resolve({ 'Fn::Cidr': [] })).toThrow('unknown intrinsic Fn::Cidr');
  });
});
