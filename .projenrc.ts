import { awscdk, javascript, typescript } from 'projen';

/** Lowest versions that the library is compiled and tested with; peers accept anything newer of the same major. */
const MINIMUM = { cdk: '2.262.1', constructs: '10.5.1', cdk8s: '2.70.0', cdk8sPlus: '2.5.6', kubectl: '2.2.1' };

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-eks-mesh',
  description: 'One typed program for Amazon EKS service meshes: cluster, IAM, canary, blue/green and gateway routing on AWS App Mesh, Istio and Envoy Gateway',
  author: 'The cdk-eks-mesh authors',
  authorAddress: 'maintainers@cdk-eks-mesh.dev',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-eks-mesh/cdk-eks-mesh.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-eks-mesh authors',
  keywords: ['eks', 'appmesh', 'service-mesh', 'istio', 'envoy', 'gateway-api', 'cdk8s', 'canary', 'blue-green'],
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.0.0',

  // sources in lib/, compiled into dist-lib/: compiled files beside the sources would be picked up by jest in their place
  srcdir: 'lib',
  libdir: 'dist-lib',
  entrypoint: 'dist-lib/index.js',
  testdir: 'test',
  projenrcTs: true,
  sampleCode: false,
  github: false,
  release: false,
  depsUpgrade: false,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  compressAssembly: true,

  cdkVersion: MINIMUM.cdk,
  constructsVersion: MINIMUM.constructs,
  peerDeps: [`cdk8s@^${MINIMUM.cdk8s}`, `cdk8s-plus-28@^${MINIMUM.cdk8sPlus}`, `@aws-cdk/lambda-layer-kubectl-v28@^${MINIMUM.kubectl}`],
  bundledDeps: ['re2js@2.10.0', 'fast-json-patch@3.1.1', 'commander@14.0.2', 'picocolors@1.1.1', 'ipaddr.js@2.5.0'],
  devDeps: [
    // bundles the page of the picture and the deployment function when the package is compiled
    'esbuild@0.28.2',
    // what the deployment function is made of, inside of its bundle
    'aws4@1.13.2',
    'async-retry@1.3.3',
    'js-yaml@4.1.1',
    'tar-stream@3.1.7',
    '@types/aws4@1.11.6',
    '@types/async-retry@1.4.9',
    '@types/js-yaml@4.0.9',
    '@types/tar-stream@3.1.4',
    '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
    'ajv@8.20.0',
    'aws-cdk@2.1148.1',
    'cdk-nag@3.0.2',
    'fast-check@4.10.2',
    'playwright-core@1.64.1',
    'yaml@2.9.1',
  ],

  bin: { 'cdk-eks-mesh': 'dist-lib/cli/main.js' },

  // a changed snapshot must fail, and so must a run that finds no test
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    coverageText: false,
    junitReporting: false,
    jestVersion: '^30.0.0',
    configFilePath: 'jest.config.json',
    jestConfig: {
      globalSetup: '<rootDir>/test/temporary-folder.ts',
      setupFiles: ['<rootDir>/test/setup.ts'],
      collectCoverage: false,
      // jest leaves a core idle by itself, which is half of a small machine
      maxWorkers: '100%',
      watchPathIgnorePatterns: ['/dist-lib/', '/cdk.out/'],
    },
  },
  tsJestOptions: { transformOptions: { diagnostics: typescript.TsJestDiagnostics.none(), tsconfig: typescript.TsJestTsconfig.fromFile('test/tsconfig.json') } },
  gitignore: ['cdk.out/', '.jsii.gz', '.jsii.tabl.json', '*.tgz', '.cache/'],
});

for (const path of ['/examples/', '/.ci/', '/rosetta/', '/.cache/', '/.jest-cache/', '/cdk.out/', '/ARCHITECTURE.md', '/CONTRIBUTING.md']) project.npmignore?.exclude(path);

