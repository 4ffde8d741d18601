/** The packed tarball in an app of its own: installed from the registry with its peers, compiled strictly, synthesized, asked and tested. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ROOT, mustRun, run } from './tools';

interface Manifest {
  readonly peerDependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** What an example needs beside the peers, in the versions that this project was tested with. */
const TOOLS = ['typescript', '@types/node', 'aws-cdk', '@aws-cdk/lambda-layer-kubectl-v35', 'jest', '@types/jest'];

/** The environment of a user, who has not switched the CDK's validation off. */
const AS_USERS = { ...process.env, CDK_VALIDATION: 'true' };

const TSCONFIG = {
  compilerOptions: { module: 'node16', target: 'ES2022', lib: ['es2022'], types: ['node', 'jest'], strict: true, skipLibCheck: false, outDir: 'out', rootDir: '.' },
  include: ['*.ts', 'review/*.ts'],
};

/** How older projects find types: by `main`, `types` and `typesVersions`, not by `exports`. */
const CLASSIC = {
  extends: './tsconfig.json',
  compilerOptions: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', noEmit: true },
};

/** The lowest versions that the peers allow, which are what the project was compiled with. */
function dependencies(tarball: string): { readonly [name: string]: string } {
  const names = [...Object.keys(manifest.peerDependencies), ...TOOLS];
  return { ...Object.fromEntries(names.map(name => [name, manifest.devDependencies[name] ?? manifest.peerDependencies[name]])), 'cdk-eks-mesh': `file:${tarball}` };
}

/** Lays out an app that has the quickstart as its program, written against the package instead of the sources. */
function writeApp(folder: string, tarball: string): void {
  mkdirSync(join(folder, 'review'));
  for (const file of ['quickstart.ts', 'quickstart.routing.test.ts', 'mesh-choice.ts', 'review/acknowledged-findings.ts']) {
    const program = readFileSync(join(ROOT, 'examples', file), 'utf8')
      .replace(/'(\.\.\/)+lib'/, "'cdk-eks-mesh'").replace(/'(\.\.\/)+lib\/testing\/jest'/, "'cdk-eks-mesh/jest'");
    writeFileSync(join(folder, file), program);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, 'tsconfig.classic.json'), JSON.stringify(CLASSIC));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies: dependencies(tarball) }));
}

