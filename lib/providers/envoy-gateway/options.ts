/** What a user of Envoy Gateway chooses beside the model. */

/** Options of the Envoy Gateway provider. */
export interface EnvoyGatewayOptions {
  /**
   * What happens to a program whose services call each other, which no proxy of Envoy Gateway sees. `refuse`: it is an error. `edge-only`: a warning; calls reach the
   * called service's pods without routes, shares, retries or TLS.
   * @default refuse
   */
  readonly serviceToService?: 'refuse' | 'edge-only';
}
