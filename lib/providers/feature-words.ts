/** Features in the user's words, for findings and the support table. */
import type { Feature } from '../model/features';

const PARTS: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [/^match\.path\.raw-prefix$/, () => 'a match on a raw path prefix'],
  [/^match\.path\.prefix$/, () => 'a match on a path prefix'],
  [/^match\.path\.exact$/, () => 'a match on an exact path'],
  [/^match\.path\.regex$/, () => 'a match on a path by regular expression'],
  [/^match\.header\.present$/, () => 'a match on the presence of a header'],
  [/^match\.header\.inverted\.(.+)$/, (how) => `an inverted header match (${how.replace(/-/g, ' ')})`],
  [/^match\.header\.(.+)$/, (how) => `a match on a header by ${how === 'regex' ? 'regular expression' : `${how} value`}`],
  [/^match\.query\.present$/, () => 'a match on the presence of a query parameter'],
  [/^match\.query\.(.+)$/, (how) => `a match on a query parameter by ${how === 'regex' ? 'regular expression' : `${how} value`}`],
  [/^match\.host\.(.+)$/, (how) => `a match on ${how === 'exact' ? 'an exact host' : 'a host suffix'}`],
  [/^match\.grpc\.any$/, () => 'a match on every gRPC call'],
  [/^match\.grpc\.metadata$/, () => 'a match on gRPC metadata'],
  [/^match\.grpc\.(.+)$/, (part) => `a match on the gRPC ${part}`],
  [/^match\.(method|scheme|port)$/, (part) => `a match on the ${part}`],
  [/^protocol\.(.+)$/, (name) => `the protocol ${name}`],
  [/^split$/, () => 'a split by weights'],
  [/^redirect$/, () => 'a redirect'],
  [/^respond$/, () => 'a direct answer'],
  [/^rewrite\.path\.prefix$/, () => 'a rewrite of the matched prefix'],
  [/^rewrite\.path\.full$/, () => 'a rewrite of the whole path'],
  [/^rewrite\.host\.service$/, () => 'a rewrite of the host to the service\'s name'],
  [/^rewrite\.host\.exact$/, () => 'a rewrite of the host to a fixed name'],
  [/^(request|response)-headers$/, (side) => `changes of ${side} headers`],
  [/^mirror$/, () => 'mirroring'],
  [/^fault$/, () => 'fault injection'],
  [/^cors$/, () => 'answers to scripts of other sites (CORS)'],
  [/^jwt\.(.+)$/, (source) => `tokens (JWT) that are checked with ${source === 'remote' ? 'fetched' : 'given'} keys`],
  [/^allow-from$/, () => 'a list of allowed client networks'],
  [/^rate-limit$/, () => 'a rate limit'],
  [/^stickiness$/, () => 'stickiness by cookie'],
  [/^timeout\.(.+)$/, (kind) => `${kind === 'idle' ? 'an idle' : 'a request'} timeout`],
  [/^retry\.on\.(.+)$/, (event) => `a retry on ${event.replace(/-/g, ' ')}`],
  [/^retry$/, () => 'retries'],
  [/^listeners\.several$/, () => 'several listeners'],
  [/^tls\.certificate\.(.+)$/, (source) => `a listener's certificate from ${place(source)}`],
  [/^tls\.clients\.(.+)$/, (source) => `client certificates that are checked by ${place(source)}`],
  [/^tls\.(.+)$/, (mode) => `TLS in mode ${mode}`],
  [/^load-balancer-tls$/, () => 'TLS that ends at the load balancer'],
  [/^client-tls\.certificate\.(.+)$/, (source) => `a client certificate from ${place(source)}`],
  [/^client-tls\.trust\.(.+)$/, (source) => `trust in servers by ${place(source)}`],
  [/^outside-tls\.certificate\.(.+)$/, (source) => `a client certificate from ${place(source)} for hosts outside of the mesh`],
  [/^outside-tls\.trust\.(.+)$/, (source) => `TLS to hosts outside of the mesh that are trusted by ${place(source)}`],
  [/^outside-tls\.optional$/, () => 'TLS to hosts outside of the mesh where they offer it'],
  [/^outside\.addresses$/, () => 'addresses of a host outside of the mesh'],
  [/^outside\.wildcard$/, () => 'every name below a host outside of the mesh'],
  [/^aws$/, () => 'calls of the services of AWS that a role has rights for'],
  [/^health-check$/, () => 'a health check'],
  [/^pool$/, () => 'a connection pool'],
  [/^outlier-detection$/, () => 'outlier detection'],
  [/^access-log\.(.+)$/, (form) => `an access log in ${form} form`],
  [/^pods\.(.+)$/, (kind) => ({
    image: 'pods made from an image', document: 'pods of a workload of the user\'s own', existing: 'pods that exist already', external: 'a host outside of the mesh',
  })[kind] ?? `pods of kind ${kind}`],
  [/^discovery\.(.+)$/, (kind) => `discovery by ${kind.replace(/-/g, ' ')}`],
  [/^calls$/, () => 'declared calls'],
  [/^router$/, () => 'a service in front of other services\' versions'],
  [/^identity\.version$/, () => 'one identity per version'],
  [/^egress\.any$/, () => 'calls to any host'],
  [/^egress\.declared-only$/, () => 'calls to declared hosts only'],
  [/^shared$/, () => 'a mesh that another account owns'],
  [/^ip-preference$/, () => 'a preference of IPv4 or IPv6'],
  [/^tracing\.(.+)$/, (kind) => `tracing with ${kind}`],
];

/** The stage of a feature: where it is asked for. */
export function stageOf(feature: Feature): 'gateway' | 'service' | 'mesh' {
  return feature.slice(0, feature.indexOf('.')) as 'gateway' | 'service' | 'mesh';
}

/** The feature without its stage: `a match on an exact path`. */
export function featureWords(feature: Feature): string {
  const text = feature.slice(feature.indexOf('.') + 1);
  for (const [pattern, words] of PARTS) {
    const found = pattern.exec(text);
    if (found) return words(...found.slice(1));
  }
  throw new Error(`internal: no words for feature '${feature}'; please report this`);
}

/** The feature with its stage: `mirroring at a gateway`. */
export function describeFeature(feature: Feature): string {
  const stage = stageOf(feature);
  return stage === 'mesh' ? featureWords(feature) : `${featureWords(feature)} at a ${stage}`;
}

function place(source: string): string {
  return source === 'file' ? 'a file' : source.toUpperCase();
}
