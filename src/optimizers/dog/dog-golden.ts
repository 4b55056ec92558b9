import { asArguments, byRules, type GoldenTranslation, number, numberOr } from '../golden.ts';

const optimizerRules = {
  lr: number('lr'),
  reps_rel: number('repsRel'),
  init_eta: numberOr('initEta', 0),
  eps: number('eps'),
  weight_decay: number('weightDecay'),
};
const averagerRules = { gamma: number('gamma') };

/** Recorded runs of the package's DoG or LDoG, with the averager's arguments beside the optimizer's. */
export function dogGolden(source: 'dog' | 'ldog'): GoldenTranslation {
  return {
    source,
    hyper: (defaults, { averager, ...args }) => ({
      ...byRules(source, optimizerRules, { ...defaults, ...args }),
      ...byRules(`${source} averager`, averagerRules, asArguments(averager)),
    }),
    scalars: { rbar: 'rbar', G: 'G', eta: 'eta' },
    slots: {},
  };
}
