/** What holds for every list of units that a provider makes. */
import { keyOf } from '../../lib/kube/object';
import { inCreationOrder } from '../../lib/plan/creation-order';
import { gatherUnits } from '../../lib/plan/gather';
import { Wave, type Unit } from '../../lib/plan/unit';
import { checkIdentities } from '../../lib/plan/unit-list';
import { withoutShared } from '../manifest-objects';

/** Each unit and each object once, but for accounts, which stand in every version of their service; and everything needs what comes before it alone. */
export function expectSound(units: readonly Unit[]): void {
  expect(new Set(units.map(({ id }) => id)).size).toBe(units.length);
  expect(checkIdentities(units)).toEqual([]);
  for (const buckets of [1, 5]) {
    const written = gatherUnits(units, { placeOf: () => '', bucketsOf: () => buckets });
    expect(checkIdentities(written)).toEqual([]);
    const objects = written.flatMap((one) => one.objects);
    if (buckets === 1) expect(withoutShared(objects)).toHaveLength(new Set(objects.map(keyOf)).size);
    expect(new Set(objects.map(keyOf))).toEqual(new Set(units.flatMap((one) => one.objects.map(keyOf))));
    expectOrder(written);
  }
  expectOrder(units);
}

/** Waves are the order, but where pods call a service, and where a service leads to a host outside of the mesh. */
function expectOrder(units: readonly Unit[]): void {
  const place = new Map(inCreationOrder(units).map(({ id }, at) => [id, at]));
  const waves = new Map(units.map(({ id, wave }) => [id, wave]));
  for (const { id, wave, needs } of units) {
    for (const need of needs) {
      expect(place.get(need)).toBeLessThan(place.get(id)!);
      const isService = need.endsWith('/service') && (wave === Wave.VERSIONS || wave === Wave.SERVICES);
      if (!isService) expect(waves.get(need)).toBeLessThan(wave);
    }
  }
}
