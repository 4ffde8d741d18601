import { mergeValues, resolveRoleArns } from '../../lib/plan/chart-values';

describe('merged values', () => {
  test('are changed key by key; lists are replaced, and null stays for Helm to see', () => {
    const values = { sidecar: { logLevel: 'info', resources: { cpu: 1 } }, tolerations: ['a', 'b'], log: { level: 'info' } };

    expect(mergeValues(values, { sidecar: { logLevel: 'debug' }, tolerations: ['c'], log: null, own: 1 })).toEqual({
      sidecar: { logLevel: 'debug', resources: { cpu: 1 } }, tolerations: ['c'], log: null, own: 1,
    });
    expect(values.sidecar.logLevel).toBe('info');
  });

  test('have the change in place of a reference, never beside it', () => {
    expect(mergeValues({ arn: { roleArnOf: 'a/b/role' } }, { arn: { of: 'mine' } })).toEqual({ arn: { of: 'mine' } });
  });
});

describe('references to roles', () => {
  const arnOf = (step: string) => `arn of ${step}`;

  test('become ARNs wherever they stand', () => {
    const role = { roleArnOf: 'a/b/role' };

    expect(resolveRoleArns({ account: { annotations: { arn: role, own: 'yes' } }, list: [role, [role], 1] }, arnOf)).toEqual({
      account: { annotations: { arn: 'arn of a/b/role', own: 'yes' } }, list: ['arn of a/b/role', ['arn of a/b/role'], 1],
    });
  });

  test('are objects of this key alone, and of it alone', () => {
    const values = { roleArnOf: 'a key of the chart', beside: { roleArnOf: 'a', other: 'b' }, none: null };

    expect(resolveRoleArns(values, arnOf)).toEqual(values);
  });

  test('are not looked for inside of tokens', () => {
    class Token {
      readonly value = { roleArnOf: 'a/b/role' };
    }
    const token = new Token();

    expect(resolveRoleArns({ token }, arnOf).token).toBe(token);
  });
});
