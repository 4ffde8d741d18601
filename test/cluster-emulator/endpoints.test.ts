/** Endpoints of EKS and STS for functions that sign by themselves, and the stubs of the kubectl function. */
import * as fs from 'fs';
import * as path from 'path';
import { App, Stack, aws_ec2 as ec2, aws_eks_v2 as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import { aFunction, custom, Ground } from './handwritten';

let ground: Ground;
beforeEach(() => { ground = new Ground(); });
afterEach(async () => ground.end());

const KUBECONFIG = `
apiVersion: v1
kind: Config
clusters: [{ name: other, cluster: { server: https://other } }, { name: node, cluster: { server: "https://10.200.0.2:6443", certificate-authority-data: Y2E= } }]
contexts: [{ name: here, context: { cluster: node, user: u } }]
current-context: here
`;

/** Signs by hand, as a function without SDK does; it is the function's code, too. */
const SIGN = `
const { createHash, createHmac } = require('crypto');
const hash = text => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sign = (secret, method, url, service, headers, body) => {
  const date = new Date().toISOString().replace(/[-:]|\\.\\d+/g, '');
  const scope = [date.slice(0, 8), 'us-west-2', service, 'aws4_request'].join('/');
  const all = { ...headers, 'host': url.host, 'x-amz-date': date };
  const names = Object.keys(all).sort();
  const canonical = [method, url.pathname, url.search.slice(1), names.map(name => name + ':' + all[name] + '\\n').join(''), names.join(';'), hash(body)].join('\\n');
  const key = scope.split('/').reduce(hmac, 'AWS4' + secret);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\\n')).toString('hex');
  return { ...all, authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/' + scope + ', SignedHeaders=' + names.join(';') + ', Signature=' + signature };
};
const call = async (secret, method, url, service, headers = {}, body = '') => {
  const { host, ...signed } = sign(secret, method, url, service, headers, body);
  const answer = await fetch(url, { method, headers: signed, ...(body && { body }) });
  return [answer.status, await answer.text()];
};
exports.handler = async event => {
  const { AWS_SECRET_ACCESS_KEY: secret, AWS_ENDPOINT_URL_EKS: eks, AWS_ENDPOINT_URL_STS: sts } = process.env;
  const [status, cluster] = await call(secret, 'GET', new URL('/clusters/lab', eks), 'eks');
  const [missing] = await call(secret, 'GET', new URL('/clusters/other', eks), 'eks');
  const [forged] = await call('wrong', 'GET', new URL('/clusters/lab', eks), 'eks');
  const form = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn&RoleSessionName=name';
  const [assumed, xml] = await call(secret, 'POST', new URL('/', sts), 'sts', { 'content-type': 'application/x-www-form-urlencoded' }, form);
  const { endpoint, certificateAuthority, status: state } = JSON.parse(cluster).cluster;
  const Data = { status, missing, forged, assumed, endpoint, ca: certificateAuthority.data, state, key: /<AccessKeyId>(.*?)</.exec(xml)[1] };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'x', Data, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId }) });
};
`;

test('a function describes the cluster of the kubeconfig and assumes a role; a wrong signature is refused', async () => {
  const kubeconfig = path.join(ground.folder, 'kubeconfig');
  fs.writeFileSync(kubeconfig, KUBECONFIG);
  const emulator = ground.another({ kubeconfig });
  await emulator.deploy(ground.assembly({ Stack: { template: { Resources: { Function: aFunction({ Code: { ZipFile: SIGN } }), Thing: custom() } } } }));
  const { attributes } = emulator.describe('Stack')!.resources.Thing;
  await emulator.close();

  expect(attributes).toEqual({ status: '200', missing: '404', forged: '403', assumed: '200', endpoint: 'https://10.200.0.2:6443', ca: 'Y2E=', state: 'ACTIVE', key: 'AKIDASSUMED' });
  expect(emulator.awsCalls.map(({ action, status }) => `${action} ${status}`)).toEqual(['DescribeCluster 200', 'DescribeCluster 404', 'DescribeCluster 403', 'AssumeRole 200']);
});

test('the kubectl function of the CDK runs kubectl and helm of the layer, with local charts and the kubeconfig of the node', async () => {
  const [calls, kubeconfig, charts, layer] = ['calls', 'kubeconfig', 'charts', 'layer'].map(name => path.join(ground.folder, name));
  fs.writeFileSync(kubeconfig, KUBECONFIG);
  for (const chart of ['shop', 'remote']) fs.mkdirSync(path.join(charts, chart), { recursive: true });
  fs.writeFileSync(path.join(charts, 'remote.lab.yaml'), '');
  for (const tool of ['kubectl', 'helm']) {
    fs.mkdirSync(path.join(layer, tool), { recursive: true });
    // words alone: paths of temporary folders differ
    fs.writeFileSync(path.join(layer, tool, tool), `#!/usr/bin/env bash\nout=${tool}; for word; do out="$out \${word##*/}"; [ "\${word##*/}" = kubeconfig ] && grep -q 10.200.0.2 "$word" && out="$out(node)"; done; echo "$out" >> ${calls}\n`, { mode: 0o755 });
  }
  const app = new App({ outdir: path.join(ground.folder, 'out') });
  const stack = new Stack(app, 'Shop');
  const layerOf = (id: string, from: string) => new lambda.LayerVersion(stack, id, { code: lambda.Code.fromAsset(from) });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2, subnetConfiguration: [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC }] }),
    vpcSubnets: [{ subnetType: ec2.SubnetType.PUBLIC }],
    // the layer of the CDK with the aws command line is large, and the stub stands in for it
    kubectlProviderOptions: { kubectlLayer: layerOf('Layer', layer), awscliLayer: layerOf('Awscli', layer) },
  });
  const manifest = cluster.addManifest('Objects', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.addHelmChart('Shop', { chart: 'shop', repository: 'https://charts.example', version: '1.0.0', release: 'shop', namespace: 'shop' }).node.addDependency(manifest);
  cluster.addHelmChart('Remote', { chart: 'remote', repository: 'oci://registry.example/charts/remote', version: '2.0.0', release: 'remote' }).node.addDependency(manifest);
  cluster.addHelmChart('Aws', { chart: 'aws-load-balancer-controller', repository: 'https://aws.example', release: 'aws' }).node.addDependency(manifest);
  app.synth();

  const emulator = ground.another({ kubeconfig, charts });
  const result = await emulator.deploy(path.join(ground.folder, 'out'));
  const deleted = await emulator.delete();
  await emulator.close();
  const seen = fs.readFileSync(calls, 'utf8').trim().split('\n');

  expect([result.ok, deleted.ok]).toEqual([true, true]);
  expect(seen[0]).toBe('kubectl create --kubeconfig kubeconfig(node) -f manifest.yaml --save-config');
  expect(seen.slice(1, 3).sort()).toEqual([
    'helm upgrade remote remote --install --namespace default --kubeconfig kubeconfig(node) --values remote.lab.yaml',
    'helm upgrade shop shop --install --create-namespace --namespace shop --kubeconfig kubeconfig(node)',
  ].map(line => line.replace('--install --namespace', '--install --create-namespace --namespace')));
  expect(seen.at(-1)).toBe('kubectl delete --kubeconfig kubeconfig(node) -f manifest.yaml');
}, 60_000);
