import type { HyperValues } from '../../kernels/step-program.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import type { Arguments, GoldenTranslation } from '../../optimizers/golden.ts';
import { optimizers } from '../../optimizers/registry.ts';

/** What a recorded configuration is here: an optimizer of the registry and its complete hyperparameters. */
export interface Translated extends Pick<GoldenTranslation, 'scalars' | 'slots'> {
  readonly optimizer: string;
  readonly hyper: HyperValues;
}

const modules = import.meta.glob<{ readonly golden: GoldenTranslation }>('../../optimizers/*/*.golden.ts', { eager: true });

/** Translations of every optimizer of the registry that has recorded runs. */
const translations = optimizers.flatMap((definition) => {
  const module = modules[`../../optimizers/${definition.id}/${definition.id}.golden.ts`];
  return module ? [{ definition, golden: module.golden }] : [];
});

/** Whether configurations of this recorded optimizer can be replayed. */
export function isImplemented(goldenOptimizer: string): boolean {
  return translations.some(({ golden }) => golden.source === goldenOptimizer);
}

/** Translates a recorded configuration; `args` are what differs from `defaults`. Throws an error that names an argument it does not know. */
export function translate(goldenOptimizer: string, defaults: Arguments, args: Arguments): Translated {
  const found = translations.find(({ golden }) => golden.source === goldenOptimizer && (golden.accepts?.(args) ?? true));
  if (!found) throw new Error(`${goldenOptimizer}: no optimizer here makes the steps of ${JSON.stringify(args)}.`);
  const { definition, golden } = found;
  return {
    optimizer: definition.id,
    hyper: { ...defaultHyper(definition), ...golden.hyper(defaults, args) },
    scalars: golden.scalars,
    slots: golden.slots,
  };
}
