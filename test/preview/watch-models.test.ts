/** When a change of the model files is noticed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { watchModels } from '../../lib/preview/watch-models';

describe('model files', () => {
  let folder: string;
  let noticed: number;
  let stop: () => void;
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const watch = (path = folder) => { stop = watchModels(path, () => { noticed += 1; }, { everyMs: 10, restMs: 60 }); };
  /** Waits for so many calls, and whether there are more; a busy machine is slow. */
  const settled = async (calls: number) => {
    for (let waited = 0; noticed < calls && waited < 8000; waited += 10) await sleep(10);
    await sleep(150);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watch-'));
    noticed = 0;
    write('a.mesh.json', '1');
  });
  afterEach(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('that are written several times in a row are noticed once', async () => {
    watch();
    for (let at = 0; at < 5; at++) {
      write('a.mesh.json', 'x'.repeat(at + 2));
      await sleep(15);
    }
    await settled(1);

    expect(noticed).toBe(1);
  });

  test('are noticed in nested assemblies, and when they are new or gone', async () => {
    mkdirSync(join(folder, 'assembly-prod'));
    watch();
    write('assembly-prod/b.mesh.json', '1');
    await settled(1);
    expect(noticed).toBe(1);

    rmSync(join(folder, 'a.mesh.json'));
    await settled(2);
    expect(noticed).toBe(2);
  });

  test('are noticed when the folder is made anew', async () => {
    watch();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    write('a.mesh.json', '22');
    await settled(1);

    expect(noticed).toBe(1);
  });

  test('are noticed when the manifest names others', async () => {
    write('manifest.json', '1');
    watch();
    write('manifest.json', '22');
    await settled(1);

    expect(noticed).toBe(1);
  });

  test('are noticed where one file is watched', async () => {
    watch(join(folder, 'a.mesh.json'));
    write('a.mesh.json', '22');
    await settled(1);

    expect(noticed).toBe(1);
  });

  test('that did not change, and files of others, are not noticed', async () => {
    watch();
    write('Shop.template.json', '1');
    await settled(0);

    expect(noticed).toBe(0);
  });

  test('are not looked at any more after the end', async () => {
    watch();
    stop();
    write('a.mesh.json', '22');
    await settled(0);

    expect(noticed).toBe(0);
  });
});
