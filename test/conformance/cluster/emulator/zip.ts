/** Unpacks the archives of layers and functions; no tool of the machine is needed. */
import * as fs from 'fs';
import * as path from 'path';
import * as zlib from 'zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * Unpacks a zip archive into a folder, with the permissions and symbolic links of Unix that it carries.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function unzip(archive: string, folder: string): void {
  const bytes = fs.readFileSync(archive);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error(`${archive} is not a zip archive`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) at = unpackEntry(bytes, at, folder);
}

function unpackEntry(bytes: Buffer, at: number, folder: string): number {
  if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the directory of the archive is broken');
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset));
  const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
  const target = path.join(folder, name);
  if (!target.startsWith(folder)) throw new Error(`the archive leaves its folder: ${name}`);
  const mode = bytes.readUInt16LE(at + 40);
  if (name.endsWith('/')) {
    fs.mkdirSync(target, { recursive: true });
  } else {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const content = contentOf(bytes, bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42));
    if ((mode & 0xf000) === 0xa000) fs.symlinkSync(content.toString(), target); // eslint-disable-line no-bitwise
    else fs.writeFileSync(target, content, { mode: (mode & 0o777) || 0o644 }); // eslint-disable-line no-bitwise
  }
  return at + 46 + nameLength + extraLength + commentLength;
}

function contentOf(bytes: Buffer, method: number, size: number, header: number): Buffer {
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(start, start + size);
  if (method === 0) return packed;
  if (method === 8) return zlib.inflateRawSync(packed);
  throw new Error(`compression method ${method} of the archive is unknown`);
}
