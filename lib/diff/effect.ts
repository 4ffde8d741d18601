/** What changes for the requests of a pair of rows, in words: `v2 5 % -> 25 %`, `was shop/products, is now 404`. */
import type { Row } from './side';
import type { Destination, Fault, Filters, HeaderChanges, RouteAction, RoutePolicy } from '../model/action';
import { describeGuards } from '../model/describe';
import { describeShare, shareOf } from '../simulator';

/** The difference between two rows; undefined is a request that no row takes. */
export function effectOf(before: Row | undefined, after: Row | undefined): string {
  const preview = describePreview(before, after);
  const target = describeTarget(before, after);
  const rest = [
    ...(isForward(before) && isForward(after) ? [...filterChanges(before!, after!), ...policyChanges(before!, after!)] : []),
    ...(before !== undefined && after !== undefined ? guardChanges(before, after) : []),
  ];
  const words = [...(target === undefined ? [] : [target]), ...rest].join(', ');
  return preview === undefined ? words : words === '' ? preview : `${preview}: ${words}`;
}

/** Whether a row is the preview of a blue/green route. */
function isPreview(row: Row | undefined): boolean {
  return /(^|-)preview(-(http|grpc))?$/.test(row?.route?.name ?? '');
}

function describePreview(before: Row | undefined, after: Row | undefined): string | undefined {
  if (isPreview(before)) return isPreview(after) ? 'preview' : 'preview closed';
  return isPreview(after) ? 'preview opened' : undefined;
}

function isForward(row: Row | undefined): boolean {
  return row !== undefined && row.destinations.length > 0;
}

function describeTarget(before: Row | undefined, after: Row | undefined): string | undefined {
  const [was, is] = [sharesOf(before), sharesOf(after)];
  const [old, now] = [targetText(before, was), targetText(after, is)];
  if (old === now) return undefined;
  if (was.size + is.size <= 2 || was.size === 0 || is.size === 0) return `was ${old}, is now ${now}`;
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  const services = new Set([...was.values(), ...is.values()].map(({ destination }) => destination.service));
  const short = services.size === 1 && names.every((name) => name.includes('@'));
  const changes = names.flatMap((name) => {
    const [from, to] = [was.get(name)?.text ?? '0 %', is.get(name)?.text ?? '0 %'];
    return from === to ? [] : [`${short ? name.slice(name.indexOf('@') + 1) : name} ${from} -> ${to}`];
  });
  return `${short ? `${[...services][0]} ` : ''}${changes.join(', ')}`;
}

interface NamedShare {
  readonly destination: Destination;
  readonly text: string;
}

function sharesOf(row: Row | undefined): ReadonlyMap<string, NamedShare> {
  const destinations = row?.destinations ?? [];
  const sum = destinations.reduce((total, { weight }) => total + weight, 0);
  return new Map(destinations.map((destination) => [nameOf(destination), { destination, text: describeShare(shareOf(destination.weight, sum)) }]));
}

function nameOf({ service, version, port }: Destination): string {
  return `${service}${version === undefined ? '' : `@${version}`}${port === undefined ? '' : `:${port}`}`;
}

function targetText(row: Row | undefined, shares: ReadonlyMap<string, NamedShare>): string {
  if (row === undefined) return '404';
  if (row.end !== undefined) return row.end;
  const action = row.route?.action;
  if (action !== undefined && action.kind !== 'forward') return answerText(action);
  return [...shares].map(([name, { text }]) => shares.size === 1 ? name : `${text} ${name}`).join(' and ');
}

function answerText(action: Exclude<RouteAction, { readonly kind: 'forward' }>): string {
  if (action.kind === 'respond') return `answer ${action.status}${action.body === undefined ? '' : ` '${action.body}'`}`;
  const { scheme, host, port, path } = action;
  const parts = [
    ...(scheme === undefined ? [] : [`scheme ${scheme}`]), ...(host === undefined ? [] : [`host ${host}`]),
    ...(port === undefined ? [] : [`port ${port}`]), ...(path === undefined ? [] : [`path ${path.value}`]),
  ];
  return `redirect ${action.status} to ${parts.join(', ')}`;
}

function filterChanges(before: Row, after: Row): readonly string[] {
  const [was, is] = [before.route?.filters ?? {}, after.route?.filters ?? {}];
  return [...compare(before, after, [['path rewrite', rewriteText]]), ...compare(was, is, [
    ['host rewrite', ({ rewriteHost }: Filters) => rewriteHost === undefined ? undefined : rewriteHost.kind === 'service' ? 'to the service' : rewriteHost.value],
    ['request headers', ({ requestHeaders }) => headersText(requestHeaders)],
    ['response headers', ({ responseHeaders }) => headersText(responseHeaders)],
    ['mirror', ({ mirrors }) => mirrors?.filter(({ percent }) => percent > 0)
      .map(({ service, version, percent }) => `${percent} % ${service}${version === undefined ? '' : `@${version}`}`).join(' and ') || undefined],
    ['fault', ({ fault }) => faultText(fault)],
  ])];
}

function guardChanges(before: Row, after: Row): readonly string[] {
  return compare(before, after, [['asks for', ({ route }) => route === undefined || !('guards' in route) ? undefined : describeGuards(route.guards ?? {}).join(' and ') || undefined]]);
}

/** A prefix rewrite with what it takes away: `/api to /v2`. */
function rewriteText({ route, match }: Row): string | undefined {
  const rewrite = route?.filters.rewritePath;
  if (rewrite === undefined || rewrite.kind === 'full' || match.kind !== 'http') return rewrite?.value;
  return `${match.path.value} to ${rewrite.value}`;
}

function policyChanges(before: Row, after: Row): readonly string[] {
  const [was, is] = [before.route?.policy ?? {}, after.route?.policy ?? {}];
  return compare(was, is, [
    ['timeout', ({ timeouts }: RoutePolicy) => milliseconds(timeouts?.requestMs)],
    ['idle timeout', ({ timeouts }) => milliseconds(timeouts?.idleMs)],
    ['retries', ({ retry }) => retry === undefined
      ? undefined
      : `${retry.attempts} on ${retry.on.join(', ')}${retry.perTryTimeoutMs === undefined ? '' : `, ${retry.perTryTimeoutMs} ms each`}`],
  ]);
}

function compare<T>(was: T, is: T, parts: readonly (readonly [string, (of: T) => string | undefined])[]): readonly string[] {
  return parts.flatMap(([name, read]) => {
    const [from, to] = [read(was) ?? 'none', read(is) ?? 'none'];
    return from === to ? [] : [`${name} ${from} -> ${to}`];
  });
}

function headersText(changes: HeaderChanges | undefined): string | undefined {
  if (changes === undefined) return undefined;
  const parts = [
    ...changes.remove.map((name) => `remove ${name}`), ...changes.set.map(({ name, value }) => `set ${name}: ${value}`),
    ...changes.add.map(({ name, value }) => `add ${name}: ${value}`),
  ];
  return parts.length === 0 ? undefined : `(${parts.join('; ')})`;
}

function faultText(fault: Fault | undefined): string | undefined {
  const parts = [
    ...(fault?.delay === undefined ? [] : [`delay ${fault.delay.ms} ms for ${fault.delay.percent} %`]),
    ...(fault?.abort === undefined ? [] : [`answer ${fault.abort.status} for ${fault.abort.percent} %`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function milliseconds(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
