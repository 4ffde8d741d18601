/**
 * What is known about Kubernetes versions on Amazon EKS, and about the distance of kubectl.
 * Dates, not a clock, decide: the same program gives the same warnings on every day.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 */

/** The day up to which this table was checked; later retirements are not known here. */
export const CHECKED_ON = '2026-11-23';

/** End of extended support. Afterwards EKS creates no cluster of this version and upgrades those that exist. */
const RETIRED_ON: { readonly [version: string]: string } = {
  '1.25': '2025-05-01',
  '1.26': '2025-06-11',
  '1.27': '2025-07-24',
  '1.28': '2025-11-26',
  '1.29': '2026-03-23',
  '1.30': '2026-07-23',
};

/** The day on which EKS retired a version such as `1.28`; nothing for versions that live, or that are not known here. */
export function retirementOf(version: string): string | undefined {
  return RETIRED_ON[version];
}

/** The minor number of a version such as `1.28` or `v1.28.3`; nothing for other texts. */
export function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d+)(\.|$)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** The minor number that a kubectl layer carries, by the name of its class (`KubectlV28Layer`); nothing for layers of other names. */
export function kubectlMinorOf(layerClass: string): number | undefined {
  const minor = /^KubectlV(\d+)Layer$/.exec(layerClass)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/**
 * How far kubectl may be from the API server, in minor versions, either way.
 * @see https://kubernetes.io/releases/version-skew-policy/#kubectl
 */
export const MAX_KUBECTL_SKEW = 1;
