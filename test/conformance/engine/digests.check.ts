/** The digests that the library pins are those of the definitions in the project's own sources. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { definitionsOf, digestOf } from '../../../lib/outputs/cloudformation/engine/definitions';
import { GATEWAY_API } from '../../../lib/providers/gateway-api/definitions';
import { goModule } from '../tools';

const TEMPLATES = join(goModule('github.com/envoyproxy/gateway', GATEWAY_API.chartVersion), 'charts/gateway-crds-helm/templates');
const FILES = new Map(readdirSync(TEMPLATES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
  const path = join(entry.parentPath, entry.name);
  return [path.slice(TEMPLATES.length + 1), readFileSync(path, 'utf8')] as const;
}));

const { files, digests, bundle } = GATEWAY_API;

test.each([
  ['gatewayApi', [files.gatewayApi]], ['envoyGateway', [files.envoyGateway]], ['both', [files.gatewayApi, files.envoyGateway]],
] as const)('%s', (name, wanted) => {
  expect(digestOf(definitionsOf(FILES, wanted))).toBe(digests[name]);
});

test('the chart carries the release of the Gateway API that is named', () => {
  const versions = definitionsOf(FILES, [files.gatewayApi]).map(({ metadata: { annotations = {} } }) => annotations['gateway.networking.k8s.io/bundle-version']);

  expect(new Set(versions.filter((version) => version !== undefined))).toEqual(new Set([`v${bundle}`]));
});
