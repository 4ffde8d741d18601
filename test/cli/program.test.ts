import { readFileSync } from 'fs';
import { join } from 'path';
import { SHOP, assemblyOf, run } from './world';
import { reportError } from '../../lib/cli/errors';
import { colorsOf } from '../../lib/cli/io';
import { expectGolden } from '../golden';

const ESCAPE = '\u001b';

describe('the program', () => {
  test('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };

    expect(await run('.', ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('prints help with examples for its commands', async () => {
    const asked = [['simulate', '--help'], ['help', 'explain'], ['diff', '--help'], ['check', '-h']];
    const outcomes = await Promise.all(asked.map((args) => run('.', args)));

    expect(outcomes.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(asked.map(() => '0'));
    expectGolden('cli/help.txt', outcomes.map(({ stdout }, at) => `$ cdk-eks-mesh ${asked[at]!.join(' ')}\n${stdout}`).join('\n'));
  });

  test('says in its help what there is and how commands end', async () => {
    const { code, stdout } = await run('.', ['--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: cdk-eks-mesh \[options\] \[command\]\n\nWhere does a request go\? /);
    expect(stdout).toContain([
      'Exit codes:',
      '  0  done, and the answer is yes',
      '  1  the answer is no: no route takes the request, findings, differences',
      '  2  wrong usage, or input that cannot be read',
      '  3  a defect of cdk-eks-mesh',
    ].join('\n'));
  });

  test('has examples in the help of every command', async () => {
    const { stdout } = await run('.', ['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
    const helps = await Promise.all(commands.map(async (name) => ({ name, text: (await run('.', ['help', name])).stdout })));

    expect(commands).toEqual(expect.arrayContaining(['simulate', 'explain', 'diff', 'preview', 'diagram', 'check']));
    expect(helps.filter(({ name, text }) => !new RegExp(`^Examples:\\n  cdk-eks-mesh ${name}`, 'm').test(text)).map(({ name }) => name)).toEqual([]);
  });

  test('prints help and fails where nothing is asked', async () => {
    const { code, stdout, stderr } = await run('.', []);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: cdk-eks-mesh /);
  });
});

describe('colours', () => {
  test.each([
    ['on a terminal', true, {}, true],
    ['not in a file', false, {}, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['not where NO_COLOR forbids them', true, { NO_COLOR: '1' }, false],
    ['where an empty NO_COLOR forbids nothing', true, { NO_COLOR: '' }, true],
    ['in a file where FORCE_COLOR demands them', false, { FORCE_COLOR: '1' }, true],
    ['not where FORCE_COLOR is 0', true, { FORCE_COLOR: '0' }, false],
    ['not where NO_COLOR forbids and FORCE_COLOR demands them', false, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['not in a build server that is no terminal', false, { CI: 'true' }, false],
  ])('are printed %s: %s', (_, isTerminal, env, expected) => {
    expect(colorsOf({ isTerminal, env }).isColorSupported).toBe(expected);
  });

  test.each([
    ['an answer', ['simulate', '/half', '--gateway', 'edge']],
    ['a trace', ['explain', '/products', '--gateway', 'edge']],
    ['findings', ['check', '--provider', 'app-mesh']],
    ['an error', ['simulate', 'nothing']],
    ['a wrong option', ['simulate', '--jsn']],
    ['help', ['--help']],
  ])('of %s add nothing but colours', async (_, args) => {
    const folder = assemblyOf(SHOP);
    const plain = await run(folder, args);
    const coloured = await run(folder, args, { isTerminal: true });
    const strip = (text: string) => text.replace(/\u001b\[\d+m/g, '');

    expect(plain.stdout + plain.stderr).not.toContain(ESCAPE);
    expect(coloured.stdout + coloured.stderr).toContain(ESCAPE);
    expect({ code: coloured.code, stdout: strip(coloured.stdout), stderr: strip(coloured.stderr) }).toEqual(plain);
  });
});

describe('an error', () => {
  function said(error: unknown): { readonly code: number; readonly text: string } {
    let text = '';
    const unwanted = () => { throw new Error('an error goes to standard error, and its code is returned'); };
    const code = reportError(error, { stdout: unwanted, stderr: (more) => void (text += more), endWith: unwanted, env: {}, isTerminal: false, cwd: '.' });
    return { code, text };
  }

  test('of ours is said with its stack, and asks for a report', () => {
    const { code, text } = said(new TypeError('x is undefined'));

    expect(code).toBe(3);
    expect(text).toMatch(/^internal: TypeError: x is undefined\n {4}at .*\nthis is a defect of cdk-eks-mesh; please report this, with the command and the model file\n$/s);
  });

  test('that is no error is said, too', () => {
    expect(said('nothing')).toEqual({ code: 3, text: 'internal: nothing\nthis is a defect of cdk-eks-mesh; please report this, with the command and the model file\n' });
  });
});
