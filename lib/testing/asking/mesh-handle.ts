/** A mesh that is asked by names: one that was read from a cloud assembly, or the state of a live one at this moment. */
import { modelsBelow } from './live';
import { listKnown, refuse } from '../test-error';
import type { HasPlace } from './subject';
import { readModels, type LoadedModel } from '../../assembly/read-models';
import type { TrafficModel } from '../../model/traffic-model';

/** A mesh by its model. */
export class MeshHandle implements HasPlace {
  constructor(private readonly model: TrafficModel) {}

  get routingPlace(): HasPlace['routingPlace'] {
    return { kind: 'mesh', model: this.model };
  }

  /** A gateway by its name or id; left out, the only one. */
  gateway(name?: string): HasPlace {
    const { gateways } = this.model;
    if (name === undefined && gateways.length !== 1) {
      return refuse(`mesh '${this.model.mesh.name}' has ${gateways.length} gateways`, `name one of ${listKnown(gateways.map(({ id }) => id))}`);
    }
    const id = name === undefined ? gateways[0]!.id : idOf('gateway', gateways, name);
    return { routingPlace: { kind: 'gateway', model: this.model, id } };
  }

  /** A service by its name or id. */
  service(name: string): HasPlace {
    return { routingPlace: { kind: 'service', model: this.model, id: idOf('service', this.model.services, name) } };
  }
}

/** Which mesh is meant. */
export interface MeshChoice {
  /** Name of the mesh; left out, the only one. */
  readonly mesh?: string;
}

/**
 * The mesh of a program, to ask it by names. From a cloud assembly (`'cdk.out'`, or what `app.synth()` returns), a model file, an App or any
 * other construct with a Mesh below, a model. Of a live program the state at this moment. Throws where there is none, or where several need a name.
 *
 *     expect(meshIn('cdk.out').gateway()).toRoute(GET('/products'), 'products');
 */
export function meshIn(source: string | object, { mesh }: MeshChoice = {}): MeshHandle {
  const { where, models } = modelsOf(source);
  const named = mesh === undefined ? models : models.filter(({ name }) => name === mesh);
  const [found, ...others] = named;
  if (found === undefined) return refuse(mesh === undefined ? `${where} has no mesh` : `${where} has no mesh '${mesh}'`, models.length === 0 ? 'give a program with a Mesh' : `name one of ${listKnown(models.map(({ name }) => name))}`);
  if (others.length === 0) return new MeshHandle(found.model);
  if (mesh === undefined) return refuse(`${where} has ${named.length} meshes`, `name one of ${listKnown(named.map(({ name }) => name))}`);
  return refuse(`${where} has ${named.length} meshes named '${mesh}'`, `give one of them alone: ${listKnown(named.map(({ file }) => file))}`);
}

interface Found {
  readonly where: string;
  readonly models: readonly LoadedModel[];
}

function modelsOf(source: string | object): Found {
  const path = typeof source === 'string' ? source : 'directory' in source && typeof source.directory === 'string' ? source.directory : undefined;
  if (path !== undefined) return { where: `'${path}'`, models: readModels(path) };
  return { where: 'the program', models: modelsBelow(source as object).map((model) => ({ file: model.mesh.origin.path, name: model.mesh.name, model })) };
}

function idOf(kind: string, nodes: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const found = nodes.filter((node) => node.id === name || node.name === name);
  if (found.length === 1) return found[0]!.id;
  const what = found.length === 0 ? `the mesh has no ${kind} '${name}'` : `the mesh has ${found.length} ${kind}s named '${name}'`;
  return refuse(what, `name one of ${listKnown((found.length === 0 ? nodes : found).map(({ id }) => id))}`);
}
