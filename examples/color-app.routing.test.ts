/** Which colour answers? The same tests hold on every mesh that the program can run on. */
import { build } from './color-app';
import { GET, meshIn, requests } from '../lib/testing/jest'; // in a program of your own: 'cdk-eks-mesh/jest'

const mesh = meshIn(build());
const gateway = mesh.gateway();

describe('by header', () => {
  const askedFor = (color: string) => GET('/headers/color', { headers: { color_header: color } });

  test.each([
    ['blue', 'blue'], ['light green', 'green'], ['green', 'green'], ['reddish', 'red'], ['bluish', 'yellow'], ['', 'yellow'],
  ])("'%s' is answered by %s", (header, color) => {
    expect(gateway).toRoute(askedFor(header), `color@${color}`);
  });

  test('white answers whoever asks for nothing', () => {
    expect(gateway).toRoute(GET('/headers/color'), 'color@white');
  });
});

describe('by path', () => {
  test.each(['blue', 'green', 'red', 'yellow'])('%s has a path of its own', (color) => {
    expect(gateway).toRoute(requests({ path: [`/paths/${color}`, `/paths/${color}/again`] }), `color@${color}`);
  });

  test('of all others, one in ten is blue', () => {
    expect(gateway).toSplit(GET('/paths/pink'), { white: 90, blue: 10 });
    expect(gateway).toSplit(GET('/paths/bluebell'), { white: 90, blue: 10 });
  });
});

test('the service sees the path without its first part', () => {
  expect(gateway).toArriveAs(GET('/paths/red/again'), { path: '/red/again', host: 'color-paths.color-app.svc.cluster.local' });
});

test('nothing else is open to the world, and these tests touch all routes', () => {
  expect(gateway).toBeUnroutable([GET('/'), GET('/color'), GET('/pathsx')]);
  expect(mesh).toHaveNoShadowedRoutes();
  expect(mesh).toHaveRouteCoverage({ routes: 100, targets: 100 });
});
