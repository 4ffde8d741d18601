/** What schemas hold of guards and of TLS to services: programs at a limit, and programs one step beyond. */
import type { Cors, Guards, TokenIssuer } from '../../../lib/model/guards';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import type { Provider } from '../../../lib/providers/provider';
import { inCluster } from '../../manifest-objects';
import { gateway, gatewayRoute, http, httpPort, model, service, to } from '../../model-builders';
import { ENVIRONMENT } from '../../providers/app-mesh/cases';
import type { ClosedDefinitions } from '../definitions';

export interface Limit {
  readonly what: string;
  readonly within: TrafficModel;
  readonly beyond: TrafficModel;
}

const many = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}`);
/** A text of so many characters in all. */
const long = (length: number, start: string) => `${start}${'a'.repeat(length - start.length)}`;

function guarded(guards: Guards): TrafficModel {
  return model({ services: [service('products')], gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')], { guards })])] });
}

function limit<T>(what: string, program: (value: T) => TrafficModel, within: T, beyond: T): Limit {
  return { what, within: program(within), beyond: program(beyond) };
}

const issuer: TokenIssuer = { issuer: 'https://id.example.com', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[]}' } };
const sharing = (draft: Partial<Cors>) => guarded({ cors: { origins: [{ kind: 'exact', value: 'https://shop.example.com' }], methods: [], headers: [], exposedHeaders: [], credentials: false, ...draft } });
const asking = (...tokens: readonly TokenIssuer[]) => guarded({ tokens });
const origin = (length: number) => sharing({ origins: [{ kind: 'exact', value: long(length, 'https://') }] });
const keysAt = (length: number) => asking({ ...issuer, keys: { kind: 'remote', uri: long(length, 'https://id.example.com/') } });

export const ENVOY_GATEWAY_LIMITS: readonly Limit[] = [
  limit('issuers', (count: number) => asking(...many(count, 'https://id').map((name) => ({ ...issuer, issuer: name }))), 16, 17),
  limit('audiences', (count: number) => asking({ ...issuer, audiences: many(count, 'a') }), 8, 9),
  limit('the address of keys', keysAt, 253, 254),
  limit('an origin', origin, 253, 254),
  limit('names of services', (count: number) => speaking(many(count, 'a')), 5, 6),
  limit('a host in lower case', (name: string) => speaking([name]), 'products', 'Products'),
  limit('ports that speak TLS', (count: number) => speaking([], count), 16, 17),
];

export const ISTIO_LIMITS: readonly Limit[] = [
  limit('the address of keys', keysAt, 2048, 2049),
  limit('an origin', origin, 253, 254),
  limit('origins', (count: number) => sharing({ origins: many(count, 'https://a').map((value) => ({ kind: 'exact', value })) }), 64, 65),
  limit('headers', (count: number) => sharing({ headers: many(count, 'x-') }), 64, 65),
  limit('headers that scripts see', (count: number) => sharing({ exposedHeaders: many(count, 'x-') }), 64, 65),
  limit('the name of a header', (length: number) => sharing({ headers: [long(length, 'x-')] }), 256, 257),
  limit('methods', (method: string) => sharing({ methods: [method] }), 'PATCH', 'PURGE'),
];

function speaking(subjectAltNames: readonly string[], ports = 1): TrafficModel {
  return model({
    services: [service('products', { ports: Array.from({ length: ports }, (_, at) => httpPort(8000 + at)) })],
    gateways: [gateway([gatewayRoute('all', http(), [{ ...to('shop/products'), port: 8000 }])], {
      clientTls: { enforce: true, validation: { trust: { kind: 'sds', secret: 'roots' }, subjectAltNames } },
    })],
  });
}

/** Whether the provider lets a program through, and whether the definitions take what it would write. */
export function judged(provider: Provider, definitions: ClosedDefinitions, program: TrafficModel) {
  const errors = [...checkCapabilities(program, provider, []), ...provider.validate(program)].filter(({ severity }) => severity === 'error');
  const objects = inCluster(provider.lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap((unit) => unit.objects));
  return { errors: errors.length, isTaken: definitions.violations(objects).length === 0 };
}
