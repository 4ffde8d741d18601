/** MeshCluster: the EKS cluster that a mesh runs on, made here or adopted. */
import { Annotations, type aws_ec2 as ec2, type aws_eks as eksV1, type aws_eks_v2 as eks, type aws_iam as iam, type aws_kms as kms, type aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail, renderDiagnostic, type Origin } from '../diagnostics';
import { adoptAttributes, adoptEks, adoptEksV2, adoptEksV2Attributes } from './cluster/adopt-cluster';
import type { ClusterAccess } from './cluster/cluster-access';
import type { ClusterConnection } from './cluster/cluster-connection';
import { createCluster, type CreatedCluster } from './cluster/create-cluster';
import { checkVersion, kubectlLayerOf } from './cluster/kubectl-layer';
import { warningId } from './report';

/** Properties of a new cluster. */
export interface MeshClusterProps {
  /**
   * Kubernetes version. A version that EKS has retired gives the warning MESH602.
   */
  readonly version: eks.KubernetesVersion;
  /**
   * The kubectl that applies manifests and charts, of the same version as the cluster (one minor version apart works; more gives the warning MESH601).
   * Required unless the version is 1.28; MESH603 names the package to install.
   * @default - for 1.28 that of the peer dependency lambda-layer-kubectl-v28
   */
  readonly kubectlLayer?: lambda.ILayerVersion;
  /**
   * Needs private subnets with a way out: nodes and the kubectl function run there.
   * @default - a new one over up to three zones, with flow logs kept for a month
   */
  readonly vpc?: ec2.IVpc;
  /** @default - a generated name */
  readonly clusterName?: string;
  /**
   * Who reaches the API server. With the default, kubectl works from inside of the VPC alone; manifests of this program are applied from there.
   * @default EndpointAccess.PRIVATE
   */
  readonly endpointAccess?: eks.EndpointAccess;
  /**
   * Instance types of the node group, all of one architecture. The App Mesh controller's default image runs on x86.
   * @default - m6i.large
   */
  readonly instanceTypes?: ec2.InstanceType[];
  /** @default 2 */
  readonly minNodes?: number;
  /** @default - twice `minNodes` */
  readonly maxNodes?: number;
  /**
   * Encrypts Kubernetes secrets.
   * @default - a new key that is rotated yearly
   */
  readonly secretsEncryptionKey?: kms.IKey;
  /**
   * Whether the AWS Load Balancer Controller is installed, which provides the gateways' load balancers. Clusters that are adopted must have it.
   * @default true
   */
  readonly installLoadBalancerController?: boolean;
  /**
   * Whether the metrics server is installed (the EKS add-on `metrics-server`), whose metrics API the autoscalers of services and gateways (HorizontalPodAutoscaler) read.
   * Say false where the cluster gets it in another way. Clusters that are adopted must have it; MESH604 warns where a program autoscales on one and nothing shows that.
   * @default true
   */
  readonly installMetricsServer?: boolean;
}

/** What names a cluster that exists. */
export interface MeshClusterAttributes {
  readonly clusterName: string;
  /**
   * ARN of the function behind an existing kubectl provider.
   * @default - none: no manifest can be applied
   */
  readonly kubectlServiceToken?: string;
  /**
   * Role that the function assumes. Clusters of aws-eks (v1) need it.
   * @default - the function uses its own role
   */
  readonly kubectlRoleArn?: string;
  /**
   * The IAM provider that the roles of the cluster's pods trust, for example
   * `arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF`.
   * @default - none: no role can be made
   */
  readonly openIdConnectProviderArn?: string;
  /**
   * Kubernetes version, for example `1.29`. Below 1.30, containers wait before SIGTERM by a command of their image.
   * @default - not known: a version that EKS supports is meant
   */
  readonly kubernetesVersion?: string;
  /** @default - not known */
  readonly vpc?: ec2.IVpc;
  /**
   * Role of the function that deploys objects. It may describe the cluster, the cluster lets it in as an administrator, and Lambda may assume it.
   * @default - a new role with an access entry, which the cluster's authentication mode has to allow (`API` or `API_AND_CONFIG_MAP`)
   */
  readonly deploymentRole?: iam.IRole;
  /**
   * Subnets of `vpc` that the function runs in. Needed where the API server is reached from inside of the VPC alone; they need a route to EKS, STS and CloudFormation.
   * @default - outside of any VPC
   */
  readonly deploymentSubnets?: ec2.SubnetSelection;
  /**
   * Security groups of the function, which the cluster's lets in on port 443. Required with `deploymentSubnets`.
   * @default - none
   */
  readonly deploymentSecurityGroups?: ec2.ISecurityGroup[];
}

/** Stands in for the properties of clusters that are not made here. */
class Adoption implements MeshClusterProps {
  readonly version!: eks.KubernetesVersion;
  constructor(readonly adopt: (scope: Construct, origin: Origin) => ClusterConnection) {}
}

