/**
 * What the control plane's mesh configuration must hold for a program, beside what always holds: where logs and spans go. Whoever installs the control plane writes it;
 * Telemetry objects name it.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
import { hash8 } from '../../kube/names';
import type { AccessLog, Tracing } from '../../model/observability';
import type { TrafficModel } from '../../model/traffic-model';
import { defined } from '../defined';

/** Ports of collectors where the program names none: Zipkin's, which Jaeger's collectors take, and that of Datadog's agent. */
const TRACING_PORTS = { jaeger: 9411, datadog: 8126 } as const;

/** Settings that give the model its meaning (what services may reach, their own Sidecars say: other programs share the control plane): what Istio would otherwise do unasked, and how it would otherwise read a path. */
export function meshConfigOf(model: TrafficModel): { readonly [key: string]: unknown } {
  const providers = extensionProviders(model);
  return {
    pathNormalization: { normalization: 'MERGE_SLASHES' },
    defaultHttpRetryPolicy: { attempts: 0 },
    ...(providers.length === 0 ? {} : { extensionProviders: providers }),
  };
}

/** Name of the provider of an access log. */
export function logProvider(log: AccessLog): string {
  return `access-log-${hash8(JSON.stringify(log))}`;
}

/** Name of the provider of spans. */
export function tracingProvider(tracing: Tracing): string {
  return `tracing-${hash8(JSON.stringify(tracing))}`;
}

function extensionProviders({ mesh, services, gateways }: TrafficModel): readonly object[] {
  const owners = [mesh, ...services.flatMap(({ versions }) => versions), ...gateways];
  const logs = owners.map(({ accessLog }) => accessLog);
  const unique = new Map(logs.flatMap((log) => log === undefined ? [] : [[logProvider(log), log] as const]));
  return [
    ...[...unique].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, { path, format }]) => ({ name, envoyFileAccessLog: defined({ path, logFormat: format && formatOf(format) }) })),
    ...(mesh.tracing === undefined || mesh.tracing.kind === 'x-ray' ? [] : [tracer(mesh.tracing)]),
  ];
}

function formatOf(format: NonNullable<AccessLog['format']>): object {
  if (format.kind === 'json') return { labels: Object.fromEntries(format.fields.map(({ key, value }) => [key, value])) };
  return { text: format.text.endsWith('\n') ? format.text : `${format.text}\n` };
}

function tracer(tracing: Tracing): object {
  const kind = tracing.kind === 'jaeger' ? 'jaeger' : 'datadog';
  const target = { service: tracing.address, port: tracing.port ?? TRACING_PORTS[kind] };
  return { name: tracingProvider(tracing), [kind === 'jaeger' ? 'zipkin' : 'datadog']: target };
}