describe('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-app-'));
  let packed: readonly string[];
  beforeAll(() => {
    mustRun('npx', ['projen', 'compile']);
    const [{ filename, files }] = JSON.parse(mustRun('npm', ['pack', '--json', '--silent', '--pack-destination', folder]).replace(/^[^[]*/, '')) as
      { filename: string; files: { path: string }[] }[];
    packed = files.map(file => file.path);
    writeApp(folder, join(folder, filename));
    mustRun('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: folder });
    mustRun('npx', ['tsc'], { cwd: folder });
    mustRun('npx', ['cdk', 'synth', '--quiet', '--no-notices', '--app', 'node out/quickstart.js', '--output', 'cdk.out'], { cwd: folder, env: AS_USERS });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the compiled library, its command line and its jsii assembly, but no sources, tests or third-party CRDs', () => {
    expect(packed).toEqual(expect.arrayContaining([
      'dist-lib/index.js', 'dist-lib/index.d.ts', 'dist-lib/testing/jest.js', 'dist-lib/testing/jest.d.ts', 'dist-lib/cli/main.js', 'dist-lib/diagram/page.bundle.js',
      '.jsii', '.jsii.gz', 'README.md', 'LICENSE',
    ]));
    expect(packed.filter(path => /^(lib|test|examples)\/|crds?\.ya?ml$|\.tgz$/.test(path))).toEqual([]);
  });

  test('compiles strictly and synthesizes the quickstart', () => {
    const written = readdirSync(join(folder, 'cdk.out'));
    const templates = written.filter(file => file.endsWith('.template.json'));
    expect(written).toEqual(expect.arrayContaining(['mmd', 'dot', 'html'].map(ending => `Shop-Mesh.mesh.${ending}`)));
    expect(templates.length).toBeGreaterThan(0);
    expect(templates.flatMap(file => resourceTypes(join(folder, 'cdk.out', file)))).toContain('AWS::EKS::Cluster');
  });

  test('is found by older projects, too', () => {
    mustRun('npx', ['tsc', '--project', 'tsconfig.classic.json'], { cwd: folder });
  });

  test('answers on the command line where a request goes', () => {
    expect(mustRun('npx', ['cdk-eks-mesh', 'simulate', 'GET', '/products'], { cwd: folder })).toBe([
      'GET /products at gateway shop/gateway, port 80',
      '',
      '  goes to        95 %  shop/products@v1',
      '                  5 %  shop/products@v2',
      "  gateway route  'products' (/products/*)",
      '                 from Shop/Mesh/Gateway/Products (GatewayRoute), match',
      "  service route  'split' (/*)",
      '                 from Shop/Mesh/Products (CanaryService), canaryPercent',
      '  arrives as     GET /products on host products.shop.svc.cluster.local, port 8080',
      '  retries        3 more tries after server-error, each try at most 1.5 s',
      '  timeout        10 s for all tries together',
      '',
    ].join('\n'));
    expect(run('npx', ['cdk-eks-mesh', 'simulate', '/nothing'], { cwd: folder }).status).toBe(1);
    expect(run('npx', ['cdk-eks-mesh', 'simulate', '/products', 'nowhere'], { cwd: folder }).status).toBe(2);
  });

  test('ends in silence when nobody reads on', () => {
    expect(run('bash', ['-c', 'set -o pipefail; node_modules/.bin/cdk-eks-mesh explain /products | true'], { cwd: folder })).toEqual({ status: 0, output: '' });
  });

  test('answers without loading the CDK', () => {
    // what a command loads is what it costs: the CDK alone takes longer than the answer
    writeFileSync(join(folder, 'spy.js'), "process.on('exit', () => console.error(Object.keys(require.cache).filter((file) => /node_modules.(aws-cdk-lib|cdk8s|constructs)/.test(file)).length, 'of the CDK'));");
    const command = ['-r', './spy.js', 'node_modules/cdk-eks-mesh/dist-lib/cli/main.js', 'simulate', '/products'];

    expect(mustRun('node', command, { cwd: folder })).toMatch(/\n0 of the CDK\n$/);
    expect(run('node', ['-r', './spy.js', 'out/quickstart.js'], { cwd: folder }).output).not.toMatch(/\n?0 of the CDK\n$/);
  });

  test('tests routing in jest', () => {
    mustRun('npx', ['jest', '--rootDir', 'out'], { cwd: folder });
  });

  test('lets a test of routing fail where the program is changed', () => {
    cpSync(join(folder, 'out'), join(folder, 'changed'), { recursive: true });
    const program = join(folder, 'changed/quickstart.js');
    writeFileSync(program, readFileSync(program, 'utf8').replace('canaryPercent: 5', 'canaryPercent: 50'));

    const { status, output } = run('npx', ['jest', '--rootDir', 'changed'], { cwd: folder });

    expect(status).toBe(1);
    expect(output).toMatch(/● products › 5 of 100 requests reach the canary/);
  });

  test('lets tools read its manifests, and nobody anything else', () => {
    const resolve = (path: string) => run('node', ['-p', `require.resolve('cdk-eks-mesh${path}')`], { cwd: folder });

    expect(['', '/jest', '/package.json', '/.jsii'].map(path => resolve(path).status)).toEqual([0, 0, 0, 0]);
    expect(resolve('/dist-lib/cli/main.js').output).toMatch(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
    mustRun('node', ['--input-type=module', '-e', "import { Mesh } from 'cdk-eks-mesh'; import { GET } from 'cdk-eks-mesh/jest'; if (!Mesh || !GET('/')) process.exit(1);"], { cwd: folder });
  });
});

function resourceTypes(file: string): string[] {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: { [id: string]: { Type: string } } };
  return Object.values(Resources).map(({ Type }) => Type);
}
