/** Finds circular dependencies between the resources of one template, which CloudFormation refuses only at deployment. */
import type { Template } from '../schemas/assembly';

/** Logical ids on a cycle, the first again at the end; empty if there is none. */
export function dependencyCycle({ resources }: Pick<Template, 'resources'>): string[] {
  const needs = new Map(Object.entries(resources).map(([id, resource]) => [id, [...referencesIn(resource)].filter(other => other in resources)]));
  const done = new Set<string>();
  const walk = (id: string, way: readonly string[]): string[] => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id];
    if (done.has(id)) return [];
    for (const other of needs.get(id)!) {
      const cycle = walk(other, [...way, id]);
      if (cycle.length > 0) return cycle;
    }
    done.add(id);
    return [];
  };
  for (const id of needs.keys()) {
    const cycle = walk(id, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

/** The logical ids that a value refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn. */
function referencesIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([key, child]) => {
    switch (key) {
      case 'Ref': return [String(child)];
      case 'DependsOn': return [child as string | readonly string[]].flat() as string[];
      case 'Fn::GetAtt': return [String([child].flat()[0]).split('.')[0]];
      case 'Fn::Sub': return [...String([child].flat()[0]).matchAll(/\$\{([\w:]+)/g)].map(match => match[1]);
      default: return [...referencesIn(child)];
    }
  }));
}
