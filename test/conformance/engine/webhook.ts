/** A validating webhook that says what a test wants. */
import { createServer, type Server } from 'https';
import type { AddressInfo } from 'net';
import { text } from 'stream/consumers';
import type { ControlPlane } from './control-plane';

/** What the webhook says to one request; a code other than 200 refuses with it. */
export type Verdict = { readonly code: number; readonly message?: string };

const LABEL = 'example.com/gated';
const NAME = 'gate';

/** Labels of objects that the webhook is asked about. */
export const GATED = { [LABEL]: 'true' };

/** A webhook with its configuration. */
export class Gate {
  /** Answers each request with the next verdict, and all after them with the last one. */
  static async open(plane: ControlPlane, ...verdicts: readonly Verdict[]): Promise<Gate> {
    const gate = new Gate(plane, [...verdicts]);
    await gate.listen();
    await gate.configure(`https://127.0.0.1:${(gate.server!.address() as AddressInfo).port}/`);
    return gate;
  }

  /** Nobody answers. */
  static async broken(plane: ControlPlane): Promise<Gate> {
    const gate = new Gate(plane, []);
    await gate.configure('https://127.0.0.1:1/');
    return gate;
  }

  asked = 0;
  private server?: Server;

  private constructor(private readonly plane: ControlPlane, private readonly verdicts: Verdict[]) {}

  async close(): Promise<void> {
    await this.plane.client.remove('ValidatingWebhookConfiguration', NAME);
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private async listen(): Promise<void> {
    const { cert, key } = this.plane.serving;
    this.server = createServer({ cert, key }, (request, response) => {
      void text(request).then((body) => {
        this.asked++;
        const { request: { uid } } = JSON.parse(body) as { request: { uid: string } };
        const { code, message } = this.verdicts.length > 1 ? this.verdicts.shift()! : this.verdicts[0]!;
        const verdict = code === 200 ? { uid, allowed: true } : { uid, allowed: false, status: { code, message: message ?? '' } };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: verdict }));
      });
    });
    await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done));
  }

  private async configure(url: string): Promise<void> {
    const { client, serving } = this.plane;
    await client.apply({
      apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: NAME },
      webhooks: [{
        name: 'gate.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', timeoutSeconds: 5,
        objectSelector: { matchLabels: GATED }, rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'], scope: '*' }],
        clientConfig: { url, caBundle: Buffer.from(serving.ca).toString('base64') },
      }],
    }, 'test');
    await this.untilKnown();
  }

  /** The API server reads configurations a moment later. */
  private async untilKnown(): Promise<void> {
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
      const asked = this.asked;
      const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gate-probe', namespace: 'default', labels: GATED } };
      const before = [...this.verdicts];
      try {
        await this.plane.client.send('POST', '/api/v1/namespaces/default/configmaps?dryRun=All', probe);
        if (this.asked > asked) return void this.verdicts.splice(0, this.verdicts.length, ...before);
      } catch {
        return void this.verdicts.splice(0, this.verdicts.length, ...before);
      }
    }
    throw new Error('waited in vain for the webhook\'s configuration');
  }
}
