/** The program that scenarios deploy: a shop whose parts change from one deployment to the next. Images get ready 8 s after their start unless a tag says otherwise. */
import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  BlueGreenRoute, CanaryService, Color, GatewayLoadBalancer, HeaderMatch, HealthCheck, HostRewrite, Mesh, MeshCluster, MeshGateway, MeshProvider, MeshService, Pin, Preview,
  RetryOn, RetryPolicy, RouteMatch, ServiceToService, ServiceVersion, type AutoscalingOptions, type CanaryServiceProps, type ImageVersionOptions, type MeshGatewayProps, type MeshProps,
} from '../../../../lib';

/** The meshes that the node runs. */
export type LivingMesh = 'istio' | 'envoy-gateway';

/** What differs between deployments. */
export interface Shop {
  readonly mesh: LivingMesh;
  /** Tag of the stable version of products; another one rolls its pods. @default '1.8.2' */
  readonly stable?: string;
  /** Name of the stable version. @default 'v1' */
  readonly stableName?: string;
  /** Tag of the canary `v2`. @default - no canary */
  readonly canary?: string;
  /** @default 0 */
  readonly canaryPercent?: number;
  /** @default 'blue' */
  readonly active?: 'blue' | 'green';
  /** @default true */
  readonly checkout?: boolean;
  /** Pods of the stable version. @default 2 */
  readonly replicas?: number;
  /** Instead of `replicas`. @default - none */
  readonly autoscaling?: AutoscalingOptions;
  /** Name of the mesh's construct. @default 'Mesh' */
  readonly meshId?: string;
  /** Construct between the stack and the mesh. @default - none */
  readonly meshParent?: string;
  /** Name of the gateway. @default 'gateway' */
  readonly gatewayName?: string;
  /** Further properties of the gateway. @default - none */
  readonly gateway?: Partial<MeshGatewayProps>;
  /** Further properties of the service products. @default - none */
  readonly products?: Partial<CanaryServiceProps>;
  /** Further options of the stable version of products. @default - none */
  readonly version?: Partial<ImageVersionOptions>;
  /** Layer of kubectl and helm. @default 'v35' */
  readonly layer?: 'v28' | 'v35';
  /** Further properties of the mesh. @default - none */
  readonly props?: Partial<MeshProps>;
  /** Adds to the program. @default - nothing */
  readonly more?: (parts: ShopParts) => void;
}

/** What further parts of a program may refer to. */
export interface ShopParts {
  readonly app: App;
  readonly stack: Stack;
  readonly mesh: Mesh;
  readonly gateway: MeshGateway;
  readonly catalog: MeshService;
  readonly products: CanaryService;
}

/** A tag of echo that gets ready late. */
export const late = (tag: string): string => (/-(ready|unready|crash|missing)/.test(tag) ? tag : `${tag}-ready8s`);

/** A version of an image of the shop. */
export function version(name: string, image: string, options: Partial<Parameters<typeof ServiceVersion.fromImage>[1]> = {}): ServiceVersion {
  return ServiceVersion.fromImage(name, { image, healthCheck: HealthCheck.http('/ping', { interval: Duration.seconds(5) }), ...options });
}

/** Synthesizes the shop. Returns the folder of the assembly. */
export function synthShop(shop: Shop): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'shop-')), context: { 'aws:cdk:disable-asset-staging': false } });
  const stack = new Stack(app, 'Shop');
  const parts = buildShop(app, stack, shop);
  shop.more?.(parts);
  app.synth();
  return app.outdir;
}

function buildShop(app: App, stack: Stack, shop: Shop): ShopParts {
  const { stable = '1.8.2', stableName = 'v1', canary, canaryPercent = 0, active = 'blue', checkout = true, replicas = 2, autoscaling } = shop;
  const cluster = new MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: shop.layer === 'v28' ? new KubectlV28Layer(stack, 'Kubectl') : new KubectlV35Layer(stack, 'Kubectl'),
  });
  const mesh = new Mesh(shop.meshParent === undefined ? stack : new Construct(stack, shop.meshParent), shop.meshId ?? 'Mesh', {
    cluster, namespace: 'shop', meshName: 'shop', ...shop.props,
    provider: shop.props?.provider ?? (shop.mesh === 'istio' ? MeshProvider.istio() : MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY })),
  });
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1', `shop/catalog:${late('1.4.0')}`)] });
  const products = new CanaryService(mesh, 'Products', {
    port: 8080,
    stable: version(stableName, `shop/products:${late(stable)}`, { ...(autoscaling === undefined ? { replicas } : { autoscaling }), ...shop.version }),
    ...(canary === undefined ? {} : {
      canary: version('v2', `shop/products:${late(canary)}`), canaryPercent, pins: [Pin.header('x-experiment-id', HeaderMatch.exactly('b'))],
    }),
    calls: [catalog],
    ...shop.products,
  });
  // calls products without retries: what it does not get is lost
  new MeshService(mesh, 'Caller', { port: 8080, versions: [version('v1', `shop/caller:${late('1.0.0')}`, { replicas: 1 })], calls: [products] });
  const gateway = new MeshGateway(mesh, 'Gateway', {
    // the load balancers of the node follow at once; proxies that leave serve on for so long and 15 s more
    gatewayName: shop.gatewayName ?? 'gateway', loadBalancer: GatewayLoadBalancer.internetFacing({ deregistrationDelay: Duration.seconds(20) }), ...shop.gateway,
  });
  gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products, hostRewrite: HostRewrite.toService() });
  gateway.addRoute('Patient', {
    match: RouteMatch.prefix('/patient'), to: products, timeout: Duration.seconds(10),
    retries: RetryPolicy.of({ attempts: 3, perTryTimeout: Duration.millis(1500), on: [RetryOn.SERVER_ERROR] }),
  });
  if (checkout) {
    new BlueGreenRoute(gateway, 'Checkout', {
      match: RouteMatch.prefix('/checkout'),
      blue: new MeshService(mesh, 'CheckoutBlue', { port: 8080, versions: [version('v1', `shop/checkout:${late('3.1.0')}`)] }),
      green: new MeshService(mesh, 'CheckoutGreen', { port: 8080, versions: [version('v1', `shop/checkout:${late('3.2.0')}`)] }),
      active: active === 'green' ? Color.GREEN : Color.BLUE,
      preview: Preview.header('x-preview', HeaderMatch.exactly('green')),
    });
  }
  return { app, stack, mesh, gateway, catalog, products };
}
