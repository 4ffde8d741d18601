/** What every mesh whose gateways guard has to show: its own translation, asked in a real Envoy. */
import { runGuardTrials, runStickiness } from './guard-ground';
import type { GuardTrial } from './guards';
import { GUARD_SABOTAGES } from './sabotages';
import type { Translator } from './translation';
import type { Provider } from '../../../lib/providers/provider';

export interface GuardedMesh {
  readonly provider: Provider;
  readonly translate: Translator;
  /** All that the mesh can do. */
  readonly trials: readonly GuardTrial[];
  /** Trials in which wrong translations are looked for; those without a state of their own. */
  readonly sabotaged: readonly GuardTrial[];
}

export function checkGuards({ provider, translate, trials, sabotaged }: GuardedMesh): void {
  test('what routes ask is asked as the simulator says', async () => {
    const { complaints, outcomes } = await runGuardTrials(provider, translate, trials);

    expect(complaints).toEqual([]);
    for (const { title, expected, seen } of outcomes) expect({ title, seen }).toEqual({ title, seen: expected });
  });

  test.each(Object.keys(GUARD_SABOTAGES))('a translation that %s is found', async (what) => {
    const { outcomes } = await runGuardTrials(provider, translate, sabotaged, GUARD_SABOTAGES[what]);

    expect(outcomes.filter(({ expected, seen }) => JSON.stringify(expected) !== JSON.stringify(seen))).not.toEqual([]);
  });

  test('a cookie keeps a client at its pod', async () => {
    const { complaints, first, again, strangers } = await runStickiness(provider, translate);

    expect(complaints).toEqual([]);
    expect(first.cookie).toMatch(/^shop-session="[^"]+"; Path=\/; HttpOnly$/);
    expect(new Set(again.map(({ pods }) => pods))).toEqual(new Set([first.pods]));
    expect(again.every(({ cookie }) => cookie === undefined)).toBe(true);
    expect(new Set(strangers.map(({ pods }) => pods)).size).toBeGreaterThan(1);
  });
}
