/** The packed tarball in an app of its own: installed from the registry with its peers, compiled strictly, synthesized. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ROOT, mustRun } from './tools';

interface Manifest {
  readonly peerDependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** What an example needs beside the peers, in the versions that this project was tested with. */
const TOOLS = ['typescript', '@types/node', 'aws-cdk', '@aws-cdk/lambda-layer-kubectl-v35'];

/** The environment of a user, who has not switched the CDK's validation off. */
const AS_USERS = { ...process.env, CDK_VALIDATION: 'true' };

const TSCONFIG = {
  compilerOptions: { module: 'node16', target: 'ES2022', lib: ['es2022'], types: ['node'], strict: true, skipLibCheck: false, outDir: 'out', rootDir: '.' },
  include: ['*.ts', 'review/*.ts'],
};

/** The lowest versions that the peers allow, which are what the project was compiled with. */
function dependencies(tarball: string): { readonly [name: string]: string } {
  const names = [...Object.keys(manifest.peerDependencies), ...TOOLS];
  return { ...Object.fromEntries(names.map(name => [name, manifest.devDependencies[name] ?? manifest.peerDependencies[name]])), 'cdk-eks-mesh': `file:${tarball}` };
}

/** Lays out an app that has the quickstart as its program, written against the package instead of the sources. */
function writeApp(folder: string, tarball: string): void {
  mkdirSync(join(folder, 'review'));
  for (const file of ['quickstart.ts', 'review/acknowledged-findings.ts']) {
    const program = readFileSync(join(ROOT, 'examples', file), 'utf8').replace(/'(\.\.\/)+lib'/, "'cdk-eks-mesh'");
    writeFileSync(join(folder, file), program);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
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
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the compiled library and its jsii assembly, but no sources, tests or third-party CRDs', () => {
    expect(packed).toEqual(expect.arrayContaining(['dist-lib/index.js', 'dist-lib/index.d.ts', '.jsii', '.jsii.gz', 'README.md', 'LICENSE']));
    expect(packed.filter(path => /^(lib|test|examples)\/|crds?\.ya?ml$|\.tgz$/.test(path))).toEqual([]);
  });

  test('compiles strictly and synthesizes the quickstart', () => {
    mustRun('npx', ['tsc'], { cwd: folder });
    mustRun('npx', ['cdk', 'synth', '--quiet', '--no-notices', '--app', 'node out/quickstart.js', '--output', 'cdk.out'], { cwd: folder, env: AS_USERS });

    const templates = readdirSync(join(folder, 'cdk.out')).filter(file => file.endsWith('.template.json'));
    expect(templates.length).toBeGreaterThan(0);
    expect(templates.flatMap(file => resourceTypes(join(folder, 'cdk.out', file)))).toContain('AWS::EKS::Cluster');
  });
});

function resourceTypes(file: string): string[] {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: { [id: string]: { Type: string } } };
  return Object.values(Resources).map(({ Type }) => Type);
}
