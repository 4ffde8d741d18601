/** The kubectl layer of a new cluster: found for 1.28, given for every other version, and checked against the cluster's version. */
import type { aws_eks_v2 as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CHECKED_ON, kubectlMinorOf, MAX_KUBECTL_SKEW, minorOf, retirementOf } from './eks-versions';
import { diagnose, fail, type Diagnostic, type Origin } from '../../diagnostics';

/** The one layer that is a peer of this library. */
const PEER_MINOR = 28;

/** The layer given, or the peer's for 1.28. Throws MESH603, with the package to install, for any other version. */
export function kubectlLayerOf(
  scope: Construct, version: eks.KubernetesVersion, given: lambda.ILayerVersion | undefined, origin: Origin,
): lambda.ILayerVersion {
  if (given !== undefined) return given;
  const minor = minorOf(version.version);
  if (minor === PEER_MINOR) {
    // here and not at the top: unpacking the layer's module costs 27 ms, which only programs with such a cluster should pay
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { KubectlV28Layer } = require('@aws-cdk/lambda-layer-kubectl-v28') as typeof import('@aws-cdk/lambda-layer-kubectl-v28');
    return new KubectlV28Layer(scope, 'KubectlLayer');
  }
  const name = minor === undefined ? 'NN' : String(minor);
  return fail('MESH603', { origin, property: 'kubectlLayer' }, `Kubernetes ${version.version} needs a kubectl layer, and none is given`,
    `install @aws-cdk/lambda-layer-kubectl-v${name} and give kubectlLayer: new KubectlV${name}Layer(this, 'KubectlLayer')`);
}

/** Warnings about a version: retired, or too far from kubectl. */
export function checkVersion(version: eks.KubernetesVersion, layer: lambda.ILayerVersion, origin: Origin): readonly Diagnostic[] {
  return [...checkRetirement(version.version, origin), ...checkSkew(version.version, layer.constructor.name, origin)];
}

function checkRetirement(version: string, origin: Origin): readonly Diagnostic[] {
  const day = retirementOf(version);
  if (day === undefined) return [];
  return [diagnose({
    code: 'MESH602',
    what: `Amazon EKS retired Kubernetes ${version} on ${day}: it creates no such cluster and upgrades those that exist (as known on ${CHECKED_ON})`,
    origin,
    property: 'version',
    value: `'${version}'`,
    fix: 'choose a version that EKS supports, and its kubectl layer',
  })];
}

function checkSkew(version: string, layerClass: string, origin: Origin): readonly Diagnostic[] {
  const cluster = minorOf(version);
  const kubectl = kubectlMinorOf(layerClass);
  // layers of other names are the user's own: nothing can be told
  if (cluster === undefined || kubectl === undefined || Math.abs(cluster - kubectl) <= MAX_KUBECTL_SKEW) return [];
  return [diagnose({
    code: 'MESH601',
    what: `kubectl 1.${kubectl} may not work with Kubernetes ${version}: they may differ by ${MAX_KUBECTL_SKEW} minor version`,
    origin,
    property: 'kubectlLayer',
    value: layerClass,
    fix: `give the layer of @aws-cdk/lambda-layer-kubectl-v${cluster}`,
  })];
}
