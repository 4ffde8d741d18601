/** The script of the page, as the package carries it: the one place of the picture that reads a file. */
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';

/** The same place from lib/diagram and from dist-lib/diagram. */
const FILE = join(__dirname, '../../dist-lib/diagram/page.bundle.js');

/** Whether the script is there; in the package it always is, among sources only after they were bundled. */
export function hasPageScript(): boolean {
  return existsSync(FILE);
}

/** The text of the script. Throws where it was not made yet. */
export function readPageScript(): string {
  if (!hasPageScript()) throw new Error(`the page's script is not there: ${FILE}\n  fix  run npx projen bundle`);
  return readFileSync(FILE, 'utf8');
}
