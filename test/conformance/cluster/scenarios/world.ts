/** A living node with an emulator of CloudFormation on it, and streams of requests: what scenarios act on. */
import { rmSync } from 'fs';
import { join } from 'path';
import { synthShop, type LivingMesh, type Shop } from './shop';
import { CACHE } from '../../tools';
import { charts, type ChartVersions } from '../charts';
import { Emulator, type DeployResult, type EmulatorOptions } from '../emulator';
import { get, Load, type LoadReport, type RequestOptions } from '../load';
import { access, down, kubectl, provideEnvoyGatewayProxy, up } from '../node';
import { NODE_FOLDER } from '../versions';

/** How the world is made. */
export interface WorldOptions {
  /** @default - those that the library installs */
  readonly chartVersions?: ChartVersions;
  /** Options of the emulator. @default - those of AWS */
  readonly emulator?: Partial<EmulatorOptions>;
}

/** A node on which the shop is deployed again and again. */
export class World {
  /** Brings the node up afresh, for one mesh. */
  static create(mesh: LivingMesh, options: WorldOptions = {}): World {
    down();
    up();
    if (mesh === 'envoy-gateway') provideEnvoyGatewayProxy();
    return new World(mesh, options);
  }

  readonly lines: string[] = [];
  private living: Emulator;

  private constructor(readonly mesh: LivingMesh, private readonly options: WorldOptions) {
    this.living = this.emulatorFor(options);
  }

  /** CloudFormation. */
  get emulator(): Emulator {
    return this.living;
  }

  /** The repositories of charts have other versions from now on; stacks stay. */
  async offer(chartVersions: ChartVersions): Promise<void> {
    await this.living.close();
    this.living = this.emulatorFor({ ...this.options, chartVersions });
  }

  private emulatorFor({ chartVersions, emulator }: WorldOptions): Emulator {
    const { cluster, kubeconfig } = access();
    return new Emulator({
      stateDir: join(NODE_FOLDER, 'stacks'), kubeconfig, charts: charts(chartVersions), layersRoot: join(CACHE, 'layers'), clusterName: cluster,
      log: (line) => void this.lines.push(line), ...emulator,
    });
  }

  /** Deploys the shop as it is described; the result is not judged. */
  deploy(shop: Partial<Shop> = {}, stacks?: readonly string[]): Promise<DeployResult> {
    return this.deployAssembly(synthShop({ mesh: this.mesh, ...shop }), stacks);
  }

  /** Deploys an assembly, whose folder goes then. */
  async deployAssembly(assembly: string, stacks?: readonly string[]): Promise<DeployResult> {
    try {
      return await this.emulator.deploy(assembly, stacks);
    } finally {
      rmSync(assembly, { recursive: true, force: true });
    }
  }

  /** Deploys the shop. A failure is an error with what failed. */
  async mustDeploy(shop: Partial<Shop> = {}, stacks?: readonly string[]): Promise<DeployResult> {
    const result = await this.deploy(shop, stacks);
    if (!result.ok) throw new Error(`the deployment failed:\n${failuresOf(result).join('\n')}\n${this.lines.slice(-30).join('\n')}`);
    return result;
  }

  /** The address of the gateway. */
  gateway(name = 'gateway'): string {
    return kubectl(['get', 'gateway', '-n', 'shop', name, '-o', 'jsonpath={.status.addresses[0].value}']).trim();
  }

  /** Sends requests, one after another, to a path of the gateway. */
  get(path: string, times = 1, options: RequestOptions = {}) {
    return get(`http://${this.gateway()}${path}`, times, options);
  }

  /** Sends requests to a path of an address. */
  at(address: string, path: string, times = 1, options: RequestOptions = {}) {
    return get(`http://${address}${path}`, times, options);
  }

