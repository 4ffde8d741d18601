import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { clusterPort, resourcesOf } from './templates';
import { writeRoles, type RoleRequest } from '../../lib/outputs/cloudformation/roles';

const products: RoleRequest = {
  name: 'products',
  namespace: 'shop',
  owner: 'Main/Mesh/Products',
  shard: 'service:shop/products',
  permissions: [{ sid: 'Envoy', actions: ['appmesh:StreamAggregatedResources'], resources: ['arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/v1'] }],
};
const trust = (provider: string, issuer: string) => ({
  Version: '2012-10-17',
  Statement: [{
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: provider },
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: 'system:serviceaccount:shop:products' } },
  }],
});

test('a role trusts exactly its service account and may do exactly what was asked', () => {
  const stack = new Stack(new App(), 'Main');

  const roles = writeRoles([products], { scopeOf: () => stack, oidcProvider: clusterPort().oidcProvider });

  const [[id, role]] = Object.entries(resourcesOf(stack)) as unknown as [[string, { readonly Properties: { readonly [name: string]: unknown } }]];
  expect(id).toMatch(/^ShopProductsRole[0-9a-f]{8}$/);
  expect(role.Properties).toEqual({
    Description: 'Service account shop/products',
    AssumeRolePolicyDocument: trust('arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC', 'oidc.example/id/ABC'),
    Policies: [{
      PolicyName: 'mesh',
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Sid: 'Envoy', Effect: 'Allow', Action: ['appmesh:StreamAggregatedResources'], Resource: products.permissions[0]!.resources }] },
    }],
  });
  expect([...roles.keys()]).toEqual(['shop/products']);
  expect(stack.resolve(roles.get('shop/products')!.arn)).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
});

test('an issuer that is known only at deployment becomes part of the trust policy as text, without a function of its own', () => {
  const stack = new Stack(new App(), 'Main');
  const issuer = new CfnParameter(stack, 'Issuer').valueAsString;
  const providerArn = new CfnParameter(stack, 'Provider').valueAsString;

  writeRoles([products], { scopeOf: () => stack, oidcProvider: () => ({ providerArn, issuer }) });

  const [role, ...more] = Object.values(resourcesOf(stack));
  const parts = (role!.Properties.AssumeRolePolicyDocument as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'][1];
  const text = parts.map((part) => typeof part === 'string' ? part : `<${(part as { readonly Ref: string }).Ref}>`).join('');
  expect(more).toEqual([]);
  expect(JSON.parse(text)).toEqual(trust('<Provider>', '<Issuer>'));
});

test('an account that needs no permission has a role without a policy', () => {
  const stack = new Stack(new App(), 'Main');

  writeRoles([{ ...products, permissions: [] }], { scopeOf: () => stack, oidcProvider: clusterPort().oidcProvider });

  expect(Object.values(resourcesOf(stack))[0]!.Properties).not.toHaveProperty('Policies');
});

test('the provider is not asked for when there is no role to write', () => {
  const oidcProvider = () => { throw new Error('asked'); };

  expect(writeRoles([], { scopeOf: () => new Stack(), oidcProvider }).size).toBe(0);
});

test('logical ids of roles do not depend on where they are made', () => {
  const [first, second] = ['Main', 'Team'].map((id) => new Stack(new App(), id)) as [Stack, Stack];
  for (const stack of [first, second]) writeRoles([products], { scopeOf: () => stack, oidcProvider: clusterPort().oidcProvider });

  expect(resourcesOf(first)).toEqual(resourcesOf(second));
});
