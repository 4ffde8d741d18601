import type { TrafficModel } from '../../../lib/model/traffic-model';

/** A program that uses a feature, and one that differs in nothing else. */
export interface FeaturePrograms {
  readonly using: TrafficModel;
  readonly without: TrafficModel;
}
