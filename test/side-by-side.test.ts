/** The page that shows one canary in the objects of all meshes is printed from what the quickstart makes. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { expectGolden } from './golden';
import { objectsIn } from './schemas/assembly';
import { buildExample } from './schemas/programs';
import type { KubeObject } from '../lib/kube/object';

interface Rule {
  readonly name: string;
}

/** Title, mesh, and the objects that say where requests for products go. */
const MESHES: readonly (readonly [title: string, mesh: string, isShown: (object: KubeObject) => boolean])[] = [
  ['Istio', 'istio', ({ kind, metadata }) => ['HTTPRoute', 'VirtualService'].includes(kind) && /^(products|gateway-80)/.test(metadata.name)],
  ['Envoy Gateway', 'envoy-gateway', ({ kind, metadata }) => ['HTTPRoute', 'BackendTrafficPolicy'].includes(kind) && /^gateway-80($|-products)/.test(metadata.name)],
  ['AWS App Mesh', 'app-mesh', ({ kind, metadata }) => (kind === 'VirtualRouter' && metadata.name === 'products') || (kind === 'GatewayRoute' && metadata.name === 'gateway-products')],
];

/** Of a table of all routes, the rules of products; and no labels, which say nothing here. */
function shortened(object: KubeObject): object {
  const { labels: _, ...metadata } = object.metadata;
  const { rules, ...spec } = object.spec as { readonly rules?: readonly Rule[] };
  const own = rules?.filter(({ name }) => object.metadata.name !== 'gateway-80' || name.startsWith('products'));
  return { ...object, metadata, spec: own === undefined ? spec : { ...spec, rules: own } };
}

/** The lines of the quickstart that say it. */
function programOf(): string {
  const text = readFileSync(join(__dirname, '../examples/quickstart.ts'), 'utf8');
  const [service, gateway] = [text.indexOf('  const products'), text.indexOf('  const gateway')];
  const end = text.indexOf('\n', text.indexOf("gateway.addRoute('Products'"));
  return [text.slice(service, text.indexOf('  });', service) + 5), text.slice(gateway, end)].join('\n\n').replace(/^ {2}/gm, '');
}

test('docs/side-by-side.md is printed from the quickstart on every mesh', () => {
  const parts = MESHES.map(([title, mesh, isShown]) => {
    const objects = objectsIn(buildExample('quickstart', mesh).synth().directory).filter(isShown);

    expect(objects.length).toBeGreaterThanOrEqual(2);
    return `## ${title}\n\n\`\`\`yaml\n${objects.map((object) => stringify(shortened(object), { aliasDuplicateObjects: false })).join('---\n')}\`\`\`\n`;
  });

  expectGolden('../../docs/side-by-side.md', `# One canary, three meshes

The routes to the products of [the quickstart](../examples/quickstart.ts), as each mesh gets them; labels and the routes of other services are left out. Printed from what the
program makes: \`UPDATE_GOLDEN=1 npx jest test/side-by-side\` writes it.

\`\`\`ts
${programOf()}
\`\`\`

${parts.join('\n')}`);
});
