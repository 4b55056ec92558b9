/** Mechanic around NAdamW; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */
import { mechanic } from '../mechanic/mechanic.ts';
import { nadamw } from '../nadamw/nadamw.ts';

export const mechanicNadamw = mechanic({
  id: 'mechanicNadamw',
  label: 'Mechanic (NAdamW)',
  base: nadamw,
  baseDefaults: { lr: 1, weightDecay: 0 },
});
