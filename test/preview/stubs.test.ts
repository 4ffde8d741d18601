/** What stubs answer. */
import { request } from 'http';
import { connect, constants } from 'http2';
import type { Endpoint } from '../../lib/preview/backends';
import { StubBackends } from '../../lib/preview/stubs';
import { httpPort, service, version } from '../model-builders';

const products = service('products', { versions: [version('products', 'v1'), version('products', 'v2')] });
const endpoint = (name: string, protocol: Endpoint['port']['protocol'] = 'http'): Endpoint =>
  ({ service: products, version: products.versions.find(one => one.name === name)!, port: { ...httpPort(), protocol } });

interface Answer { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }

describe('a stub', () => {
  const stubs = new StubBackends();
  const plain = endpoint('v1');
  const http2 = endpoint('v2', 'http2');
  const grpc = endpoint('v2', 'grpc');
  const ask = (headers: { readonly [name: string]: string } = {}, { method = 'GET', path = '/a?b=1', body = '' } = {}): Promise<Answer> => new Promise((done, failed) => {
    const { host, port } = stubs.addressOf(plain);
    const asking = request({ host, port, path, method, headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => done({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    asking.on('error', failed).end(body);
  });
  const ask2 = (at: Endpoint, headers: { readonly [name: string]: string }) => new Promise<Answer & { readonly trailers: object }>((done, failed) => {
    const session = connect(`http://127.0.0.1:${stubs.addressOf(at).port}`).on('error', failed);
    const stream = session.request({ [constants.HTTP2_HEADER_PATH]: '/p.S/M', [constants.HTTP2_HEADER_METHOD]: 'POST', ...headers });
    let [got, trailers, body]: [any, object, string] = [{}, {}, ''];
    stream.setEncoding('utf8').on('response', answer => { got = answer; }).on('trailers', last => { trailers = last; }).on('data', (part: string) => { body += part; })
      .on('close', () => {
        session.close();
        done({ status: got[':status'], headers: got, body, trailers });
      });
    stream.end();
  });

  beforeAll(() => stubs.open([plain, http2, grpc]));
  afterAll(() => stubs.close());

  test('says who it is and what arrived', async () => {
    const { status, headers, body } = await ask({ 'host': 'products', 'x-own': '1' }, { method: 'POST', body: 'abc' });

    expect([status, headers['x-served-by'], headers['content-type']]).toEqual([200, 'shop/products@v1', 'application/json']);
    expect(JSON.parse(body)).toMatchObject({
      service: 'shop/products', version: 'v1', port: 8080, method: 'POST', path: '/a?b=1', host: 'products', protocol: 'HTTP/1.1', bodyBytes: 3, headers: { 'x-own': '1' },
    });
  });

  test('answers with the status and after the time that a header asks for', async () => {
    const started = performance.now();

    expect((await ask({ 'x-stub-status': '503', 'x-stub-delay-ms': '120' })).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThanOrEqual(110);
  });

  test.each([['x-stub-status', '42'], ['x-stub-status', 'teapot'], ['x-stub-delay-ms', '-1'], ['x-stub-fail', '1.5']])('passes over %s: %s', async (name, value) => {
    expect((await ask({ [name]: value })).status).toBe(200);
  });

  test('fails the first tries of a request, then answers, and begins again', async () => {
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await ask({ 'x-stub-fail': '2' }, { path: '/tries' })).status);

    expect(statuses).toEqual([503, 503, 200, 503]);
    expect((await ask({ 'x-stub-fail': '2', 'x-request-id': 'other' }, { path: '/tries' })).status).toBe(503);
  });

  test('sends no body where HTTP has none', async () => {
    expect([(await ask({}, { method: 'HEAD' })).body, (await ask({ 'x-stub-status': '204' })).body]).toEqual(['', '']);
  });

  test('speaks HTTP/2', async () => {
    const { headers, body } = await ask2(http2, {});

    expect(headers['x-served-by']).toBe('shop/products@v2');
    expect(JSON.parse(body)).toMatchObject({ version: 'v2', protocol: 'HTTP/2.0', method: 'POST', path: '/p.S/M' });
  });

  test('ends gRPC calls with trailers', async () => {
    const good = await ask2(grpc, { 'content-type': 'application/grpc', 'te': 'trailers' });
    const bad = await ask2(grpc, { 'content-type': 'application/grpc', 'te': 'trailers', 'x-stub-grpc-status': '14' });

    expect([good.status, good.headers['x-served-by'], good.body, good.trailers]).toEqual([200, 'shop/products@v2', '\0\0\0\0\0', expect.objectContaining({ 'grpc-status': '0' })]);
    expect([bad.body, bad.trailers]).toEqual(['', expect.objectContaining({ 'grpc-status': '14' })]);
  });

  test('keeps its port when it is opened again', async () => {
    const before = stubs.addressOf(plain);
    await stubs.open([plain]);

    expect(stubs.addressOf(plain)).toEqual(before);
  });
});
