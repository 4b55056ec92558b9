import type { HyperValue, HyperValues } from '../../kernels/step-program.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { UNLIMITED_GROWTH } from '../../optimizers/prodigy/prodigy.ts';
import { optimizers } from '../../optimizers/registry.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What a recorded configuration is here: an optimizer of the registry and its complete hyperparameters. */
export interface Translated {
  readonly optimizer: string;
  readonly hyper: HyperValues;
  /** Recorded scalar -> ours; the program's own counter is called 'k'. */
  readonly scalars: Readonly<Record<string, string>>;
  /** Recorded buffer of `final_state` -> our slot. */
  readonly slots: Readonly<Record<string, string>>;
}

/** How one argument of a package is written in our names. */
type Rule = (value: unknown) => Readonly<Record<string, HyperValue>>;

const number =
  (name: string): Rule =>
  (value) => ({ [name]: asNumber(value) });
const flag =
  (name: string): Rule =>
  (value) => ({ [name]: Boolean(value) });
const pair =
  (first: string, second: string): Rule =>
  (value) => {
    const [a, b] = asNumbers(value);
    return { [first]: asNumber(a), [second]: asNumber(b) };
  };
/** An option that we leave out, accepted only where it is off. */
const onlyOff: Rule = (value) => {
  if (value !== false) throw new Error(`${JSON.stringify(value)} is not supported, only false`);
  return {};
};

interface Translation {
  readonly optimizer: string;
  readonly rules: Readonly<Record<string, Rule>>;
  readonly scalars: Readonly<Record<string, string>>;
  readonly slots: Readonly<Record<string, string>>;
}

const adamRules = { lr: number('lr'), betas: pair('beta1', 'beta2'), eps: number('eps'), weight_decay: number('weightDecay') };
const adamSlots = { exp_avg: 'm', exp_avg_sq: 'v' };

const translations: Readonly<Record<string, Translation>> = {
  adamw: { optimizer: 'adamw', rules: { ...adamRules, amsgrad: onlyOff }, scalars: {}, slots: adamSlots },
  nadamw: { optimizer: 'nadamw', rules: adamRules, scalars: {}, slots: adamSlots },
  sgd: {
    optimizer: 'sgd',
    rules: {
      lr: number('lr'),
      momentum: number('momentum'),
      dampening: number('dampening'),
      weight_decay: number('weightDecay'),
      nesterov: flag('nesterov'),
    },
    scalars: {},
    slots: { momentum_buffer: 'b' },
  },
  prodigy: {
    optimizer: 'prodigy',
    rules: {
      ...adamRules,
      beta3: (value) => ({ beta3: value === null ? 0 : asNumber(value) }),
      decouple: flag('decouple'),
      use_bias_correction: flag('useBiasCorrection'),
      safeguard_warmup: flag('safeguardWarmup'),
      d0: number('d0'),
      d_coef: number('dCoef'),
      growth_rate: (value) => ({ growthRate: value === 'Infinity' ? UNLIMITED_GROWTH : asNumber(value) }),
      slice_p: number('sliceP'),
    },
    scalars: { d: 'd', d_max: 'dMax', d_hat: 'dHat', d_numerator: 'N', d_denom: 'den', k: 'k' },
    slots: { ...adamSlots, s: 's' },
  },
};

const mechanicRules: Readonly<Record<string, Rule>> = {
  s_decay: number('sDecay'),
  betas: (value) => ({ betas: asNumbers(value).map(asNumber) }),
  s_init: number('sInit'),
  eps: number('mechanicEps'),
  store_delta: flag('storeDelta'),
};

/** Bases of Mechanic with the constructor defaults of PyTorch 1.13, which the files do not repeat. */
const mechanicBases: Readonly<Record<string, { readonly optimizer: string; readonly base: string; readonly defaults: Arguments }>> = {
  AdamW: { optimizer: 'mechanicAdamw', base: 'adamw', defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.01 } },
  SGD: { optimizer: 'mechanicSgd', base: 'sgd', defaults: { momentum: 0, dampening: 0, weight_decay: 0, nesterov: false } },
};

/** Whether configurations of this recorded optimizer can be replayed. */
export function isImplemented(goldenOptimizer: string): boolean {
  return goldenOptimizer === 'mechanic' || goldenOptimizer in translations;
}

/** Translates a recorded configuration; `args` are what differs from `defaults`. Throws an error that names an argument it does not know. */
export function translate(goldenOptimizer: string, defaults: Arguments, args: Arguments): Translated {
  if (goldenOptimizer === 'mechanic') return translateMechanic(defaults, args);
  const translation = translations[goldenOptimizer];
  if (!translation) throw new Error(`Optimizer "${goldenOptimizer}" is not implemented.`);
  return {
    optimizer: translation.optimizer,
    hyper: { ...defaultsOf(translation.optimizer), ...apply(goldenOptimizer, translation.rules, { ...defaults, ...args }) },
    scalars: translation.scalars,
    slots: translation.slots,
  };
}

function translateMechanic(defaults: Arguments, { base: baseName, base_args, mechanic, ...unknown }: Arguments): Translated {
  const unknownName = Object.keys(unknown)[0];
  if (unknownName !== undefined) throw new Error(`mechanic: argument "${unknownName}" is not known.`);
  const found = mechanicBases[String(baseName)];
  const base = found && translations[found.base];
  if (!found || !base)
    throw new Error(`mechanic: base "${String(baseName)}" is not known; there are ${Object.keys(mechanicBases).join(', ')}.`);
  return {
    optimizer: found.optimizer,
    hyper: {
      ...defaultsOf(found.optimizer),
      ...apply(found.base, base.rules, { ...found.defaults, ...asArguments(base_args) }),
      ...apply('mechanic', mechanicRules, { ...defaults, ...asArguments(mechanic) }),
    },
    scalars: { s_sum: 'sSum', s: 's', r: 'r', m: 'm', v: 'v' },
    slots: { ...base.slots, delta: 'D' },
  };
}

function apply(optimizer: string, rules: Readonly<Record<string, Rule>>, args: Arguments): HyperValues {
  return Object.assign(
    {},
    ...Object.entries(args).map(([name, value]) => {
      const rule = rules[name];
      if (!rule) throw new Error(`${optimizer}: argument "${name}" is not known; there are ${Object.keys(rules).join(', ')}.`);
      try {
        return rule(value);
      } catch (error) {
        throw new Error(`${optimizer}: argument "${name}": ${error instanceof Error ? error.message : String(error)}.`);
      }
    }),
  );
}

function defaultsOf(id: string): HyperValues {
  const definition = optimizers.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`The registry has no optimizer "${id}".`);
  return defaultHyper(definition);
}

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`expected a number, got ${JSON.stringify(value)}`);
  return value;
}

function asNumbers(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${JSON.stringify(value)}`);
  return value;
}

function asArguments(value: unknown): Arguments {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
