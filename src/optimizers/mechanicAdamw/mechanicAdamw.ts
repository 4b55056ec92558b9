/** Mechanic around AdamW; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */
import { adamw } from '../adamw/adamw.ts';
import { mechanic } from '../mechanic/mechanic.ts';

export const mechanicAdamw = mechanic({
  id: 'mechanicAdamw',
  label: 'Mechanic (AdamW)',
  base: adamw,
  baseDefaults: { lr: 1, weightDecay: 0 },
});
