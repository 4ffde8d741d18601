/** The trials of guards and cookies in a real Envoy, loaded with what a mesh's own control plane made of them. */
import { TranslatedGround, type TranslatedSabotage } from './ground';
import { askGuards, STICKY, type GuardTrial } from './guards';
import { inNamespaces } from './programs';
import type { Translation, Translator } from './translation';
import { opaque } from '../../../lib/model/opaque';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import type { Provider } from '../../../lib/providers/provider';
import type { RequestInput } from '../../../lib/simulator';
import { inCluster } from '../../manifest-objects';
import type { Answer } from '../envoy/client';
import { ARRIVED } from '../envoy/pods';

const ENVIRONMENT = { partition: opaque('aws'), region: opaque('eu-west-1'), account: opaque('111122223333'), urlSuffix: opaque('amazonaws.com') };

function programOf(provider: Provider, model: TrafficModel) {
  const errors = [...checkCapabilities(model, provider, []), ...provider.validate(model)].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`the trial cannot be said: ${JSON.stringify(errors)}`);
  return { model, objects: inCluster(provider.lower(model, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects)) };
}

/** What was answered to each trial, beside what had to be. */
export async function runGuardTrials(provider: Provider, translate: Translator, trials: readonly GuardTrial[], sabotage?: TranslatedSabotage) {
  const apart = trials.map((trial, at) => ({ ...trial, model: inNamespaces(trial.model, `g${at}-`) }));
  const ground = await TranslatedGround.open(apart.map(({ model }) => programOf(provider, model)), translate, sabotage);
  try {
    const outcomes = await Promise.all(apart.map(async (trial) => ({ title: trial.title, ...await askGuards(trial, async (input) => send(ground, trial.model, input)) })));
    return { complaints: ground.complaints, outcomes };
  } finally {
    await ground.close();
  }
}

async function send(ground: TranslatedGround, { gateways: [edge] }: TrafficModel, { method = 'GET', path, headers = {} }: RequestInput): Promise<Answer> {
  return ground.client.send({ address: ground.addressOf(`gateway ${edge!.id} 80`)!, version: 'http1', method, target: path, host: 'shop.test', scheme: 'http', headers });
}

/** The pods that clients reach: with the cookie that the first answer set, and without. */
export async function runStickiness(provider: Provider, translate: Translator) {
  const ground = await TranslatedGround.open([programOf(provider, STICKY)], translate, withMorePods);
  try {
    const ask = async (headers: { readonly [name: string]: string } = {}) => {
      const answer = await send(ground, STICKY, { path: '/', headers });
      return { cookie: answer.headers['set-cookie'], pods: (JSON.parse(Buffer.from(answer.headers[ARRIVED]!, 'base64').toString()) as { readonly pods: string }).pods };
    };
    const first = await ask();
    const [cookie] = first.cookie!.split(';');
    const again = await Promise.all(Array.from({ length: 40 }, async () => ask({ cookie: cookie! })));
    const strangers = await Promise.all(Array.from({ length: 40 }, async () => ask()));
    return { complaints: ground.complaints, first, again, strangers };
  } finally {
    await ground.close();
  }
}

/** Every cluster gets the pods of all: those of one service stand in for more of the other. */
function withMorePods(translation: Translation): Translation {
  const all = new Map(translation.clusters.flatMap(({ loadAssignment }) => (loadAssignment as Assignment | undefined)?.endpoints ?? [])
    .flatMap(({ lbEndpoints = [] }) => lbEndpoints).map((one) => [JSON.stringify(one), one]));
  const endpoints = [{ lbEndpoints: [...all.values()] }];
  return { ...translation, clusters: translation.clusters.map((cluster) => ({ ...cluster, loadAssignment: { ...cluster.loadAssignment as object, endpoints } })) };
}

interface Assignment {
  readonly endpoints?: readonly { readonly lbEndpoints?: readonly unknown[] }[];
}
