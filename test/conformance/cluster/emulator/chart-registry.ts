/** Stands in for OCI registries: serves each chart of a folder by its name, whatever version is asked for. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md */
import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import * as path from 'path';

/** Hosts whose requests are answered here. */
export const REGISTRY_HOSTS = ['registry-1.docker.io', 'auth.docker.io'];

export interface RegistryAnswer { readonly status: number; readonly body?: Buffer; readonly headers?: { readonly [name: string]: string } }

const LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export class ChartRegistry {
  private readonly packed = new Map<string, Buffer>();

  constructor(private readonly folder: string | undefined) {}

  /** What a reader gets: a token first, as from Docker's registry. Undefined for what is no request to a registry. */
  answer(url: URL, headers: { readonly [name: string]: string | string[] | undefined }): RegistryAnswer | undefined {
    if (url.pathname === '/token') return { status: 200, body: Buffer.from(JSON.stringify({ token: `pull:${url.searchParams.get('scope')}` })) };
    const asked = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname);
    if (asked === null) return undefined;
    const [, repository = '', kind, reference] = asked;
    if (headers.authorization !== `Bearer pull:repository:${repository}:pull`) {
      return { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"' } };
    }
    const chart = this.chart(path.basename(repository));
    if (chart === undefined) return { status: 404 };
    const digest = `sha256:${createHash('sha256').update(chart).digest('hex')}`;
    if (kind === 'blobs') return reference === digest ? { status: 200, body: chart } : { status: 404 };
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, layers: [{ mediaType: LAYER, digest, size: chart.length }] };
    return { status: 200, body: Buffer.from(JSON.stringify(manifest)), headers: { 'content-type': MANIFEST } };
  }

  private chart(name: string): Buffer | undefined {
    if (this.folder === undefined) return undefined;
    const known = this.packed.get(name) ?? execFileSync('tar', ['-czf', '-', '-C', this.folder, name], { maxBuffer: 64 * 1024 * 1024 });
    this.packed.set(name, known);
    return known;
  }
}
