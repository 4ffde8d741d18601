/** Every dialect with every choice that changes what it can say, and all that it writes for a program, as one text. */
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import { opaque } from '../../../lib/model/opaque';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { appMeshProvider } from '../../../lib/providers/app-mesh';
import { checkCapabilities } from '../../../lib/providers/check';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { istioProvider, meshConfigOf } from '../../../lib/providers/istio';
import { localEnvoyDialect, lowerToEnvoy, unactedFeatures } from '../../../lib/providers/local-envoy';
import { identityKey, type Dialect, type Provider } from '../../../lib/providers/provider';
import { ENVIRONMENT } from '../app-mesh/cases';

/** A dialect and its writer. */
export interface Target {
  readonly name: string;
  readonly dialect: Dialect;
  /** What keeps a program from being written, in words. */
  readonly refusals: (model: TrafficModel) => readonly string[];
  /** What the user is told of features that cannot be said. */
  readonly complaints: (model: TrafficModel) => readonly string[];
  readonly write: (model: TrafficModel) => string;
}

const errors = (dialect: Dialect) => (model: TrafficModel) => [...checkCapabilities(model, dialect, []), ...dialect.validate(model)]
  .filter(({ severity }) => severity === 'error').map(renderDiagnostic);

const mesh = (name: string, provider: Provider, beside: (model: TrafficModel) => object = () => ({})): Target => ({
  name, dialect: provider, refusals: errors(provider), complaints: errors(provider),
  write: (model) => {
    const identities = provider.identities(model, ENVIRONMENT);
    const roleArns = new Map(identities.map((identity) => [identityKey(identity), opaque(`arn:aws:iam::444455556666:role/${identity.name}`)]));
    // the order of a deployment is no meaning of a program
    const units = provider.lower(model, { environment: ENVIRONMENT, roleArns }).map(({ needs: _, ...rest }) => rest);
    return JSON.stringify({ units, identities, beside: beside(model) });
  },
});

/** All of them. */
export const TARGETS: readonly Target[] = [
  mesh('app-mesh', appMeshProvider()),
  mesh('envoy-gateway', envoyGatewayProvider()),
  mesh('envoy-gateway at the edge only', envoyGatewayProvider({ serviceToService: 'edge-only' })),
  mesh('istio', istioProvider(), meshConfigOf),
  mesh('istio ambient', istioProvider({ dataPlane: 'ambient' }), meshConfigOf),
  {
    // a preview runs what it can, and names the rest
    name: 'local-envoy', dialect: localEnvoyDialect(), complaints: unactedFeatures,
    refusals: (model) => localEnvoyDialect().validate(model).filter(({ severity }) => severity === 'error').map(renderDiagnostic),
    write: (model) => JSON.stringify(lowerToEnvoy(model, {
      gatewayAddress: (_, { port }) => ({ host: '127.0.0.1', port }),
      outboundAddress: ({ name }) => ({ host: '127.0.0.2', port: 10_000 + name.length }),
      tcpAddress: (caller, called, { port }) => ({ host: '127.0.0.3', port: 20_000 + caller.name.length + called.name.length + port }),
      endpoint: (service, version, port) => ({ host: '127.0.0.4', port: 30_000 + service.name.length * 100 + version.name.length * 10 + port.port % 10 }),
      routes: { kind: 'inline' },
    })),
  },
];
