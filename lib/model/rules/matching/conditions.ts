/** Conditions on headers, metadata, query parameters and gRPC names that a request can fulfil. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { satisfiability } from '../../condition';
import { describeHeader } from '../../describe';
import type { GrpcMatch, HeaderMatch, QueryMatch } from '../../match';
import { finding, matchProperty, type Place, type Route, type Rule } from '../rule';

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Reports MESH211 for a condition that is malformed or that no request can fulfil. */
export const conditionsRule: Rule = {
  name: 'conditions',
  route: (route) => {
    const { match } = route;
    switch (match.kind) {
      case 'tcp': return [];
      case 'grpc': return [...checkHeaders(route, 'metadata', match.metadata), ...checkCall(route, match)];
      case 'http': return [...checkHeaders(route, 'headers', match.headers), ...checkQuery(route, match.query)];
    }
  },
};

function checkHeaders(route: Route, list: string, headers: readonly HeaderMatch[]): readonly Diagnostic[] {
  const placeOf = (name: string): Place => ({ origin: route.origin, property: `${matchProperty(route)}.${list}['${name}']` });
  const malformed = headers.flatMap((header) => checkHeader(header, placeOf(header.name)));
  if (malformed.length > 0) return malformed;
  const names = [...new Set(headers.map(({ name }) => name))];
  return names.flatMap((name) => {
    const conditions = headers.filter((header) => header.name === name);
    if (satisfiability(conditions) !== 'disjoint') return [];
    return [finding('MESH211', placeOf(name), `no request has ${conditions.map(describeHeader).join(' and ')}`, 'leave out a condition, or split the route in two')];
  });
}

function checkHeader({ name, match }: HeaderMatch, place: Place): readonly Diagnostic[] {
  const report = (what: string, fix: string) => [finding('MESH211', place, what, fix)];
  if (!TOKEN.test(name)) return report(`'${name}' is not a header name`, "use letters, digits and '-', for example 'x-env'; path, method and host have conditions of their own");
  if (match.kind === 'range' && !(Number.isSafeInteger(match.start) && Number.isSafeInteger(match.end) && match.start < match.end)) {
    return report(`the range of header '${name}' from ${match.start} to below ${match.end} holds no integer`, 'give two integers, the first below the second; the second is not part of the range');
  }
  if ((match.kind === 'prefix' || match.kind === 'suffix') && match.value === '') {
    return report(`the condition on header '${name}' has an empty text, which every value fits`, 'use HeaderMatch.present()');
  }
  if ('value' in match && /[\r\n\u0000]/.test(match.value)) return report(`the condition on header '${name}' holds a line break, which no header value has`, 'leave out the line break');
  return [];
}

function checkQuery(route: Route, query: readonly QueryMatch[]): readonly Diagnostic[] {
  return query.flatMap(({ name }) => {
    if (name !== '' && !/[&=#\s]/.test(name)) return [];
    return [finding('MESH211', { origin: route.origin, property: `${matchProperty(route)}.query['${name}']` }, `'${name}' is not the name of a query parameter`,
      "write the name as it stands in the request, without '&', '=', '#' and white space")];
  });
}

function checkCall(route: Route, { service, method }: GrpcMatch): readonly Diagnostic[] {
  const place = (part: string, value: string): Place => ({ origin: route.origin, property: `${matchProperty(route)}.${part}`, value });
  return [
    ...(service === undefined || /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(service)
      ? []
      : [finding('MESH211', place('service', service), `'${service}' is not the full name of a gRPC service`, "write package and service, for example 'shop.v1.Catalog'")]),
    ...(method === undefined || /^[A-Za-z_]\w*$/.test(method)
      ? []
      : [finding('MESH211', place('method', method), `'${method}' is not the name of a gRPC method`, "write the method alone, for example 'GetItem'")]),
  ];
}
