/**
 * What the App Mesh controller may do: its own mesh, and nothing for features that the program does not use.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/config/iam/controller-iam-policy.json (all meshes, all features)
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/security_iam_service-with-iam.html
 */
import type { Permission } from '../../../plan/permission';

/** Where the controller runs. Texts may be tokens. */
export interface AppMeshPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  readonly clusterArn: string;
}

/** What the policy is made for. */
export interface ControllerRights extends AppMeshPlace {
  /** Meshes that the controller manages. `owner` is the account of a shared mesh. */
  readonly meshes: readonly { readonly name: string; readonly owner?: string }[];
  /** ACM certificates of listeners. */
  readonly certificateArns: readonly string[];
  /** Private CAs that clients trust, or that issued a listener's certificate. */
  readonly certificateAuthorityArns: readonly string[];
  /** Whether a service is found through AWS Cloud Map. */
  readonly usesCloudMap: boolean;
  /** Whether the controller asks EKS for the cluster's IP family. */
  readonly readsCluster: boolean;
}

const KINDS = ['Mesh', 'VirtualNode', 'VirtualService', 'VirtualRouter', 'Route', 'VirtualGateway', 'GatewayRoute'] as const;
const MEMBERS = ['VirtualNodes', 'VirtualServices', 'VirtualRouters', 'Routes', 'VirtualGateways', 'GatewayRoutes'] as const;

/** The permissions of the controller's role. */
export function controllerPermissions(rights: ControllerRights): readonly Permission[] {
  return [
    ...meshStatements(rights),
    serviceLinkedRole(rights),
    ...certificateStatements(rights),
    ...(rights.usesCloudMap ? CLOUD_MAP : []),
    ...(rights.readsCluster ? [allow('ReadCluster', ['eks:DescribeCluster'], [rights.clusterArn])] : []),
  ];
}

function meshStatements({ meshes, partition, region, account }: ControllerRights): readonly Permission[] {
  const meshArns = meshes.map(({ name, owner }) => `arn:${partition}:appmesh:${region}:${owner ?? account}:mesh/${name}`);
  const verbs = ['Describe', 'Create', 'Update', 'Delete'];
  return [
    // an account-wide list: the API knows no resource for it
    allow('ListMeshes', ['appmesh:ListMeshes'], ['*']),
    allow('ManageMesh', [
      ...MEMBERS.map((kind) => `appmesh:List${kind}`),
      ...KINDS.flatMap((kind) => verbs.map((verb) => `appmesh:${verb}${kind}`)),
    ], meshArns.flatMap((arn) => [arn, `${arn}/*`])),
  ];
}

function serviceLinkedRole({ partition, account }: ControllerRights): Permission {
  return {
    ...allow('CreateServiceLinkedRole', ['iam:CreateServiceLinkedRole'],
      [`arn:${partition}:iam::${account}:role/aws-service-role/appmesh.amazonaws.com/AWSServiceRoleForAppMesh`]),
    conditions: { StringEquals: { 'iam:AWSServiceName': 'appmesh.amazonaws.com' } },
  };
}

function certificateStatements({ certificateArns, certificateAuthorityArns }: ControllerRights): readonly Permission[] {
  return [
    ...(certificateArns.length === 0 ? [] : [
      allow('ListCertificates', ['acm:ListCertificates'], ['*']),
      allow('DescribeCertificates', ['acm:DescribeCertificate'], certificateArns),
    ]),
    ...(certificateAuthorityArns.length === 0 ? [] : [
      allow('ListCertificateAuthorities', ['acm-pca:ListCertificateAuthorities'], ['*']),
      allow('DescribeCertificateAuthorities', ['acm-pca:DescribeCertificateAuthority'], certificateAuthorityArns),
    ]),
  ];
}

/** Namespaces, services and instances are made by the controller under ids that are not known before. */
const CLOUD_MAP: readonly Permission[] = [
  allow('CloudMap', [
    'CreateService', 'DeleteService', 'DeregisterInstance', 'GetInstance', 'GetInstancesHealthStatus', 'GetOperation', 'GetService', 'ListInstances',
    'ListNamespaces', 'ListServices', 'RegisterInstance', 'UpdateInstanceCustomHealthStatus',
  ].map((action) => `servicediscovery:${action}`), ['*']),
  allow('CloudMapDns', [
    'ChangeResourceRecordSets', 'CreateHealthCheck', 'DeleteHealthCheck', 'GetHealthCheck', 'UpdateHealthCheck',
  ].map((action) => `route53:${action}`), ['*']),
];

function allow(sid: string, actions: readonly string[], resources: readonly string[]): Permission {
  return { sid, actions, resources };
}
