/**
 * Every code the library can say. Codes are API: never reused, never renumbered; retired ones stay here.
 * 1xx names and structure, 2xx routes and weights, 3xx resilience, 4xx what a mesh cannot say, 5xx emission and tokens,
 * 6xx cluster and platform, 7xx TLS, 9xx notices.
 */

/** What a code stands for. */
export interface CatalogueEntry {
  readonly severity: 'error' | 'warning';
  /** One general sentence, lower case. */
  readonly title: string;
}

const error = (title: string): CatalogueEntry => ({ severity: 'error', title });
const warning = (title: string): CatalogueEntry => ({ severity: 'warning', title });

const CODES = {
  MESH101: error('a name is not a Kubernetes service name'),
  MESH102: error('a name is used twice'),
  MESH103: error('a namespace has two owners'),
  MESH104: error('a construct is not inside of a mesh and names none'),
  MESH105: error('a service belongs to another stage than its mesh'),
  MESH106: error('something was added after the mesh was synthesized'),
  MESH107: error('a reference leads to nothing'),
  MESH108: error('a port is out of range or unknown'),
  MESH109: error('a token stands where a concrete value is needed'),
  MESH110: error('a service has no version'),
  MESH111: error('a combination of properties is contradictory'),
  MESH112: error('a generated name is too long'),
  MESH113: error('a gateway has no route'),
  MESH201: error('a path is malformed'),
  MESH202: error('a regular expression is not RE2'),
  MESH203: error('a percentage or weight is out of range'),
  MESH204: error('weights do not add up'),
  MESH205: error('all weights are 0'),
  MESH206: error('two routes match alike'),
  MESH207: warning('a route is never reached'),
  MESH208: warning('routes with and without host meet'),
  MESH209: error('a priority is out of range or used twice'),
  MESH210: error('a host is malformed'),
  MESH211: error('a header or query condition is malformed'),
  MESH212: error('a rewrite does not fit its match'),
  MESH213: error('a match does not fit the protocol'),
  MESH214: error('a service has no catch-all'),
  MESH215: error('a split of services cannot be flattened'),
  MESH216: warning('a pin or preview is never reached'),
  MESH217: warning('a choice between versions leaves requests without answer'),
  MESH218: warning('preflights do not reach a route'),
  MESH301: error('a canary has no health check'),
  MESH302: error('a health check is out of bounds'),
  MESH303: error('a retry policy is malformed'),
  MESH304: warning('retries do not fit into the timeout'),
  MESH305: error('a connection pool does not fit the protocol'),
  MESH306: error('outlier detection is out of bounds'),
  MESH307: error('outlier detection cannot see single pods'),
  MESH308: error('a scale is out of bounds'),
  MESH309: error('a timeout is out of bounds'),
  MESH401: error('the mesh cannot say a feature'),
  MESH402: warning('the mesh says a feature in another form'),
  MESH403: error('a quota is exceeded'),
  MESH404: error('a limit of the mesh is exceeded'),
  MESH405: warning('a known defect of the mesh changes the meaning'),
  MESH406: error('a value is reserved by the mesh'),
  MESH501: error('a template or stack is over a limit'),
  MESH502: error('a custom resource event is over the limit'),
  MESH503: error('an object holds a raw intrinsic or an encoded token'),
  MESH504: error('a patch changes nothing or does not apply'),
  MESH505: error('two objects have the same identity'),
  MESH506: error('shards are declared wrongly'),
  MESH507: error('an object cannot be deployed'),
  MESH508: warning('stacks have to be deployed in an order that nothing enforces'),
  MESH601: warning('kubectl and the cluster are too far apart'),
  MESH602: warning('a Kubernetes version has been retired'),
  MESH603: error('a cluster lacks what the mesh needs'),
  MESH701: error('a certificate does not fit its place'),
  MESH702: error('a certificate file is not mounted'),
  MESH901: warning('AWS ended App Mesh'),
  MESH902: warning('a control plane that is not ours must be set up for the program'),
} satisfies { readonly [code: string]: CatalogueEntry };

/** A known code. */
export type DiagnosticCode = keyof typeof CODES;

/** All codes. */
export const CATALOGUE: { readonly [C in DiagnosticCode]: CatalogueEntry } = CODES;
