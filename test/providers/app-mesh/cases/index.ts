/** All situations, and their lowered objects. */
import type { Case } from './case';
import { gatewayCases } from './gateways';
import { proxyCases } from './proxies';
import { splitCases } from './splits';
import type { KubeObject } from '../../../../lib/kube/object';
import { opaque } from '../../../../lib/model/opaque';
import type { Unit } from '../../../../lib/plan/unit';
import { appMeshProvider } from '../../../../lib/providers/app-mesh';
import { identityKey, type Environment } from '../../../../lib/providers/provider';
import { withoutShared } from '../../../manifest-objects';

export type { Case } from './case';

/** Where the cases run. */
export const ENVIRONMENT: Environment = { partition: opaque('aws'), region: opaque('eu-west-1'), account: opaque('444455556666'), urlSuffix: opaque('amazonaws.com') };

/** Every situation. */
export function allCases(): readonly Case[] {
  return [...splitCases, ...gatewayCases, ...proxyCases];
}

/** The units of a situation; every identity has a role. */
export function unitsOf({ model }: Case): readonly Unit[] {
  const provider = appMeshProvider();
  const roleArns = new Map(provider.identities(model, ENVIRONMENT).map((identity) => (
    [identityKey(identity), opaque(`arn:aws:iam::444455556666:role/${identity.namespace}-${identity.name}`)])));
  return provider.lower(model, { environment: ENVIRONMENT, roleArns });
}

/** The objects of a situation in the order of creation, each once. */
export function lowerCase(situation: Case): readonly KubeObject[] {
  return withoutShared(unitsOf(situation).flatMap(({ objects }) => objects));
}
