/**
 * A registry of container images, read-only, that has every image: those of the catalogue, and echo under any other name.
 * containerd of the node asks it for all hosts, so a program's own image names stay as they are. Words at the end of a tag make an image of echo behave:
 *
 *     shop/products:2.0.0-ready8s    is ready 8 seconds after its start
 *     shop/products:2.0.0-unready    is never ready
 *     shop/products:2.0.0-crash      ends with 1 at once; -crash5s after 5 seconds
 *     shop/products:2.0.0-missing    is not there
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { createHash } from 'crypto';
import { createReadStream } from 'fs';
import type { IncomingMessage, ServerResponse } from 'http';

/** A layer at rest: its digest is that of the uncompressed tar, which is how it is sent. */
export interface LayerFile {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

/** What an image says of its process, in the words of the image specification. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly User?: string;
  readonly Env?: readonly string[];
}

/** An image without a name. */
export interface ServedImage {
  readonly layer: LayerFile;
  readonly config: ImageConfig;
}

/** All images of a node. */
export interface Catalogue {
  /** By repository, without the default host. */
  readonly repositories: Readonly<Record<string, ServedImage>>;
  /** What every other name stands for. */
  readonly any: ServedImage;
  readonly anyEnv: Readonly<Record<string, string>>;
}

interface Blob {
  readonly type: string;
  readonly body: Buffer | LayerFile;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
/** Of the programs in the layers, which were built on this machine. */
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const PATH = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Answers the requests of containerd. */
export class Registry {
  /** Manifests and configurations by digest, made when their name is asked for. */
  private readonly blobs = new Map<string, Blob>();

  constructor(private readonly catalogue: Catalogue) {
    for (const { layer } of [...Object.values(catalogue.repositories), catalogue.any]) this.blobs.set(layer.digest, { type: LAYER, body: layer });
  }

  /** Serves one request. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://registry');
    if (url.pathname === '/v2/') return void response.writeHead(200).end('{}');
    const [, repository, kind, reference] = url.pathname.match(/^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/) ?? [];
    const digest = repository === undefined || reference!.startsWith('sha256:') || kind === 'blobs'
      ? reference : this.manifestOf(url.searchParams.get('ns') ?? '', repository, reference!);
    const blob = digest === undefined ? undefined : this.blobs.get(digest);
    if (blob === undefined) return void response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
    const size = Buffer.isBuffer(blob.body) ? blob.body.length : blob.body.size;
    response.writeHead(200, { 'content-type': blob.type, 'content-length': size, 'docker-content-digest': digest });
    if (request.method === 'HEAD') response.end();
    else if (Buffer.isBuffer(blob.body)) response.end(blob.body);
    else createReadStream(blob.body.path).pipe(response);
  }

  /** The digest of what a name stands for now; undefined where it is told to be missing. */
  private manifestOf(host: string, repository: string, tag: string): string | undefined {
    const name = nameOf(host, repository);
    const own = this.catalogue.repositories[name];
    const { layer, config } = own ?? this.catalogue.any;
    const env = own === undefined ? environmentOf(tag) : {};
    if (env === undefined) return undefined;
    const all = own === undefined ? { ...this.catalogue.anyEnv, ...env, VERSION: `${name}:${tag}` } : {};
    const settings = this.add(CONFIG, {
      architecture: ARCHITECTURE,
      os: 'linux',
      config: { ...config, Env: [PATH, ...(config.Env ?? []), ...Object.entries(all).map(([key, value]) => `${key}=${value}`)], WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    return this.add(MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: settings.descriptor,
      layers: [{ mediaType: LAYER, size: layer.size, digest: layer.digest }],
    }).descriptor.digest;
  }

  private add(type: string, content: object) {
    const body = Buffer.from(JSON.stringify(content));
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    this.blobs.set(digest, { type, body });
    return { descriptor: { mediaType: type, size: body.length, digest } };
  }
}

/** As a program writes it: without the host that a name without one stands for. */
export function nameOf(host: string, repository: string): string {
  if (host !== '' && host !== 'docker.io') return `${host}/${repository}`;
  return repository.replace(/^library\//, '');
}

/** What the words of a tag ask of echo; undefined for an image that is missing. */
export function environmentOf(tag: string): Record<string, string> | undefined {
  const env: Record<string, string> = {};
  for (const word of tag.split('-').slice(1)) {
    const [, behaviour, time] = word.match(/^(ready|unready|crash|missing)(\d+m?s)?$/) ?? [];
    if (behaviour === 'missing') return undefined;
    if (behaviour === 'unready') env.UNREADY = 'true';
    if (behaviour === 'ready') env.READY_AFTER = time ?? '0s';
    if (behaviour === 'crash') env.CRASH = time ?? '0s';
  }
  return env;
}
