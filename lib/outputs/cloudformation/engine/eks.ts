/**
 * The way to an EKS cluster: its address, and a token that is a presigned call of STS. Signed in process, because the `aws` command takes two seconds.
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html#_the_eks_authentication_flow
 */
import { request as httpRequest } from 'http';
import { request as httpsRequest } from 'https';
import * as aws4 from 'aws4';
import type { Connection } from './api';
import { Refusal } from './event';
import { patiently, type Deadline } from './patience';

/** Keys of a role's session. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A cluster that is not there: nothing of it can be left. */
export class MissingCluster extends Error {}

/** An answer of AWS that is no success. */
class AwsError extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** A token is good for 15 minutes; a new one is signed before that. */
const TOKEN_MS = 10 * 60_000;

/** Where a cluster is and who speaks. */
export interface ClusterAddress {
  readonly clusterName: string;
  readonly roleArn?: string;
}

/** Describes the cluster, with the role's rights where one has to be assumed. Throws `MissingCluster`. */
export async function connect({ clusterName, roleArn }: ClusterAddress, deadline: Deadline): Promise<Connection> {
  const own = ownCredentials();
  const credentials = roleArn === undefined ? own : await withPatience(deadline, () => assumeRole(roleArn, own));
  const { endpoint, certificateAuthority } = await withPatience(deadline, () => describeCluster(clusterName, credentials));
  let token = { text: '', madeAt: 0 };
  return {
    endpoint, certificateAuthority: Buffer.from(certificateAuthority.data, 'base64').toString(),
    token: () => {
      if (Date.now() - token.madeAt > TOKEN_MS) token = { text: tokenOf(clusterName, credentials), madeAt: Date.now() };
      return token.text;
    },
  };
}

/** The state of a stack, for example `UPDATE_ROLLBACK_IN_PROGRESS`; undefined where the function may not ask, or has no route to CloudFormation. */
export async function stackStatus(stackId: string): Promise<string | undefined> {
  try {
    const query = new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: stackId });
    return fieldOf(await call({ service: 'cloudformation', path: `/?${query.toString()}` }, ownCredentials(), 4_000), 'StackStatus');
  } catch {
    return undefined;
  }
}

async function describeCluster(name: string, credentials: Credentials): Promise<{ endpoint: string; certificateAuthority: { data: string } }> {
  try {
    const { cluster } = JSON.parse(await call({ service: 'eks', path: `/clusters/${encodeURIComponent(name)}` }, credentials)) as
      { cluster: { endpoint?: string; certificateAuthority?: { data?: string }; status?: string } };
    const { endpoint, certificateAuthority, status } = cluster;
    if (endpoint === undefined || certificateAuthority?.data === undefined) throw new Refusal(`cluster '${name}' has no endpoint yet: its status is ${status}`);
    return { endpoint, certificateAuthority: { data: certificateAuthority.data } };
  } catch (error) {
    if (error instanceof AwsError && (error.status === 404 || error.code.includes('ResourceNotFound'))) throw new MissingCluster(`there is no cluster '${name}'`);
    throw error;
  }
}

async function assumeRole(roleArn: string, credentials: Credentials): Promise<Credentials> {
  const query = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleSessionName: 'cdk-eks-mesh', RoleArn: roleArn });
  const answer = await call({ service: 'sts', path: `/?${query.toString()}` }, credentials);
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) => fieldOf(answer, name));
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** A field of an answer of a query service, which comes as JSON or as XML. */
function fieldOf(answer: string, name: string): string | undefined {
  return answer.match(new RegExp(`<${name}>([^<]+)</${name}>`))?.[1] ?? answer.match(new RegExp(`"${name}":\\s*"([^"]+)"`))?.[1];
}

/** `k8s-aws-v1.` and the address of a presigned GetCallerIdentity that names the cluster in a signed header. */
export function tokenOf(clusterName: string, credentials: Credentials): string {
  const host = `sts.${region()}.${process.env.AWS_URL_SUFFIX ?? 'amazonaws.com'}`;
  const signed = aws4.sign({
    host, service: 'sts', region: region(), method: 'GET', signQuery: true,
    path: '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60',
    headers: { 'x-k8s-aws-id': clusterName },
  }, credentials);
  return `k8s-aws-v1.${Buffer.from(`https://${host}${signed.path}`).toString('base64url')}`;
}

function region(): string {
  return process.env.AWS_REGION ?? 'us-east-1';
}

function ownCredentials(): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = process.env;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

interface AwsCall {
  readonly service: 'eks' | 'sts' | 'cloudformation';
  readonly path: string;
}

/** Where a service is; the environment may name another place, as it can for the SDKs. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf(service: string): URL {
  const named = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  return new URL(named ?? `https://${service}.${region()}.${process.env.AWS_URL_SUFFIX ?? 'amazonaws.com'}`);
}

function call({ service, path }: AwsCall, credentials: Credentials, timeoutMs = 20_000): Promise<string> {
  const endpoint = endpointOf(service);
  const { headers = {} } = aws4.sign({ host: endpoint.host, service, region: region(), method: 'GET', path, headers: { accept: 'application/json' } }, credentials);
  return new Promise((resolve, reject) => {
    const send = endpoint.protocol === 'http:' ? httpRequest : httpsRequest;
    const sent = send(new URL(path, endpoint), { method: 'GET', headers: headers as { [name: string]: string } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) return resolve(text);
        const code = String(response.headers['x-amzn-errortype'] ?? text.match(/"[Cc]ode":\s*"([^"]+)"/)?.[1] ?? '');
        return reject(new AwsError(response.statusCode ?? 0, code, `${service} answered ${response.statusCode} ${code}: ${text.slice(0, 300)}`));
      });
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`${service} got no answer within ${timeoutMs / 1000} s (ETIMEDOUT)`)));
    sent.on('error', reject);
    sent.end();
  });
}

function withPatience<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
  return patiently(deadline, async () => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AwsError) || error.status === 429 || error.status >= 500 || /Throttl|TooManyRequests/.test(error.code)) throw transientOf(error);
      throw new Refusal(error.message);
    }
  });
}

function transientOf(error: unknown): unknown {
  return error instanceof AwsError ? new Error(`${error.message} (ETIMEDOUT)`) : error;
}