/**
 * An EKS cluster that meshes run on.
 *
 * A new one has a private endpoint, encrypted secrets and disks, all control plane logs, a managed node group of Amazon Linux 2023, the AWS Load
 * Balancer Controller and the metrics server. The factories adopt clusters that exist.
 *
 * @example
 * declare const kubectlLayer: lambda.ILayerVersion;
 * new MeshCluster(this, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer });
 */
export class MeshCluster extends Construct {
  /** A cluster of aws-eks-v2, owned or imported. */
  public static fromEksV2(scope: Construct, id: string, cluster: eks.ICluster): MeshCluster {
    return new MeshCluster(scope, id, new Adoption((_, origin) => adoptEksV2(cluster, origin)));
  }

  /**
   * A cluster imported by the attributes of aws-eks-v2. Give `kubectlProvider`, or `kubectlProviderOptions`, which make a kubectl function: its role
   * becomes an administrator of the cluster by an access entry, and a role given in the options must be one already.
   */
  public static fromEksV2Attributes(scope: Construct, id: string, attributes: eks.ClusterAttributes): MeshCluster {
    return new MeshCluster(scope, id, new Adoption((self, origin) => adoptEksV2Attributes(self, attributes, origin)));
  }

  /** A cluster of aws-eks (v1), owned or imported, for example one made by cdk-eks-blueprints. */
  public static fromEks(scope: Construct, id: string, cluster: eksV1.ICluster): MeshCluster {
    return new MeshCluster(scope, id, new Adoption((self, origin) => adoptEks(self, cluster, origin)));
  }

  /** A cluster that another program makes, with its kubectl function. Gives MESH603 where something is needed that is not given. */
  public static fromAttributes(scope: Construct, id: string, attributes: MeshClusterAttributes): MeshCluster {
    return new MeshCluster(scope, id, new Adoption((self, origin) => adoptAttributes(self, attributes, origin)));
  }

  /** A cluster known by name alone: nothing can be applied to it, which gives MESH603 when a mesh would. */
  public static fromClusterName(scope: Construct, id: string, clusterName: string): MeshCluster {
    return MeshCluster.fromAttributes(scope, id, { clusterName });
  }

  /** The literal name where one was given, else a token. */
  public readonly clusterName: string;
  public readonly clusterArn: string;
  /** Not known for some imported clusters. */
  public readonly vpc?: ec2.IVpc;
  /** The cluster of aws-eks-v2 below, for what this class does not offer. */
  public readonly eksCluster?: eks.ICluster;

  private readonly origin: Origin;
  private readonly connection: ClusterConnection;
  private readonly created?: eks.Cluster;

  constructor(scope: Construct, id: string, props: MeshClusterProps) {
    super(scope, id);
    this.origin = { path: this.node.path, type: 'MeshCluster' };
    if (props instanceof Adoption) {
      this.connection = props.adopt(this, this.origin);
    } else {
      const connection = this.create(props);
      this.connection = connection;
      this.created = connection.cluster;
    }
    this.clusterName = this.connection.access.clusterName;
    this.clusterArn = this.connection.access.clusterArn;
    this.vpc = this.connection.vpc;
    this.eksCluster = this.connection.eksCluster;
  }

  /** Who may reach the cluster. Throws MESH603 for clusters whose security groups are not known. */
  public get connections(): ec2.Connections {
    return this.connection.connections
      ?? fail('MESH603', { origin: this.origin, property: 'connections' }, `the security groups of cluster '${this.clusterName}' are not known`,
        'import the cluster with MeshCluster.fromEksV2() or fromEks() and its security groups');
  }

  /** Lets a role or user administer the cluster. Throws MESH603 for clusters that are not made by this class: use their own construct. */
  public grantClusterAdmin(id: string, principalArn: string): void {
    if (this.created === undefined) {
      fail('MESH603', { origin: this.origin, property: `grantClusterAdmin('${id}')` }, `cluster '${this.clusterName}' is not made here, so its access is not managed here`,
        'grant the access with the construct or program that makes the cluster');
    }
    this.created.grantClusterAdmin(id, principalArn);
  }

  /** @internal What installing something on the cluster takes; also a `ClusterPort`. */
  public get _access(): ClusterAccess {
    return this.connection.access;
  }

  private create(props: MeshClusterProps): CreatedCluster {
    // on our own node alone: without it, the provider for roles is a custom resource with a function of its own, and deprecated
    this.node.setContext('@aws-cdk/aws-eks:useNativeOidcProvider', true);
    const layer = kubectlLayerOf(this, props.version, props.kubectlLayer, this.origin);
    for (const finding of checkVersion(props.version, layer, this.origin)) {
      Annotations.of(this).addWarningV2(warningId(finding.code), renderDiagnostic(finding));
    }
    return createCluster(this, props, layer, this.origin);
  }
}
