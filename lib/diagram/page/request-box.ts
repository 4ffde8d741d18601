/** The request box: reads what was typed, asks the simulator, says the answer in words. */
import type { Gateway } from '../../model/gateway';
import type { Service } from '../../model/service';
import { SimulationError, type Entry, type Explanation, type RequestInput, type Simulator } from '../../simulator';
import { readHeaders, readPort } from '../request-text';
import { answerElements, errorElements } from './answer';
import { byId, html } from './dom';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The form and what follows from it. `onAnswer` is told the answer, or that there is none any more. */
export class RequestBox {
  private readonly entry = byId<HTMLSelectElement>('entry');
  private readonly method = byId<HTMLInputElement>('method');
  private readonly path = byId<HTMLInputElement>('path');
  private readonly host = byId<HTMLInputElement>('host');
  private readonly port = byId<HTMLInputElement>('port');
  private readonly headers = byId<HTMLTextAreaElement>('headers');
  private readonly result = byId('result');

  constructor(private readonly simulator: Simulator, private readonly onAnswer: (explanation: Explanation | undefined) => void) {
    this.fillEntries();
    byId('methods').append(...METHODS.map((value) => html('option', { value })));
    this.method.value = 'GET';
    this.entry.addEventListener('change', () => this.suggest());
    this.suggest();
    byId('request').addEventListener('submit', (event) => {
      event.preventDefault();
      this.ask();
    });
    byId('clear').addEventListener('click', () => this.clear());
    // as forms elsewhere: the text area sends with ctrl and enter
    this.headers.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.ask();
    });
  }

  /** Forgets the answer. */
  clear(): void {
    this.result.replaceChildren();
    this.onAnswer(undefined);
  }

  private fillEntries(): void {
    const { gateways, services } = this.simulator.model;
    const callers = services.filter(({ kind }) => kind === 'workload');
    const group = (label: string, options: readonly (Gateway | Service)[], kind: Entry['kind']) =>
      options.length === 0 ? [] : [html('optgroup', { label }, ...options.map(({ id }) => html('option', { value: `${kind}:${id}` }, id)))];
    this.entry.append(...group('Gateways', gateways, 'gateway'), ...group('Calls from', callers, 'service'));
  }

  private selected(): Entry {
    const colon = this.entry.value.indexOf(':');
    const id = this.entry.value.slice(colon + 1);
    return this.entry.value.startsWith('gateway:') ? this.simulator.gatewayEntry(id) : this.simulator.serviceEntry(id);
  }

  /** What can be typed for the chosen entry: its hosts, its ports, a path that its first route takes. */
  private suggest(): void {
    const entry = this.entry.value === '' ? undefined : this.selected();
    const hosts = entry === undefined ? [] : entry.kind === 'gateway' ? hostsOf(entry.gateway) : calledBy(entry.from, this.simulator.model.services).map(({ host }) => host);
    const ports = entry?.kind === 'gateway' ? entry.gateway.listeners.map(({ port }) => String(port)) : [];
    byId('hosts').replaceChildren(...hosts.map((value) => html('option', { value })));
    byId('ports').replaceChildren(...ports.map((value) => html('option', { value })));
    this.host.value = entry?.kind === 'service' ? hosts[0] ?? '' : '';
    this.host.placeholder = entry?.kind === 'service' ? 'host of the called service' : hosts.length === 0 ? 'any host' : `for example ${hosts[0]}`;
    this.port.value = '';
    this.path.value = entry?.kind === 'gateway' ? examplePath(entry.gateway) : '/';
  }

  private ask(): void {
    try {
      const explanation = this.simulator.explain(this.selected(), this.read());
      this.result.replaceChildren(...answerElements(explanation));
      this.onAnswer(explanation);
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      this.onAnswer(undefined);
      this.result.replaceChildren(errorElements(error));
    }
  }

  private read(): RequestInput {
    const [method, host, port] = [this.method.value.trim(), this.host.value.trim(), readPort(this.port.value)];
    return {
      path: this.path.value.trim(), headers: readHeaders(this.headers.value),
      ...(method === '' ? {} : { method }), ...(host === '' ? {} : { host }), ...(port === undefined ? {} : { port }),
    };
  }
}

function hostsOf({ routes }: Gateway): readonly string[] {
  return [...new Set(routes.flatMap(({ hosts }) => hosts.map(({ kind, value }) => kind === 'suffix' ? `www${value}` : value)))];
}

function calledBy({ calls }: Service, services: readonly Service[]): readonly Service[] {
  return services.filter(({ id }) => calls.some(({ service }) => service === id));
}

function examplePath({ routes }: Gateway): string {
  const match = routes[0]?.match;
  if (match === undefined) return '/';
  if (match.kind === 'grpc') return `/${match.service ?? 'package.Service'}/${match.method ?? 'Method'}`;
  return match.path.kind === 'regex' ? '/' : match.path.value;
}
