import { APP_MESH } from '../../lib/platform/versions';
import { ENVOY_TAG } from '../../lib/providers/app-mesh/options';

test('sidecars and gateways are made from one proxy version', () => {
  // the controller writes its own proxy image into a gateway's pods; another one here would only mislead
  expect(ENVOY_TAG).toBe(APP_MESH.envoyTag);
});
