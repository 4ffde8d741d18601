/** MeshProvider: the mesh that a program runs on; changing it is one line. */
import type { Construct } from 'constructs';
import type { AppMeshControllerOptions } from './app-mesh-installation';
import { IstioDataPlane, ServiceToService, type EnvoyGatewayProviderOptions, type IstioProviderOptions } from './provider-options';
import { diagnose, renderDiagnostic, type Origin } from '../../diagnostics';
import type { TrafficModel } from '../../model';
import type { ControlPlane } from '../../plan/control-plane';
import type { Provider } from '../../providers/provider';
import type { MeshCluster } from '../mesh-cluster';
import { carried } from '../origin';
import { warningId } from '../report';

/** Options of AWS App Mesh. */
export interface AppMeshProviderOptions {
  /**
   * How the App Mesh controller is installed.
   * @default - the pinned chart, with a role that may touch this mesh alone
   */
  readonly controller?: AppMeshControllerOptions;
  /**
   * Image of the gateways' proxies.
   * @default - the pinned image of the region's registry
   */
  readonly envoyImage?: string;
}

/** A warning that is given when a provider is chosen. */
export interface ProviderNotice {
  readonly id: string;
  readonly text: string;
}

/** The control plane that a program's provider needs; nothing where the cluster has it. */
export type ControlPlaneOf = (target: InstallationTarget) => ControlPlane | undefined;

/** Where a control plane is installed, and for whom. */
export interface InstallationTarget {
  readonly scope: Construct;
  readonly cluster: MeshCluster;
  readonly model: TrafficModel;
}

/** The mesh that a program runs on. */
export class MeshProvider {
  /** AWS App Mesh. AWS ended the service on 2026-09-30, which a warning says (acknowledge `cdk-eks-mesh:MESH901`). */
  public static appMesh(options: AppMeshProviderOptions = {}): MeshProvider {
    // here and not at the top, as in `lower-mesh.ts`
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { appMeshProvider } = require('../../providers/app-mesh') as typeof import('../../providers/app-mesh');
    return new MeshProvider(
      appMeshProvider(options.envoyImage === undefined ? {} : { envoyImage: carried(options.envoyImage) }),
      (target) => appMeshControlPlaneLate(target, options.controller ?? {}),
      APP_MESH_NOTICES,
    );
  }

  /** Istio, through the Gateway API: at gateways, and between services. */
  public static istio(options: IstioProviderOptions = {}): MeshProvider {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { istioProvider } = require('../../providers/istio') as typeof import('../../providers/istio');
    const { revision, dataPlane = IstioDataPlane.SIDECAR } = options;
    return new MeshProvider(
      istioProvider({ dataPlane, ...(revision === undefined ? {} : { revision }) }),
      (target) => istioControlPlaneLate(target, options),
      options.controlPlane?.existing === true ? EXISTING_ISTIO_NOTICES : () => [],
    );
  }

  /** Envoy Gateway, through the Gateway API: at the edge only, without proxies beside the pods. */
  public static envoyGateway(options: EnvoyGatewayProviderOptions = {}): MeshProvider {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { envoyGatewayProvider } = require('../../providers/envoy-gateway') as typeof import('../../providers/envoy-gateway');
    return new MeshProvider(
      envoyGatewayProvider({ serviceToService: options.serviceToService ?? ServiceToService.REFUSE }),
      (target) => envoyGatewayControlPlaneLate(target, options),
      options.controller?.existing === true ? EXISTING_ENVOY_GATEWAY_NOTICES : () => [],
    );
  }

  private constructor(
    private readonly provider: Provider,
    private readonly controlPlaneOf: ControlPlaneOf,
    private readonly notices: (origin: Origin) => readonly ProviderNotice[],
  ) {}

  /** Name of the provider, for example `app-mesh`. */
  public get providerName(): string {
    return this.provider.name;
  }

  /** @internal */
  public get _provider(): Provider {
    return this.provider;
  }

  /** @internal */
  public _controlPlane(target: InstallationTarget): ControlPlane | undefined {
    return this.controlPlaneOf(target);
  }

  /** @internal */
  public _notices(origin: Origin): readonly ProviderNotice[] {
    return this.notices(origin);
  }
}

function appMeshControlPlaneLate(target: InstallationTarget, options: AppMeshControllerOptions): ControlPlane | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { appMeshInstallation } = require('./app-mesh-installation') as typeof import('./app-mesh-installation');
  return appMeshInstallation(target, options);
}

function istioControlPlaneLate({ model }: InstallationTarget, options: IstioProviderOptions): ControlPlane | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { istioInstallation } = require('./istio-installation') as typeof import('./istio-installation');
  return istioInstallation(model, options);
}

function envoyGatewayControlPlaneLate({ model }: InstallationTarget, options: EnvoyGatewayProviderOptions): ControlPlane | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { envoyGatewayInstallation } = require('./envoy-gateway-installation') as typeof import('./envoy-gateway-installation');
  return envoyGatewayInstallation(model, options);
}

const EXISTING_ISTIO_NOTICES = (origin: Origin): readonly ProviderNotice[] => {
  const finding = diagnose({
    code: 'MESH902',
    what: 'the control plane is not installed by this program, and its own defaults read paths and retry in another way than the program says',
    origin,
    property: 'provider.controlPlane.existing',
    value: 'true',
    fix: 'set pathNormalization.normalization to MERGE_SLASHES, defaultHttpRetryPolicy.attempts to 0 and the extension providers of its logs in its mesh configuration, '
      + `then acknowledge this with Annotations.of(mesh).acknowledgeWarning('${warningId('MESH902')}')`,
  });
  return [{ id: warningId(finding.code), text: renderDiagnostic(finding) }];
};

const EXISTING_ENVOY_GATEWAY_NOTICES = (origin: Origin): readonly ProviderNotice[] => {
  const finding = diagnose({
    code: 'MESH902',
    what: 'the controller is not installed by this program, and rollouts of its proxies lose requests unless their readiness waits for the load balancer',
    origin,
    property: 'provider.controller.existing',
    value: 'true',
    fix: "label the controller's namespace elbv2.k8s.aws/pod-readiness-gate-inject=enabled, "
      + `then acknowledge this with Annotations.of(mesh).acknowledgeWarning('${warningId('MESH902')}')`,
  });
  return [{ id: warningId(finding.code), text: renderDiagnostic(finding) }];
};

const APP_MESH_NOTICES = (origin: Origin): readonly ProviderNotice[] => {
  const finding = diagnose({
    code: 'MESH901',
    what: 'AWS ended App Mesh on 2026-09-30; what is synthesized here cannot be deployed to it any more',
    origin,
    property: 'provider',
    value: 'MeshProvider.appMesh()',
    fix: `choose a mesh that lives, or acknowledge this with Annotations.of(mesh).acknowledgeWarning('${warningId('MESH901')}')`,
  });
  return [{ id: warningId(finding.code), text: renderDiagnostic(finding) }];
};
