import { isAppMesh, schemaViolations } from './check-schema';
import { casePrograms, exampleNames, exampleProgram, type Program } from './programs';
import { quotaViolations, webhookViolations } from './webhook';
import { keyOf } from '../../lib/kube/object';

function expectValid({ objects, quotas }: Program): void {
  const keys = objects.map(keyOf);

  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  expect(objects.some(isAppMesh)).toBe(true);
  expect(schemaViolations(objects)).toEqual([]);
  expect(webhookViolations(objects)).toEqual([]);
  expect(quotaViolations(objects, quotas)).toEqual([]);
}

test.each(exampleNames())('every object of the example %s passes schema, webhook, API rules and declared quotas', name => {
  expectValid(exampleProgram(name));
});

test.each(casePrograms())('every object of the $title passes schema, webhook, API rules and declared quotas', program => {
  expectValid(program);
});
