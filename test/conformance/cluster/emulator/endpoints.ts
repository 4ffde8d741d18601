/**
 * The HTTP side of AWS: CloudFormation's bucket for responses, Lambda, Step Functions, EKS and STS. One server; each request is
 * known by its path or target, so that any of the SDK's endpoint variables may lead here.
 */
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { Cluster } from './aws-resources';
import { ChartRegistry } from './chart-registry';
import { CustomResources } from './custom-resources';
import { Lambda, LambdaRefusal } from './lambda';
import { ACCOUNT, REGION } from './options';
import { faultOf, Secrets } from './signature';
import { StepFunctions, StepFunctionsRefusal } from './step-functions';

interface Answer { readonly status: number; readonly body?: string | Buffer; readonly headers?: { readonly [name: string]: string } }
interface Asked { readonly message: IncomingMessage; readonly url: URL; readonly body: string }

/** What every function runs with; AssumeRole gives out the second pair. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDLAB', AWS_SECRET_ACCESS_KEY: 'labsecret', AWS_SESSION_TOKEN: 'labtoken' };
const ASSUMED = { key: 'AKIDASSUMED', secret: 'assumedsecret', token: 'assumedtoken' };
const SECRETS: Secrets = { [CREDENTIALS.AWS_ACCESS_KEY_ID]: CREDENTIALS.AWS_SECRET_ACCESS_KEY, [ASSUMED.key]: ASSUMED.secret };

/** What answers behind the endpoints. */
export interface Services {
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly customResources: CustomResources;
  readonly cluster: Cluster;
  readonly registry: ChartRegistry;
  statusOf(stack: string): string | undefined;
}

/** A call of EKS or STS, for tests to look at. */
export interface AwsCall { readonly action: string; readonly status: number; readonly fault?: string }

export class Endpoints {
  readonly calls: AwsCall[] = [];
  private server?: Server;
  private opening?: Promise<void>;

  constructor(private readonly services: () => Services) {}

  get address(): string {
    const { port } = this.server!.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Deployments that begin at once share one server. */
  async open(): Promise<void> {
    await (this.opening ??= this.listen());
  }

  private async listen(): Promise<void> {
    const server = createServer((message, response) => {
      const parts: Buffer[] = [];
      message.on('data', (part: Buffer) => parts.push(part));
      message.on('end', () => {
        const asked = { message, url: new URL(message.url ?? '/', 'http://emulator'), body: Buffer.concat(parts).toString() };
        void this.answer(asked).catch(refused).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
      });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = this.opening = undefined;
    server?.closeAllConnections();
    if (server) await new Promise(resolve => server.close(resolve));
  }

  private async answer(asked: Asked): Promise<Answer> {
    const { message: { method, headers }, url, body } = asked;
    const { lambda, stepFunctions, customResources, cluster } = this.services();
    const called = /^\/2015-03-31\/functions\/([^/]+)(\/invocations)?$/.exec(url.pathname);
    const described = /^\/clusters\/([^/]+)$/.exec(url.pathname);
    if (called) return callFunction(lambda, decodeURIComponent(called[1]), called[2] !== undefined && { event: body, kind: String(headers['x-amz-invocation-type'] ?? 'RequestResponse') });
    if (headers['x-amz-target'] === 'AWSStepFunctions.StartExecution') {
      const { stateMachineArn, input = '{}' } = JSON.parse(body) as { readonly stateMachineArn: string; readonly input?: string };
      return json(200, { executionArn: stepFunctions.startExecution(stateMachineArn, input), startDate: Date.now() / 1000 });
    }
    if (method === 'GET' && described) return this.signed(asked, 'DescribeCluster', () => describeCluster(cluster, decodeURIComponent(described[1])));
    const action = new URLSearchParams(body).get('Action') ?? url.searchParams.get('Action');
    if (action === 'AssumeRole') return this.signed(asked, action, () => assumeRole(new URLSearchParams(body || url.search)));
    if (action === 'GetCallerIdentity') return this.signed(asked, action, callerIdentity);
    if (action === 'DescribeStacks') return this.signed(asked, action, () => describeStacks(this.services().statusOf(url.searchParams.get('StackName') ?? '')));
    const pulled = this.services().registry.answer(url, headers);
    if (pulled !== undefined) return pulled;
    if (method === 'PUT') return { status: customResources.receive(url.pathname.slice(1), url.searchParams, body) };
    return json(404, { message: `the emulator does not know ${method} ${url.pathname}` });
  }

  private signed({ message, body }: Asked, action: string, answer: () => Answer): Answer {
    const fault = faultOf({ method: String(message.method), target: String(message.url), headers: message.headers, body }, SECRETS);
    const answered = fault === undefined ? answer() : { ...json(403, { message: fault }), headers: { 'x-amzn-errortype': fault.split(':')[0] } };
    this.calls.push({ action, status: answered.status, ...(fault !== undefined && { fault }) });
    return answered;
  }
}

async function callFunction(lambda: Lambda, name: string, call: false | { readonly event: string; readonly kind: string }): Promise<Answer> {
  if (!call) return json(200, lambda.describe(name));
  if (call.kind === 'Event') {
    lambda.invokeLater(name, call.event);
    return { status: 202 };
  }
  const outcome = await lambda.invoke(name, call.event);
  return outcome.kind === 'result' ? { status: 200, body: outcome.json } : { ...json(200, outcome.error), headers: { 'x-amz-function-error': 'Unhandled' } };
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html */
function describeCluster({ name, endpoint, certificateAuthorityData }: Cluster, asked: string): Answer {
  if (asked !== name) return { ...json(404, { message: `No cluster found for name: ${asked}.` }), headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } };
  const arn = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`;
  return json(200, { cluster: { name, arn, endpoint, status: 'ACTIVE', certificateAuthority: { data: certificateAuthorityData }, accessConfig: { authenticationMode: 'API' } } });
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(parameters: URLSearchParams): Answer {
  const [role, session] = [parameters.get('RoleArn') ?? '', parameters.get('RoleSessionName') ?? ''];
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return xml(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${ASSUMED.key}</AccessKeyId>`
    + `<SecretAccessKey>${ASSUMED.secret}</SecretAccessKey><SessionToken>${ASSUMED.token}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
    + `<AssumedRoleUser><Arn>${role}/${session}</Arn><AssumedRoleId>AROALAB:${session}</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`);
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
function describeStacks(status: string | undefined): Answer {
  if (status === undefined) return json(400, { Error: { Code: 'ValidationError', Message: 'Stack does not exist' } });
  return xml(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackStatus>${status}</StackStatus></member></Stacks>`
    + '</DescribeStacksResult></DescribeStacksResponse>');
}

function callerIdentity(): Answer {
  return xml(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/lab/function</Arn>`
    + `<UserId>AROALAB:function</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`);
}

function refused(error: unknown): Answer {
  if (error instanceof LambdaRefusal) return { ...json(error.httpStatus, { message: error.message }), headers: { 'x-amzn-errortype': error.name } };
  if (error instanceof StepFunctionsRefusal) return { ...json(400, { message: error.message }), headers: { 'x-amzn-errortype': error.name } };
  return { ...json(500, { message: String(error) }), headers: { 'x-amzn-errortype': 'ServiceException' } };
}

const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });
const xml = (body: string): Answer => ({ status: 200, body, headers: { 'content-type': 'text/xml' } });
