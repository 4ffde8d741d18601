import type { TrafficModel } from '../../../../lib/model/traffic-model';

/** One situation: what it is called, and the program's model. */
export interface Case {
  readonly title: string;
  readonly model: TrafficModel;
}
