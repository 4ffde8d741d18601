import { envoyGatewayDefinitions, GATEWAY_API, gatewayApiDefinitions } from '../../../lib/providers/gateway-api/definitions';

const { gatewayApi, envoyGateway, both } = GATEWAY_API.digests;

test.each([
  ['Istio', gatewayApiDefinitions({}), 'gateway-api/definitions', gatewayApi, ['experimental-gatewayapi-crds.yaml']],
  ['Envoy Gateway', envoyGatewayDefinitions({}), 'gateway-api/definitions', both, ['experimental-gatewayapi-crds.yaml', 'generated/']],
  ['Envoy Gateway, beside another mesh', envoyGatewayDefinitions({ gatewayApi: 'existing' }), 'envoy-gateway/definitions', envoyGateway, ['generated/']],
])('those of %s have the digest of their files', (_, { steps }, id, digest, files) => {
  expect(steps).toEqual([{ kind: 'definitions', id, needs: [], repository: 'oci://docker.io/envoyproxy/gateway-crds-helm', version: 'v1.9.1', digest, files }]);
});

test('there are none for Istio where the cluster has them', () => {
  expect(gatewayApiDefinitions({ gatewayApi: 'existing' })).toEqual({ claims: [], steps: [] });
});

test('the digests are those of three different sets', () => {
  const digests = Object.values(GATEWAY_API.digests);

  expect(new Set(digests).size).toBe(3);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
});
