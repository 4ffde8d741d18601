/** Findings on their way to the user: errors stop the synthesis at their owners, warnings are CDK warnings with an id. */
import { Annotations, Lazy, Stack, type IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { renderDiagnostic, type Diagnostic } from '../diagnostics';

/** The id under which a warning can be acknowledged: `cdk-eks-mesh:MESH207`. */
export function warningId(code: string): string {
  return `cdk-eks-mesh:${code}`;
}

/**
 * Hands every finding to the construct it belongs to. True when there is an error: then nothing may be written.
 * All errors come out in one run, by the CDK's validation; a synthesis that skips validation throws instead of writing half a mesh.
 */
export function report(fallback: IConstruct, findings: readonly Diagnostic[]): boolean {
  const errors = new Map<IConstruct, Set<string>>();
  for (const finding of findings) {
    const owner = constructAt(fallback.node.root, finding.origin.path) ?? fallback;
    const text = renderDiagnostic(finding);
    if (finding.severity === 'warning') warn(owner, warningId(finding.code), text);
    else errors.set(owner, (errors.get(owner) ?? new Set()).add(text));
  }
  for (const [owner, texts] of errors) owner.node.addValidation({ validate: () => [...texts] });
  if (errors.size > 0) refuseWithoutValidation(fallback, [...errors.values()].flatMap((texts) => [...texts]));
  return errors.size > 0;
}

/**
 * Warnings of the synthesis come after every acknowledgement, and for such the CDK looks only at the constructs above the one that is warned about:
 * an acknowledgement at the construct itself has to be found here.
 */
function warn(owner: IConstruct, id: string, text: string): void {
  const store = (owner.node.root as unknown as { readonly [key: symbol]: Acknowledgements | undefined })[ACKNOWLEDGEMENTS];
  if (store?.acks?.get(owner.node.path)?.has(id) === true) return;
  const annotations = Annotations.of(owner);
  // where the warning was found is the library's own line, which tells nobody anything, and to find it costs more than all else about a warning
  (annotations as unknown as { stackTraces: boolean }).stackTraces = false;
  annotations.addWarningV2(id, text);
}

interface Acknowledgements {
  readonly acks?: ReadonlyMap<string, ReadonlySet<string>>;
}

const ACKNOWLEDGEMENTS = Symbol.for('@aws-cdk/core.Acknowledgements');

function refuseWithoutValidation(scope: IConstruct, texts: readonly string[]): void {
  Stack.of(scope).addMetadata('cdk-eks-mesh', Lazy.uncachedAny({
    produce: (context: IResolveContext) => {
      if (context.preparing) return undefined;
      throw new Error(`the mesh has errors and cannot be synthesized:\n${texts.join('\n')}`);
    },
  }));
}

/** The construct at a path such as `Shop/Mesh/Products`. */
export function constructAt(root: IConstruct, path: string): IConstruct | undefined {
  let current: IConstruct | undefined = root;
  for (const id of path.split('/')) current = current?.node.tryFindChild(id);
  return current;
}
