/** Which pods a plain name leads to, and what a mesh does between services. */
import type { Service, Version } from '../../lib/model/service';
import { lessThanFull, podsBehindName, refusesUndeclared, routesCalls, serviceToServiceNotes, versionsBehindName } from '../../lib/model/service-to-service';
import { EDGE_ONLY, fixed, imagePods, service, version } from '../model-builders';

const existing = (name: string, labels: { readonly [key: string]: string }) => version('reviews', name, { pods: { kind: 'existing', labels } });
const reviews = (...versions: readonly Version[]) => service('reviews', { versions });
const document = (labels: { readonly [key: string]: string }) => version('other', 'v1', { pods: { kind: 'document', name: 'other', labels, document: {} } });

/** The selector in words, with the services that stand beside. */
function behind(one: Service, ...others: readonly Service[]): unknown {
  const found = podsBehindName(one, { services: [one, ...others] });
  switch (found.kind) {
    case 'labelled': return found.labels;
    case 'none': return found.why;
    default: return found.kind;
  }
}

describe('the name of a service leads to', () => {
  test('all pods that the library makes', () => {
    expect(behind(reviews(version('reviews', 'v1'), version('reviews', 'v2')))).toBe('own');
    expect(behind(reviews(version('reviews', 'v1'), document({ app: 'reviews' })))).toBe('own');
  });

  test('pods that exist, by the labels that all versions have', () => {
    expect(behind(reviews(existing('v1', { app: 'reviews', version: 'v1' })))).toEqual({ app: 'reviews', version: 'v1' });
    expect(behind(reviews(existing('v1', { app: 'reviews', version: 'v1' }), existing('v2', { app: 'reviews', version: 'v2' })))).toEqual({ app: 'reviews' });
  });

  test('no pods, where no labels select those of all versions', () => {
    expect(behind(reviews(existing('v1', { app: 'old' }), existing('v2', { app: 'new' })))).toBe('its versions have no label in common');
    expect(behind(reviews(existing('v1', { app: 'old' }), version('reviews', 'v2')))).toBe('some of its pods exist already and others are made here, so they have no label in common');
  });

  test('no pods, where the labels in common are those of another service of the namespace, too', () => {
    const both = reviews(existing('v1', { team: 'a', app: 'r1' }), existing('v2', { team: 'a', app: 'r2' }));
    const why = "the labels that its versions have in common (team=a) are also those of pods of 'shop/other'";

    expect(behind(both, service('other', { versions: [document({ team: 'a' })] }))).toBe(why);
    expect(behind(both, service('other', { versions: [existing('v1', { team: 'a', app: 'o' })] }))).toBe(why);
    expect(behind(both, service('other', { namespace: 'elsewhere', versions: [document({ team: 'a' })] }))).toEqual({ team: 'a' });
  });

  test('no pods of a router, and the host itself outside of the mesh', () => {
    expect(behind(service('front', { kind: 'router', versions: [] }))).toBe('it has no pods of its own');
    expect(behind(service('bank', { kind: 'external', versions: [version('bank', 'outside', { pods: { kind: 'external', host: 'bank.example.com' } })] }))).toBe('outside');
  });

  test('no version that is told to have no pods', () => {
    const one = reviews(version('reviews', 'v1'), version('reviews', 'v2', { pods: imagePods({ scale: fixed(0) }) }));

    expect(versionsBehindName(one, { services: [one] }).map(({ name }) => name)).toEqual(['v1']);
  });
});

test('a model without a word about it does all that the program says', () => {
  expect([routesCalls({}), refusesUndeclared({ egress: 'declared-only' }), serviceToServiceNotes({ egress: 'declared-only' })]).toEqual([true, true, []]);
  expect(lessThanFull({ routes: 'applied', undeclaredCalls: 'refused' })).toBeUndefined();
});

test('what does not happen is said', () => {
  expect(serviceToServiceNotes({ egress: 'declared-only', ...EDGE_ONLY })).toEqual([
    'this mesh routes no calls between services: their routes and limits act on requests through gateways alone, and a call reaches any pod behind the name',
    'nothing in this mesh refuses calls that are not declared',
  ]);
  expect(serviceToServiceNotes({ egress: 'any', serviceToService: { routes: 'applied', undeclaredCalls: 'allowed' } })).toEqual([]);
});
