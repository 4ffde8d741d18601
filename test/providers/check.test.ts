import { renderDiagnostic } from '../../lib/diagnostics/render';
import { appMeshProvider } from '../../lib/providers/app-mesh';
import { checkCapabilities } from '../../lib/providers/check';
import type { Provider } from '../../lib/providers/provider';
import { PROVIDERS, providerNamed } from '../../lib/providers/registry';
import { renderSupportTable } from '../../lib/providers/support-table';
import { gateway, gatewayRoute, http, model, service, to } from '../model-builders';

const appMesh = appMeshProvider();
const able: Provider = { ...appMesh, name: 'able', title: 'Able', capabilities: { ...appMesh.capabilities, 'gateway.mirror': { kind: 'native' } } };
const mirrored = model({
  services: [service('products')],
  gateways: [gateway([gatewayRoute('r', http(), [to('shop/products')], { filters: { mirrors: [{ service: 'shop/products', percent: 10 }] } })])],
});
const where = 'Shop/Mesh/gateway/r (GatewayRoute), mirror';
const source = 'https://github.com/aws/aws-app-mesh-roadmap/issues/35';

test('refuses a feature that no mesh can say', () => {
  const found = checkCapabilities(mirrored, appMesh, [appMesh]).map(renderDiagnostic);

  expect(found).toEqual([`MESH401 AWS App Mesh cannot say mirroring at a gateway: it has no mirroring (${source})\n  at   ${where}\n  fix  leave it out; no mesh that this library knows can say it`]);
});

test('names the meshes that can say a refused feature', () => {
  const [found] = checkCapabilities(mirrored, appMesh, [appMesh, able]);

  expect(found?.fix).toBe('leave it out, or choose Able, which can');
});

test('warns where an emulation can be noticed, and is silent where it cannot', () => {
  const noticed: Provider = { ...appMesh, capabilities: { ...appMesh.capabilities, 'gateway.mirror': { kind: 'emulated', how: 'by hand', notice: 'watch out' } } };
  const silent: Provider = { ...appMesh, capabilities: { ...appMesh.capabilities, 'gateway.mirror': { kind: 'emulated', how: 'by hand' } } };

  expect(checkCapabilities(mirrored, noticed, []).map(renderDiagnostic)).toEqual([
    `MESH402 AWS App Mesh says mirroring at a gateway in another form: by hand\n  at   ${where}\n  fix  watch out`,
  ]);
  expect(checkCapabilities(mirrored, silent, [])).toEqual([]);
});

test('reports a feature once for each property', () => {
  const [one] = mirrored.gateways;
  const twice = { ...mirrored, gateways: [{ ...one!, routes: [one!.routes[0]!, one!.routes[0]!] }] };

  expect(checkCapabilities(twice, appMesh, [])).toHaveLength(1);
});

test('finds a mesh by name, and names the known ones for an unknown name', () => {
  expect(providerNamed('app-mesh').title).toBe('AWS App Mesh');
  expect(() => providerNamed('linkerd')).toThrow("unknown mesh 'linkerd'; known are 'app-mesh'");
});

test('prints every feature of every mesh in words', () => {
  const table = renderSupportTable(PROVIDERS);

  expect(table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| feature'))).toHaveLength(Object.keys(appMesh.capabilities).length);
  expect(table).toContain('| a match on an exact path | yes |');
  expect(table).toContain(`| mirroring | no: it has no mirroring ([source](${source})) |`);
  expect(table).toContain("| a split by weights | yes: a router and a virtual service of the gateway route's own |");
});
