import { dependencyCycle } from './dependency-cycle';

const template = (resources: object) => ({ resources: resources as { [id: string]: { Type: string } } });

test('a chain of dependencies is no cycle', () => {
  const chain = template({ A: { Type: 'T', DependsOn: 'B' }, B: { Type: 'T', Properties: { of: { Ref: 'C' }, at: { Ref: 'AWS::Region' } } }, C: { Type: 'T' } });

  expect(dependencyCycle(chain)).toEqual([]);
});

test.each([
  ['DependsOn', { A: { Type: 'T', DependsOn: ['B'] }, B: { Type: 'T', DependsOn: 'A' } }],
  ['Ref and Fn::GetAtt', { A: { Type: 'T', Properties: { x: [{ Ref: 'B' }] } }, B: { Type: 'T', Properties: { y: { 'Fn::GetAtt': ['A', 'Arn'] } } } }],
  ['Fn::Sub', { A: { Type: 'T', Properties: { x: { 'Fn::Sub': 'x-${B.Arn}' } } }, B: { Type: 'T', DependsOn: 'A' } }],
])('a cycle by %s is found', (_by, resources) => {
  expect(dependencyCycle(template(resources))).toEqual(['A', 'B', 'A']);
});
