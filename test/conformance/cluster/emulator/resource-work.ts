/** How a resource is made, changed and removed: by a function, as a nested stack, or taken as made. */
import { physicalId, replacesResource } from './aws-resources';
import { CustomResourceFailure, CustomResourceRequest, CustomResourceResult, CustomResources } from './custom-resources';
import { isMadeByFunction, Surroundings } from './declared';
import { ResourceState, StackState } from './state';
import { Properties, Text } from './template';
import { Verb } from './timeline';
import { Cancellation, Cancelled } from './walk';

/** The world around the stacks. */
export interface World extends Surroundings {
  readonly customResources: CustomResources;
  /** Text of a file of the assembly. */
  readAsset(objectKey: string): string;
}

export interface Work {
  readonly verb: Verb;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  /** Physical id of what exists. */
  readonly id?: string;
  readonly cancellation?: Cancellation;
}

/** Does the work for a resource that is not a nested stack. */
export async function perform(work: Work, stack: StackState, world: World): Promise<CustomResourceResult> {
  return isMadeByFunction(work.type, world.settings) ? callFunction(work, stack, world) : takeAsMade(work, stack, world);
}

async function callFunction(work: Work, stack: StackState, world: World): Promise<CustomResourceResult> {
  const { verb, logicalId, type, properties, oldProperties, id, cancellation } = work;
  const request: CustomResourceRequest = {
    RequestType: verb,
    StackId: stack.id,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ...(id !== undefined && verb !== 'Create' && { PhysicalResourceId: id }),
    ResourceProperties: properties,
    ...(oldProperties && { OldResourceProperties: oldProperties }),
  };
  const exchange = world.customResources.send(request);
  if (cancellation === undefined || world.settings.cloudFormation.onFailure === 'await') return exchange.result;
  return new Promise((resolve, reject) => {
    const forget = cancellation.onCancel(() => {
      exchange.abandon();
      reject(new Cancelled(`Resource ${verb === 'Create' ? 'creation' : 'update'} cancelled`));
    });
    exchange.result.then(resolve, reject).finally(forget);
  });
}

async function takeAsMade({ verb, logicalId, type, properties, oldProperties, id }: Work, stack: StackState, world: World): Promise<CustomResourceResult> {
  if (verb === 'Delete') return { id: id!, attributes: {} };
  if (verb === 'Update' && !replacesResource(type, oldProperties!, properties)) return { id: id!, attributes: {} };
  const made = physicalId({ stack: stack.name, logicalId, type, properties, serial: world.state.nextSerial() }, world.cluster);
  if (type === 'AWS::Lambda::LayerVersion') world.state.layers[made] = String((properties.Content as { readonly S3Key: string }).S3Key);
  return { id: made, attributes: {} };
}

/** An id for what has none yet: CloudFormation makes one up for a Create that failed or was cancelled before it was answered. */
export function madeUpId(stack: StackState, logicalId: string, world: World): string {
  return `${stack.name}-${logicalId}-${world.state.nextSerial().toString(36).toUpperCase().padStart(12, '0')}`;
}

/** @throws what CloudFormation says before it sends an event */
export function assertAllowed(logicalId: string, current: ResourceState, properties: Properties, world: World): void {
  if (!isMadeByFunction(current.type, world.settings)) return;
  if (current.properties.ServiceToken !== properties.ServiceToken) throw new Error(`Modifying service token is not allowed. (${logicalId}: ${describe(current.properties.ServiceToken)} -> ${describe(properties.ServiceToken)})`);
}

const describe = (value: Text | undefined): string => typeof value === 'string' ? value : JSON.stringify(value);

/** Id that a failed response carried. */
export function idInFailure(error: unknown): string | undefined {
  return error instanceof CustomResourceFailure ? error.id : undefined;
}
