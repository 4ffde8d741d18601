/** What a program has to say to install the App Mesh controller: its rights and the values of its chart. */
'use strict';
const { Stack } = require('aws-cdk-lib');
const { PolicyStatement } = require('aws-cdk-lib/aws-iam');
const { WORKLOAD } = require('./workload');

const REGISTRY = '840364872350.dkr.ecr.us-west-2.amazonaws.com';

/** Statements of the controller's role: this mesh alone. */
function controllerStatements(scope) {
  const { partition, region, account } = Stack.of(scope);
  const mesh = `arn:${partition}:appmesh:${region}:${account}:mesh/${WORKLOAD.mesh}`;
  const members = ['VirtualNode', 'VirtualService', 'VirtualRouter', 'Route', 'VirtualGateway', 'GatewayRoute'];
  const verbs = ['Describe', 'Create', 'Update', 'Delete'];
  return [
    new PolicyStatement({ sid: 'ListMeshes', actions: ['appmesh:ListMeshes'], resources: ['*'] }),
    new PolicyStatement({
      sid: 'ManageMesh',
      actions: [
        ...members.map((kind) => `appmesh:List${kind}s`),
        ...['Mesh', ...members].flatMap((kind) => verbs.map((verb) => `appmesh:${verb}${kind}`)),
      ],
      resources: [mesh, `${mesh}/*`],
    }),
    new PolicyStatement({
      sid: 'CreateServiceLinkedRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [`arn:${partition}:iam::${account}:role/aws-service-role/appmesh.amazonaws.com/AWSServiceRoleForAppMesh`],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'appmesh.amazonaws.com' } },
    }),
  ];
}

/** Values of the controller's chart. */
function controllerValues(scope, roleArn) {
  const { region, account } = Stack.of(scope);
  return {
    region,
    accountId: account,
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    image: { repository: `${REGISTRY}/amazon/appmesh-controller`, tag: 'v1.13.3' },
    init: { image: { repository: `${REGISTRY}/aws-appmesh-proxy-route-manager`, tag: 'v7-prod' } },
    xray: { image: { repository: 'public.ecr.aws/xray/aws-xray-daemon', tag: '3.3.11' } },
    serviceAccount: { create: true, name: 'appmesh-controller', annotations: { 'eks.amazonaws.com/role-arn': roleArn } },
    log: { level: 'info' },
    sidecar: {
      image: { repository: `${REGISTRY}/aws-appmesh-envoy`, tag: 'v1.29.12.3-prod' },
      logLevel: 'info',
      resources: { requests: { cpu: '100m', memory: '128Mi' } },
      waitUntilProxyReady: true,
      lifecycleHooks: { preStopDelay: 20, postStartInterval: 5, postStartTimeout: 180 },
    },
  };
}

module.exports = { controllerStatements, controllerValues };