// the second entry: routing tests in jest; older resolvers, which do not read `exports`, find its types through `typesVersions`
project.package.addField('exports', {
  '.': { types: './dist-lib/index.d.ts', default: './dist-lib/index.js' },
  './jest': { types: './dist-lib/testing/jest.d.ts', default: './dist-lib/testing/jest.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.package.addField('typesVersions', { '*': { jest: ['./dist-lib/testing/jest.d.ts'] } });

// an example may have routing tests beside it, as the program of a user has
project.jest?.addTestMatch('<rootDir>/examples/**/*.test.ts');
// the page of the picture runs in browsers: DOM types are for it alone, so it has a tsconfig of its own
project.tsconfig?.addExclude('lib/diagram/page');
// the deployment function runs in Lambda, as one file with all that it needs; the library only carries it
project.tsconfig?.addExclude('lib/outputs/cloudformation/engine');
project.tsconfigDev.addExclude('conformance/page');
// source maps beside the files: inside of them they are two thirds of what a program reads when it loads the library
project.tsconfig?.file.addOverride('compilerOptions.inlineSourceMap', false);
project.tsconfig?.file.addOverride('compilerOptions.sourceMap', true);
const bundle = project.addTask('bundle', { description: 'Make the script of the page that shows a mesh, and the deployment function' });
bundle.exec('esbuild lib/diagram/page/main.ts --bundle --minify --platform=browser --target=es2022 --format=iife --legal-comments=inline '
  + '--outfile=dist-lib/diagram/page.bundle.js --log-level=warning');
bundle.exec('esbuild lib/outputs/cloudformation/engine/index.ts --bundle --minify --platform=node --target=node22 --format=cjs --legal-comments=inline '
  + '--outfile=dist-lib/outputs/cloudformation/engine/index.js --log-level=warning');
project.compileTask.spawn(bundle);
project.testTask.prependSpawn(bundle);

// examples are programs of their own; type-check them with the tests
project.tsconfigDev.addInclude('../examples/**/*.ts');
project.tsconfigDev.addInclude('../lib/outputs/cloudformation/engine/**/*.ts');
// the template validator of the CDK costs 2 to 4 seconds per process; one tier of the conformance run switches it back on
project.tasks.addEnvironment('CDK_VALIDATION', 'false');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '1');

// the main job of the README: a real example, without an AWS account
const quickstart = project.addTask('quickstart', { description: 'Synthesize examples/quickstart.ts into cdk.out' });
quickstart.spawn(bundle);
quickstart.execArgs(['cdk', 'synth', '--quiet', '--no-notices', '--output', 'cdk.out', '--app', 'ts-node -T --project test/tsconfig.json examples/quickstart.ts', '$@'], { receiveArgs: true });
quickstart.say('The quickstart is in cdk.out: Shop.template.json is what CloudFormation gets, *.mesh.json is what the traffic means.');
quickstart.say('Next: change canaryPercent in examples/quickstart.ts and run this again; with an AWS account, npx cdk deploy --app cdk.out');

const bench = project.addTask('bench', { description: 'Measure deployments and synthesis beside hand-written programs' });
bench.spawn(bundle);
bench.exec('ts-node -T --project test/tsconfig.json test/bench/resources.ts');
bench.exec('ts-node -T --project test/tsconfig.json test/bench/deployment.ts');
bench.execArgs(['node', 'test/bench/run.js', '$@'], { receiveArgs: true });
const benchDeployment = project.addTask('bench:deployment', { description: 'Measure a deployment beside one manifest per service (Linux)' });
benchDeployment.spawn(bundle);
benchDeployment.execArgs(['ts-node', '-T', '--project', 'test/tsconfig.json', 'test/bench/deployment.ts', '$@'], { receiveArgs: true });
const benchSimulator = project.addTask('bench:simulator', { description: 'Measure decisions and traffic diffs; run projen compile before' });
benchSimulator.execArgs(['node', 'test/bench/simulator.js', '$@'], { receiveArgs: true });

// what the library emits, on a Kubernetes node that this task brings up: test/conformance/cluster
const cluster = project.addTask('cluster', { description: 'Bring up a living Kubernetes node (Linux, root) and deploy examples to it: up, deploy, status, delete, down' });
cluster.spawn(bundle);
cluster.execArgs(['ts-node', '-T', '--project', 'test/tsconfig.json', 'test/conformance/cluster/main.ts', '$@'], { receiveArgs: true });
const nightly = project.addTask('cluster:nightly', { description: 'Run the whole table of changes, failures and removals on a living node; writes test/conformance/cluster/scenarios/FIGURES.md' });
nightly.spawn(bundle);
nightly.execArgs(['ts-node', '-T', '--project', 'test/tsconfig.json', 'test/conformance/cluster/scenarios/nightly.ts', '$@'], { receiveArgs: true });

// newer versions name optional parts that not every registry mirror carries; npm ci then refuses the lock file
project.package.addPackageResolutions('unrs-resolver@1.12.2');

const lineLength = (code: number) => ['error', { code, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }];
project.eslint?.addRules({
  '@stylistic/object-property-newline': 'off',
  '@typescript-eslint/member-ordering': 'off',
  '@stylistic/max-len': lineLength(160),
});
project.eslint?.addOverride({ files: ['test/**/*.ts'], rules: { '@stylistic/max-len': lineLength(190), '@typescript-eslint/no-shadow': 'off' } as never });
project.eslint?.addOverride({
  files: ['lib/**/*.ts'],
  rules: { 'max-lines': ['error', { max: 300 }], 'max-lines-per-function': ['error', { max: 50 }] } as never,
});

project.eslint?.addOverride({ files: ['lib/outputs/cloudformation/engine/**/*.ts'], rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true }] } as never });

// what transpile-only tests do not see
project.testTask.exec('tsc --noEmit -p test/tsconfig.json');
project.testTask.exec('tsc --noEmit -p test/conformance/page/tsconfig.json');

project.synth();
