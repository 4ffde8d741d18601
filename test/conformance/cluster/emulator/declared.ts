/** A template with its parameters: which resources it declares, in which order, and what their properties come to. */
import { attributeOf, Cluster, isCluster } from './aws-resources';
import { conditionHolds, referencesOf, resolve, resolveText, Scope } from './intrinsics';
import { ACCOUNT, REGION, Settings } from './options';
import { ResourceState, StackState, State } from './state';
import { DeletionPolicy, Properties, Template, TemplateResource, Text } from './template';
import { assertNoCircle } from './walk';

/** What a resource's entry in the template says besides its properties. */
export interface Declaration { readonly type: string; readonly needs: readonly string[]; readonly deletionPolicy: DeletionPolicy; readonly updateReplacePolicy: DeletionPolicy }

export interface Surroundings { readonly settings: Settings; readonly state: State; readonly cluster: Cluster }

export class DeclaredStack {
  /** Logical ids of the resources whose condition holds. */
  readonly ids: readonly string[];
  readonly parameters: { readonly [name: string]: Text };
  private readonly scope: Scope;
  private readonly importedNames = new Set<string>();
  private readonly declarations = new Map<string, Declaration>();

  constructor(private readonly stack: StackState, readonly template: Template, given: { readonly [name: string]: Text }, private readonly around: Surroundings) {
    this.parameters = this.resolveParameters(given);
    this.scope = this.makeScope();
    this.ids = Object.entries(template.Resources).filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, this.scope)).map(([id]) => id);
    this.assertReferences();
    assertNoCircle(this.ids, id => this.declarationOf(id).needs);
  }

  /** Names of the exports that were imported while values were resolved. */
  get imports(): readonly string[] { return [...this.importedNames].sort(); }

  declarationOf(id: string): Declaration {
    const known = this.declarations.get(id) ?? this.readDeclaration(id);
    this.declarations.set(id, known);
    return known;
  }

  private readDeclaration(id: string): Declaration {
    const { Type, Properties, DependsOn = [], DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' } = this.template.Resources[id];
    const named = [...(typeof DependsOn === 'string' ? [DependsOn] : DependsOn), ...referencesOf(Properties)];
    const needs = [...new Set(named)].filter(other => other in this.template.Resources).sort();
    return { type: Type, needs, deletionPolicy: DeletionPolicy, updateReplacePolicy: UpdateReplacePolicy };
  }

  propertiesOf(id: string): Properties {
    return resolve(this.template.Resources[id].Properties ?? {}, this.scope) as Properties;
  }

  outputs(): { readonly outputs: { readonly [name: string]: string }; readonly exports: { readonly [name: string]: string } } {
    const outputs: { [name: string]: string } = {};
    const exports: { [name: string]: string } = {};
    for (const [name, { Value, Export, Condition }] of Object.entries(this.template.Outputs ?? {})) {
      if (Condition !== undefined && !conditionHolds(Condition, this.scope)) continue;
      outputs[name] = resolveText(Value, this.scope);
      if (Export) exports[resolveText(Export.Name, this.scope)] = outputs[name];
    }
    return { outputs, exports };
  }

  private assertReferences(): void {
    const known = new Set([...Object.keys(this.template.Resources), ...Object.keys(this.template.Parameters ?? {})]);
    const named = (resource: TemplateResource) => [...referencesOf(resource.Properties), ...[resource.DependsOn ?? []].flat()];
    const unknown = new Set(Object.values(this.template.Resources).flatMap(named).filter(name => !known.has(name) && !name.startsWith('AWS::')));
    if (unknown.size > 0) throw new Error(`Template format error: Unresolved resource dependencies [${[...unknown].sort().join(', ')}] in the Resources block of the template`);
  }

  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
  private resolveParameters(given: { readonly [name: string]: Text }): { readonly [name: string]: Text } {
    const declared = this.template.Parameters ?? {};
    const unknown = Object.keys(given).filter(name => !(name in declared));
    if (unknown.length > 0) throw new Error(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
    const missing = Object.keys(declared).filter(name => given[name] === undefined && declared[name].Default === undefined);
    if (missing.length > 0) throw new Error(`Parameters: [${missing.join(', ')}] must have values`);
    return Object.fromEntries(Object.entries(declared).map(([name, { Type, Default }]) => {
      const value = given[name] ?? (typeof Default === 'object' ? JSON.stringify(Default) : String(Default));
      const stored = Type.startsWith('AWS::SSM::Parameter::Value<') ? this.parameterStore(String(value)) : value;
      const inner = /<(.*)>$/.exec(Type)?.[1] ?? Type;
      const isListed = Type === 'CommaDelimitedList' || Type.startsWith('List<') || inner === 'CommaDelimitedList' || inner.startsWith('List<');
      return [name, isListed && typeof stored === 'string' ? stored.split(',').map(item => item.trim()) : stored];
    }));
  }

  private parameterStore(path: string): string {
    const found = this.around.settings.parameterStore[path];
    // as a constant: what the parameter holds has no meaning for the emulator, but a template must not depend on one that nobody thought of
    if (found === undefined && /^\/(aws\/service|cdk-bootstrap)\//.test(path)) return `value-of-${path.split('/').pop()}`;
    if (found === undefined) throw new Error(`Unable to fetch parameters [${path}] from parameter store; give it to the emulator as parameterStore`);
    return found;
  }

  private makeScope(): Scope {
    const { stack, around } = this;
    const resourceOf = (id: string): ResourceState => {
      const found = stack.resources[id];
      if (found === undefined) throw new Error(`Template error: resource ${id} does not exist (its condition does not hold, or nothing depends on it)`);
      return found;
    };
    return {
      template: this.template,
      parameters: this.parameters,
      pseudo: {
        'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': stack.name, 'AWS::StackId': stack.id,
        'AWS::NotificationARNs': [],
      },
      idOf: id => resourceOf(id).id,
      attributeOf: (id, attribute) => {
        const { type, id: physical, properties, attributes } = resourceOf(id);
        if (attributes[attribute] !== undefined) return attributes[attribute];
        if (isMadeByFunction(type, around.settings)) throw new Error(`CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object ${physical}`);
        if (type === 'AWS::CloudFormation::Stack') throw new Error(`Template error: the nested stack ${id} has no ${attribute}`);
        return attributeOf(type, physical, properties, attribute, around.cluster);
      },
      imported: name => {
        this.importedNames.add(name);
        const exported = around.state.stacks.find(other => name in other.exports)?.exports[name];
        if (exported === undefined) throw new Error(`No export named ${name} found.`);
        return exported;
      },
      parameterStore: path => this.parameterStore(path),
    };
  }
}

/** Whether a function of the template makes resources of this type. */
export function isMadeByFunction(type: string, { takenAsMade }: Settings): boolean {
  return (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') && !takenAsMade.includes(type) && !isCluster(type);
}
