/**
 * Counts the CloudFormation resources of 100 canary services on Istio, cluster and network included; the program has neither grants nor alarms.
 * Run: npx ts-node -T --project test/tsconfig.json test/bench/resources.ts [services]. Ends with 1 where 100 services need more than 400.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import { join } from 'path';
import type { App } from 'aws-cdk-lib';
import * as library from '../../lib';

const { build } = createRequire(__filename)('./library') as { build(mesh: typeof library, count: number, outdir: string, meshName: string): App };

const LIMIT_OF_100 = 400;

function typesOf(outdir: string): readonly string[] {
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json')).map((file) => JSON.parse(readFileSync(join(outdir, file), 'utf8')) as { Resources?: Record<string, { Type: string }> });
  return templates.flatMap(({ Resources = {} }) => Object.values(Resources)).map(({ Type }) => Type);
}

function main(count: number): void {
  const outdir = mkdtempSync(join(tmpdir(), 'resources-'));
  try {
    build(library, count, outdir, 'istio').synth();
    const types = typesOf(outdir);
    const objects = types.filter((type) => type === 'Custom::KubernetesObjects').length;
    console.log(`${count} canary services on Istio: ${types.length} resources, ${objects} of them Kubernetes objects`);
    if (count === 100 && types.length > LIMIT_OF_100) throw new Error(`100 services need more than ${LIMIT_OF_100} resources`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

main(Number(process.argv[2] ?? '100'));
