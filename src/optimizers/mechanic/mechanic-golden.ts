import { type ArgumentRule, type Arguments, asArguments, byRules, flag, type GoldenTranslation, list, number } from '../golden.ts';

const tunerRules: Readonly<Record<string, ArgumentRule>> = {
  s_decay: number('sDecay'),
  betas: list('betas'),
  s_init: number('sInit'),
  eps: number('mechanicEps'),
  store_delta: flag('storeDelta'),
};

/** Recorded runs of Mechanic around one base. The files do not repeat the base's constructor defaults: `baseDefaults`, of PyTorch 1.13. */
export function mechanicGolden(base: string, translation: GoldenTranslation, baseDefaults: Arguments): GoldenTranslation {
  return {
    source: 'mechanic',
    accepts: (args) => args.base === base,
    hyper: (defaults, { base: _base, base_args, mechanic, ...unknown }) => ({
      ...translation.hyper(baseDefaults, asArguments(base_args)),
      ...byRules('mechanic', tunerRules, { ...defaults, ...asArguments(mechanic), ...unknown }),
    }),
    scalars: { s_sum: 'sSum', s: 's', r: 'r', m: 'm', v: 'v' },
    slots: { ...translation.slots, delta: 'D' },
  };
}
