/** The tokens of EKS that the node's API server accepts: as the AWS SDK signs them, and no others. */
import { mustRun, python } from '../tools';
import { ASSUMED, CREDENTIALS, IDENTITY, refusalOf, reviewToken, signToken } from './cloud/eks-tokens';

const AT = new Date('2026-11-28T12:00:00Z');
const CLUSTER = 'lab';

/** What the token says, with one thing of its URL changed. */
function changed(change: (url: URL) => void): string {
  const url = new URL(Buffer.from(signed().split('.')[1]!, 'base64url').toString());
  change(url);
  return tokenOf(url.href);
}

function tokenOf(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

function signed(purpose: Partial<Parameters<typeof signToken>[1]> = {}, credentials: Parameters<typeof signToken>[0] = CREDENTIALS): string {
  return signToken(credentials, { cluster: CLUSTER, region: 'us-west-2', at: AT, ...purpose });
}

const refusal = (token: string, at = AT) => refusalOf(token, { cluster: CLUSTER, at });
const set = (name: string, value: string) => changed(({ searchParams }) => searchParams.set(name, value));

test('accepts what botocore signs, as `aws eks get-token` does it', () => {
  const script = `
import base64, sys, botocore.session
from botocore.signers import RequestSigner
key, secret, session_token, cluster = sys.argv[1:]
session = botocore.session.Session()
session.set_credentials(key, secret, session_token)
signer = RequestSigner(session.get_service_model('sts').service_id, 'eu-central-1', 'sts', 'v4', session.get_credentials(), session.get_component('event_emitter'))
request = {'method': 'GET', 'url': 'https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15', 'body': {}, 'headers': {'x-k8s-aws-id': cluster}, 'context': {}}
url = signer.generate_presigned_url(request, region_name='eu-central-1', expires_in=60, operation_name='')
print('k8s-aws-v1.' + base64.urlsafe_b64encode(url.encode()).decode().rstrip('='))`;
  const { accessKeyId, secretAccessKey, sessionToken } = CREDENTIALS;
  const token = mustRun(python('python'), ['-c', script, accessKeyId, secretAccessKey, sessionToken, CLUSTER]).trim();

  expect(refusal(token, new Date())).toBeUndefined();
  expect(refusalOf(token, { cluster: 'other', at: new Date() })).toContain('signature does not match');
});

test.each([60, 900])('accepts a token with X-Amz-Expires of %d for 15 minutes', expires => {
  expect(refusal(signed({ expires }))).toBeUndefined();
  expect(refusal(signed({ expires }), new Date(AT.getTime() + 899_000))).toBeUndefined();
  expect(refusal(signed({ expires }), new Date(AT.getTime() + 901_000))).toBe('token is 901 s old, more than 900');
});

test('accepts a request to an emulator of STS on this machine, as the AWS command line signs it where AWS_ENDPOINT_URL_STS is set', () => {
  const at = changed(url => { url.protocol = 'http:'; url.host = '127.0.0.1:4566'; });

  expect(refusal(at)).toBe('signature does not match the request to 127.0.0.1:4566 for cluster lab');
  expect(refusal(signed({ endpoint: 'http://127.0.0.1:4566' }))).toBeUndefined();
});

test('accepts keys without a session', () => {
  const { accessKeyId, secretAccessKey } = CREDENTIALS;

  expect(refusal(signed({}, { accessKeyId, secretAccessKey }))).toBeUndefined();
});

test('accepts the role of a cluster\'s provider', () => {
  expect(refusal(signed({}, ASSUMED))).toBeUndefined();
  expect(refusal(signed({}, { ...ASSUMED, sessionToken: CREDENTIALS.sessionToken }))).toBe('session token is not known');
});

test.each([
  ['too many bytes', `k8s-aws-v1.${'a'.repeat(5000)}`, 'token has 5011 bytes, more than 4096'],
  ['another prefix', 'k8s-aws-v2.abc', 'token does not begin with k8s-aws-v1.'],
  ['no URL', 'k8s-aws-v1.abc', 'token holds no URL'],
  ['plain HTTP', changed(url => { url.protocol = 'http:'; }), 'http://sts.us-west-2.amazonaws.com is no endpoint of STS'],
  ['another host', changed(url => { url.host = 'sts.example.com'; }), 'https://sts.example.com is no endpoint of STS'],
  ['a path', changed(url => { url.pathname = '/a'; }), 'path is /a, not /'],
  ['another action', set('Action', 'AssumeRole'), 'action is AssumeRole, not GetCallerIdentity'],
  ['another parameter', set('RoleArn', 'a'), 'query has RoleArn, which is not allowed'],
  ['a parameter twice', changed(url => url.searchParams.append('Action', 'GetCallerIdentity')), 'query has Action more than once'],
  ['no date', changed(url => url.searchParams.delete('X-Amz-Date')), 'query lacks X-Amz-Date'],
  ['a date of another form', set('X-Amz-Date', '2026-11-28'), 'X-Amz-Date is 2026-11-28, not YYYYMMDDTHHMMSSZ'],
  ['a cluster that is not signed for', set('X-Amz-SignedHeaders', 'host'), 'header x-k8s-aws-id is not signed'],
  ['a header that is not sent', set('X-Amz-SignedHeaders', 'accept;host;x-k8s-aws-id'), 'header accept is signed, but not sent'],
  ['a long life', signed({ expires: 901 }), 'X-Amz-Expires is 901, not 0 to 900'],
  ['the future', signed({ at: new Date(AT.getTime() + 600_000) }), 'token is of the future'],
  ['an unknown key', signed({}, { ...CREDENTIALS, accessKeyId: 'AKIDOTHER' }), 'access key AKIDOTHER is not known'],
  ['an unknown session', signed({}, { ...CREDENTIALS, sessionToken: 'other' }), 'session token is not known'],
  ['another day\'s scope', set('X-Amz-Credential', 'AKIDLAB/20261127/us-west-2/sts/aws4_request'), 'scope 20261127/us-west-2/sts/aws4_request is not of STS on that day'],
  ['another secret', signed({}, { ...CREDENTIALS, secretAccessKey: 'other' }), 'signature does not match the request to sts.us-west-2.amazonaws.com for cluster lab'],
  ['another cluster', signed({ cluster: 'other' }), 'signature does not match the request to sts.us-west-2.amazonaws.com for cluster lab'],
  ['another region\'s host', changed(url => { url.host = 'sts.eu-west-1.amazonaws.com'; }), 'signature does not match the request to sts.eu-west-1.amazonaws.com for cluster lab'],
  ['a lower expiry than was signed', set('X-Amz-Expires', '59'), 'signature does not match the request to sts.us-west-2.amazonaws.com for cluster lab'],
])('refuses a token with %s', (_, token, reason) => {
  expect(refusal(token)).toBe(reason);
});

test('answers the API server with the identity or the reason', () => {
  const apiVersion = 'authentication.k8s.io/v1';

  expect(reviewToken({ apiVersion, spec: { token: signed() } }, CLUSTER, AT)).toEqual({ apiVersion, kind: 'TokenReview', status: { authenticated: true, user: IDENTITY } });
  expect(reviewToken({ apiVersion }, CLUSTER, AT)).toEqual({
    apiVersion, kind: 'TokenReview', status: { authenticated: false, error: 'token does not begin with k8s-aws-v1.' },
  });
});
