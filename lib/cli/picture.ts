/** What `diagram` writes: a mesh as Mermaid, DOT, page or JSON. */
import { existsSync, writeFileSync } from 'fs';
import { dirname, extname, resolve } from 'path';
import { UsageError } from './errors';
import type { Io } from './io';
import { loadModel } from './models';
import { suggestion } from './suggest';
import { dotOf, graphOf, mermaidOf, neighbourhoodOf, pageOf, type Graph } from '../diagram';
import { readPageScript } from '../diagram/page-script';
import type { TrafficModel } from '../model/traffic-model';

/** Options of the command. */
export interface DiagramOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly service?: string;
  readonly mesh?: string;
}

type Format = 'mermaid' | 'dot' | 'html' | 'json';

/** What a file's name says about its format. */
const FORMATS: { readonly [extension: string]: Format | undefined } = {
  '.mmd': 'mermaid', '.mermaid': 'mermaid', '.md': 'mermaid', '.dot': 'dot', '.gv': 'dot', '.html': 'html', '.htm': 'html', '.json': 'json',
};

/** Writes the picture to the output, or to standard output. */
export function drawPicture(assembly: string | undefined, options: DiagramOptions, io: Io): void {
  const format = formatOf(options);
  if (format === 'html' && options.output === undefined && io.isTerminal) {
    throw new UsageError('a page is nothing to read on a terminal', 'name a file: --output mesh.html');
  }
  const text = textOf(loadModel(assembly, options.mesh, io).model, format, options.service);
  if (options.output === undefined) return io.stdout(text);
  const file = resolve(io.cwd, options.output);
  if (!existsSync(dirname(file))) throw new UsageError(`there is no folder '${dirname(options.output)}'`, 'make it first, or name another file');
  writeFileSync(file, /\.md$/i.test(file) && format === 'mermaid' ? `\`\`\`mermaid\n${text}\`\`\`\n` : text);
  io.stdout(`${options.output}\n`);
}

function formatOf({ format, output }: DiagramOptions): Format {
  if (format !== undefined) return format;
  if (output === undefined) return 'mermaid';
  const named = FORMATS[extname(output).toLowerCase()];
  if (named !== undefined) return named;
  throw new UsageError(`the name '${output}' says no format`, 'end it in .mmd, .md, .dot, .html or .json, or give --format');
}

function textOf(model: TrafficModel, format: Format, service: string | undefined): string {
  if (format === 'html') {
    if (service !== undefined) throw new UsageError('a page always shows the whole mesh', 'leave --service out, and click the service in the page');
    return pageOf(model, readPageScript());
  }
  const graph = service === undefined ? graphOf(model) : around(graphOf(model), model, service);
  switch (format) {
    case 'mermaid': return mermaidOf(graph);
    case 'dot': return dotOf(graph);
    case 'json': return `${JSON.stringify(graph, undefined, 2)}\n`;
  }
}

function around(graph: Graph, { services }: TrafficModel, name: string): Graph {
  const named = services.filter((service) => service.id === name || service.name === name);
  const [only] = named;
  if (only !== undefined && named.length === 1) return neighbourhoodOf(graph, only.id);
  const ids = (named.length > 1 ? named : services).map(({ id }) => id);
  if (named.length > 1) throw new UsageError(`'${name}' is the name of ${named.length} services`, `name one of ${ids.map((id) => `'${id}'`).join(', ')}`);
  const shown = ids.length > 8 ? `${ids.slice(0, 8).map((id) => `'${id}'`).join(', ')} and ${ids.length - 8} more` : ids.map((id) => `'${id}'`).join(', ');
  throw new UsageError(`there is no service '${name}'${suggestion(name, services.flatMap((service) => [service.id, service.name]))}`, `name one of ${shown}`);
}
