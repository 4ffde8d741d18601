/** ExternalService: a host outside of the mesh that services may call. */
import { Construct } from 'constructs';
import type { IMeshService } from './service-core';
import type { RouteAction, Service } from '../../model';
import { checkService } from '../../model/validate';
import { kebab } from '../identity';
import { findMesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { concrete, defined, originOf, throwFirst } from '../origin';
import { Protocol } from '../traffic/protocol';

/** Properties of an `ExternalService`. */
export interface ExternalServiceProps {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /**
   * The host that callers write, for example `api.example.com`; `*.example.com` stands for every name below, where the protocol bears names: TLS, HTTP, HTTP/2, gRPC.
   * Reports MESH121 for a wildcard of plain TCP.
   */
  readonly host: string;
  /** The port callers use. @default 443 */
  readonly port?: number;
  /**
   * The port that the host listens on. With `port: 80`, `targetPort: 443` and TLS of the call, callers write `http://` and proxies speak TLS.
   * @default - the same as `port`
   */
  readonly targetPort?: number;
  /**
   * What callers speak. A host is known by the server name of TLS, by the host of HTTP requests, and with plain TCP by `addresses` or by a port of its own.
   * @default - Protocol.TLS on port 443, which passes the caller's own TLS on; Protocol.TCP on every other port
   */
  readonly protocol?: Protocol;
  /**
   * Addresses of a host of plain TCP, or networks that hold them: `['203.0.113.10']`, `['10.20.0.0/16']`. Connections go on to the address that they were going to.
   * Reports MESH122 for what is none.
   * @default - none: the host is the only one on its port
   */
  readonly addresses?: string[];
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
}

/**
 * A host outside of the mesh. A service reaches it when its `calls` name it.
 *
 * @example
 * declare const mesh: Mesh;
 * const payments = new ExternalService(mesh, 'Payments', { host: 'api.example.com' });
 * const ledger = new ExternalService(mesh, 'Ledger', { host: 'ledger.example.com', port: 5432, addresses: ['203.0.113.10'] });
 */
export class ExternalService extends Construct implements IMeshService {
  public readonly serviceName: string;
  public readonly serviceNamespace: string;
  public readonly host: string;
  /** `<namespace>/<name>`. */
  public readonly targetName: string;

  private readonly model: Service;

  constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    super(scope, id);
    const mesh = findMesh(this, props.mesh);
    const origin = originOf(this);
    this.serviceName = kebab(id);
    this.serviceNamespace = concrete(props.namespace ?? mesh.namespace, origin, 'namespace');
    mesh._requireNamespace(this.serviceNamespace, origin);
    this.host = concrete(props.host, origin, 'host').toLowerCase();
    this.targetName = `${this.serviceNamespace}/${this.serviceName}`;
    const port = concrete(props.port ?? 443, origin, 'port');
    const targetPort = concrete(props.targetPort ?? port, origin, 'targetPort');
    const addresses = props.addresses?.map((address, at) => concrete(address, origin, `addresses[${at}]`));
    this.model = {
      id: this.targetName,
      name: this.serviceName,
      namespace: this.serviceNamespace,
      origin,
      host: this.host,
      kind: 'external',
      ports: [{ port, targetPort, protocol: props.protocol ?? (port === 443 ? Protocol.TLS : Protocol.TCP) }],
      versions: [{
        name: 'external', origin, resourceName: this.serviceName, pods: defined({ kind: 'external' as const, host: this.host, addresses }),
        discovery: { kind: 'dns-load-balanced' },
      }],
      routes: [],
      calls: [],
      identity: 'service',
    };
    throwFirst(checkService(this.model));
    mesh._register({ construct: this, service: () => this.model });
  }

  /** @internal */
  public get _serviceId(): string {
    return this.model.id;
  }

  /** @internal */
  public get _versionNames(): readonly string[] {
    return ['external'];
  }

  /** @internal */
  public _action(): RouteAction {
    return { kind: 'forward', destinations: [{ service: this.model.id, weight: 100 }] };
  }
}
