/** One mesh in an Envoy of its own, with the backends it needs. Meshes may use the same names, so they do not share an Envoy. */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { endpointKey, endpointsOf, type Endpoint } from './backends';
import { callsKey, listenerKey, openEntrances, portOf, tcpKey, type Entrance } from './entrances';
import { EnvoyConfiguration } from './envoy/configuration';
import { EnvoyProcess } from './envoy/process';
import { LOOPBACK, type PortBook } from './ports';
import { PreviewError } from './preview-error';
import { COUNTERS, HitCounter, readCounts, type GroupHits } from './report/hits';
import { splitGroups } from './report/wanted';
import { StubBackends } from './stubs';
import { kindOf } from '../model/arrival';
import type { TrafficModel } from '../model/traffic-model';
import { lowerToEnvoy, watchingBootstrap, type Address, type EnvoyObject, type EnvoyResources } from '../providers/local-envoy';

/** What all meshes of a preview have in common. */
export interface MeshSetting {
  /** Tells the meshes of one preview apart: the file of the model. */
  readonly key: string;
  readonly binary: string;
  /** A folder of its own, made by the preview. */
  readonly folder: string;
  readonly ports: PortBook;
}

/** A model, and who stands in for its versions. */
export interface Program {
  readonly model: TrafficModel;
  /** Own processes by endpoint; everything else is a stub. */
  readonly own: ReadonlyMap<string, Address>;
}

/** A cluster that leads to a version. */
interface Counted {
  readonly name: string;
  readonly tcp: boolean;
  readonly version: string;
}

/** How often a mesh is started when somebody takes its port in the last moment. */
const ATTEMPTS = 3;

/** One mesh that runs. */
export class MeshPreview {
  /** Brings a mesh up; throws PreviewError where Envoy does not start. */
  static async start(program: Program, setting: MeshSetting): Promise<MeshPreview> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await MeshPreview.startOnce(program, { ...setting, folder: join(setting.folder, `${attempt}`) });
      } catch (error) {
        const [, port] = /cannot bind '[^']*:(\d+)'/.exec((error as Error).message) ?? [];
        if (port === undefined || attempt === ATTEMPTS) throw error;
        setting.ports.avoid(Number(port));
      }
    }
  }

  private static async startOnce(program: Program, setting: MeshSetting): Promise<MeshPreview> {
    mkdirSync(setting.folder, { recursive: true });
    const configuration = new EnvoyConfiguration(setting.folder);
    const stubs = new StubBackends();
    const adminSocket = join(setting.folder, 'admin.sock');
    const bootstrapFile = join(setting.folder, 'bootstrap.json');
    const entrances = await openEntrances(program.model, setting.key, setting.ports);
    await stubs.open(stubbed(program));
    const resources = lower(program, { stubs, entrances, configuration });
    configuration.begin(resources);
    const bootstrap = watchingBootstrap({ listeners: configuration.listenersFile, clusters: configuration.clustersFile });
    // a socket in a folder that only this user may enter: the admin interface has no lock of its own
    writeFileSync(bootstrapFile, JSON.stringify({ ...bootstrap, admin: { address: { pipe: { path: adminSocket, mode: 0o600 } } } }));
    const envoy = new EnvoyProcess({ binary: setting.binary, bootstrapFile, adminSocket });
    const preview = new MeshPreview(setting, { program, envoy, configuration, stubs, entrances });
    try {
      await envoy.ready();
      await configuration.begun(envoy);
    } catch (error) {
      await preview.stop();
      throw error instanceof PreviewError ? error : new PreviewError('run', (error as Error).message, 'this should not happen with a program that was checked; please report it with your program');
    }
    preview.count(resources);
    return preview;
  }

  private program: Program;
  private readonly envoy: EnvoyProcess;
  private readonly configuration: EnvoyConfiguration;
  private readonly stubs: StubBackends;
  private entranceOf: ReadonlyMap<string, Entrance>;
  private readonly counter = new HitCounter();
  private counted: readonly Counted[] = [];
  private asking: Promise<void> = Promise.resolve();

  private constructor(private readonly setting: MeshSetting, parts: Parts & { readonly program: Program; readonly envoy: EnvoyProcess }) {
    this.program = parts.program;
    this.envoy = parts.envoy;
    this.configuration = parts.configuration;
    this.stubs = parts.stubs;
    this.entranceOf = parts.entrances;
  }

  /** What runs now. */
  get model(): TrafficModel {
    return this.program.model;
  }

  /** Where it can be asked. */
  get entrances(): readonly Entrance[] {
    return [...this.entranceOf.values()];
  }

  /** Resolves with the reason when its Envoy ends by itself. */
  get died(): Promise<string> {
    return this.envoy.died;
  }

  /** Follows a changed program without dropping a request; throws where Envoy refuses it, and the former one goes on. */
  async change(program: Program): Promise<void> {
    const entrances = await openEntrances(program.model, this.setting.key, this.setting.ports);
    await this.stubs.open(stubbed(program));
    const resources = lower(program, { stubs: this.stubs, entrances, configuration: this.configuration });
    await this.configuration.change(resources, this.envoy);
    // what came until now belongs to the former program
    await this.refreshHits();
    this.program = program;
    this.entranceOf = entrances;
    this.count(resources);
  }

  /** Hits up to now. */
  async hits(): Promise<readonly GroupHits[]> {
    await this.refreshHits();
    return this.counter.hits();
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.configuration.close();
    await this.envoy.stop();
    this.stubs.close();
  }

  /** One after the other: an answer that is overtaken by a later one would look like a counter that began anew. */
  private refreshHits(): Promise<void> {
    const asked = this.asking.catch(() => undefined).then(async () =>
      this.counter.add(readCounts(await this.envoy.get(`/stats?filter=${encodeURIComponent(COUNTERS)}`), this.counted)));
    this.asking = asked;
    return asked;
  }

  private count(resources: EnvoyResources): void {
    this.counted = countedClusters(this.program, resources, this.stubs);
    this.counter.restart(splitGroups(this.program.model), new Map(this.counted.map(({ name, version }) => [name, version])));
  }
}

