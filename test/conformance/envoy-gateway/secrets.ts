/**
 * The certificates that proxies get from their control plane. egctl writes clusters that ask for them by name, and its intermediate form says what each name stands for,
 * but for private keys.
 */
import type { KubeObject } from '../../../lib/kube/object';
import type { EnvoyObject } from '../../../lib/providers/local-envoy';

interface Context {
  readonly combinedValidationContext?: { readonly defaultValidationContext?: object; readonly validationContextSdsSecretConfig: { readonly name: string } };
  readonly tlsCertificateSdsSecretConfigs?: readonly { readonly name: string }[];
}

interface Socket {
  readonly typedConfig: { readonly commonTlsContext: Context };
}

/** Clusters with the certificates that they ask for. `intermediate` is egctl's own form of all objects, as JSON. */
export function withSecrets(clusters: readonly EnvoyObject[], secrets: readonly KubeObject[], intermediate: string): readonly EnvoyObject[] {
  const certificates = certificatesIn(intermediate);
  const keys = new Map(secrets.map(({ data }) => data as { readonly 'tls.crt': string; readonly 'tls.key': string }).map((data): [string | undefined, string] => [data['tls.crt'], data['tls.key']]));
  const textOf = (encoded: string | undefined) => ({ inlineString: Buffer.from(encoded!, 'base64').toString() });
  return clusters.map(({ transportSocketMatches, ...cluster }) => {
    if (transportSocketMatches === undefined) return cluster;
    const [{ transportSocket }] = transportSocketMatches as readonly [{ readonly transportSocket: Socket }];
    const { combinedValidationContext: validation, tlsCertificateSdsSecretConfigs: presented = [], ...rest } = transportSocket.typedConfig.commonTlsContext;
    const commonTlsContext = {
      ...rest,
      ...(validation && { validationContext: { ...validation.defaultValidationContext, trustedCa: textOf(certificates.get(validation.validationContextSdsSecretConfig.name)) } }),
      tlsCertificates: presented.map(({ name }) => certificates.get(name)).map((certificate) => ({ certificateChain: textOf(certificate), privateKey: textOf(keys.get(certificate)) })),
    };
    return { ...cluster, transportSocket: { ...transportSocket, typedConfig: { ...transportSocket.typedConfig, commonTlsContext } } };
  });
}

/** Certificates by the names that clusters use. */
function certificatesIn(intermediate: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  JSON.parse(intermediate, (_, value: unknown): unknown => {
    if (typeof value === 'object' && value !== null && 'name' in value && 'certificate' in value) found.set(String(value.name), String(value.certificate));
    return value;
  });
  return found;
}
