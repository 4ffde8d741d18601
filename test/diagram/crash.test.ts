/** A picture of a wrong program shows what is wrong; drawing it breaks on no model that can be read. */
import { modelFrom } from '../../lib/assembly/model-shape';
import { ShapeError } from '../../lib/assembly/shape';
import { dotOf, graphOf, mermaidOf, pageOf } from '../../lib/diagram';
import { factsOf } from '../../lib/diagram/facts';
import { GraphIndex } from '../../lib/diagram/graph-index';
import { neighbourhoodOf } from '../../lib/diagram/neighbourhood';
import { layered } from '../../lib/diagram/scene/layered';
import { tiles } from '../../lib/diagram/scene/tiles';
import { sketchOf, DETAILS } from '../../lib/diagram/sketch';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { FULL } from '../assembly/full-model';
import { changed, placeOf, waysInto, type Json } from '../assembly/json-ways';

const whole = JSON.parse(JSON.stringify(FULL)) as Json;
const NONSENSE: readonly (Json | undefined)[] = [undefined, '', 'zz', -1, 0, [], {}];
const measure = (text: string) => text.length * 7;

function read(json: Json): TrafficModel | undefined {
  try {
    return modelFrom(json);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

function drawEverything(model: TrafficModel): void {
  const graph = graphOf(model);
  for (const detail of DETAILS) sketchOf(graph, detail);
  mermaidOf(graph);
  dotOf(graph);
  pageOf(model, '');
  factsOf(model);
  for (const { id } of model.services) neighbourhoodOf(graph, id);
  const index = new GraphIndex(graph);
  const services = new Set(index.services.map(({ id }) => id));
  for (const scene of [layered(index, services, new Set(graph.nodes.map(({ id }) => id)), measure), tiles(index, services, 1000, measure)]) {
    const places = scene.boxes.flatMap(({ x, y, width, height, texts }) => [x, y, width, height, ...texts.flatMap((text) => [text.x, text.y])]);
    if (!places.every(Number.isFinite) || scene.lines.some(({ path }) => /NaN|Infinity|undefined/.test(path))) throw new Error('a place that is no number');
  }
}

test('drawing breaks on no model that is read', () => {
  const broken: string[] = [];
  let drawn = 0;
  waysInto(whole).slice(1).forEach((way, at) => NONSENSE.filter((_, index) => (at + index) % NONSENSE.length === 0).forEach((value) => {
    const model = read(changed(whole, way, value));
    if (model === undefined) return;
    try {
      drawEverything(model);
      drawn += 1;
    } catch (error) {
      broken.push(`${placeOf(way)} = ${JSON.stringify(value)}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`);
    }
  }));

  expect(drawn).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});
