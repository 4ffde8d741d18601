/** Whatever is taken out of a model or put in its place, reading says where, and never crashes. */
import { FULL } from './full-model';
import { changed, placeOf, waysInto, type Json, type Step } from './json-ways';
import { modelFrom } from '../../lib/assembly/model-shape';
import { ShapeError } from '../../lib/assembly/shape';

/** What reading says of a value; nothing where it takes it. */
function complaint(json: unknown): ShapeError | undefined {
  try {
    modelFrom(json);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return error as ShapeError;
  }
}

const whole = JSON.parse(JSON.stringify(FULL)) as Json;
const ways = waysInto(whole).slice(1);
/** Below these every JSON is right. */
const isFree = (way: readonly Step[]) => way.includes('document') || way.includes('labels') || way.includes('annotations');
/** Places that hold texts known only at deployment, which may be intrinsics. */
const isOpaque = (way: readonly Step[]) => ['image', 'arn', 'certificate'].includes(String(way.at(-1))) || way.at(-2) === 'arns' || (way.at(-3) === 'env' && way.at(-1) === 'value');

describe('a model', () => {
  test('is taken as it is', () => {
    expect(ways.length).toBeGreaterThan(500);
    expect(complaint(whole)).toBeUndefined();
  });

  test('with null in any place is refused there', () => {
    const accepted = ways.filter((way) => !isFree(way) && complaint(changed(whole, way, null))?.place !== placeOf(way));

    expect(accepted.map(placeOf)).toEqual([]);
  });

  test('with a list in the place of anything else, or something else in that of a list, is refused there', () => {
    const at = (way: readonly Step[]) => way.reduce<Json>((value, step) => (value as { [key: string]: Json })[step]!, whole);
    const accepted = ways.filter((way) => !isFree(way) && complaint(changed(whole, way, Array.isArray(at(way)) ? 'x' : []))?.place !== placeOf(way));

    expect(accepted.map(placeOf)).toEqual([]);
  });

  test('with an object of nothing but a stranger in any place is refused in it', () => {
    const accepted = ways.filter((way) => !isFree(way) && !isOpaque(way) && complaint(changed(whole, way, { stranger: 1 }))?.place.startsWith(placeOf(way)) !== true);

    expect(accepted.map(placeOf)).toEqual([]);
  });

  test('without a field is refused there, or the field may be left out', () => {
    const fields = ways.filter((way) => typeof way.at(-1) === 'string' && !isFree(way));
    const said = fields.map((way) => complaint(changed(whole, way, undefined))).filter((error) => error !== undefined);

    expect(said.filter(({ message }) => !/ is missing$/.test(message)).map(({ message }) => message)).toEqual([]);
    expect(said.length).toBeGreaterThan(300);
  });

  test.each([
    ['services[0].routes[1].mach', 'services[0].routes[1].mach is no field of a traffic model; known here are name, origin, property, priority, action, filters, policy, match', ['services', 0, 'routes', 1, 'mach'], 1],
    ['a weight below 0', 'services[0].routes[0].action.destinations[0].weight is -1, not an integer from 0', ['services', 0, 'routes', 0, 'action', 'destinations', 0, 'weight'], -1],
    ['a broken weight', 'services[0].routes[0].action.destinations[0].weight is 0.5, not an integer from 0', ['services', 0, 'routes', 0, 'action', 'destinations', 0, 'weight'], 0.5],
    ['a port as text', "gateways[0].listeners[0].port is '443', not an integer", ['gateways', 0, 'listeners', 0, 'port'], '443'],
    ['a method in small letters', "gateways[0].routes[0].match.method is 'post', not one of 'CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'", ['gateways', 0, 'routes', 0, 'match', 'method'], 'post'],
    ['a TCP match at a gateway', "gateways[0].routes[0].match.kind is 'tcp', not one of 'http', 'grpc'", ['gateways', 0, 'routes', 0, 'match'], { kind: 'tcp' }],
    ['a label that is no text', 'mesh.namespaces[0].labels["a.b/c"] is 1, not a text', ['mesh', 'namespaces', 0, 'labels'], { 'a.b/c': 1 }],
    ['a long value', 'mesh.name is ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..., not a text', ['mesh', 'name'], ['a'.repeat(100)]],
  ] as const)('with %s is refused in words', (_, message, way, value) => {
    expect(complaint(changed(whole, way as readonly Step[], value as Json))?.message).toBe(message);
  });

  test.each([['null', null], ['a list', []], ['a text', 'model'], ['a number', 1]])('that is %s is none', (_, json) => {
    expect(complaint(json)?.message).toMatch(/^the whole is .*, not an object$/);
  });

  test('with a key named like a built-in one stays plain', () => {
    const read = modelFrom(JSON.parse(JSON.stringify(FULL).replace('"labels":{"team":"shop"}', '"labels":{"__proto__":"x","constructor":"y"}')));

    expect(Object.entries(read.mesh.namespaces[0]!.labels)).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
  });
});
