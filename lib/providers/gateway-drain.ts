/** How long a gateway's proxy goes on serving after its pod was told to leave, in line with the load balancer in front of it. */
import type { Gateway } from '../model/gateway';

/** Where the load balancer's attributes stand. */
export const TARGET_GROUP_ATTRIBUTES = 'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes';

/**
 * How long a network load balancer may take to send nothing new to a target that was deregistered: two to three minutes.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#deregistration-delay
 */
const DEREGISTRATION_SECONDS = 180;

/** What target groups have where nothing is written. */
const AWS_DEREGISTRATION_SECONDS = 300;

/** From the end of a pod until its load balancer's controller has deregistered it. */
const NOTICE_SECONDS = 15;

/** Without a load balancer only the nodes' own rules have to follow. */
const INSIDE_SECONDS = 60;

/** From the end of the drain until the proxy is killed. */
const EXIT_SECONDS = 30;

/** The times of one gateway, in seconds. */
export interface Drain {
  /** How long the load balancer keeps connections to a proxy that leaves; left out where there is none. */
  readonly deregistration?: number;
  /** How long the proxy takes connections and requests after its pod was told to leave. */
  readonly serving: number;
  /** `terminationGracePeriodSeconds` of the pod. */
  readonly grace: number;
}

/** The times that fit a gateway's load balancer. The user's own attributes hold where they are written. */
export function drainOf({ exposure }: Pick<Gateway, 'exposure'>): Drain {
  if (exposure.kind === 'cluster-only') return { serving: INSIDE_SECONDS, grace: INSIDE_SECONDS + EXIT_SECONDS };
  const own = exposure.annotations[TARGET_GROUP_ATTRIBUTES];
  const deregistration = own === undefined ? exposure.deregistrationSeconds ?? DEREGISTRATION_SECONDS : writtenDelay(own) ?? AWS_DEREGISTRATION_SECONDS;
  const serving = deregistration + NOTICE_SECONDS;
  return { deregistration, serving, grace: serving + EXIT_SECONDS };
}

/** The delay in a user's own attributes; undefined where they hold none, or are known only at deployment. */
export function writtenDelay(attributes: string): number | undefined {
  const seconds = /(?:^|,)\s*deregistration_delay\.timeout_seconds=(\d+)\s*(?:,|$)/.exec(attributes)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
