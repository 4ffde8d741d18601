/** What a user of the emulator may set, with the defaults of AWS. */
import * as path from 'path';

export interface EmulatorOptions {
  /** Folder for state, uploaded files and logs of functions; a second emulator on it goes on where the first ended. */
  readonly stateDir: string;
  /** Kubeconfig of the living node. @default - functions find no cluster */
  readonly kubeconfig?: string;
  /** Folder with one chart per name, in place of registries and repositories. @default - charts are pulled as written */
  readonly charts?: string;
  /** Folder for unpacked layers, which several states may share. @default - a folder in stateDir */
  readonly layersRoot?: string;
  /** Name of the cluster that the kubeconfig stands for. @default 'lab' */
  readonly clusterName?: string;
  readonly lambda?: Partial<LambdaOptions>;
  readonly cloudFormation?: Partial<CloudFormationOptions>;
  readonly scale?: Partial<ScaleOptions>;
  /** Values of the parameter store by path. @default - only the version of the bootstrap stack */
  readonly parameterStore?: { readonly [path: string]: string };
  /** Types whose function calls AWS; they are taken as made. @default TAKEN_AS_MADE */
  readonly takenAsMade?: readonly string[];
  /** Variables that every function gets besides its own. @default - none */
  readonly environment?: { readonly [name: string]: string };
  readonly log?: (line: string) => void;
}

export interface LambdaOptions {
  /** Executions at once in the account. @default 1000; new accounts may have 10 */
  readonly concurrency: number;
  /** Time that a new execution environment needs before the function's own code is loaded. @default 0 */
  readonly coldStartMs: number;
  /** Whether an environment serves a second event, or each event finds a fresh one with an empty /tmp. @default 'reuse' */
  readonly environments: 'reuse' | 'fresh';
  /** Every n-th asynchronous event is delivered twice; 0: none. @default 0 */
  readonly duplicates: number;
  /** When the duplicate comes; 0: while the first one runs. @default 0 */
  readonly duplicateAfterMs: number;
  /** Request and response of a synchronous call. @default 6 MB */
  readonly syncBytes: number;
  /** Payload of an asynchronous call. @default 1 MB, as documented since October 2025 */
  readonly asyncBytes: number;
  /** Environments that stay when they have nothing to do, for each function. @default 4 */
  readonly idle: number;
}

/** How CloudFormation behaves; `documented` values are defaults, the rest is named as not known for certain. */
export interface CloudFormationOptions {
  /** Operations on resources at once. @default 200 */
  readonly parallel: number;
  /**
   * What happens to running operations of a stack that fails: they are given up at once (the functions go on, and a Delete may
   * overtake a Create), or their results are awaited.
   * @default 'overtake'
   * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1730
   */
  readonly onFailure: 'overtake' | 'await';
  /** PhysicalResourceId in the Update of a roll-back after a replacement; not documented. @default 'new' */
  readonly rollBackId: 'new' | 'old';
  /** Whether the id in a FAILED response to an Update counts; not documented. @default 'kept': the old id stays */
  readonly failedUpdateId: 'kept' | 'taken';
  /** Tries of a deletion in the clean-up phase. @default 3. @see https://github.com/aws/aws-cdk-cli/pull/1576 */
  readonly cleanUpAttempts: number;
  /** Wait between these tries, in seconds. @default 1 */
  readonly cleanUpRetrySeconds: number;
  /** Largest event for a function; CloudFormation's own limit is not documented. @default 262,144, the cautious one */
  readonly eventBytes: number;
  /** @default 3600. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html */
  readonly serviceTimeoutSeconds: number;
}

/** Factors for what would take too long in a test; 1 is the time of AWS. */
export interface ScaleOptions {
  /** Intervals of state machines, retries of Lambda and of clean-ups. */
  readonly waits: number;
  readonly serviceTimeout: number;
  readonly functionTimeout: number;
}

/** The CDK's own custom resources that talk to AWS and to nothing else. */
export const TAKEN_AS_MADE = [
  'Custom::AWSCDK-EKS-Cluster', 'Custom::AWSCDK-EKS-FargateProfile', 'Custom::AWSCDKOpenIdConnectProvider', 'Custom::VpcRestrictDefaultSG', 'Custom::AWS',
  'Custom::LogRetention', 'Custom::S3AutoDeleteObjects', 'Custom::CDKBucketDeployment', 'Custom::CrossRegionExportWriter', 'Custom::CrossRegionExportReader',
];

/** The account and region that every stack is in. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-west-2';

export interface Settings extends Required<Omit<EmulatorOptions, 'kubeconfig' | 'charts' | 'lambda' | 'cloudFormation' | 'scale'>> {
  readonly kubeconfig?: string;
  readonly charts?: string;
  readonly lambda: LambdaOptions;
  readonly cloudFormation: CloudFormationOptions;
  readonly scale: ScaleOptions;
}

export function settingsOf(options: EmulatorOptions): Settings {
  return {
    ...options,
    stateDir: path.resolve(options.stateDir),
    layersRoot: path.resolve(options.layersRoot ?? path.join(options.stateDir, 'unpacked')),
    clusterName: options.clusterName ?? 'lab',
    lambda: {
      concurrency: 1000, coldStartMs: 0, environments: 'reuse', duplicates: 0, duplicateAfterMs: 0, syncBytes: 6 * 1024 * 1024, asyncBytes: 1024 * 1024, idle: 4, ...options.lambda,
    },
    cloudFormation: {
      parallel: 200, onFailure: 'overtake', rollBackId: 'new', failedUpdateId: 'kept', cleanUpAttempts: 3, cleanUpRetrySeconds: 1, eventBytes: 262_144, serviceTimeoutSeconds: 3600,
      ...options.cloudFormation,
    },
    scale: { waits: 1, serviceTimeout: 1, functionTimeout: 1, ...options.scale },
    parameterStore: { '/cdk-bootstrap/hnb659fds/version': '30', ...options.parameterStore },
    takenAsMade: options.takenAsMade ?? TAKEN_AS_MADE,
    environment: options.environment ?? {},
    log: options.log ?? (() => undefined),
  };
}
