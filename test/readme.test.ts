/** README quotes programs that are run; what it shows of the routing tests stands in the quickstart's own. */
import { readFileSync } from 'fs';
import { join } from 'path';

const read = (file: string) => readFileSync(join(__dirname, '..', file), 'utf8');

/** Lines that count, without indentation and comments; the entry is named as users import it. */
function lines(text: string): readonly string[] {
  return text.replace(/'\.\.\/lib\/testing\/jest'/g, "'cdk-eks-mesh/jest'").split('\n').map((line) => line.replace(/\s*\/\/ .*$/, '').trim()).filter((line) => line !== '');
}

test('the routing tests in README are those of the quickstart, in their order', () => {
  const [, block] = /## Test where requests go[\s\S]*?```js\n([\s\S]*?)```/.exec(read('README.md'))!;
  const quoted = lines(block!);
  const run = lines(read('examples/quickstart.routing.test.ts'));

  let at = -1;
  const strangers = quoted.filter((line) => {
    const next = run.indexOf(line, at + 1);
    if (next >= 0) at = next;
    return next < 0;
  });
  expect(quoted.length).toBeGreaterThan(10);
  expect(strangers).toEqual([]);
});
