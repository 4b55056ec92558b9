import { numberOf } from '../../kernels/step-program.ts';
import { type Arguments, asArguments, byRules, type GoldenTranslation, number } from '../golden.ts';
import { averageScalars, baseIterate, weightRules } from './averaging-golden.ts';

const wrapperRules = { momentum: number('sfMomentum'), weight_decay_at_y: number('weightDecayAtY'), ...weightRules };

/** Recorded runs of the wrapper around one base. The files do not repeat the base's constructor defaults: `baseDefaults`. */
export function wrapperGolden(
  base: string,
  translation: GoldenTranslation,
  baseDefaults: Arguments,
  scalars: GoldenTranslation['scalars'],
): GoldenTranslation {
  return {
    source: 'sf_wrapper',
    accepts: (args) => args.base === base,
    hyper: (defaults, { base: _base, base_args, wrapper, ...unknown }) => ({
      ...translation.hyper(baseDefaults, asArguments(base_args)),
      ...byRules('sf_wrapper', wrapperRules, { ...defaults, ...asArguments(wrapper), ...unknown }),
    }),
    scalars: { ...averageScalars, ...scalars },
    slots: { ...translation.slots, z: baseIterate((hyper) => numberOf(hyper, 'sfMomentum')) },
  };
}
