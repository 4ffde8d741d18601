/**
 * The workload as plain programs with aws-cdk-lib's L2 constructs and cdk8s.
 * Run: node test/bench/handwritten.js 100 [--variant plain|tuned] [--mesh app-mesh|istio|envoy-gateway] [--keep <directory>]
 * `plain` follows the documentation of both libraries; `tuned` knows their costs, see README.md.
 */
'use strict';
const cdk = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const eks = require('aws-cdk-lib/aws-eks-v2');
const iam = require('aws-cdk-lib/aws-iam');
const kms = require('aws-cdk-lib/aws-kms');
const logs = require('aws-cdk-lib/aws-logs');
const cdk8s = require('cdk8s');
const { KubectlV35Layer } = require('@aws-cdk/lambda-layer-kubectl-v35');
const { controllerStatements, controllerValues } = require('./handwritten-controller');
const { envoyGateway, istio } = require('./handwritten-gateway-api');
const appMesh = require('./handwritten-objects');
const { WORKLOAD, services } = require('./workload');
const { command, measure } = require('./measurement');

/** An App with the whole workload, in one stack. */
function build(variant, count, outdir, name = 'app-mesh') {
  if (name !== 'app-mesh') return buildLiving(variant, count, outdir, name);
  const { addGateway, addMesh, addNamespace, addRoute, addService } = appMesh;
  const app = new cdk.App({
    outdir,
    analyticsReporting: false,
    context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true, '@aws-cdk/core:stackResourceLimit': 0 },
  });
  const stack = new cdk.Stack(app, 'Shop');
  const cluster = addCluster(stack);
  const deploy = deployerFor(variant, cluster);
  const namespace = deploy('namespace', (chart) => addNamespace(chart), []);
  const controller = addController(stack, cluster);
  const mesh = deploy('mesh', (chart) => addMesh(chart), [namespace, controller]);

  const gatewayAccount = addAccount(variant, cluster, 'gateway', [`virtualGateway/gateway_${WORKLOAD.namespace}`], namespace);
  const gateway = deploy('gateway', (chart) => addGateway(chart, gatewayAccount.annotations), [mesh, gatewayAccount.construct]);
  for (const service of services(count)) {
    const nodes = service.versions.map((version) => `virtualNode/${service.name}-${version}_${WORKLOAD.namespace}`);
    const account = addAccount(variant, cluster, service.name, nodes, namespace);
    deploy(service.name, (chart) => {
      addService(chart, service, account.annotations);
      addRoute(chart, service);
    }, [gateway, account.construct]);
  }
  return app;
}

/** The same for a mesh that goes through the Gateway API: its proxies ask nothing of AWS, so there are no roles. */
function buildLiving(variant, count, outdir, name) {
  const objects = { istio, 'envoy-gateway': envoyGateway }[name];
  const app = new cdk.App({ outdir, analyticsReporting: false, context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true, '@aws-cdk/core:stackResourceLimit': 0 } });
  const stack = new cdk.Stack(app, 'Shop');
  const cluster = addCluster(stack);
  const deploy = deployerFor(variant, cluster);
  const namespace = deploy('namespace', (chart) => objects.addNamespace(chart), []);
  const labelled = objects.addControllerNamespace === undefined ? [] : [deploy('controller-namespace', (chart) => objects.addControllerNamespace(chart), [])];
  const controller = addLivingController(cluster, name);
  controller.node.addDependency(...labelled);
  const before = objects.addMesh === undefined ? [namespace, controller] : [deploy('mesh', (chart) => objects.addMesh(chart), [namespace, controller])];
  // one route object holds 16 rules; beyond, one for each service
  const isOne = count <= 16;
  const gateway = deploy('gateway', (chart) => objects.addGateway(chart), before);
  for (const service of services(count)) {
    deploy(service.name, (chart) => {
      objects.addService(chart, service);
      if (!isOne) objects.addRoute(chart, service, `gateway-80-${service.name}-split`);
    }, [gateway]);
  }
  if (isOne) deploy('routes', (chart) => objects.addRoutes(chart, services(count)), [gateway]);
  return app;
}

function addLivingController(cluster, name) {
  const chart = (id, release, from, namespace, values) => cluster.addHelmChart(id, {
    release, chart: from.chart, repository: from.repository, version: from.version, namespace, wait: true, atomic: true, timeout: cdk.Duration.minutes(10), values,
  });
  const oci = (of) => ({ chart: of, repository: `oci://docker.io/envoyproxy/${of}`, version: 'v1.9.1' });
  const definitions = chart('definitions', 'gateway-api', oci('gateway-crds-helm'), 'gateway-api', {
    crds: { gatewayAPI: { enabled: true, channel: 'experimental' }, envoyGateway: { enabled: name === 'envoy-gateway' } },
  });
  const after = (before, next) => {
    next.node.addDependency(before);
    return next;
  };
  if (name === 'envoy-gateway') {
    return after(definitions, chart('controller', 'envoy-gateway', oci('gateway-helm'), 'envoy-gateway-system', {
      crds: { enabled: false }, deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 },
    }));
  }
  const own = (of) => ({ chart: of, repository: 'https://istio-release.storage.googleapis.com/charts', version: '1.31.1' });
  const base = after(definitions, chart('base', 'istio-base', own('base'), 'istio-system', {}));
  return after(base, chart('controller', 'istio-istiod', own('istiod'), 'istio-system', {
    autoscaleMin: 2,
    meshConfig: { pathNormalization: { normalization: 'MERGE_SLASHES' }, defaultHttpRetryPolicy: { attempts: 0 } },
  }));
}

