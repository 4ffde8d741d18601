/** What a mesh does between services, read from a model file. */
import { modelFrom } from '../../lib/assembly/model-shape';
import { EDGE_ONLY, model } from '../model-builders';

const json = (mesh: object): unknown => JSON.parse(JSON.stringify({ ...model({}), mesh: { ...model({}).mesh, ...mesh } }));

test('a file of an earlier version, which says nothing of it, is read', () => {
  expect(modelFrom(json({})).mesh.serviceToService).toBeUndefined();
});

test('it is read as it was written', () => {
  expect(modelFrom(json(EDGE_ONLY)).mesh.serviceToService).toEqual({ routes: 'ignored', undeclaredCalls: 'allowed' });
});

test.each([
  [{ routes: 'some', undeclaredCalls: 'allowed' }, "mesh.serviceToService.routes is 'some', not one of 'applied', 'ignored'"],
  [{ routes: 'ignored' }, 'mesh.serviceToService.undeclaredCalls is missing'],
  [{ routes: 'ignored', undeclaredCalls: 'allowed', tls: true }, 'mesh.serviceToService.tls is no field of a traffic model; known here are routes, undeclaredCalls'],
])('%j is refused', (serviceToService, what) => {
  expect(() => modelFrom(json({ serviceToService }))).toThrow(what);
});
