/** Programs in the objects of Envoy Gateway, given and generated. */
import type { KubeObject } from '../../../lib/kube/object';
import { validateModel } from '../../../lib/model/validate';
import { checkCapabilities } from '../../../lib/providers/check';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { inCluster } from '../../manifest-objects';
import { ENVIRONMENT } from '../../providers/app-mesh/cases';
import type { Situation } from '../../providers/envoy-gateway/situations';
import { sayableProgram } from '../translated/programs';

/** A program, and what Envoy Gateway's provider makes of it. */
export interface EnvoyGatewayProgram extends Situation {
  readonly objects: readonly KubeObject[];
}

/** What the provider refuses, by the codes of its findings. */
export interface Refusal {
  readonly title: string;
  readonly codes: readonly string[];
}

export const provider = envoyGatewayProvider({ serviceToService: 'edge-only' });

/** Lowers programs that the provider can say. */
export function lowered(situations: readonly Situation[]): { readonly programs: readonly EnvoyGatewayProgram[]; readonly refusals: readonly Refusal[] } {
  const programs: EnvoyGatewayProgram[] = [];
  const refusals: Refusal[] = [];
  for (const situation of situations) {
    const findings = [...validateModel(situation.model), ...checkCapabilities(situation.model, provider, []), ...provider.validate(situation.model)];
    const codes = new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code));
    if (codes.size > 0) refusals.push({ title: situation.title, codes: [...codes].sort() });
    else programs.push({ ...situation, objects: inCluster(provider.lower(situation.model, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects)) });
  }
  return { programs, refusals };
}

/** Generated programs, each in namespaces of its own. */
export function generatedSituations(count: number): readonly Situation[] {
  return Array.from({ length: count }, (_, number) => number).flatMap((number) => {
    const sayable = sayableProgram(provider, 7, number);
    return sayable === undefined ? [] : [{ title: `generated ${number}`, model: sayable.model }];
  });
}
