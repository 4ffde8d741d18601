import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { SPECS, type AppMeshKind } from './app-mesh';
import { schemaViolations } from './check-schema';
import type { Schema } from './shape';
import type { KubeObject } from '../../lib/kube/object';

/** Where the published CRDs are laid beside a checkout; none of them is part of this project. */
const CRDS = join(__dirname, '../../../shared/crds/app-mesh');

const kinds = Object.keys(SPECS) as AppMeshKind[];

/** A published structural schema: ours plus keywords that do not constrain JSON. */
interface PublishedSchema extends Omit<Schema, 'properties' | 'items' | 'additionalProperties'> {
  readonly properties?: { readonly [key: string]: PublishedSchema };
  readonly items?: PublishedSchema;
  readonly additionalProperties?: PublishedSchema | false;
}

interface Crd {
  readonly spec: {
    readonly scope: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: PublishedSchema } }[];
  };
}

/** Keywords that describe, but allow and refuse nothing in JSON; `format` int64 is implied by integer. */
const SILENT_KEYWORDS = new Set(['description', 'format', 'x-kubernetes-map-type', 'x-kubernetes-list-type']);

/** One line for each constraint of a schema, so that two schemas compare as two lists. */
function constraintsOf(schema: PublishedSchema, at: string): string[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (SILENT_KEYWORDS.has(keyword) || value === false) return [];
    if (keyword === 'properties') return Object.entries(schema.properties!).flatMap(([key, child]) => constraintsOf(child, `${at}.${key}`));
    if (keyword === 'items') return constraintsOf(schema.items!, `${at}[]`);
    if (keyword === 'additionalProperties') return constraintsOf(schema.additionalProperties as PublishedSchema, `${at}{}`);
    if (Array.isArray(value)) return [...value].sort().map(word => `${at} ${keyword} ${word}`);
    return [`${at} ${keyword} ${value}`];
  }).sort();
}

function publishedCrds(): Map<string, Crd> {
  const files = readdirSync(CRDS).filter(name => name.endsWith('.yaml'));
  return new Map(files.map(name => parse(readFileSync(join(CRDS, name), 'utf8')) as Crd).map(crd => [crd.spec.names.kind, crd]));
}

const present = existsSync(CRDS);
const describePublished = present ? describe : describe.skip;

describePublished(`the closed schema against the published CRDs${present ? '' : ' (skipped: the CRDs are not beside this checkout)'}`, () => {
  test('knows the kinds that are published, no more and no fewer', () => {
    expect([...publishedCrds().keys()].sort()).toEqual([...kinds].sort());
  });

  test.each(kinds)('says of the spec of %s what its CRD says, in both directions', kind => {
    const crd = publishedCrds().get(kind)!;

    const published = constraintsOf(crd.spec.versions[0].schema.openAPIV3Schema.properties!.spec, 'spec');
    const ours = constraintsOf(SPECS[kind] as PublishedSchema, 'spec');

    expect(crd.spec.versions.map(version => version.name)).toEqual(['v1beta2']);
    expect(crd.spec.scope).toBe(kind === 'Mesh' ? 'Cluster' : 'Namespaced');
    expect(ours).toEqual(published);
  });
});

describe('the closed schema', () => {
  const route: KubeObject = {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'GatewayRoute',
    metadata: { name: 'products', namespace: 'shop' },
    spec: { httpRoute: { match: { prefix: '/products' }, action: { target: { virtualService: { virtualServiceRef: { name: 'products' } } } } } },
  };

  test('accepts a plain gateway route', () => {
    expect(schemaViolations([route])).toEqual([]);
  });

  test('refuses a key that the CRD would prune without a word', () => {
    const retried = { ...route, spec: { ...(route.spec as object), retryPolicy: { maxRetries: 2 } } };

    expect(schemaViolations([retried])).toEqual([
      'appmesh.k8s.aws/GatewayRoute shop/products /spec must NOT have additional properties {"additionalProperty":"retryPolicy"}',
    ]);
  });

  test('refuses a client policy with a mode, the mistake of a published walkthrough', () => {
    const node: KubeObject = {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: { name: 'front', namespace: 'shop' },
      spec: { backendDefaults: { clientPolicy: { tls: { mode: 'STRICT', validation: { trust: { sds: { secretName: 'ca' } } } } } } },
    };

    expect(schemaViolations([node])).toEqual([
      'appmesh.k8s.aws/VirtualNode shop/front /spec/backendDefaults/clientPolicy/tls must NOT have additional properties {"additionalProperty":"mode"}',
    ]);
  });

  test('refuses an App Mesh kind that does not exist', () => {
    expect(schemaViolations([{ ...route, kind: 'Route' }])).toEqual(['appmesh.k8s.aws/Route shop/products unknown kind']);
  });
});
