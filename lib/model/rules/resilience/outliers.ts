/** Outlier detection. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Version } from '../../service';
import { finding, isIntegerWithin, versionProperty, type Rule } from '../rule';

/** Reports MESH306 for values out of bounds, MESH307 where the proxies see one address instead of the pods behind it. */
export const outliersRule: Rule = {
  name: 'outliers',
  service: ({ versions }) => versions.flatMap(checkVersion),
};

function checkVersion(version: Version): readonly Diagnostic[] {
  const { outliers, origin, discovery } = version;
  if (outliers === undefined) return [];
  const report = (part: string, value: unknown, what: string, fix: string) =>
    [finding('MESH306', { origin, property: versionProperty(version, `outlierDetection.${part}`), value }, what, fix)];
  const { consecutiveErrors, maxEjectionPercent, intervalMs, baseEjectionMs } = outliers;
  return [
    ...(isIntegerWithin(consecutiveErrors, 1) ? [] : report('consecutiveErrors', consecutiveErrors, `consecutiveErrors is ${consecutiveErrors}, not an integer from 1`, 'give consecutiveErrors an integer from 1')),
    ...(isIntegerWithin(maxEjectionPercent, 0, 100) ? [] : report('maxEjectionPercent', maxEjectionPercent, `maxEjectionPercent is ${maxEjectionPercent}, not an integer from 0 to 100`, 'give a percentage from 0 to 100')),
    ...([['interval', intervalMs], ['baseEjection', baseEjectionMs]] as const).flatMap(([part, value]) =>
      value > 0 ? [] : report(part, `${value} ms`, `${part} is ${value} ms, not more than 0`, `give ${part} a positive duration`)),
    ...(discovery.kind !== 'dns-load-balanced' ? [] : [finding('MESH307', { origin, property: versionProperty(version, 'outlierDetection') },
      `outlier detection of version '${version.name}' cannot see single pods, because it is discovered by one load-balanced address`,
      'leave out discovery or give VersionDiscovery.endpoints(), or leave out outlierDetection')]),
  ];
}
