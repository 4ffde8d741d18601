/** Routing does not depend on who has written the pods. */
import { build } from './workloads';
import { GET, meshIn } from '../lib/testing/jest'; // in a program of your own: 'cdk-eks-mesh/jest'

const mesh = meshIn(build());

test('the gateway leads to the pods of the Deployment', () => {
  expect(mesh.gateway()).toRoute(GET('/reviews/7'), 'reviews@v1');
  expect(mesh.gateway()).toBeUnroutable(GET('/'));
  expect(mesh).toHaveRouteCoverage({ routes: 100, targets: 100 });
});
