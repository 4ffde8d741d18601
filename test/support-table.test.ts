/** The page of the support table says what the capability tables say. */
import { expectGolden } from './golden';
import { localEnvoyDialect } from '../lib/providers/local-envoy';
import { PROVIDERS } from '../lib/providers/registry';
import { renderSupportTable } from '../lib/providers/support-table';

test('lib/providers/SUPPORT.md is printed from the capability tables', () => {
  const page = `# What each mesh can say

Printed from the capability tables in \`lib/providers/*/capabilities.ts\`; \`UPDATE_GOLDEN=1 npx jest test/support-table\` writes it.

${renderSupportTable([...PROVIDERS, localEnvoyDialect()])}`;

  expectGolden('../../lib/providers/SUPPORT.md', page);
});
