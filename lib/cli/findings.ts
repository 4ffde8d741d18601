/** What `check` prints: the findings about every mesh of an assembly. */
import { UsageError } from './errors';
import { colorsOf, EXIT, type Colors, type Io } from './io';
import { loadModels } from './models';
import { suggestion } from './suggest';
import type { LoadedModel } from '../assembly';
import { CATALOGUE, type DiagnosticCode } from '../diagnostics/catalogue';
import type { Diagnostic } from '../diagnostics/diagnostic';
import { renderDiagnostic } from '../diagnostics/render';
import { validateModel } from '../model/validate';
import type { Provider } from '../providers/provider';

/** Options of the command. */
export interface CheckOptions {
  readonly mesh?: string;
  readonly provider?: readonly string[];
  readonly strict?: boolean;
  /** Codes of warnings that somebody has accepted. */
  readonly acknowledge?: readonly string[];
  readonly json?: boolean;
}

/** The findings about one mesh. */
interface Checked {
  readonly mesh: string;
  readonly file: string;
  readonly findings: readonly Diagnostic[];
}

/** Prints the findings, and ends with 1 where one of them is an error. */
export function check(assembly: string | undefined, options: CheckOptions, io: Io): void {
  const ask = askProviders(options.provider ?? []);
  const accepted = acceptedCodes(options.acknowledge ?? []);
  const findingsOf = (loaded: LoadedModel) => [...validateModel(loaded.model), ...ask(loaded)].filter(({ code }) => !accepted.has(code));
  const checked = loadModels(assembly, options.mesh, io).map((loaded): Checked => ({ mesh: loaded.name, file: loaded.file, findings: findingsOf(loaded) }));
  io.stdout(options.json === true ? `${JSON.stringify(checked, undefined, 2)}\n` : checked.map((one) => describe(one, colorsOf(io))).join('\n'));
  const fails = ({ severity }: Diagnostic) => severity === 'error' || options.strict === true;
  if (checked.some(({ findings }) => findings.some(fails))) io.endWith(EXIT.NO);
}

/** The codes, which have to be those of warnings: a program with errors has no meaning that one could accept. */
function acceptedCodes(codes: readonly string[]): ReadonlySet<string> {
  for (const code of codes) {
    const entry = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code as DiagnosticCode] : undefined;
    if (entry === undefined) throw new UsageError(`there is no code '${code}'${suggestion(code, Object.keys(CATALOGUE))}`, 'give the code of a warning, for example MESH207');
    if (entry.severity === 'error') throw new UsageError(`${code} is an error (${entry.title}), and errors cannot be acknowledged`, 'mend the program');
  }
  return new Set(codes);
}

/** What the named meshes say about a model. The dialects are loaded only where one is named. */
function askProviders(names: readonly string[]): (loaded: LoadedModel) => readonly Diagnostic[] {
  if (names.length === 0) return () => [];
  /* eslint-disable @typescript-eslint/no-require-imports */
  const { PROVIDERS } = require('../providers/registry') as typeof import('../providers/registry');
  const { checkCapabilities } = require('../providers/check') as typeof import('../providers/check');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const providers = [...new Set(names)].map((name) => named(name, PROVIDERS));
  return ({ model }) => providers.flatMap((provider) => [...checkCapabilities(model, provider, PROVIDERS), ...provider.validate(model)]);
}

function named(name: string, known: readonly Provider[]): Provider {
  const found = known.find((provider) => provider.name === name);
  if (found !== undefined) return found;
  const names = known.map((provider) => provider.name);
  throw new UsageError(`there is no provider '${name}'${suggestion(name, names)}`, `name one of ${names.map((one) => `'${one}'`).join(', ')}`);
}

function describe({ mesh, file, findings }: Checked, { bold, red, yellow }: Colors): string {
  const texts = findings.map((finding) => {
    const paint = finding.severity === 'error' ? red : yellow;
    return `${paint(finding.severity)} ${renderDiagnostic(finding)}\n\n`;
  });
  return `${texts.join('')}${bold(`mesh ${mesh}`)} (${file}): ${countOf(findings)}\n`;
}

function countOf(findings: readonly Diagnostic[]): string {
  if (findings.length === 0) return 'nothing to say';
  const count = (severity: Diagnostic['severity']) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  };
  return [...count('error'), ...count('warning')].join(', ');
}
