/** What cannot be done is refused or rolled back: nothing is lost, and the text names the pod, or the object, and its reason. */
import { readFileSync } from 'fs';
import { createServer, type Server } from 'https';
import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import { late, type Shop } from './shop';
import { field, type Group, type Stage } from './stage';
import { dump, pause } from './world';
import { HealthCheck } from '../../../../lib';
import { CertificateAuthority } from '../certificates';
import { kubectl } from '../node';
import { NODE, NODE_FOLDER } from '../versions';

/** Long enough for good pods on a busy machine. */
const brief: Partial<Shop> = { props: { rollout: { deadline: Duration.seconds(60) } } };
const live = `shop/products:${late('1.8.2')}`;

export const refusals: Group = {
  name: 'refusals',
  scenarios: [
    {
      name: 'an image that is not there rolls back and names the pod',
      run: async (stage) => {
        await stage.begin(brief);
        await stage.refuse({ ...brief, stable: '1.9.9-missing' }, /UPDATE_ROLLBACK_COMPLETE[^]*Deployment shop\/products-v1: .*pod products-v1-[a-z0-9-]+: container app: (ErrImagePull|ImagePullBackOff)/);
        stage.serves(live);
      },
    },
    {
      name: 'a canary that never becomes ready rolls back and names the pod',
      run: async (stage) => {
        await stage.begin(brief);
        await stage.refuse({ ...brief, canary: '2.0.0-unready', canaryPercent: 50 }, /UPDATE_ROLLBACK_COMPLETE[^]*Deployment shop\/products-v2: .*pod products-v2-[a-z0-9-]+: container app is not ready; last event: Unhealthy/);
        stage.serves(live);
        stage.expect(field('deployment', 'products-v2', '.metadata.name') === '', 'the Deployment that was rolled back is there');
      },
    },
    {
      name: 'a wrong probe rolls back and names the pod',
      run: async (stage) => {
        await stage.begin(brief);
        await stage.refuse({ ...brief, version: { healthCheck: HealthCheck.http('/ping?status=404') } }, /UPDATE_ROLLBACK_COMPLETE[^]*pod products-v1-[a-z0-9-]+: container app is not ready; last event: Unhealthy/);
        stage.serves(live);
      },
    },
    { name: 'a quota that is exceeded rolls back and is named', run: quota },
    { name: 'an object that a webhook refuses rolls back, and its text is shown', run: webhook },
    { name: 'a deployment that is cancelled in the middle rolls back', run: cancelled },
    { name: 'a share that grows to a canary whose pods are dead is refused before the route moves', run: dead },
    {
      name: 'nothing is left of what was rolled back',
      run: async (stage) => {
        await stage.begin(brief);
        const before = dump();
        await stage.refuse({ ...brief, canary: '2.0.0-crash', canaryPercent: 50, stable: '1.9.0' }, /products-v2.*crashes/);
        stage.same(before, dump());
      },
    },
  ],
};

async function quota(stage: Stage): Promise<void> {
  await stage.begin(brief);
  const pods = kubectl(['get', 'pods', '-n', 'shop', '-o', 'name']).trim().split('\n').length;
  kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'shop' }, spec: { hard: { pods: String(pods) } } });
  try {
    await stage.refuse({ ...brief, canary: '2.0.0', canaryPercent: 5 }, /UPDATE_ROLLBACK_COMPLETE[^]*Deployment shop\/products-v2: .*exceeded quota: few/);
  } finally {
    kubectl(['delete', 'resourcequota', '-n', 'shop', 'few']);
  }
  stage.serves(live);
}

/** A server on this machine that refuses every Service of the canary. */
async function webhook(stage: Stage): Promise<void> {
  await stage.begin(brief);
  const { server, caBundle } = await refusing();
  const name = 'no-canaries';
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] };
  kubectl(['apply', '-f', '-'], {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name },
    webhooks: [{
      name: 'no-canaries.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', rules: [rule],
      matchConditions: [{ name: 'canary', expression: "object.metadata.name == 'products-v2'" }],
      clientConfig: { url: `https://${NODE.host}:9443/`, caBundle },
    }],
  });
  try {
    await pause(1_000);
    await stage.refuse({ ...brief, canary: '2.0.0', canaryPercent: 5 }, /UPDATE_ROLLBACK_COMPLETE[^]*Deployment shop\/products-v2 was refused: .*no canaries on Fridays/);
  } finally {
    kubectl(['delete', 'validatingwebhookconfiguration', name]);
    server.close();
    server.closeAllConnections();
  }
  stage.serves(live);
}

async function refusing(): Promise<{ readonly server: Server; readonly caBundle: string }> {
  const authority = new CertificateAuthority(join(NODE_FOLDER, 'webhook'));
  const { certificate, key } = authority.sign('webhook', [`IP:${NODE.host}`]);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => {
      const { request: { uid } } = JSON.parse(text) as { request: { uid: string } };
      const answer = { uid, allowed: false, status: { code: 403, message: 'no canaries on Fridays' } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  await new Promise<void>((done) => server.listen(9443, NODE.host, done));
  return { server, caBundle: Buffer.from(authority.pem).toString('base64') };
}

async function cancelled(stage: Stage): Promise<void> {
  await stage.begin();
  await stage.under({}, async () => {
    const running = stage.world.deploy({ stable: '1.9.0', canary: '2.0.0', canaryPercent: 50 });
    await pause(9_000);
    stage.world.emulator.cancel('Shop');
    stage.failed(await running, /UPDATE_ROLLBACK_COMPLETE User Initiated/);
  });
  stage.serves(live);
  stage.expect(field('deployment', 'products-v2', '.metadata.name') === '', 'the Deployment that was rolled back is there');
}

async function dead(stage: Stage): Promise<void> {
  const shop: Partial<Shop> = { ...brief, canary: '2.0.0', canaryPercent: 0 };
  await stage.begin(shop);
  // the pods of tomorrow find an image that does not start: what a node that went away, or a database that is gone, looks like
  kubectl(['patch', 'deployment', 'products-v2', '-n', 'shop', '--type=json', '-p', JSON.stringify([
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'shop/products:2.0.0-crash' }, { op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } },
  ])]);
  await pause(45_000);
  await stage.refuse({ ...shop, canaryPercent: 50 }, /UPDATE_ROLLBACK_COMPLETE[^]*would send requests to Service shop\/products-v2, which has no ready pod: pod products-v2-[a-z0-9-]+: container app crashes/);
  stage.serves(live);
}
