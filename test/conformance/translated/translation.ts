/** What the control plane of a mesh makes of objects: listeners and clusters in Envoy's JSON. In: programs with their objects. Out: what a static Envoy can load. */
import type { KubeObject } from '../../../lib/kube/object';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import type { Address, EnvoyObject } from '../../../lib/providers/local-envoy';

/** A program, and what a provider said of it. */
export interface TranslatedProgram {
  readonly model: TrafficModel;
  readonly objects: readonly KubeObject[];
}

/** A listener, and who enters by it. */
export interface TranslatedListener {
  /** `gateway <id> <port>` or `calls <service id> <port>`. */
  readonly entry: string;
  readonly listener: EnvoyObject;
  /** Whether clients speak TLS to it, which is taken off here: certificates are not what is proven. */
  readonly isTls: boolean;
}

/** Everything of one batch. */
export interface Translation {
  readonly listeners: readonly TranslatedListener[];
  readonly clusters: readonly EnvoyObject[];
  /** Conditions that are not as they should be, and whatever else the control plane complains of. */
  readonly complaints: readonly string[];
}

/** Asks a control plane. `endpoint` gives the stub pods behind a Service's port, or behind a host outside of the mesh. */
export type Translator = (programs: readonly TranslatedProgram[], endpoint: (service: string, port: number) => Address | undefined) => Promise<Translation>;
