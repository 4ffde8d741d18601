/**
 * Live constructs as places. They are known by what they can do, not by their classes: this library knows nothing of the CDK here,
 * and a construct of another copy of the library is as good.
 */
import type { HasPlace, Place } from './subject';
import type { TrafficModel } from '../../model/traffic-model';
import { refuse } from '../test-error';

/** What every construct has. */
interface LiveConstruct {
  readonly node: { readonly path: string; readonly root: LiveConstruct; findAll(): readonly unknown[] };
}

/** What a mesh has. */
interface LiveMesh extends LiveConstruct {
  buildModel(): TrafficModel;
  _includes(construct: unknown): boolean;
  readonly _isOpen: boolean;
}

const MESHES = new WeakMap<object, LiveMesh>();
const FINAL_MODELS = new WeakMap<LiveMesh, TrafficModel>();

/**
 * The place that something stands for: a Mesh, a MeshGateway, a service, a handle, or a model.
 * Throws for everything else, and for constructs that are in no mesh.
 */
export function placeOf(value: unknown): Place {
  if (typeof value === 'object' && value !== null) {
    if ('routingPlace' in value) return (value as HasPlace).routingPlace;
    if (isModel(value)) return { kind: 'mesh', model: value };
    if (isMesh(value)) return { kind: 'mesh', model: modelOf(value) };
    if (isConstruct(value)) return placeIn(meshOf(value), value);
  }
  return refuse(`${describeValue(value)} has no routes`, "expect a Mesh, a MeshGateway, a service, or meshIn('cdk.out')");
}

/** The models of the meshes at or below a construct such as an App, as they are at this moment. */
export function modelsBelow(value: object): readonly TrafficModel[] {
  if (!isConstruct(value)) return [placeOf(value).model];
  return value.node.findAll().filter(isMesh).map(modelOf);
}

/** The model of a live mesh. Built anew until the mesh is synthesized, because anything may be added to it until then. */
function modelOf(mesh: LiveMesh): TrafficModel {
  const known = FINAL_MODELS.get(mesh);
  if (known !== undefined) return known;
  const model = mesh.buildModel();
  if (!mesh._isOpen) FINAL_MODELS.set(mesh, model);
  return model;
}

function placeIn(mesh: LiveMesh, { node: { path } }: LiveConstruct): Place {
  const model = modelOf(mesh);
  for (const kind of ['gateway', 'service'] as const) {
    const found = model[`${kind}s`].find(({ origin }) => origin.path === path);
    if (found !== undefined) return { kind, model, id: found.id };
  }
  return refuse(`construct '${path}' is neither a gateway nor a service of mesh '${model.mesh.origin.path}'`, 'expect the gateway or the service itself');
}

/** The mesh that a gateway or service is part of; a construct never leaves its mesh. */
function meshOf(construct: LiveConstruct): LiveMesh {
  const known = MESHES.get(construct);
  if (known !== undefined) return known;
  const mesh = construct.node.root.node.findAll().find((candidate): candidate is LiveMesh => isMesh(candidate) && candidate._includes(construct));
  if (mesh === undefined) {
    return refuse(`construct '${construct.node.path}' is neither a Mesh nor a gateway or service of one`,
      'expect a Mesh, a MeshGateway or a service; the routes of a BlueGreenRoute are those of its gateway');
  }
  MESHES.set(construct, mesh);
  return mesh;
}

function isModel(value: object): value is TrafficModel {
  return 'format' in value && 'mesh' in value && 'services' in value && 'gateways' in value;
}

function isMesh(value: unknown): value is LiveMesh {
  return typeof value === 'object' && value !== null && typeof (value as Partial<LiveMesh>).buildModel === 'function'
    && typeof (value as Partial<LiveMesh>)._includes === 'function';
}

function isConstruct(value: object): value is LiveConstruct {
  return typeof (value as Partial<LiveConstruct>).node?.findAll === 'function';
}

function describeValue(value: unknown): string {
  return typeof value === 'object' && value !== null ? `an object of ${value.constructor?.name ?? 'no class'}` : `'${String(value)}'`;
}