/** A function that makes a chart, applies it, and makes it wait for others. Charts of one App cost its square; `tuned` avoids that. */
function deployerFor(variant, cluster) {
  const shared = new cdk8s.App();
  return (id, fill, needs) => {
    const isClusterScoped = id === 'namespace' || id === 'mesh' || id === 'controller-namespace';
    const chart = new cdk8s.Chart(variant === 'tuned' ? new cdk8s.App() : shared, id, isClusterScoped ? {} : { namespace: WORKLOAD.namespace });
    fill(chart);
    const manifest = cluster.addCdk8sChart(id, chart);
    manifest.node.addDependency(...needs);
    return manifest;
  };
}

/** A service account whose pods may read their own nodes; `tuned` lets the chart carry the account. */
function addAccount(variant, cluster, name, resources, namespace) {
  const { partition, region, account } = cdk.Stack.of(cluster);
  const permission = new iam.PolicyStatement({
    sid: 'StreamConfiguration',
    actions: ['appmesh:StreamAggregatedResources'],
    resources: resources.map((resource) => `arn:${partition}:appmesh:${region}:${account}:mesh/${WORKLOAD.mesh}/${resource}`),
  });
  if (variant === 'tuned') {
    const role = irsaRole(cluster, `${name}-role`, WORKLOAD.namespace, name, [permission]);
    return { construct: role, annotations: { 'eks.amazonaws.com/role-arn': role.roleArn } };
  }
  const serviceAccount = cluster.addServiceAccount(`${name}-account`, { name, namespace: WORKLOAD.namespace });
  serviceAccount.addToPrincipalPolicy(permission);
  serviceAccount.node.addDependency(namespace);
  return { construct: serviceAccount, annotations: undefined };
}

/** A role that one service account can assume. The issuer is known at deployment only, and CfnJson is how the CDK puts such a text into a key. */
function irsaRole(cluster, id, namespace, serviceAccount, statements) {
  const { openIdConnectProviderIssuer: issuer } = cluster.openIdConnectProvider;
  const condition = new cdk.CfnJson(cluster, `${id}-condition`, {
    value: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}` },
  });
  return new iam.Role(cluster, id, {
    assumedBy: new iam.OpenIdConnectPrincipal(cluster.openIdConnectProvider).withConditions({ StringEquals: condition }),
    inlinePolicies: { Permissions: new iam.PolicyDocument({ statements }) },
  });
}

function addController(stack, cluster) {
  const namespace = 'appmesh-system';
  const name = 'appmesh-controller';
  const role = irsaRole(cluster, 'controller-role', namespace, name, controllerStatements(stack));
  const chart = cluster.addHelmChart('controller', {
    release: name,
    chart: name,
    repository: 'https://aws.github.io/eks-charts',
    version: '1.13.3',
    namespace,
    wait: true,
    atomic: true,
    timeout: cdk.Duration.minutes(10),
    values: controllerValues(stack, role.roleArn),
  });
  const ready = new eks.KubernetesObjectValue(stack, 'controller-ready', {
    cluster,
    objectType: 'lease.coordination.k8s.io',
    objectName: 'appmesh-controller-leader-election',
    objectNamespace: namespace,
    jsonPath: '.spec.holderIdentity',
  });
  ready.node.addDependency(chart);
  return ready;
}

function addCluster(stack) {
  const kubectlLayer = new KubectlV35Layer(stack, 'kubectl');
  const vpc = new ec2.Vpc(stack, 'vpc', { maxAzs: 3 });
  const logGroup = new logs.LogGroup(stack, 'flow-logs', { retention: logs.RetentionDays.ONE_MONTH });
  vpc.addFlowLog('flow-log', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
  const cluster = new eks.Cluster(stack, 'cluster', {
    version: eks.KubernetesVersion.V1_35,
    vpc,
    vpcSubnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
    endpointAccess: eks.EndpointAccess.PRIVATE,
    secretsEncryptionKey: new kms.Key(stack, 'secrets-key', { description: 'Kubernetes secrets', enableKeyRotation: true }),
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    kubectlProviderOptions: { kubectlLayer },
    albController: {
      version: eks.AlbControllerVersion.V3_2_2,
      repository: 'public.ecr.aws/eks/aws-load-balancer-controller',
      additionalHelmChartValues: { enableServiceMutatorWebhook: false },
    },
  });
  const nodes = addNodes(stack, cluster);
  const metrics = new eks.Addon(stack, 'metrics-server', { cluster, addonName: 'metrics-server', preserveOnDelete: false });
  metrics.node.addDependency(nodes);
  return cluster;
}

function addNodes(stack, cluster) {
  const template = new ec2.LaunchTemplate(stack, 'node-template', {
    blockDevices: [{ deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(50, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }) }],
    requireImdsv2: true,
    httpPutResponseHopLimit: 1,
  });
  return cluster.addNodegroupCapacity('nodes', {
    instanceTypes: [new ec2.InstanceType('m6i.large')],
    amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD,
    minSize: 2,
    maxSize: 4,
    launchTemplateSpec: { id: template.launchTemplateId, version: template.latestVersionNumber },
  });
}

if (require.main === module) {
  const { variant = 'plain' } = command();
  measure(({ count, outdir, mesh }) => build(variant, count, outdir, mesh));
}

module.exports = { build };
