/**
 * What templates and the deployment function agree on: the resource, its properties, and the marks on objects. Both sides import this file; a template of one release meets the
 * function of another during every upgrade, so what is here only grows.
 */

/** Resource type of a unit's objects. */
export const OBJECTS_TYPE = 'Custom::KubernetesObjects';

/** Resource type of definitions that come from a chart. */
export const DEFINITIONS_TYPE = 'Custom::KubernetesDefinitions';

/** Version of the properties. A function refuses those of a later one, and reads all earlier ones. */
export const PROTOCOL = '1';

/** Longest a resource may wait when nothing else is said, in seconds. */
export const DEFAULT_DEADLINE_SECONDS = 600;

/** Longest a resource can wait: the function lives for 15 minutes, and one is left to respond and to finish what it began. */
export const MAX_DEADLINE_SECONDS = 840;

/** How long a version stays after the last route has left it, in seconds, when nothing else is said. */
export const DEFAULT_SETTLE_SECONDS = 10;

/** Bytes of a unit's objects. An update's event carries old and new ones and may have 262,144. */
export const MAX_MANIFEST_BYTES = 81_920;

/** Domain of the marks on objects. */
export const DOMAIN = 'deploy.cdk-eks-mesh.dev';

/** Annotation of a unit that holds the object: the domain, a slash and the unit's key. The value is the stack and the physical id. */
export const OWNER_PREFIX = `owner.${DOMAIN}/`;

/** Annotation of an object that was there before, by unit: it is given back, never deleted. */
export const ADOPTED_PREFIX = `adopted.${DOMAIN}/`;

/** Annotation of an object that a unit has taken from others: what they had written, by unit. Gone after the unit's first update, because a roll-back needs it no more. */
export const BEFORE_PREFIX = `before.${DOMAIN}/`;

/** Annotation of an object that outlives its stack; the value is the mesh whose next deployment may take it. */
export const RETAINED = `${DOMAIN}/retained-for`;

/** Annotation of a workload whose number of pods leaves the manifest's hands only when its autoscaler is gone. */
export const REPLICAS = `${DOMAIN}/replicas`;

/** Properties of both resources. CloudFormation sends every scalar as text. */
export interface CommonProperties {
  readonly ServiceToken: string;
  readonly Protocol: string;
  readonly ClusterName: string;
  /** Role to assume before the cluster is spoken to. */
  readonly RoleArn?: string;
  /** Name of the mesh. */
  readonly Mesh: string;
  /** Seconds; `DEFAULT_DEADLINE_SECONDS` where it is left out. */
  readonly Deadline?: string;
}

/** Properties of a unit's objects. */
export interface ObjectsProperties extends CommonProperties {
  /** JSON text of the list of objects, cut into lines so that a diff of templates shows the lines that changed. */
  readonly Manifest: readonly string[];
  /** `add`: objects of others are added to, never by force. `existing`: they have to be there. Left out: they are refused. */
  readonly Foreign?: 'add' | 'existing';
  /** `none`: written, not waited for. */
  readonly Wait?: 'none';
  /** Seconds. */
  readonly Settle?: string;
  /** `true`: the objects outlive the stack. */
  readonly Retain?: string;
  /** Services of other stacks, `<namespace>/<name>`: one that is not there yet does not hold a new route back. */
  readonly Elsewhere?: readonly string[];
  /** Gateways of the program with their classes, `<namespace>/<name>=<class>`: one that has another class now is refused before anything is changed. */
  readonly Gateways?: readonly string[];
  /** Any text: another one applies the objects again. */
  readonly Redeploy?: string;
}

/** Properties of definitions that come from a chart. */
export interface DefinitionsProperties extends CommonProperties {
  /** `oci://HOST/PATH`, the chart's own name included. */
  readonly Repository: string;
  readonly Version: string;
  /** Files of the chart whose definitions are applied, as paths below `templates/`; one that ends in `/` is a folder. */
  readonly Files: readonly string[];
  /** SHA-256 of the definitions, see `digestOf`; left out where the user chose another version. */
  readonly Digest?: string;
}
