/** What routes ask before they act, translated by Istio and asked of a real Envoy; a missing token has a status of its own. */
import { istioTranslatorFor } from './translate';
import { istioProvider } from '../../../lib/providers/istio';
import { checkGuards } from '../translated/guard-checks';
import { GUARD_TRIALS, tokenTrial } from '../translated/guards';

const trials = [...GUARD_TRIALS, tokenTrial(403)];

checkGuards({ provider: istioProvider(), translate: istioTranslatorFor('gateway'), trials, sabotaged: trials });