interface Parts {
  readonly stubs: StubBackends;
  readonly entrances: ReadonlyMap<string, Entrance>;
  readonly configuration: EnvoyConfiguration;
}

/** Endpoints that no process of the user stands in for. */
function stubbed({ model, own }: Program): readonly Endpoint[] {
  return endpointsOf(model).filter(endpoint => !own.has(endpointKey(endpoint)));
}

function lower({ model, own }: Program, { stubs, entrances, configuration }: Parts): EnvoyResources {
  const at = (key: string): Address | undefined => {
    const entrance = entrances.get(key);
    return entrance === undefined ? undefined : { host: LOOPBACK, port: portOf(entrance) };
  };
  return lowerToEnvoy(model, {
    gatewayAddress: (gateway, listener) => at(listenerKey(gateway, listener))!,
    outboundAddress: service => at(callsKey(service)),
    tcpAddress: (caller, called, port) => at(tcpKey(caller, called, port.port)),
    endpoint: (service, version, port) => own.get(endpointKey({ service, version, port })) ?? stubs.addressOf({ service, version, port }),
    routes: { kind: 'files', pathOf: configuration.pathOf },
  });
}

/** Clusters that lead straight to a version's endpoint, found by its address; where two versions share a process, by the name. */
function countedClusters({ model, own }: Program, { clusters }: EnvoyResources, stubs: StubBackends): readonly Counted[] {
  const byAddress = new Map<string, Endpoint[]>();
  for (const endpoint of endpointsOf(model)) {
    const { host, port } = own.get(endpointKey(endpoint)) ?? stubs.addressOf(endpoint);
    byAddress.set(`${host} ${port}`, [...byAddress.get(`${host} ${port}`) ?? [], endpoint]);
  }
  return clusters.flatMap(cluster => {
    const name = String(cluster.name);
    const endpoints = byAddress.get(addressOf(cluster)) ?? [];
    const endpoint = endpoints.find(one => name.includes(endpointKey(one))) ?? endpoints[0];
    return endpoint === undefined ? [] : [{ name, tcp: kindOf(endpoint.port.protocol) === 'tcp', version: `${endpoint.service.id}@${endpoint.version.name}` }];
  });
}

/** The address of the only endpoint of a cluster: `127.0.0.1 3000`; '' where it leads to a listener of the same Envoy. */
function addressOf(cluster: EnvoyObject): string {
  const { load_assignment: assignment } = cluster as { readonly load_assignment?: Assignment };
  const address = assignment?.endpoints?.[0]?.lb_endpoints?.[0]?.endpoint?.address?.socket_address;
  return address === undefined ? '' : `${address.address} ${address.port_value}`;
}

interface Assignment {
  readonly endpoints?: readonly {
    readonly lb_endpoints?: readonly {
      readonly endpoint?: { readonly address?: { readonly socket_address?: { readonly address: string; readonly port_value: number } } };
    }[];
  }[];
}
