/** Mesh: collects what services and gateways say; the meaning is built once, at synthesis. */
import { Annotations, Aspects, AspectPriority, Stage } from 'aws-cdk-lib';
import type { Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { checkedObject } from './cdk8s-border';
import { LowerMesh } from './lower-mesh';
import { claimNamespace, MeshNamespace } from './mesh-namespace';
import type { IMesh, MeshAttributes, MeshProps } from './mesh-props';
import type { ObjectPatch, ObjectSelector } from './object-patch';
import { checkRollout, type RolloutOptions } from './rollout';
import { fail, type Origin } from '../../diagnostics';
import type { Gateway, MeshSettings, Service, TrafficModel } from '../../model';
import { checkMesh } from '../../model/validate';
import { kebab } from '../identity';
import { concrete, defined, originOf, throwFirst } from '../origin';
import type { ServicePrincipal } from '../service/service-principal';
import { Egress } from '../traffic/protocol';
import { servicesBehind, type IRouteTarget } from '../traffic/route-target';
import { clientTlsModel, mutualTlsModel } from '../traffic/tls';

/** A construct that says a part of the model. */
export interface MeshPart {
  readonly construct: Construct;
  readonly service?: () => Service;
  readonly gateway?: () => Gateway;
  /** What grants gave to the part's pods. */
  readonly principal?: ServicePrincipal;
  /** How the part's pods are rolled out; what it leaves out is the mesh's. */
  readonly rollout?: RolloutOptions;
  /** Whether the part's objects stay in the cluster when it goes. */
  readonly isRetained?: boolean;
  /** Over how many resources a gateway's routes are spread. */
  readonly routeBuckets?: number;
}

/** Objects of the user's own that the mesh carries. */
export interface UserObjects {
  readonly id: string;
  /** The construct whose stack deploys them. */
  readonly origin: Origin;
  /** What the user wrote. */
  readonly property: string;
  readonly chart?: Chart;
  readonly objects?: readonly unknown[];
}

const MESH = Symbol.for('cdk-eks-mesh.Mesh');

/**
 * A service mesh on an EKS cluster.
 *
 * @example
 * declare const cluster: MeshCluster;
 * new Mesh(this, 'Mesh', { cluster, namespace: 'shop', provider: MeshProvider.appMesh() });
 */
export class Mesh extends Construct implements IMesh {
  /** A mesh that another app or stage makes. Services and gateways can join it; nothing of the mesh itself is made or changed. */
  public static fromMeshAttributes(scope: Construct, id: string, attributes: MeshAttributes): IMesh {
    const { meshName, namespace, cluster, provider, otherNamespaces = [] } = attributes;
    const namespaces = [namespace, ...otherNamespaces].map((name) => MeshNamespace.existing(name));
    return new ImportedMesh(scope, id, { meshName, namespace, cluster, provider, namespaces });
  }

  /** True for meshes, also those of another copy of this library. */
  public static isMesh(construct: any): construct is Mesh {
    return construct !== null && typeof construct === 'object' && MESH in construct;
  }

  public readonly meshName: string;
  public readonly namespace: string;

  private readonly origin: Origin;
  private readonly parts: MeshPart[] = [];
  private readonly members = new Set<IConstruct>();
  private readonly others = new Set<string>();
  private readonly userObjects: UserObjects[] = [];
  private readonly patches: { readonly selector: ObjectSelector; readonly patch: ObjectPatch; readonly origin: Origin }[] = [];
  private open = true;

  constructor(scope: Construct, id: string, private readonly props: MeshProps) {
    super(scope, id);
    Object.defineProperty(this, MESH, { value: true });
    this.origin = originOf(this);
    this.meshName = concrete(props.meshName ?? kebab(this.node.path), this.origin, 'meshName');
    this.namespace = concrete(props.namespace, this.origin, 'namespace');
    const settings = this.settings();
    throwFirst(checkMesh(settings));
    checkRollout(props.rollout, this.origin);
    if (!this._isImported) settings.namespaces.forEach((namespace) => claimNamespace(props.cluster, namespace, 'namespaces'));
    for (const { id: warning, text } of props.provider._notices(this.origin)) Annotations.of(this).addWarningV2(warning, text);
    Aspects.of(this.stage).add(new LowerMesh(this), { priority: AspectPriority.MUTATING });
  }

  /**
   * What the program means so far: the traffic model as plain JSON data (`format: 1`). Can be called at any time.
   */
  public buildModel(): any {
    return this._model();
  }

  /**
   * Takes in a cdk8s chart of the user's own: its objects are deployed after those of the mesh. The chart is rendered at synthesis, so
   * later additions count. Objects that a `ServiceVersion.fromWorkload` uses are left out, because the version carries them. An object that names
   * no namespace goes to `default`, as with kubectl: give the chart its namespace.
   */
  public addChart(id: string, chart: Chart): void {
    this._addUserObjects({ id, chart, origin: this.origin, property: `addChart('${id}')` });
  }

  /**
   * Takes in Kubernetes objects of the user's own, as plain data; they are deployed after the namespaces and settings of the mesh, in the mesh's stack. `MeshObjects`
   * deploys them in the stack that it is in.
   */
  public addObjects(id: string, ...objects: any[]): void {
    this._addUserObjects({ id, objects, origin: this.origin, property: `addObjects('${id}')` });
  }

  /** Changes one of the objects that the mesh makes, before it is checked and written. A patch that changes nothing is an error. */
  public patchObject(selector: ObjectSelector, patch: ObjectPatch): void {
    this._assertOpen(this.origin, 'patchObject(selector)');
    this.patches.push({ selector, patch, origin: this.origin });
  }

  /** @internal Takes in objects of the user's own. Throws MESH102 when the id is taken. */
  public _addUserObjects(entry: UserObjects): void {
    const { id, origin, property, objects } = entry;
    this._assertOpen(origin, property);
    const twin = this.userObjects.find((other) => other.id === id);
    if (twin !== undefined) {
      const other = twin.origin.path === origin.path ? twin.property : `'${twin.origin.path}'`;
      fail('MESH102', { origin, property }, `the id '${id}' is taken already by ${other}`, 'give one of the two another id');
    }
    objects?.forEach((object, index) => checkedObject(object, origin, `${property}[${index}]`));
    this.userObjects.push(entry);
  }

  private get stage(): Stage {
    return Stage.of(this)!;
  }

  private settings(): MeshSettings {
    const { props, origin } = this;
    if (props.mutualTls !== undefined && props.clientTls !== undefined) {
      fail('MESH111', { origin, property: 'clientTls' }, 'mutualTls and clientTls are both given', 'leave out clientTls: mutualTls says both sides');
    }
    if (props.mutualTls?.certificate._model.kind === 'acm') {
      fail('MESH701', { origin, property: 'mutualTls.certificate' }, 'a client cannot present a certificate from ACM, because its private key never leaves ACM',
        'give TlsCertificate.fromSecret(), fromFile() or fromSds(): in mutual TLS every service is a client too');
    }
    const given = props.namespaces ?? [];
    const own = given.some(({ namespaceName }) => namespaceName === props.namespace) ? [] : [MeshNamespace.create(props.namespace)];
    return defined({
      name: this.meshName,
      origin,
      egress: props.egress ?? Egress.DECLARED_ONLY,
      owner: concrete(props.meshOwner, origin, 'meshOwner'),
      ipPreference: props.ipPreference,
      clientTls: clientTlsModel(props.clientTls),
      ...mutualTlsModel(props.mutualTls),
      accessLog: props.accessLog?._model,
      tracing: props.tracing?._model,
      quotas: props.quotas ?? {},
      namespaces: [...own, ...given].map((namespace) => namespace._model(origin)),
    });
  }

  /** @internal */
  public get _isImported(): boolean {
    return false;
  }

  /** @internal */
  public get _props(): MeshProps {
    return this.props;
  }

  /** @internal */
  public get _parts(): readonly MeshPart[] {
    return this.parts;
  }

  /** @internal */
  public get _userObjects(): readonly UserObjects[] {
    return this.userObjects;
  }

  /** @internal */
  public get _patches(): Mesh['patches'] {
    return this.patches;
  }

  /** @internal */
  public _model(): TrafficModel {
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
    return {
      format: 1,
      mesh: this.settings(),
      services: this.parts.flatMap(({ service }) => service ? [service()] : []).sort(byId),
      gateways: this.parts.flatMap(({ gateway }) => gateway ? [gateway()] : []).sort(byId),
    };
  }

  /** @internal Takes a part into the mesh. Throws MESH105 for parts of another stage. */
  public _register(part: MeshPart): void {
    const origin = originOf(part.construct);
    this._assertOpen(origin, 'mesh');
    if (Stage.of(part.construct) !== this.stage) {
      fail('MESH105', { origin, property: 'mesh', value: this.node.path }, `mesh '${this.node.path}' belongs to another stage`,
        'join it with Mesh.fromMeshAttributes(): values cannot cross from one stage to another');
    }
    this.parts.push(part);
    this.members.add(part.construct);
  }

  /** @internal A part that another program makes: it is known, and nothing of it is written. */
  public _leaveToOthers(part: IConstruct): void {
    this.others.add(part.node.path);
  }

  /** @internal Paths of the parts that other programs make. */
  public get _others(): ReadonlySet<string> {
    return this.others;
  }

  /** @internal Whether a service or gateway is part of the mesh; another mesh may have one of the same name. */
  public _includes(construct: unknown): boolean {
    return this.members.has(construct as IConstruct);
  }

  /** @internal Throws MESH107 for a target that leads to a service of another mesh. */
  public _requireOwn(target: IRouteTarget, origin: Origin, property: string): void {
    const stranger = servicesBehind(target).find((service) => !this._includes(service));
    if (stranger === undefined) return;
    fail('MESH107', { origin, property, value: stranger.targetName }, `service '${stranger.targetName}' is not part of mesh '${this.meshName}'`,
      'route to services of the same mesh; another mesh is reached through a gateway of its own');
  }

  /** @internal Throws MESH107 for a namespace that is not part of the mesh. */
  public _requireNamespace(namespace: string, origin: Origin): void {
    const names = this.settings().namespaces.map(({ name }) => name);
    if (names.includes(namespace)) return;
    fail('MESH107', { origin, property: 'namespace', value: namespace }, `namespace '${namespace}' is not part of mesh '${this.meshName}'`,
      `use one of ${names.map((name) => `'${name}'`).join(', ')}, or add it to the mesh: namespaces: [MeshNamespace.create('${namespace}')]`);
  }

  /** @internal Throws MESH106 once the mesh is written. */
  public _assertOpen(origin: Origin, property: string): void {
    if (this.open) return;
    fail('MESH106', { origin, property }, `mesh '${this.meshName}' was synthesized before this was added`,
      'add it in a constructor, or in an aspect of a priority below AspectPriority.MUTATING that acts when it visits the app or stage itself');
  }

  /** @internal Whether the mesh is still to be written. */
  public get _isOpen(): boolean {
    return this.open;
  }

  /** @internal */
  public _close(): void {
    this.open = false;
  }
}

/** A mesh that is made elsewhere. */
class ImportedMesh extends Mesh {
  /** @internal */
  public get _isImported(): boolean {
    return true;
  }
}

/** The mesh given, or the nearest above. Throws MESH104 when there is none. */
export function findMesh(construct: Construct, given: IMesh | undefined): Mesh {
  if (given !== undefined) {
    if (Mesh.isMesh(given)) return given;
    return fail('MESH104', { origin: originOf(construct), property: 'mesh' }, 'mesh is no Mesh of this library', 'give a Mesh, or what Mesh.fromMeshAttributes() returns');
  }
  const above = construct.node.scopes.reverse().find((scope) => Mesh.isMesh(scope));
  if (above !== undefined) return above as Mesh;
  return fail('MESH104', { origin: originOf(construct), property: 'mesh' }, `'${construct.node.path}' is not inside of a mesh and names none`,
    'make a Mesh (or a MeshGateway) the scope, or give the mesh property');
}
