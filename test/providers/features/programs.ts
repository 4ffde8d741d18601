/** One small program for each feature, and the same program without it: what a mesh writes for the two must differ. */
import { GUARDED } from './guard-programs';
import { OWN } from './own-programs';
import type { FeaturePrograms } from './pair';
import { ASIDE, AT_ROUTES } from './route-programs';
import type { Feature } from '../../../lib/model/features';

/** Every feature; undefined where no program can ask for it: the model's types have no such thing, or its own rules refuse it. */
export const FEATURE_PROGRAMS: { readonly [F in Feature]: FeaturePrograms | undefined } = { ...AT_ROUTES, ...ASIDE, ...OWN, ...GUARDED };
