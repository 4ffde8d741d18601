/** The examples' templates: CloudFormation's rules, AWS's good practice, limits, order. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { dependencyCycle } from './dependency-cycle';
import { python, run, type Outcome } from './tools';
import { templatesIn, type Template } from '../schemas/assembly';
import { buildExample, examplesByMesh } from '../schemas/programs';

const MAX_RESOURCES = 500;
const MAX_BYTES = 1_000_000;

/**
 * Warnings that say nothing against a template; everything else has to be mended.
 * W3696: AWS ended App Mesh. W3005: a dependency that a reference implies is written out too, as the CDK does by itself.
 */
const EXPECTED_WARNINGS = ['W3696', 'W3005'];

/** The CDK's switch that makes findings of its own validation errors. */
const STRICT_VALIDATION = { '@aws-cdk/core:validateAgainstDefaultRules': true };

function lint(files: readonly string[]): Outcome {
  return run(python('cfn-lint'), ['--format', 'parseable', '--ignore-checks', ...EXPECTED_WARNINGS, '--template', ...files]);
}

/** Synthesizes with the validation on, which tests switch off; gives back its report. */
function synthesizeValidated(app: App): string {
  const before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = 'true';
  try {
    return readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8');
  } finally {
    process.env.CDK_VALIDATION = before ?? 'true';
  }
}

describe.each(examplesByMesh())('%s on %s', (name, mesh) => {
  let directory: string;
  let templates: readonly Template[];
  beforeAll(() => {
    ({ directory } = buildExample(name, mesh).synth());
    templates = templatesIn(directory);
  });

  test('passes cfn-lint', () => {
    const { status, output } = lint(templates.map(({ file }) => join(directory, file)));

    expect(output).toBe('');
    expect(status).toBe(0);
  });

  test('has acknowledged every finding of cdk-nag with a reason', () => {
    const app = buildExample(name, mesh);
    app.synth();

    const { violations } = new AwsSolutionsChecks().validateScope(app);

    expect(violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))).toEqual([]);
  });

  test('passes the validation that the CDK has built in', () => {
    const report = synthesizeValidated(buildExample(name, mesh, STRICT_VALIDATION));

    expect(report).toContain('Validation Report');
    expect(report).not.toMatch(/"severity": "(error|fatal)"/);
  });

  test(`stays below ${MAX_RESOURCES} resources and ${MAX_BYTES} bytes a template`, () => {
    expect(templates.length).toBeGreaterThan(0);
    for (const { resources, bytes } of templates) {
      expect(Object.keys(resources).length).toBeLessThanOrEqual(MAX_RESOURCES);
      expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    }
  });

  test('has no circular dependency', () => {
    expect(templates.map(dependencyCycle)).toEqual(templates.map(() => []));
  });
});

describe('a bucket with a property that does not exist and nothing acknowledged', () => {
  const bad = (context = {}) => {
    const app = new App({ analyticsReporting: false, context });
    new CfnBucket(new Stack(app, 'Bad'), 'Bucket').addPropertyOverride('Encrypted', true);
    return app;
  };

  test('is refused by cfn-lint', () => {
    const { status, output } = lint([join(bad().synth().directory, 'Bad.template.json')]);

    expect(output).toContain("'Encrypted' was unexpected");
    expect(status).not.toBe(0);
  });

  test('is refused by the validation that the CDK has built in', () => {
    expect(() => synthesizeValidated(bad(STRICT_VALIDATION))).toThrow(/Encrypted|Validation failed/);
  });

  test('is seen by cdk-nag', () => {
    const app = bad();
    app.synth();

    expect(new AwsSolutionsChecks().validateScope(app).violations.map(({ ruleName }) => ruleName)).toContain('AwsSolutions-S1');
  });
});
