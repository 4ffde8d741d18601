/** How a deployment waits for what it has written. */
import type { Duration } from 'aws-cdk-lib';
import type { Mesh } from './mesh';
import { strangersOf, type StackLookup } from './stack-order';
import { fail, type Origin } from '../../diagnostics';
import type { UnitRollout } from '../../outputs/cloudformation/manifests';
import { DEFAULT_DEADLINE_SECONDS, MAX_DEADLINE_SECONDS } from '../../outputs/cloudformation/protocol';
import { Wave, type Unit } from '../../plan/unit';
import { optionalMilliseconds } from '../origin';

/** How a deployment waits, and for how long. */
export interface RolloutOptions {
  /**
   * How long one version, service or gateway may take until it is ready, from 30 seconds to 14 minutes. Past it the deployment fails with the reason of the pods, and CloudFormation rolls back.
   * @default Duration.minutes(10)
   */
  readonly deadline?: Duration;
  /**
   * How long a version that leaves keeps its pods after the last route has left it, up to 5 minutes: proxies learn of a change one after the other.
   * @default Duration.seconds(10)
   */
  readonly settleTime?: Duration;
  /**
   * Whether pods, gateways and routes are waited for. Without it a deployment succeeds when everything is written, and a version may get its share before it can serve.
   * @default true
   */
  readonly waitForRollout?: boolean;
  /**
   * Any text. Another one applies all objects again, which undoes what was changed by hand.
   * @default - objects are applied when they change
   */
  readonly redeploy?: string;
}

const MIN_DEADLINE_SECONDS = 30;
const MAX_SETTLE_SECONDS = 300;

/** Throws MESH111 for times out of range, MESH109 for those that are known only at deployment. */
export function checkRollout(options: RolloutOptions | undefined, origin: Origin): void {
  const seconds = (property: 'deadline' | 'settleTime') => {
    const duration = optionalMilliseconds(options?.[property], origin, `rollout.${property}`);
    return duration === undefined ? undefined : duration / 1000;
  };
  const deadline = seconds('deadline');
  if (deadline !== undefined && (deadline < MIN_DEADLINE_SECONDS || deadline > MAX_DEADLINE_SECONDS)) {
    fail('MESH111', { origin, property: 'rollout.deadline', value: `${deadline} s` }, `the deadline is ${deadline} s, not between ${MIN_DEADLINE_SECONDS} s and ${MAX_DEADLINE_SECONDS} s`,
      `give a time in that range; left out, it is ${DEFAULT_DEADLINE_SECONDS} s. Pods that need longer can be rolled out with waitForRollout: false`);
  }
  const settle = seconds('settleTime');
  if (settle !== undefined && settle > MAX_SETTLE_SECONDS) {
    fail('MESH111', { origin, property: 'rollout.settleTime', value: `${settle} s` }, `the settle time is ${settle} s, more than ${MAX_SETTLE_SECONDS} s`,
      'give a shorter time: it only has to cover the moment until every proxy knows the new routes');
  }
}

/** How each unit is rolled out: as its service or gateway says, else as the mesh says. Routes are their gateway's, whoever owns them. */
export function rolloutsOf(mesh: Mesh): (unit: Unit) => UnitRollout {
  const parts = new Map(mesh._parts.map(({ construct, rollout }) => [construct.node.path, rollout]));
  const shared = mesh._props.rollout ?? {};
  return ({ owner, group }) => {
    const { deadline, settleTime, waitForRollout, redeploy } = { ...shared, ...withoutUndefined(parts.get(group?.owner ?? owner) ?? {}) };
    return {
      ...(deadline === undefined ? {} : { deadlineSeconds: Math.round(deadline.toSeconds({ integral: false })) }),
      ...(settleTime === undefined ? {} : { settleSeconds: Math.round(settleTime.toSeconds({ integral: false })) }),
      ...(waitForRollout === undefined ? {} : { waits: waitForRollout }),
      ...(redeploy === undefined ? {} : { redeploy }),
    };
  };
}

/** What a namespace is told of the gateways in it: it is the first that is deployed, so a gateway that cannot be changed is refused before anything else is. */
function gatewaysIn(namespace: Unit, units: readonly Unit[]): readonly string[] {
  const names = namespace.objects.map(({ metadata }) => metadata.name);
  const gateways = units.flatMap(({ objects }) => objects).filter(({ kind, metadata }) => kind === 'Gateway' && names.includes(metadata.namespace ?? ''));
  return gateways.map(({ metadata, spec }) => `${metadata.namespace}/${metadata.name}=${String((spec as { gatewayClassName?: string } | undefined)?.gatewayClassName)}`).sort();
}

/** Adds what a unit has to know of others: the Services of other stacks that it leads to, and to namespaces the gateways in them. */
export function withNeighbours(rolloutOf: (unit: Unit) => UnitRollout, units: readonly Unit[], lookup: Pick<StackLookup, 'stackOf'>): (unit: Unit) => UnitRollout {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  return (unit) => {
    const services = unit.wave < Wave.SERVICES ? [] : strangersOf(unit, byId, lookup).flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'Service');
    const elsewhere = [...new Set(services.map(({ metadata: { name, namespace } }) => `${namespace}/${name}`))].sort();
    const gateways = unit.wave === Wave.NAMESPACE ? gatewaysIn(unit, units) : [];
    return { ...rolloutOf(unit), ...(elsewhere.length === 0 ? {} : { elsewhere }), ...(gateways.length === 0 ? {} : { gateways }) };
  };
}

function withoutUndefined(options: RolloutOptions): RolloutOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
