/** What CloudFormation sends. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
import type { CommonProperties, DefinitionsProperties, ObjectsProperties } from '../protocol';

/** A request for one resource. */
export interface CloudFormationEvent<P extends CommonProperties = ObjectsProperties | DefinitionsProperties> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  /** Missing in a Create; in a Delete it may be one that CloudFormation made up, where a Create never got its response through. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: P;
  readonly OldResourceProperties?: Partial<P>;
}

/** What ends a request. Reasons are cut to what CloudFormation takes. */
export interface Outcome {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
}

/** Something that waiting does not mend, in the words that the user reads in the stack's events. */
export class Refusal extends Error {}

/** The name in `arn:aws:cloudformation:eu-west-1:123456789012:stack/NAME/ID`. */
export function stackNameOf(stackId: string): string {
  return stackId.split('/')[1] ?? stackId;
}
