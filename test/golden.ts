/** Whole outputs beside tests. `UPDATE_GOLDEN=1` writes them; read the difference before accepting it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';

const ROOT = join(__dirname, 'golden');

/** Compares byte for byte with `test/golden/<path>`. */
export function expectGolden(path: string, text: string): void {
  const file = join(ROOT, path);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`there is no golden '${path}'; write it with UPDATE_GOLDEN=1 and read it`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** Fails when the folder holds a golden that no case writes. */
export function expectNoOrphans(folder: string, names: readonly string[]): void {
  const orphans = readdirSync(join(ROOT, folder)).filter((file) => !names.includes(basename(file)));

  expect(orphans).toEqual([]);
}
