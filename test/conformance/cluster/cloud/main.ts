/**
 * What a node of EKS has around it: a registry of images, IAM behind the API server's tokens, addresses of load balancers.
 * Bundled and started inside of the node, so that it ends with it: `node cloud.js SETTINGS.json`.
 */
import { readFileSync } from 'fs';
import { createServer, type RequestListener } from 'http';
import { text } from 'stream/consumers';
import { reviewToken } from './eks-tokens';
import { LoadBalancers, type ApiAccess } from './load-balancers';
import { Registry, type Catalogue } from './registry';

/** The file that the process is started with. */
export interface CloudSettings {
  readonly cluster: string;
  readonly catalogue: Catalogue;
  /** Addresses to listen at. */
  readonly registry: string;
  readonly tokens: string;
  /** First three numbers of load balancers' addresses. */
  readonly loadBalancers: string;
  readonly api: ApiAccess;
}

function listen(address: string, handler: RequestListener): void {
  const [host, port] = address.split(':');
  createServer(handler).listen(Number(port), host);
}

function main(file: string): void {
  const settings = JSON.parse(readFileSync(file, 'utf8')) as CloudSettings;
  const registry = new Registry(settings.catalogue);
  listen(settings.registry, (request, response) => registry.handle(request, response));
  listen(settings.tokens, (request, response) => {
    void text(request).then(body => {
      const review = reviewToken(JSON.parse(body), settings.cluster, new Date());
      if (!review.status.authenticated) console.log(`token refused: ${review.status.error}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(review));
    }).catch((error: Error) => response.writeHead(400).end(error.message));
  });
  void new LoadBalancers(settings.api, settings.loadBalancers).run();
}

main(process.argv[2]!);
