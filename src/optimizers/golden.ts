import type { HyperValue, HyperValues } from '../kernels/step-program.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** How one argument of a package is written in our names. Throws an error that says what is wrong with the value. */
export type ArgumentRule = (value: unknown) => HyperValues;

/** A recorded scalar that is a function of ours. */
export type DerivedScalar = (ours: Readonly<Record<string, readonly number[]>>, hyper: HyperValues) => readonly number[];

/** A recorded buffer that is a function of our state after the step. Vectors are packed. */
export type DerivedBuffer = (
  ours: {
    readonly params: ArrayLike<number>;
    readonly slots: Readonly<Record<string, ArrayLike<number>>>;
    readonly scalars: Readonly<Record<string, readonly number[]>>;
  },
  hyper: HyperValues,
) => ArrayLike<number>;

/**
 * How recorded runs of an author's package are written in our names; `<id>.golden.ts` beside the definition exports one as `golden`.
 * What the recorded arguments do not name keeps the definition's default.
 */
export interface GoldenTranslation {
  /** Id of the optimizer in the recorded files, e.g. 'dadapt_adam'. */
  readonly source: string;
  /** Whether a recorded configuration is this optimizer's, where files of one source belong to several of ours. */
  readonly accepts?: (args: Arguments) => boolean;
  /** Complete recorded arguments (`defaults` overlaid with `args`) to hyperparameters. Usually `byRules`. */
  hyper(defaults: Arguments, args: Arguments): HyperValues;
  /** Recorded scalar -> ours; the program's own counter is called 'k'. */
  readonly scalars: Readonly<Record<string, string | DerivedScalar>>;
  /** Recorded buffer of `final_state`, and the base iterate `z` -> our slot. */
  readonly slots: Readonly<Record<string, string | DerivedBuffer>>;
}

/** Translates arguments one by one. Throws an error that names an argument without a rule or with an unusable value. */
export function byRules(source: string, rules: Readonly<Record<string, ArgumentRule>>, args: Arguments): HyperValues {
  return Object.assign(
    {},
    ...Object.entries(args).map(([name, value]) => {
      const rule = rules[name];
      if (!rule) throw new Error(`${source}: argument "${name}" is not known; there are ${Object.keys(rules).join(', ')}.`);
      try {
        return rule(value);
      } catch (error) {
        throw new Error(`${source}: argument "${name}": ${error instanceof Error ? error.message : String(error)}.`);
      }
    }),
  );
}

/** A translation in which every recorded argument has a rule of its own. */
export function goldenRules(
  translation: Omit<GoldenTranslation, 'hyper'> & { readonly rules: Readonly<Record<string, ArgumentRule>> },
): GoldenTranslation {
  const { rules, ...rest } = translation;
  return { ...rest, hyper: (defaults, args) => byRules(rest.source, rules, { ...defaults, ...args }) };
}

export const number =
  (name: string): ArgumentRule =>
  (value) => ({ [name]: asNumber(value) });

export const flag =
  (name: string): ArgumentRule =>
  (value) => ({ [name]: Boolean(value) });

/** A list of numbers under one name. */
export const list =
  (name: string): ArgumentRule =>
  (value) => ({ [name]: asNumbers(value) });

/** A tuple of numbers, one name each. */
export const tuple =
  (...names: readonly string[]): ArgumentRule =>
  (value) => {
    const values = asNumbers(value);
    return Object.fromEntries(names.map((name, index) => [name, asNumber(values[index])]));
  };

/** A number for which the recorded files write null or "Infinity" where the package has none. */
export const numberOr =
  (name: string, absent: HyperValue): ArgumentRule =>
  (value) => ({ [name]: value === null || value === 'Infinity' ? absent : asNumber(value) });

/** An option that we leave out, accepted only where it is off. */
export const onlyOff: ArgumentRule = (value) => {
  if (value !== false) throw new Error(`${JSON.stringify(value)} is not supported, only false`);
  return {};
};

/** What most Adam-like packages take, and what they call their buffers. */
export const adamRules = { lr: number('lr'), betas: tuple('beta1', 'beta2'), eps: number('eps'), weight_decay: number('weightDecay') };
export const adamSlots = { exp_avg: 'm', exp_avg_sq: 'v' };

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`expected a number, got ${JSON.stringify(value)}`);
  return value;
}

function asNumbers(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${JSON.stringify(value)}`);
  return value.map(asNumber);
}

/** Arguments nested in others, such as `base_args`; none where there are none. */
export function asArguments(value: unknown): Arguments {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
