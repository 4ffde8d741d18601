/** Pulls a chart from an OCI registry. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md */
import { createHash } from 'crypto';
import { request as httpRequest } from 'http';
import { request as httpsRequest } from 'https';
import { gunzipSync } from 'zlib';
import { extract } from 'tar-stream';
import { Refusal } from './event';

const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

type Headers = { readonly [name: string]: string };

interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Buffer;
}

/** The packed chart `oci://HOST/PATH` in a version. The registry's own digest of the layer is checked. */
export async function pullChart(repository: string, version: string): Promise<Buffer> {
  const { origin, path } = addressOf(repository);
  const first = await fetchFrom(`${origin}/v2/${path}/manifests/${version}`, { accept: MANIFEST });
  const headers: Headers = first.status === 401 ? { authorization: await authorization(first, path) } : {};
  const manifest = first.status === 401 ? await fetchFrom(`${origin}/v2/${path}/manifests/${version}`, { accept: MANIFEST, ...headers }) : first;
  if (manifest.status !== 200) throw failure(`${repository}:${version}`, manifest);
  const { layers = [] } = JSON.parse(manifest.body.toString()) as { layers?: { mediaType: string; digest: string }[] };
  const layer = layers.find(({ mediaType }) => mediaType === CHART_LAYER);
  if (layer === undefined) throw new Refusal(`${repository}:${version} is no chart`);
  const blob = await fetchFrom(`${origin}/v2/${path}/blobs/${layer.digest}`, headers);
  if (blob.status !== 200) throw failure(`${repository}:${version}`, blob);
  const digest = `sha256:${createHash('sha256').update(blob.body).digest('hex')}`;
  if (digest !== layer.digest) throw new Refusal(`${repository}:${version} has the digest ${digest}, and its manifest names ${layer.digest}`);
  return blob.body;
}

/** The files below `templates/` of a packed chart, by their path there. */
export function filesOfChart(packed: Buffer): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    const files = new Map<string, string>();
    const reader = extract();
    reader.on('entry', (header, stream, next) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const path = header.name.split('/templates/')[1];
        if (path !== undefined) files.set(path, Buffer.concat(chunks).toString());
        next();
      });
    });
    reader.on('finish', () => resolve(files));
    reader.on('error', reject);
    reader.end(gunzipSync(packed));
  });
}

/** Docker's name of its registry is not the host that serves it; a host on this machine is spoken to in plain text. */
function addressOf(repository: string): { readonly origin: string; readonly path: string } {
  const [, host = '', path = ''] = repository.match(/^oci:\/\/([^/]+)\/(.+)$/) ?? [];
  if (host === '') throw new Refusal(`'${repository}' is no address of a chart, such as oci://registry.example.com/charts/name`);
  const served = host === 'docker.io' ? 'registry-1.docker.io' : host;
  return { origin: `${/^(localhost|127\.0\.0\.1)(:|$)/.test(served) ? 'http' : 'https'}://${served}`, path };
}

/** A token for anonymous readers, as the registry's challenge names it. @see https://distribution.github.io/distribution/spec/auth/token/ */
async function authorization({ headers }: Answer, path: string): Promise<string> {
  const challenge = String(headers['www-authenticate'] ?? '');
  const part = (name: string) => challenge.match(new RegExp(`${name}="([^"]+)"`))?.[1];
  const realm = part('realm');
  if (realm === undefined) throw new Refusal(`the registry wants credentials that the function does not have: ${challenge.slice(0, 200)}`);
  const query = new URLSearchParams({ scope: `repository:${path}:pull`, ...(part('service') === undefined ? {} : { service: part('service')! }) });
  const { status, body } = await fetchFrom(`${realm}?${query.toString()}`, {});
  if (status !== 200) throw new Refusal(`the registry gives no token to read ${path}: status ${status}`);
  const { token, access_token: access } = JSON.parse(body.toString()) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access ?? ''}`;
}

function failure(what: string, { status, body }: Answer): Error {
  const text = `${what} cannot be pulled: status ${status} ${body.toString().slice(0, 200)}`;
  return status === 429 || status >= 500 ? new Error(`${text} (ETIMEDOUT)`) : new Refusal(text);
}

function fetchFrom(address: string, headers: Headers, redirects = 5): Promise<Answer> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const sent = send(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: got } = response;
        // stores behind registries refuse a second way of signing in
        const isElsewhere = status >= 300 && status < 400 && got.location !== undefined && redirects > 0;
        return resolve(isElsewhere ? fetchFrom(new URL(got.location!, url).href, {}, redirects - 1) : { status, headers: got, body: Buffer.concat(chunks) });
      });
    });
    sent.setTimeout(60_000, () => sent.destroy(new Error(`${url.host} got no answer within 60 s (ETIMEDOUT)`)));
    sent.on('error', reject);
    sent.end();
  });
}
