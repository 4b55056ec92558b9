import { number, numberOr } from '../golden.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';

/** What all optimizers of the dadaptation package take. */
export const dadaptRules = { lr: number('lr'), weight_decay: number('weightDecay'), d0: number('d0') };

/** What all but Lion take. */
export const growthRules = { growth_rate: numberOr('growthRate', UNLIMITED_GROWTH) };
