/** Small assemblies written by hand, and a function that does what the properties of its resource say. */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Emulator, EmulatorOptions, TimelineEntry } from '../conformance/cluster/emulator';

// a process starts for each environment of a function, and machines are busy
if (typeof jest !== 'undefined') jest.setTimeout(30_000);

/** Events as CloudFormation sends them. */
export interface ReceivedEvent {
  readonly RequestType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly StackId: string;
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: { readonly [name: string]: unknown };
  readonly OldResourceProperties?: { readonly [name: string]: unknown };
}

/**
 * Answers by itself. Properties: `Id` and `Data` for the answer, `Fail` (verbs that fail, until somebody calms it), `FailId` (id in that
 * answer), `WaitMs` (not in a Delete), `Silent` (verbs without an answer), `Throw`, `Long` (bytes of the answer).
 */
const FUNCTION = `
const https = require('https');
const fs = require('fs');
const put = (url, body) => new Promise((resolve, reject) => {
  const { hostname, pathname, search } = new URL(url);
  const request = https.request({ hostname, path: pathname + search, method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, response => {
    response.resume();
    response.on('end', () => response.statusCode < 400 ? resolve() : reject(new Error('HTTP ' + response.statusCode)));
  });
  request.on('error', reject);
  request.end(body);
});
exports.handler = async (event, context) => {
  const properties = event.ResourceProperties;
  fs.appendFileSync(process.env.EVENTS, JSON.stringify({ ...event, remaining: context.getRemainingTimeInMillis(), requestId: context.awsRequestId }) + '\\n');
  const does = name => (properties[name] || '').split(',').includes(event.RequestType);
  if (properties.WaitMs && event.RequestType !== 'Delete') await new Promise(resolve => setTimeout(resolve, Number(properties.WaitMs)));
  if (does('Throw')) throw new TypeError('thrown by the function');
  if (does('Silent')) return;
  const failed = does('Fail') && !fs.existsSync(process.env.EVENTS + '.calm');
  const id = failed ? properties.FailId : event.RequestType === 'Delete' ? event.PhysicalResourceId : properties.Id;
  await put(event.ResponseURL, JSON.stringify({
    Status: failed ? 'FAILED' : 'SUCCESS',
    Reason: failed ? 'asked to fail' : undefined,
    PhysicalResourceId: id || event.PhysicalResourceId || event.LogicalResourceId.toLowerCase(),
    StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
    Data: { ...(properties.Data || {}), ...(properties.Long && { Long: 'x'.repeat(Number(properties.Long)) }) },
  }));
};
`;

export type Resources = { readonly [id: string]: object };

/** A stack of a handwritten assembly. */
export interface WrittenStack { readonly template: object; readonly dependencies?: readonly string[] }

/** The function, its name and what else every stack with custom resources needs. */
export function withFunction(resources: Resources, more: object = {}): WrittenStack {
  return { template: { Resources: { Function: aFunction(), ...resources }, ...more } };
}

export function aFunction(properties: object = {}): object {
  return { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { S3Bucket: 'assets', S3Key: 'function.zip' }, ...properties } };
}

/** A custom resource; its function answers by the properties. */
export function custom(properties: object = {}, more: object = {}): object {
  return { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties }, ...more };
}

/** An emulator in a folder of its own, with assemblies and the events that functions received. */
export class Ground {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emulator-'));
  readonly emulator: Emulator;
  readonly log: string[] = [];
  private written = 0;
  private taken = 0;

  constructor(options: Partial<EmulatorOptions> = {}) {
    this.emulator = this.another(options);
  }

  /** A second emulator on the same state. */
  another(options: Partial<EmulatorOptions> = {}): Emulator {
    return new Emulator({
      stateDir: path.join(this.folder, 'state'),
      environment: { EVENTS: path.join(this.folder, 'events') },
      scale: { waits: 0.001 },
      log: line => this.log.push(line),
      ...options,
    });
  }

  /** Writes an assembly and gives its folder. `files`: content by object key, a folder where it is an object. */
  assembly(stacks: { readonly [name: string]: WrittenStack }, files: { readonly [key: string]: string | { readonly [name: string]: string } } = {}): string {
    const folder = path.join(this.folder, `assembly-${++this.written}`);
    const all = { 'function.zip': { 'index.js': FUNCTION }, ...files };
    const artifacts: { [id: string]: object } = { Files: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } } };
    for (const [name, { template, dependencies = [] }] of Object.entries(stacks)) {
      write(folder, `${name}.template.json`, JSON.stringify(template));
      artifacts[name] = { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` }, dependencies: ['Files', ...dependencies] };
    }
    for (const [key, content] of Object.entries(all)) {
      if (typeof content === 'string') write(folder, path.join('files', key), content);
      else Object.entries(content).forEach(([file, text]) => write(folder, path.join('files', key, file), text));
    }
    const manifest = Object.fromEntries(Object.keys(all).map(key => [key, { source: { path: `files/${key}` }, destinations: { here: { objectKey: key } } }]));
    write(folder, 'assets.json', JSON.stringify({ files: manifest }));
    write(folder, 'manifest.json', JSON.stringify({ artifacts }));
    return folder;
  }

  /** Deploys one stack named Stack. */
  async deploy(stack: WrittenStack, files?: { readonly [key: string]: string | { readonly [name: string]: string } }) {
    const result = await this.emulator.deploy(this.assembly({ Stack: stack }, files));
    return { ...result.stacks[0], timeline: result.timeline };
  }

  /** Events of functions since the last call. */
  takeEvents(): ReceivedEvent[] {
    const file = path.join(this.folder, 'events');
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').slice(this.taken, -1) : [];
    this.taken += lines.length;
    return lines.map(line => JSON.parse(line) as ReceivedEvent);
  }

  /** From here on `Fail` is not obeyed. */
  calm(): void {
    fs.writeFileSync(path.join(this.folder, 'events.calm'), '');
  }

  /** Events as short texts: `Update Thing id`. */
  takeShort(): string[] {
    return this.takeEvents().map(({ RequestType, LogicalResourceId, PhysicalResourceId }) => [RequestType, LogicalResourceId, PhysicalResourceId ?? ''].join(' ').trim());
  }

  async end(): Promise<void> {
    await this.emulator.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Entries of resources that a function makes, as short texts: `forward Create Thing complete`. */
export function short(timeline: readonly TimelineEntry[]): string[] {
  return timeline.filter(({ type }) => !type.startsWith('AWS::')).map(({ phase, verb, resource, status }) => `${phase} ${verb} ${resource} ${status}`);
}

/** Waits until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !holds(); await new Promise(resolve => setTimeout(resolve, 10))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

function write(folder: string, name: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), content);
}
