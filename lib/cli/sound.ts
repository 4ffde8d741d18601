/** Models that have a meaning. */
import { UsageError } from './errors';
import type { LoadedModel } from '../assembly';
import { validateModel } from '../model/validate';

/** Throws UsageError for a model with errors: it has no meaning that could be told. */
export function requireSound({ name, file, model }: LoadedModel): void {
  const codes = new Set(validateModel(model).filter(({ severity }) => severity === 'error').map(({ code }) => code));
  if (codes.size === 0) return;
  throw new UsageError(`mesh '${name}' (${file}) has errors, so nothing can be said about its requests: ${[...codes].join(', ')}`,
    'mend the program first; cdk-eks-mesh check says what is wrong with it');
}
