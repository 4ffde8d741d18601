/** The parts that wrong programs are made of. A program is wrong in one place; the rest is what a user would write. */
import { CfnParameter, type App, type Stack } from 'aws-cdk-lib';
import {
  CanaryService, HostRewrite, MeshGateway, MeshService, RouteMatch, type CanaryServiceProps, type GatewayRoute, type GatewayRouteOptions, type Mesh,
  type MeshProps, type MeshServiceProps, type VersionOptions,
} from '../../lib';
import { errorOf, program, version, type Program } from '../constructs/program';

/** A wrong program and all that its author reads. */
export interface WrongProgram {
  /** What is wrong, as the end of a sentence that begins with "refuses". */
  readonly name: string;
  readonly run: () => unknown;
  /** The whole text. Findings of the synthesis begin with the construct that they are attached to. */
  readonly says: string;
}

/** One test for each program, on the whole text. */
export function refuses(programs: readonly WrongProgram[]): void {
  test.each(programs)('refuses $name', ({ run, says }) => {
    const error = errorOf(run);

    expect(error).toBe(says);
  });
}

export interface Shop extends Program {
  readonly catalog: MeshService;
  readonly gateway: MeshGateway;
}

/** A mesh with the service `catalog` and a gateway without routes. */
export function shop(props: Partial<MeshProps> = {}): Shop {
  const parts = program(props);
  return { ...parts, catalog: single(parts.mesh, 'Catalog'), gateway: new MeshGateway(parts.mesh, 'Gateway') };
}

/** A shop whose gateway leads to `catalog`: nothing is wrong with it. */
export function openShop(props: Partial<MeshProps> = {}): Shop {
  const parts = shop(props);
  parts.gateway.addRoute('Catalog', { match: RouteMatch.prefix('/catalog'), to: parts.catalog, hostRewrite: HostRewrite.toService() });
  return parts;
}

/** A service with one version. */
export function single(mesh: Mesh, id: string, props: Partial<MeshServiceProps> = {}): MeshService {
  return new MeshService(mesh, id, { port: 8080, versions: [version('v1')], ...props });
}

/** A service `Products` with one version, in a mesh of its own, synthesized. */
export function products(props: Partial<MeshServiceProps> = {}): App {
  const { app, mesh } = program();
  single(mesh, 'Products', props);
  app.synth();
  return app;
}

/** A service `Products` whose only version has these options. */
export function productsWith(options: VersionOptions & { readonly replicas?: number; readonly autoscaling?: object }): App {
  return products({ versions: [version('v1', options)] });
}

/** A canary service `Products` with the versions v1 and v2. */
export function canary(props: Partial<CanaryServiceProps>): CanaryService {
  return new CanaryService(program().mesh, 'Products', { port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, ...props });
}

/** A service `Products` with the versions v1 and v2. */
export function twoVersions(weights: { [version: string]: number } | undefined, mesh = program().mesh): MeshService {
  return new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1'), version('v2')], ...(weights === undefined ? {} : { weights }) });
}

/** A route `Api` of a shop's gateway, for what is wrong in the call of addRoute itself. */
export function route(options: Partial<GatewayRouteOptions>): GatewayRoute {
  const { gateway, catalog } = shop();
  return gateway.addRoute('Api', { match: RouteMatch.prefix('/api'), to: catalog, hostRewrite: HostRewrite.toService(), ...options });
}

/** A shop with a route `Api`, synthesized, for what only the whole program shows. */
export function synthesizedRoute(options: Partial<GatewayRouteOptions>): App {
  const { app, gateway, catalog } = shop();
  gateway.addRoute('Api', { match: RouteMatch.prefix('/api'), to: catalog, hostRewrite: HostRewrite.toService(), ...options });
  app.synth();
  return app;
}

/** A text that is known only at deployment. */
export function laterText(stack: Stack = program().stack): string {
  return new CfnParameter(stack, 'Later').valueAsString;
}

/** A number that is known only at deployment. */
export function laterNumber(stack: Stack = program().stack): number {
  return new CfnParameter(stack, 'LaterNumber', { type: 'Number' }).valueAsNumber;
}

/** The warnings of a synthesis by construct path, without the one that AWS ended App Mesh. */
export function warningsOf(app: App): readonly string[] {
  return app.synth().stacks
    .flatMap(({ messages }) => messages.map(({ level, id, entry }) => `${level} ${id} ${String(entry.data)}`))
    .filter((text) => !text.includes('MESH901'));
}
