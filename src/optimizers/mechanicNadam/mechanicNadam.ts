/** Mechanic around NAdam; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */
import { mechanic } from '../mechanic/mechanic.ts';
import { nadam } from '../nadam/nadam.ts';

export const mechanicNadam = mechanic({
  id: 'mechanicNadam',
  label: 'Mechanic (NAdam)',
  base: nadam,
  baseDefaults: { lr: 1, weightDecay: 0 },
});
