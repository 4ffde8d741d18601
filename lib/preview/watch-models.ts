/**
 * Notices when the program is synthesized again. Looks at the model files a few times a second instead of asking the operating system:
 * a synthesis may delete the folder and make it anew, which blinds such a watch, and not every system watches folders below.
 */
import { readdirSync, statSync, type Dirent } from 'fs';
import { join } from 'path';

/** How often is looked, and how long the files must have rested before they count as written. */
export interface WatchTimes {
  readonly everyMs: number;
  readonly restMs: number;
}

const TIMES: WatchTimes = { everyMs: 100, restMs: 300 };

/** Calls back once after each change, when the files rest; the returned function ends it. */
export function watchModels(path: string, changed: () => void, { everyMs, restMs }: WatchTimes = TIMES): () => void {
  let reported = fingerprint(path);
  let last = reported;
  let restedMs = 0;
  const timer = setInterval(() => {
    const now = fingerprint(path);
    restedMs = now === last ? restedMs + everyMs : 0;
    last = now;
    if (now === reported || restedMs < restMs) return;
    reported = now;
    changed();
  }, everyMs);
  return () => clearInterval(timer);
}

/** Names, sizes and times of the model files; '' where there are none. */
function fingerprint(path: string): string {
  try {
    if (!statSync(path).isDirectory()) return stamp(path);
    return modelFiles(path).map(stamp).join('\n');
  } catch {
    // gone, or going away at this moment
    return '';
  }
}

function stamp(file: string): string {
  const { ino, size, mtimeMs } = statSync(file);
  return `${file} ${ino} ${size} ${mtimeMs}`;
}

function modelFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry: Dirent) => {
      if (entry.isDirectory()) return entry.name.startsWith('assembly-') ? modelFiles(join(folder, entry.name)) : [];
      // the manifest says which models count
      return entry.name.endsWith('.mesh.json') || entry.name === 'manifest.json' ? [join(folder, entry.name)] : [];
    })
    .sort();
}
