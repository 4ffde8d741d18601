/**
 * Whether a place has an answer for every request, or for every request below a path. Proven by a route that takes everything; where no
 * single route does, a request that is answered 404 is looked for, and without one the text says that it cannot be proven.
 */
import { kindOf } from '../../model/arrival';
import { describeHost } from '../../model/describe';
import type { Gateway } from '../../model/gateway';
import type { Match } from '../../model/match';
import { covers } from '../../model/overlap';
import { hostTables } from '../../model/precedence';
import type { Service } from '../../model/service';
import { ANY_OTHER_HOST, describeHostName } from '../../simulator/any-other-host';
import type { RequestInput } from '../../simulator/request';
import { describeDecision } from '../../simulator/words';
import { nameOf } from '../asking/request';
import { ask, describePlace, type Place } from '../asking/subject';
import type { Judgement } from '../judge';
import { refuse, requireKnown } from '../test-error';

/** Which requests need an answer. */
export interface AnswerOptions {
  /** Only HTTP requests for paths from here on, by whole segments. Left out: every path, and every gRPC call. */
  readonly below?: string;
  /** Only this host, at a gateway. Left out: every host that its routes name, and every other host. */
  readonly host?: string;
}

/** A hole, in words. */
type Hole = string;

/** Whether every request is answered, by the gateway and by the services that it leads to. */
export function judgeAnswers(place: Place, options: AnswerOptions): Judgement {
  requireKnown('an answer to everything', options, ['below', 'host']);
  const below = options.below === undefined ? '/' : options.below.replace(/(.)\/+$/, '$1');
  if (!below.startsWith('/')) refuse(`below is '${below}', not a path`, "begin it with '/'");
  const holes = holesOf(place, { ...options, below });
  const wish = `expected ${describePlace(place)} to answer every request${below === '/' ? '' : ` below ${below}`}${options.host === undefined ? '' : ` for host ${options.host}`}`;
  return { passes: holes.length === 0, message: holes.length === 0 ? '' : [wish, '', ...holes.map((hole) => `  ${describeHostName(hole)}`)].join('\n') };
}

interface Wanted extends AnswerOptions {
  readonly below: string;
}

function holesOf(place: Place, wanted: Wanted): readonly Hole[] {
  const { gateways, services } = place.model;
  switch (place.kind) {
    case 'mesh': return gateways.flatMap((gateway) => gatewayHoles(place, gateway, wanted));
    case 'gateway': return gateways.filter(({ id }) => id === place.id).flatMap((gateway) => gatewayHoles(place, gateway, wanted));
    case 'service': {
      if (wanted.host !== undefined) refuse('a service has one host', 'leave out host, or expect a gateway to answer');
      return services.filter(({ id }) => id === place.id).flatMap((service) => serviceHoles(place, service, wanted.below));
    }
  }
}

function gatewayHoles({ model }: Place, gateway: Gateway, { below, host }: Wanted): readonly Hole[] {
  const place: Place = { kind: 'gateway', model, id: gateway.id };
  const named = hostTables(gateway).map((table) => table.host === undefined ? undefined : describeHost(table.host));
  const hosts = host !== undefined ? [host] : [...named.filter((name) => name !== undefined), ANY_OTHER_HOST];
  const listeners = gateway.listeners.filter(({ protocol }) => below === '/' || protocol !== 'grpc');
  return hosts.flatMap((name) => listeners.flatMap(({ port, protocol }) => {
    const kind = protocol === 'grpc' ? 'grpc' : 'http';
    const inputs = witnesses(kind, below).map((input): RequestInput => ({ ...input, host: name.replace(/^\*/, 'any'), port }));
    const routes = tableFor(gateway, name);
    const total = routes.find(({ match }) => covers(match, everything(kind, below, port)));
    const proven = total !== undefined && leadsToAnswers(place, total, below);
    return proven ? [] : holeOf(place, inputs, `no single route of gateway '${gateway.id}' takes every ${kind === 'http' ? 'request' : 'gRPC call'} for host ${name} on port ${port}`);
  }));
}

/** Whether the services behind a route that takes everything answer everything as well; a changed path is asked as everything. */
function leadsToAnswers({ model }: Place, { action, filters }: Gateway['routes'][number], below: string): boolean {
  if (action.kind !== 'forward') return true;
  return action.destinations.filter(({ weight, version }) => weight > 0 && version === undefined).every((destination) => {
    const service = model.services.find(({ id }) => id === destination.service);
    return service !== undefined && serviceHoles({ kind: 'service', model, id: service.id }, service, filters.rewritePath === undefined ? below : '/').length === 0;
  });
}

function tableFor(gateway: Gateway, host: string): Gateway['routes'] {
  const tables = hostTables(gateway);
  const found = tables.find((table) => table.host !== undefined && (describeHost(table.host) === host || (table.host.kind === 'suffix' && host.endsWith(table.host.value))));
  return (found ?? tables.find((table) => table.host === undefined))?.routes ?? [];
}

function serviceHoles(place: Place, service: Service, below: string): readonly Hole[] {
  if (service.routes.length === 0 && service.versions.length === 1) return [];
  return service.ports.flatMap(({ port, protocol }) => {
    const kind = kindOf(protocol);
    if (below !== '/' && kind !== 'http') return [];
    if (service.routes.some(({ match }) => covers(match, everything(kind, below, port)))) return [];
    return holeOf(place, witnesses(kind, below).map((input) => ({ ...input, port })), `no single route of service '${service.id}' takes everything on port ${port} (${protocol})`);
  });
}

/** The first request that is answered 404, or why there may be one. */
function holeOf(place: Place, inputs: readonly RequestInput[], doubt: string): readonly Hole[] {
  for (const input of inputs) {
    const decision = ask(place, input);
    if (decision.branches.some(({ share, ending }) => share.numerator > 0 && ending.kind === 'no-route')) return [`${nameOf(input)} is answered ${describeDecision(decision)}`];
  }
  return [`${doubt}, so it cannot be proven that all of them together do`];
}

function everything(kind: 'http' | 'grpc' | 'tcp', below: string, port: number): Match {
  switch (kind) {
    case 'http': return { kind, path: { kind: 'prefix', value: below }, headers: [], query: [], port };
    case 'grpc': return { kind, metadata: [], port };
    case 'tcp': return { kind, port };
  }
}

/** Requests that a table with a hole often does not take: the plain path, one that nobody names, and methods that are rarely matched. */
function witnesses(kind: 'http' | 'grpc' | 'tcp', below: string): readonly RequestInput[] {
  if (kind === 'tcp') return [{ path: '/', protocol: 'tcp' }];
  if (kind === 'grpc') return ['/any.Service/AnyMethod'].map((path) => ({ path, protocol: 'grpc' }));
  const paths = [below, `${below === '/' ? '' : below}/any/other/path`];
  return ['GET', 'POST', 'DELETE', 'OPTIONS'].flatMap((method) => paths.map((path) => ({ method, path })));
}