  /** A pod that calls products, beside whose container is the mesh's proxy where there is one. */
  caller(): RequestOptions['from'] {
    const pod = kubectl(['get', 'pods', '-n', 'shop', '-l', 'mesh.cdk-eks-mesh.dev/service=caller', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[0].metadata.name}']).trim();
    return { pod: `shop/${pod}`, container: 'app' };
  }

  /** What becomes of streams of requests, through the gateway and between services, while something happens. */
  async under(path: string, action: () => Promise<unknown>): Promise<Streams> {
    const gateway = await Load.start(`http://${this.gateway()}${path}`, { stream: '1h' });
    const between = await Load.start('http://products:8080/between', { from: this.caller(), rate: 100 });
    try {
      await pause(2_000);
      await action();
      // what comes after the deployment is judged as well
      await pause(5_000);
    } finally {
      this.streams = { gateway: await gateway.stop(), between: await between.stop() };
    }
    return this.streams;
  }

  private streams!: Streams;

  /** Ends the emulator and the node. */
  async end(): Promise<void> {
    await this.emulator.close();
    down();
  }
}

/** What two streams saw. */
export interface Streams {
  readonly gateway: LoadReport;
  readonly between: LoadReport;
}

/**
 * What was lost, for assertions that show it; empty where nothing was. Right answers that came late count where `countsLate`: a machine that is busy with other work is late,
 * too, so a check that blocks must not count them.
 */
export function lossesOf({ gateway, between }: Streams, countsLate = false): unknown {
  return [gateway, between].flatMap(({ lost, late, unready, lostAt, streams }, at) => {
    const name = at === 0 ? 'gateway' : 'between services';
    const broken = streams?.broken ?? 0;
    const counted = countsLate ? lost : lost - late;
    return counted + unready + broken === 0 ? [] : [{ name, lost: counted, unready, broken, first: lostAt.filter(({ reason }) => countsLate || reason !== 'late').slice(0, 5) }];
  });
}

/** What failed in a deployment, as CloudFormation shows it. */
export function failuresOf({ stacks }: DeployResult): readonly string[] {
  return stacks.flatMap(({ name, status, reason, failures }) => [`${name}: ${status} ${reason ?? ''}`, ...failures.map((failure) => `  ${failure.resource}: ${failure.reason}`)]);
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Every object of the cluster that a program could have made, without what the API server and controllers say; for comparing states. */
export function dump(): Readonly<Record<string, unknown>> {
  const kinds = kubectl(['api-resources', '--verbs=list', '-o', 'name']).trim().split('\n').filter((kind) => !IGNORED.test(kind));
  const { items } = JSON.parse(kubectl(['get', kinds.join(','), '-A', '-o', 'json', '--ignore-not-found'])) as { items: DumpedObject[] };
  return Object.fromEntries(items.map((object) => [`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, settledPart(object)])
    .sort(([a], [b]) => String(a) < String(b) ? -1 : 1));
}

interface DumpedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly [key: string]: unknown;
}

/** Kinds that controllers make, or that hold moments. */
const IGNORED = /^(events|pods|endpoints|endpointslices|replicasets|controllerrevisions|leases|nodes|csinodes|componentstatuses|podmetrics|nodemetrics|tokenreviews|flowschemas|prioritylevel|apiservices|customresourcedefinitions|runtimeclasses|ipaddresses|servicecidrs)/;

function settledPart({ metadata: { labels, annotations = {} }, spec, data, rules, roleRef, subjects, kind }: DumpedObject): unknown {
  // marks hold physical ids, and counters hold how often something happened
  const kept = Object.entries(annotations).filter(([name]) => !/deploy\.cdk-eks-mesh\.dev|deployment\.kubernetes\.io|kubectl\.kubernetes\.io/.test(name));
  return { labels, annotations: Object.fromEntries(kept), spec: kind === 'Service' ? withoutAddresses(spec) : spec, ...(kind === 'Secret' ? {} : { data }), rules, roleRef, subjects };
}

function withoutAddresses(spec: unknown): unknown {
  const { clusterIP, clusterIPs, ports = [], healthCheckNodePort, ...rest } = spec as { ports?: { nodePort?: number }[]; [key: string]: unknown };
  return { ...rest, ports: ports.map(({ nodePort, ...port }) => port) };
}
