/** What holds for the whole mesh or a whole proxy: owner, logs, traces, certificates. */
import type { Diagnostic, Origin } from '../../../diagnostics/diagnostic';
import type { AccessLog } from '../../observability';
import type { ClientTls } from '../../security';
import { finding, versionProperty, type Rule } from '../rule';

/** Reports MESH111 for an owner that is no account and for logs that are no absolute file, MESH203 for a sampling rate out of range. */
export const settingsRule: Rule = {
  name: 'settings',
  mesh: ({ origin, owner, tracing, accessLog }) => [
    ...(owner === undefined || /^\d{12}$/.test(owner)
      ? []
      : [finding('MESH111', { origin, property: 'owner', value: owner }, `mesh owner '${owner}' is not an account number of 12 digits`, 'give the 12 digits of the account that owns the mesh')]),
    ...(tracing?.samplingRate === undefined || (tracing.samplingRate >= 0 && tracing.samplingRate <= 1)
      ? []
      : [finding('MESH203', { origin, property: 'tracing.samplingRate', value: tracing.samplingRate },
        `the sampling rate is ${tracing.samplingRate}, not from 0 to 1`, 'give a share from 0 to 1, for example 0.05 for one request in twenty')]),
    ...checkLog(accessLog, origin, 'accessLog'),
  ],
  service: ({ versions }) => versions.flatMap((version) => checkLog(version.accessLog, version.origin, versionProperty(version, 'accessLog'))),
  gateway: ({ accessLog, origin }) => checkLog(accessLog, origin, 'accessLog'),
};

/** Reports MESH701 for a certificate that cannot stand where it is. */
export const certificatesRule: Rule = {
  name: 'certificates',
  mesh: ({ clientTls, origin }) => checkClientTls(clientTls, origin, 'clientTls'),
  service: ({ clientTls, calls, origin }) => [
    ...checkClientTls(clientTls, origin, 'clientTls'),
    ...calls.flatMap((call, at) => checkClientTls(call.tls, origin, `calls[${at}].tls`)),
  ],
  gateway: ({ clientTls, origin }) => checkClientTls(clientTls, origin, 'clientTls'),
};

function checkLog(log: AccessLog | undefined, origin: Origin, property: string): readonly Diagnostic[] {
  if (log === undefined || /^\/.*[^/]$/.test(log.path)) return [];
  return [finding('MESH111', { origin, property: `${property}.path`, value: log.path }, `the access log '${log.path}' is not an absolute file path`,
    "use '/dev/stdout', or another path that starts with a slash")];
}

function checkClientTls(tls: ClientTls | undefined, origin: Origin, property: string): readonly Diagnostic[] {
  if (tls?.certificate?.kind !== 'acm') return [];
  return [finding('MESH701', { origin, property: `${property}.certificate` }, 'a client cannot present a certificate from ACM, because its private key never leaves ACM',
    'give the client certificate as a file or by SDS')];
}
