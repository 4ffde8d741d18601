/** The first deployment: complete only when everything serves, and then as the simulator says. */
import { late } from './shop';
import type { Group, Stage } from './stage';
import { get } from '../load';
import { kubectl } from '../node';

export const first: Group = {
  name: 'first deployment',
  scenarios: [{ name: 'complete only when every pod serves; shares, pins, preview, rewrite, retries and timeouts are those of the program', fresh: true, run: deployed }],
};

async function deployed(stage: Stage): Promise<void> {
  await stage.begin({ canary: '2.0.0', canaryPercent: 5 });
  const status = (path: string) => stage.world.get(path).last.status;
  stage.expect(status('/products') === 200, 'the first request was not served');
  const waiting = kubectl(['get', 'pods', '-n', 'shop', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[*].ready}{"\\n"}{end}']).split('\n').filter((line) => /false/.test(line));
  stage.expect(waiting.length === 0, `pods are not ready: ${waiting.join(', ')}`);

  only(stage, '/products/1', { 'x-experiment-id': 'b' }, `shop/products:${late('2.0.0')}`);
  only(stage, '/checkout', {}, `shop/checkout:${late('3.1.0')}`);
  only(stage, '/checkout', { 'x-preview': 'green' }, `shop/checkout:${late('3.2.0')}`);
  const { host, path } = JSON.parse(stage.world.get('/products/7?x=1').last.body) as { host: string; path: string };
  stage.expect(/^products\.shop\.svc\.cluster\.local/.test(host) && path === '/products/7?x=1', `the request arrives as ${host} ${path}`);
  stage.expect(status('/productsx') === 404, 'a path beside the prefix is served');

  const canaries = stage.world.get('/products/2', 2_000).seen[`200 shop/products:${late('2.0.0')}`] ?? 0;
  // four sigma of 5 % of 2,000 are 39
  stage.expect(canaries > 61 && canaries < 139, `the canary got ${canaries} of 2,000 requests`);

  // each attempt may take 1.5 s, all together 10 s
  stage.expect(status('/patient?delay=500ms') === 200, 'an answer within the time of an attempt is not served');
  stage.expect(status('/patient?delay=3s') === 504, 'an attempt is not limited');
  stage.expect(status('/products?delay=3s') === 200, 'a route without a timeout has one');

  // three retries after the first attempt, where the route has them
  const attempts = (path: string) => {
    const before = requestsAt('products');
    stage.expect(status(path) === 503, `${path} does not end with the status of the last attempt`);
    return requestsAt('products') - before;
  };
  const [retried, once] = [attempts('/patient?status=503'), attempts('/products?status=503')];
  stage.expect(retried === 4 && once === 1, `there were ${retried} attempts of a request that has three retries, ${once} of one that has none`);
}

/** Requests that all pods of a service have got. */
function requestsAt(service: string): number {
  const pods = kubectl(['get', 'pods', '-n', 'shop', '-l', `mesh.cdk-eks-mesh.dev/service=${service}`, '-o', 'jsonpath={.items[*].metadata.name}']).trim().split(' ');
  return pods.reduce((sum, pod) => {
    const { last } = get('http://localhost:8080/counters', 1, { from: { pod: `shop/${pod}`, container: 'app' } });
    return sum + (JSON.parse(last.body) as { requests: number }).requests;
  }, 0);
}

function only(stage: Stage, path: string, headers: Readonly<Record<string, string>>, version: string): void {
  const { seen } = stage.world.get(path, 50, { headers });
  stage.expect(Object.keys(seen).join() === `200 ${version}`, `${path} with ${JSON.stringify(headers)} is served by ${JSON.stringify(seen)}, not by ${version}`);
}
