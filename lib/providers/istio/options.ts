/** What a user of Istio chooses beside the model. */

/** Options of the Istio provider. */
export interface IstioOptions {
  /**
   * `sidecar`: a proxy in every pod. `ambient`: one proxy on each node for connections, and one for each namespace for requests.
   * @default sidecar
   */
  readonly dataPlane?: 'sidecar' | 'ambient';
  /** Revision of the control plane that the namespaces belong to, for example `1-31`. @default - the default revision */
  readonly revision?: string;
}
