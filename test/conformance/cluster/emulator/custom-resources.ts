/**
 * Requests to custom resources and their responses.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import { randomBytes, randomUUID } from 'crypto';
import { Lambda, LambdaRefusal } from './lambda';
import { REGION, Settings } from './options';
import { Properties, Text } from './template';
import { Timeline, Verb } from './timeline';

export interface CustomResourceRequest {
  readonly RequestType: Verb;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceProperties: Properties;
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: Properties;
}

/** The function said no, or said nothing in time. */
export class CustomResourceFailure extends Error {
  /** @param id the physical id that the response carried */
  constructor(message: string, readonly id?: string) { super(message); }
}

export interface CustomResourceResult { readonly id: string; readonly attributes: { readonly [name: string]: Text } }

/** A request on its way. */
export interface Exchange {
  readonly result: Promise<CustomResourceResult>;
  /** Stops waiting; what the function still does and sends is nobody's business any more. */
  abandon(): void;
}

interface Response {
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly StackId?: string;
  readonly RequestId?: string;
  readonly LogicalResourceId?: string;
  readonly Data?: { readonly [name: string]: unknown };
}

interface Pending { readonly request: CustomResourceRequest; readonly requestId: string; readonly key: string; receive?(body: string): void; giveUp?(): void }

/** Longest body of a response. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
export const RESPONSE_BYTES = 4096;
const ID_BYTES = 1024;

/** Host of the bucket that responses are put into. */
export const RESPONSE_HOST = `cloudformation-custom-resource-response-${REGION.replace(/-/g, '')}.s3.${REGION}.amazonaws.com`;

export class CustomResources {
  private readonly pending = new Map<string, Pending>();

  constructor(private readonly settings: Settings, private readonly lambda: Lambda, private readonly timeline: Timeline) {}

  /** Sends a request to the function of the resource. */
  send(request: CustomResourceRequest): Exchange {
    const pending: Pending = { request, requestId: randomUUID(), key: randomBytes(32).toString('hex') };
    this.pending.set(pending.requestId, pending);
    const timeout = this.timeoutSeconds(request);
    let timer: NodeJS.Timeout | undefined;
    const result = new Promise<CustomResourceResult>((resolve, reject) => {
      const settle = (act: () => void) => { forget(pending); clearTimeout(timer); act(); };
      pending.giveUp = () => settle(() => reject(new CustomResourceFailure('the emulator was closed')));
      pending.receive = body => settle(() => {
        try {
          resolve(readResponse(body, pending));
        } catch (error) {
          reject(error);
        }
      });
      timer = setTimeout(() => settle(() => reject(new CustomResourceFailure(`CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [${pending.requestId}].`))),
        timeout * 1000 * this.settings.scale.serviceTimeout);
      try {
        this.dispatch(pending);
      } catch (error) {
        settle(() => reject(new CustomResourceFailure((error as Error).message)));
      }
    });
    return { result, abandon: () => { forget(pending); clearTimeout(timer); } };
  }

  /** Fails what is still waited for. */
  close(): void {
    this.pending.forEach(({ giveUp }) => giveUp?.());
  }

  /** What the bucket receives: gives the HTTP status that the sender sees. */
  receive(path: string, query: URLSearchParams, body: string): number {
    const requestId = decodeURIComponent(path).split('|').pop() ?? '';
    const pending = this.pending.get(requestId);
    if (pending === undefined || query.get('X-Amz-Signature') !== pending.key) return 403;
    if (pending.receive) pending.receive(body);
    else this.timeline.late.push({ resource: pending.request.LogicalResourceId, requestId, status: statusIn(body), at: this.timeline.now() });
    return 200;
  }

  private dispatch(pending: Pending): void {
    const { request, requestId, key } = pending;
    const { ServiceToken } = request.ResourceProperties;
    if (typeof ServiceToken !== 'string' || !ServiceToken.startsWith('arn:aws:lambda:')) throw new Error(`Invalid service token: the emulator sends to functions, not to ${JSON.stringify(ServiceToken)}`);
    const path = encodeURIComponent(`${request.StackId}|${request.LogicalResourceId}|${requestId}`);
    const ResponseURL = `https://${RESPONSE_HOST}/${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Expires=7200&X-Amz-Signature=${key}`;
    const { ResourceProperties, OldResourceProperties, ...rest } = request;
    const event = JSON.stringify({ ...rest, ServiceToken, ResponseURL, RequestId: requestId, ResourceProperties, ...(OldResourceProperties && { OldResourceProperties }) });
    const limit = this.settings.cloudFormation.eventBytes;
    if (Buffer.byteLength(event) > limit) throw new LambdaRefusal('RequestTooLargeException', `${Buffer.byteLength(event)} byte payload is too large for the Event invocation type (limit ${limit} bytes)`);
    this.lambda.invokeLater(ServiceToken, event);
  }

  private timeoutSeconds({ ResourceProperties: { ServiceTimeout } }: CustomResourceRequest): number {
    if (ServiceTimeout === undefined) return this.settings.cloudFormation.serviceTimeoutSeconds;
    const seconds = Number(ServiceTimeout);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) throw new CustomResourceFailure(`Invalid ServiceTimeout ${JSON.stringify(ServiceTimeout)}: it must be an integer from 1 to 3600`);
    return seconds;
  }
}

function forget(pending: Pending): void {
  pending.receive = pending.giveUp = undefined;
}

function readResponse(body: string, { request, requestId }: Pending): CustomResourceResult {
  if (Buffer.byteLength(body) > RESPONSE_BYTES) throw new CustomResourceFailure('Response object is too long.', request.PhysicalResourceId);
  let response: Response;
  try {
    response = JSON.parse(body) as Response;
  } catch {
    throw new CustomResourceFailure('Invalid Response object: the body is not JSON', request.PhysicalResourceId);
  }
  const { Status, Reason, PhysicalResourceId: id } = response;
  for (const [name, wanted] of [['RequestId', requestId], ['StackId', request.StackId], ['LogicalResourceId', request.LogicalResourceId]] as const) {
    if (response[name] !== wanted) throw new CustomResourceFailure(`Invalid Response object: Value of property ${name} must be ${wanted}, not ${String(response[name])}`, id);
  }
  if (Status === 'FAILED') throw new CustomResourceFailure(`Received response status [FAILED] from custom resource. Message returned: ${Reason ?? ''} (RequestId: ${requestId})`, id);
  if (Status !== 'SUCCESS') throw new CustomResourceFailure(`Invalid Response object: Value of property Status must be SUCCESS or FAILED, not ${String(Status)}`, id);
  if (typeof id !== 'string' || id === '' || Buffer.byteLength(id) > ID_BYTES) throw new CustomResourceFailure('Invalid PhysicalResourceId', request.PhysicalResourceId);
  return { id, attributes: Object.fromEntries(Object.entries(response.Data ?? {}).map(([name, value]) => [name, asText(value)])) };
}

/** Data of a response as `Fn::GetAtt` gives it on: scalars are text. */
function asText(value: unknown): Text {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
  return String(value);
}

function statusIn(body: string): string {
  try {
    return String((JSON.parse(body) as Response).Status);
  } catch {
    return 'unreadable';
  }
}
