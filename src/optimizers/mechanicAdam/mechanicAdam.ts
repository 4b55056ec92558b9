/** Mechanic around Adam; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */

import { adam } from '../adam/adam.ts';
import { mechanic } from '../mechanic/mechanic.ts';

export const mechanicAdam = mechanic({
  id: 'mechanicAdam',
  label: 'Mechanic (Adam)',
  base: adam,
  baseDefaults: { lr: 1, weightDecay: 0 },
});
