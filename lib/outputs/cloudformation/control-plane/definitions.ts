/** Definitions and namespaces of a control plane as one CloudFormation resource each, handled by the deployment function. */
import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { StepTarget } from './step-target';
import type { DefinitionsStep, NamespaceStep } from '../../../plan/control-plane';
import { deployerProperties } from '../deployer';
import { DEFINITIONS_TYPE, OBJECTS_TYPE } from '../protocol';

/** Applies definitions. */
export function writeDefinitions(step: DefinitionsStep, { scope, logicalId, cluster, mesh }: StepTarget): CfnResource {
  const resource = new CfnResource(scope, logicalId, {
    type: DEFINITIONS_TYPE,
    properties: {
      ...deployerProperties(scope, cluster, mesh), Repository: step.repository, Version: step.version, Digest: step.digest, Files: step.files,
    },
  });
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return resource;
}

/** Makes the namespace, or adds labels to the one that is there. It stays when the stack is deleted, as a namespace that Helm makes does. */
export function writeNamespace({ name, labels }: NamespaceStep, { scope, logicalId, cluster, mesh }: StepTarget): CfnResource {
  const resource = new CfnResource(scope, logicalId, {
    type: OBJECTS_TYPE,
    properties: {
      ...deployerProperties(scope, cluster, mesh),
      Foreign: 'add', Retain: true, Manifest: [JSON.stringify([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }])],
    },
  });
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return resource;
}
