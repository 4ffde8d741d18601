/** ExternalService: a host outside of the mesh that services may call. */
import { Construct } from 'constructs';
import type { IMeshService } from './service-core';
import type { RouteAction, Service } from '../../model';
import { checkService } from '../../model/validate';
import { kebab } from '../identity';
import { findMesh } from '../mesh/mesh';
import type { IMesh } from '../mesh/mesh-props';
import { concrete, originOf, throwFirst } from '../origin';
import { Protocol } from '../traffic/protocol';

/** Properties of an `ExternalService`. */
export interface ExternalServiceProps {
  /** @default - the nearest `Mesh` above the construct */
  readonly mesh?: IMesh;
  /** The host that callers write, for example `api.example.com`. */
  readonly host: string;
  /** @default 443 */
  readonly port?: number;
  /** @default Protocol.TCP, which carries the caller's own TLS */
  readonly protocol?: Protocol;
  /** @default - the mesh's default namespace */
  readonly namespace?: string;
}

/**
 * A host outside of the mesh. A service reaches it when its `calls` name it.
 *
 * @example
 * declare const mesh: Mesh;
 * const payments = new ExternalService(mesh, 'Payments', { host: 'api.example.com' });
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
    this.model = {
      id: this.targetName,
      name: this.serviceName,
      namespace: this.serviceNamespace,
      origin,
      host: this.host,
      kind: 'external',
      ports: [{ port, targetPort: port, protocol: props.protocol ?? Protocol.TCP }],
      versions: [{
        name: 'external', origin, resourceName: this.serviceName, pods: { kind: 'external', host: this.host }, discovery: { kind: 'dns-load-balanced' },
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
