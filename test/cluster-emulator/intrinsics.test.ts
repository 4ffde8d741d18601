/** Values of templates, without stacks. */
import { referencesOf, resolve, Scope } from '../conformance/cluster/emulator/intrinsics';
import { Json } from '../conformance/cluster/emulator/template';

const scope: Scope = {
  template: {
    Resources: {},
    Mappings: { Sizes: { small: { cpu: 1 } } },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'Name' }, 'shop'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'a'] }] }] },
    },
  },
  parameters: { Name: 'shop', Zones: ['a', 'b'] },
  pseudo: { 'AWS::Region': 'us-west-2' },
  idOf: id => `id-of-${id}`,
  attributeOf: (id, attribute) => attribute === 'List' ? ['x', 'y'] : `${attribute}-of-${id}`,
  imported: name => `import-${name}`,
  parameterStore: path => `stored-${path}`,
};

test.each<readonly [Json, unknown]>([
  [{ Ref: 'Name' }, 'shop'],
  [{ Ref: 'Zones' }, ['a', 'b']],
  [{ Ref: 'AWS::Region' }, 'us-west-2'],
  [{ Ref: 'Thing' }, 'id-of-Thing'],
  [{ 'Fn::GetAtt': ['Thing', 'Arn'] }, 'Arn-of-Thing'],
  [{ 'Fn::GetAtt': 'Child.Outputs.Id' }, 'Outputs.Id-of-Child'],
  [{ 'Fn::Sub': '${Name}/${Thing.Arn}/${!Literal}/${AWS::Region}' }, 'shop/Arn-of-Thing/${Literal}/us-west-2'],
  [{ 'Fn::Sub': ['${Word} ${Thing}', { Word: { Ref: 'Name' } }] }, 'shop id-of-Thing'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Name' }]] }, 'a-shop'],
  [{ 'Fn::Join': [',', { 'Fn::GetAtt': ['Thing', 'List'] }] }, 'x,y'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
  [{ 'Fn::If': ['Yes', 'yes', 'no'] }, 'yes'],
  [{ 'Fn::If': ['No', 'yes', { 'Fn::If': ['Both', 'both', 'not'] }] }, 'both'],
  [{ Kept: '1', Gone: { 'Fn::If': ['No', 'x', { Ref: 'AWS::NoValue' }] }, List: ['a', { Ref: 'AWS::NoValue' }] }, { Kept: '1', List: ['a'] }],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'cpu'] }, '1'],
  [{ 'Fn::FindInMap': ['Sizes', 'large', 'cpu', { DefaultValue: 8 }] }, '8'],
  [{ 'Fn::ImportValue': { 'Fn::Sub': '${Name}-id' } }, 'import-shop-id'],
  [{ 'Fn::Base64': 'text' }, 'dGV4dA=='],
  [{ 'Fn::GetAZs': '' }, ['us-west-2a', 'us-west-2b', 'us-west-2c']],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
  ['{{resolve:ssm:/shop/key}}', 'stored-/shop/key'],
  [{ Condition: { Bool: { 'aws:SecureTransport': false } } }, { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  [[1, true, 0.5], ['1', 'true', '0.5']],
])('%j', (value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

test.each<readonly [Json, string]>([
  [{ A: null }, "[/Resources] 'null' values are not allowed in templates"],
  [{ 'Fn::Transform': {} }, 'the emulator does not support Fn::Transform; it supports Ref, Fn::GetAtt,'],
  [{ 'Fn::Select': [3, ['a']] }, 'Template error: Fn::Select cannot select nonexistent value at index 3'],
  [{ 'Fn::FindInMap': ['Sizes', 'large', 'cpu'] }, 'Template error: Unable to get mapping for Sizes::large::cpu'],
  [{ 'Fn::If': ['Nobody', 'a', 'b'] }, 'Template format error: Unresolved condition dependency Nobody'],
])('refuses %j', (value, message) => {
  expect(() => resolve(value, scope)).toThrow(message);
});

test('finds references in every place', () => {
  const value = { A: { Ref: 'R' }, B: ['x', { 'Fn::GetAtt': ['G', 'Arn'] }], C: { 'Fn::Sub': ['${S.Arn} ${V} ${!No}', { V: { Ref: 'W' } }] }, D: { 'Fn::If': ['Yes', { Ref: 'I' }, ''] } };

  expect([...referencesOf(value)].sort()).toEqual(['G', 'I', 'R', 'S', 'W']);
});
