/** What is typed into the request box, read. */
import { SimulationError } from '../simulator/simulation-error';

/** Headers, one on each line: `x-env: beta`. Empty lines are nothing. Throws SimulationError for a line without name or colon. */
export function readHeaders(text: string): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const line of text.split('\n').map((one) => one.trim()).filter((one) => one !== '')) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new SimulationError(`'${line}' is not a header`, 'write a name, a colon and a value: x-env: beta');
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** A port; nothing typed is none. Throws SimulationError for what is no port. */
export function readPort(text: string): number | undefined {
  const port = text.trim();
  if (port === '') return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) throw new SimulationError(`'${port}' is not a port`, 'write a number from 1 to 65535, or nothing');
  return Number(port);
}
