/** Mechanic around Adam; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */
import { mechanic } from '../mechanic/mechanic.ts';
import { adam } from '../adam/adam.ts';

export const mechanicAdam = mechanic({
  id: 'mechanicAdam',
  label: 'Mechanic (Adam)',
  base: adam,
  baseDefaults: { lr: 1, weightDecay: 0 },
});
