/** What a bucket holds between deployments: the files of every assembly that was deployed, so that a roll-back finds old code. */
import * as fs from 'fs';
import * as path from 'path';
import { AssemblyAsset } from './assembly';
import { unzip } from './zip';

export class AssetStore {
  /** @param folder holds the files by object key; @param unpacked holds archives that were unpacked, once for each key */
  constructor(readonly folder: string, private readonly unpacked: string) {}

  /** Keeps the files under their keys; a key is a hash of the content, so what is there already is the same. */
  publish(assets: readonly AssemblyAsset[]): void {
    for (const { objectKey, source } of assets) {
      const target = path.join(this.folder, objectKey);
      if (fs.existsSync(target)) continue;
      fs.mkdirSync(path.dirname(target), { recursive: true });
      // under another name first: a copy that breaks off must not be taken for the whole
      const partial = `${target}.partial-${process.pid}`;
      fs.rmSync(partial, { recursive: true, force: true });
      fs.cpSync(source, partial, { recursive: true });
      fs.renameSync(partial, target);
    }
  }

  /** Text of a file, such as the template of a nested stack. */
  read(objectKey: string): string {
    return fs.readFileSync(this.pathOf(objectKey), 'utf8');
  }

  /** Folder with the content of an asset; an archive is unpacked. */
  folderOf(objectKey: string): string {
    const source = this.pathOf(objectKey);
    if (fs.statSync(source).isDirectory()) return source;
    const target = path.join(this.unpacked, objectKey.replace(/\.zip$/, ''));
    if (!fs.existsSync(target)) {
      const partial = `${target}.partial-${process.pid}`;
      fs.rmSync(partial, { recursive: true, force: true });
      fs.mkdirSync(partial, { recursive: true });
      unzip(source, partial);
      fs.renameSync(partial, target);
    }
    return target;
  }

  private pathOf(objectKey: string): string {
    const file = path.join(this.folder, objectKey);
    if (!fs.existsSync(file)) throw new Error(`the asset ${objectKey} is in no assembly that was deployed`);
    return file;
  }
}
