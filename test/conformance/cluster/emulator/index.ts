/** The emulator of CloudFormation: executes cloud assemblies with the functions that their templates carry. See README.md. */
import { DeployResult, Emulator } from './emulator';
import { EmulatorOptions } from './options';

export { Emulator } from './emulator';
export type { DeployOptions, DeployResult, StackResult } from './emulator';
export { TAKEN_AS_MADE } from './options';
export type { CloudFormationOptions, EmulatorOptions, LambdaOptions, ScaleOptions } from './options';
export type { ResourceFailure } from './stack-operation';
export type { Leftover, StackStatus } from './state';
export type { LateResponse, Phase, TimelineEntry, Verb } from './timeline';

/** Deploys an assembly with an emulator of its own, and ends it. */
export async function deploy(assemblyDir: string, options: EmulatorOptions, stackNames?: readonly string[]): Promise<DeployResult> {
  const emulator = new Emulator(options);
  try {
    return await emulator.deploy(assemblyDir, stackNames);
  } finally {
    await emulator.close();
  }
}

/** Deletes what `deploy` has made. */
export async function destroy(options: EmulatorOptions, stackNames?: readonly string[]): Promise<DeployResult> {
  const emulator = new Emulator(options);
  try {
    return await emulator.delete(stackNames);
  } finally {
    await emulator.close();
  }
}
