/**
 * When a mesh is lowered: by an aspect on the Stage, so that services of every stack are known. Its priority is MUTATING, so that
 * other aspects see the result.
 */
import { Stage, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Mesh } from './mesh';

/** Lowers one mesh when its Stage is visited. */
export class LowerMesh implements IAspect {
  constructor(private readonly mesh: Mesh) {}

  visit(node: IConstruct): void {
    // a synthesis that is forced visits again, and what was written or reported stays in the tree
    if (node !== Stage.of(this.mesh) || !this.mesh._isOpen) return;
    // here and not at the top: the writers are a third of the package, and programs that only import it should not pay for them
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { lowerMesh } = require('./mesh-lowering') as typeof import('./mesh-lowering');
    lowerMesh(this.mesh);
  }
}
