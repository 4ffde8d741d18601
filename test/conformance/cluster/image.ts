/**
 * A container image without a builder: one layer, which is a tar of files of this machine, and the settings of its process.
 * The registry of the node (`cloud/registry.ts`) hands it out; a layer is made once.
 */
import { createHash } from 'crypto';
import { chmodSync, closeSync, cpSync, mkdirSync, openSync, readFileSync, readSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { hashOf, mustRun, once } from '../tools';
import type { ImageConfig, LayerFile, ServedImage } from './cloud/registry';

/** What an image holds and how it starts. */
export interface ImageSource {
  readonly name: string;
  /** Path in the image -> file or folder of this machine. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs of this machine whose shared libraries the image needs, at the paths where they lie here. */
  readonly librariesOf?: readonly string[];
  /** Path in the image -> what the symbolic link there points to. */
  readonly links?: Readonly<Record<string, string>>;
  /** Empty folder -> its mode. */
  readonly folders?: Readonly<Record<string, number>>;
  readonly config: ImageConfig;
}

/** Makes the layer where it is not in the cache. `versions` are texts that change with what the files hold. */
export function image(source: ImageSource, versions: readonly string[]): ServedImage {
  const folder = once(`image-${source.name}-${hashOf([JSON.stringify(source), ...versions])}`, path => {
    const root = join(path, 'root');
    stage(root, source);
    // the same files, the same bytes: no owner, no time, no order of a file system
    mustRun('tar', ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '-cf', join(path, 'layer.tar'), '-C', root, '.']);
    rmSync(root, { recursive: true });
    writeFileSync(join(path, 'layer.json'), JSON.stringify(layerFile(join(path, 'layer.tar'))));
  });
  return { layer: JSON.parse(readFileSync(join(folder, 'layer.json'), 'utf8')) as LayerFile, config: source.config };
}

function stage(root: string, { files, librariesOf = [], links = {}, folders = {} }: ImageSource): void {
  const at = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  for (const [path, mode] of Object.entries(folders)) {
    mkdirSync(at(path), { recursive: true });
    // not by mkdir, whose mode the umask narrows
    chmodSync(join(root, path), mode);
  }
  for (const [path, from] of Object.entries(files)) cpSync(realpathSync(from), at(path), { recursive: true, dereference: true });
  for (const library of librariesOf.flatMap(sharedLibraries)) cpSync(realpathSync(library), at(library), { dereference: true });
  for (const [path, target] of Object.entries(links)) symlinkSync(target, at(path));
}

/** Absolute paths, the loader's among them. */
function sharedLibraries(program: string): string[] {
  return [...mustRun('ldd', [program]).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}

function layerFile(path: string): LayerFile {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(1024 * 1024);
  const file = openSync(path, 'r');
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) hash.update(buffer.subarray(0, length));
  closeSync(file);
  return { path, size: statSync(path).size, digest: `sha256:${hash.digest('hex')}` };
}
