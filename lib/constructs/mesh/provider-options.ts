/** What users choose of the meshes that go through the Gateway API. */

/** Who installs the definitions of the Gateway API on a cluster. */
export enum GatewayApiInstall {
  /** This program, in the release that both meshes take. Newer ones that somebody else has installed stay; older ones are an error at deployment. */
  INSTALL = 'install',
  /** Somebody else has; they must be of release 1.6 or later, with the field `retry` of routes where the program retries. */
  EXISTING = 'existing',
}

/** Where Istio's proxies stand. */
export enum IstioDataPlane {
  /** One in every pod, as App Mesh has it. */
  SIDECAR = 'sidecar',
  /** One on each node for connections, and one in each namespace for requests. */
  AMBIENT = 'ambient',
}

/** Options of Istio's control plane. */
export interface IstioControlPlaneOptions {
  /**
   * Whether the cluster has a control plane already; then nothing is installed. Its mesh configuration must hold what this library would write, which a warning lists.
   * @default false
   */
  readonly existing?: boolean;
  /** @default GatewayApiInstall.INSTALL */
  readonly gatewayApi?: GatewayApiInstall;
  /**
   * Address of the chart that carries the definitions of the Gateway API, for example of a private mirror: `oci://registry.example.com/charts/gateway-crds-helm`. The registry
   * lets readers in without credentials. What the chart holds is compared with the release that this library was tested with.
   * @default - that of Envoy Gateway's project
   */
  readonly gatewayApiRepository?: string;
  /** Version of all charts. @default - the pinned version */
  readonly chartVersion?: string;
  /** @default - the chart repository of the project */
  readonly chartRepository?: string;
  /**
   * Host and folder that carry the images, for example `mirror.example.com/istio`.
   * @default - that of the charts
   */
  readonly imageHub?: string;
  /**
   * Values of the chart `istiod`, merged over those that follow from the program.
   * @default - none
   */
  readonly values?: { [key: string]: any };
}

/** Options of Istio. */
export interface IstioProviderOptions {
  /** @default IstioDataPlane.SIDECAR */
  readonly dataPlane?: IstioDataPlane;
  /**
   * Revision of the control plane, for example `1-31`; the namespaces belong to it.
   * @default - the default revision
   */
  readonly revision?: string;
  /**
   * How the control plane is installed.
   * @default - the pinned charts
   */
  readonly controlPlane?: IstioControlPlaneOptions;
}

/** What happens to a program whose services call each other on a mesh that has no proxies beside their pods. */
export enum ServiceToService {
  /** It is an error. */
  REFUSE = 'refuse',
  /** A warning: calls reach any pod of the called service, without routes, shares, retries or TLS. A call that no pods can serve, such as one of a `RouterService`, is MESH408. */
  EDGE_ONLY = 'edge-only',
}

/** Options of Envoy Gateway's controller. */
export interface EnvoyGatewayControllerOptions {
  /**
   * Whether the cluster has a controller already; then nothing is installed.
   * @default false
   */
  readonly existing?: boolean;
  /** @default GatewayApiInstall.INSTALL */
  readonly gatewayApi?: GatewayApiInstall;
  /**
   * Address of the chart that carries the definitions of the Gateway API, for example of a private mirror: `oci://registry.example.com/charts/gateway-crds-helm`. The registry
   * lets readers in without credentials. What the chart holds is compared with the release that this library was tested with.
   * @default - that of Envoy Gateway's project
   */
  readonly gatewayApiRepository?: string;
  /** @default - the pinned version */
  readonly chartVersion?: string;
  /** @default - the project's chart, an OCI artifact */
  readonly chartRepository?: string;
  /**
   * Host that carries the images of controller and proxies.
   * @default - that of the chart
   */
  readonly imageRegistry?: string;
  /**
   * Values of the chart, merged over those that follow from the program.
   * @default - none
   */
  readonly values?: { [key: string]: any };
}

/** Options of Envoy Gateway. */
export interface EnvoyGatewayProviderOptions {
  /** @default ServiceToService.REFUSE */
  readonly serviceToService?: ServiceToService;
  /**
   * How the controller is installed.
   * @default - the pinned chart
   */
  readonly controller?: EnvoyGatewayControllerOptions;
}
