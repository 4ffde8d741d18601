/** Findings about a whole table as assertions: routes that nothing reaches, previews that nobody sees. */
import type { Diagnostic } from '../../diagnostics/diagnostic';
import { renderDiagnostic } from '../../diagnostics/render';
import { previewsRule } from '../../model/rules/order/previews';
import { shadowedRule } from '../../model/rules/order/shadowed';
import type { Rule, Route } from '../../model/rules/rule';
import type { TrafficModel } from '../../model/traffic-model';
import { describePlace, type Place } from '../asking/subject';
import type { Judgement } from '../judge';

/** Whether every route of a place can be reached; of a mesh, every route of every gateway and service. */
export function judgeShadows(place: Place): Judgement {
  return judgeFindings(place, findingsOf(place, shadowedRule), 'to have no shadowed route');
}

/** Whether every pin and every preview can be reached: the routes of a service's pins and previews, and gateway routes for chosen requests. */
export function judgePreviews(place: Place): Judgement {
  const shadowed = findingsOf(place, shadowedRule).filter(({ origin, property }) => isForChosen(place.model, origin.path, property));
  return judgeFindings(place, [...findingsOf(place, previewsRule), ...shadowed], 'to have no unreachable preview');
}

function judgeFindings(place: Place, findings: readonly Diagnostic[], wish: string): Judgement {
  const lines = findings.flatMap((finding) => ['', ...renderDiagnostic(finding).split('\n').map((line) => `  ${line}`)]);
  return { passes: findings.length === 0, message: findings.length === 0 ? '' : [`expected ${describePlace(place)} ${wish}`, ...lines].join('\n') };
}

/** The findings that belong to the place. A gateway owns its routes, which are constructs below it or elsewhere. */
function findingsOf(place: Place, rule: Rule): readonly Diagnostic[] {
  const findings = rule.program?.(place.model) ?? [];
  if (place.kind === 'mesh') return findings;
  const owner = place.model[`${place.kind}s`].find(({ id }) => id === place.id);
  const origins = new Set([owner?.origin.path, ...(owner?.routes ?? []).map(({ origin }) => origin.path)]);
  return findings.filter(({ origin }) => origins.has(origin.path));
}

/** Whether the routes written there take only requests with certain headers or parameters. */
function isForChosen({ gateways, services }: TrafficModel, path: string, property: string): boolean {
  const routes: readonly Route[] = [...gateways, ...services].flatMap((owner): readonly Route[] => owner.routes);
  return routes.some(({ origin, match, property: own }) => origin.path === path && property.startsWith(own)
    && (match.kind === 'http' ? match.headers.length + match.query.length > 0 : match.kind === 'grpc' && match.metadata.length > 0));
}
