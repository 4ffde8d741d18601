/** Istio's control plane as data: definitions, then istiod, in ambient mode also what runs on each node. Called by the mesh when it is lowered. */
import { meshConfigOf } from './mesh-config';
import type { IstioOptions } from './options';
import type { TrafficModel } from '../../model/traffic-model';
import { mergeValues, type ChartValues } from '../../plan/chart-values';
import type { ChartStep, ControlPlane } from '../../plan/control-plane';
import { gatewayApiDefinitions, type GatewayApiOptions } from '../gateway-api/definitions';

/**
 * The version that is installed. To change it, change it here, read the charts' values of that version against this file, and update the changelog; the tests show what changes.
 * @see https://github.com/istio/istio/tree/release-1.31/manifests/charts
 */
export const ISTIO = {
  chartVersion: '1.31.1',
  repository: 'https://istio-release.storage.googleapis.com/charts',
} as const;

/** How the control plane is installed. */
export interface IstioControlPlaneSettings extends IstioOptions, GatewayApiOptions {
  /** Version of all charts. @default - the pinned one */
  readonly chartVersion?: string;
  /** @default - that of the project */
  readonly chartRepository?: string;
  /** Host and folder that carry the images, for example `mirror.example.com/istio`. @default - that of the charts */
  readonly imageHub?: string;
  /** Values of the chart `istiod`, merged over those that follow from the rest. @default - none */
  readonly values?: ChartValues;
}

const NAMESPACE = 'istio-system';

const CLAIM = { what: 'Istio', remedy: 'a cluster has one control plane: let one mesh install it, and say existing: true for the other' };

/** One step after the other: definitions of the Gateway API, Istio's own (`base`), `cni`, `istiod`, `ztunnel`; `cni` and `ztunnel` in ambient mode only. */
export function istioControlPlane(model: TrafficModel, settings: IstioControlPlaneSettings = {}): ControlPlane {
  const definitions = gatewayApiDefinitions(settings);
  const charts = chartsOf(model, settings).map((chart) => chartStep(chart, settings));
  const ids = [...definitions.steps, ...charts].map(({ id }) => id);
  return {
    claims: [CLAIM, ...definitions.claims],
    steps: [...definitions.steps, ...charts.map((chart) => ({ ...chart, needs: ids.slice(0, ids.indexOf(chart.id)).slice(-1) }))],
  };
}

interface IstioChart {
  readonly chart: string;
  readonly values: ChartValues;
}

function chartsOf(model: TrafficModel, { dataPlane, revision, imageHub, values = {} }: IstioControlPlaneSettings): readonly IstioChart[] {
  const isAmbient = dataPlane === 'ambient';
  const common = { ...(isAmbient ? { profile: 'ambient' } : {}), ...(imageHub === undefined ? {} : { global: { hub: imageHub } }) };
  const named = revision === undefined ? {} : { revision };
  return [
    { chart: 'base', values: { ...common, ...(revision === undefined ? {} : { defaultRevision: revision }) } },
    ...(isAmbient ? [{ chart: 'cni', values: common }] : []),
    { chart: 'istiod', values: mergeValues({ ...common, ...named, autoscaleMin: 2, meshConfig: meshConfigOf(model) }, values) },
    ...(isAmbient ? [{ chart: 'ztunnel', values: { ...common, ...named } }] : []),
  ];
}

function chartStep({ chart, values }: IstioChart, { revision, chartVersion, chartRepository }: IstioControlPlaneSettings): ChartStep {
  const release = revision === undefined || chart !== 'istiod' ? `istio-${chart}` : `istio-${chart}-${revision}`;
  return {
    kind: 'chart', id: `${NAMESPACE}/${release}/chart`, needs: [],
    release, namespace: NAMESPACE, chart, repository: chartRepository ?? ISTIO.repository, version: chartVersion ?? ISTIO.chartVersion,
    values, timeoutSeconds: 600,
  };
}
