/** The services of a model, prepared for many requests: their tables, their hosts, their ports. */
import { RouteTable } from './route-table';
import { listNames, SimulationError } from './simulation-error';
import { addressesOf, isMeantBy, isWildcard } from '../model/outside';
import { orderedServiceRoutes } from '../model/precedence';
import type { Service, ServiceRoute, Version } from '../model/service';
import type { TrafficModel } from '../model/traffic-model';

/** Services by id and by host. */
export class ServiceIndex {
  private readonly byId: ReadonlyMap<string, Service>;
  private readonly byHost: ReadonlyMap<string, Service>;
  private readonly wide: readonly Service[];
  private readonly tables = new Map<Service, RouteTable<ServiceRoute>>();

  constructor({ services }: TrafficModel) {
    this.byId = new Map(services.map((service) => [service.id, service]));
    this.byHost = new Map(services.map((service) => [service.host, service]));
    const outside = services.filter((service) => service.kind === 'external' && (isWildcard(service.host) || addressesOf(service).length > 0));
    this.wide = outside.sort((a, b) => b.host.length - a.host.length);
  }

  /** The service of that id. Throws SimulationError where there is none. */
  service(id: string): Service {
    const found = this.byId.get(id);
    if (found !== undefined) return found;
    throw new SimulationError(`there is no service '${id}'`, `name one of ${listNames([...this.byId.keys()])}`);
  }

  /** The service of that id; undefined where there is none. */
  find(id: string): Service | undefined {
    return this.byId.get(id);
  }

  /** A version of a service. Throws SimulationError where there is none. */
  version(service: Service, name: string): Version {
    const found = service.versions.find((version) => version.name === name);
    if (found !== undefined) return found;
    throw new SimulationError(`service '${service.id}' has no version '${name}'`, `name one of ${listNames(service.versions.map((version) => version.name))}`);
  }

  /** The table of a service. */
  table(service: Service): RouteTable<ServiceRoute> {
    const known = this.tables.get(service);
    if (known !== undefined) return known;
    const table = new RouteTable(orderedServiceRoutes(service));
    this.tables.set(service, table);
    return table;
  }

  /** The host outside that stands for a name or an address: of several names the longest. */
  private outside(host: string): Service | undefined {
    return this.wide.find((service) => isMeantBy(service, host));
  }

  /** The service that a caller means by a host: its full name, or a short form that Kubernetes' name search of the caller completes. */
  called(host: string, from: Service): Service | undefined {
    const suffix = ['', '.svc.cluster.local', '.cluster.local', `.${from.namespace}.svc.cluster.local`].find((ending) => this.byHost.has(`${host}${ending}`));
    return suffix === undefined ? this.outside(host) : this.byHost.get(`${host}${suffix}`);
  }
}
