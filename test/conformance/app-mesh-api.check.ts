/** App Mesh objects against the API's own model. */
import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { writeObjects } from './object-files';
import { python, run, type Outcome } from './tools';
import type { KubeObject } from '../../lib/kube/object';
import { allPrograms } from '../schemas/programs';
import { SHOP, spoil } from '../schemas/webhook/shop';

function askApi(programs: readonly { readonly title: string; readonly objects: readonly KubeObject[] }[]): Outcome {
  const { appMesh } = writeObjects(programs, mkdtempSync(join(tmpdir(), 'objects-')));
  return run(python('python'), [join(__dirname, 'app_mesh_api.py'), ...appMesh]);
}

test('the model of the API takes every object of every example and case', () => {
  const { status, output } = askApi(allPrograms());

  expect(output).toMatch(/^\d{2,} calls, 0 complaints\n$/);
  expect(status).toBe(0);
});

describe('the model of the API', () => {
  test('takes a good cluster', () => {
    expect(askApi([{ title: 'good', objects: SHOP }]).output).toBe('15 calls, 0 complaints\n');
  });

  test.each([
    ['two discoveries', spoil('VirtualNode products-v2', 'spec.serviceDiscovery.dns', { hostname: 'products' }), 'tagged union structure spec.serviceDiscovery'],
    ['a weight over 100', spoil('VirtualRouter products', 'spec.routes.0.httpRoute.action.weightedTargets.0.weight', 101), 'weight: 101 is above 100'],
    ['port 0', spoil('GatewayRoute products', 'spec.httpRoute.match.port', 0), 'port'],
    ['two header conditions', spoil('GatewayRoute products', 'spec.httpRoute.match.headers.0.match', { exact: 'a', prefix: 'a' }), 'tagged union structure spec.httpRoute.match.headers[0].match'],
    ['an event that does not exist', spoil('VirtualRouter products', 'spec.routes.0.httpRoute.retryPolicy.tcpRetryEvents', ['reset']), "'reset' is none of connection-error"],
    ['a name over 255 characters', spoil('VirtualNode catalog', 'spec.awsName', 'x'.repeat(256)), 'virtualNodeName: 256 is above 255'],
    ['an unknown field', spoil('VirtualGateway edge', 'spec.listeners.0.timeout', {}), 'Unknown parameter in spec.listeners[0]: "timeout"'],
    ['a missing field', spoil('GatewayRoute about', 'spec.httpRoute.action.target', undefined), 'Missing required parameter in spec.httpRoute.action: "target"'],
    ['text where a number belongs', spoil('VirtualRouter products', 'spec.routes.0.priority', 'first'), 'Invalid type for parameter spec.priority'],
  ])('refuses %s', (_what, objects, complaint) => {
    const { status, output } = askApi([{ title: 'bad', objects }]);

    expect(output).toContain(complaint);
    expect(status).toBe(1);
  });
});
