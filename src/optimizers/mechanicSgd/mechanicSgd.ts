/** Mechanic around SGD with momentum; see ../mechanic/mechanic.ts for formulas, paper, implementation and deviations. */
import { mechanic } from '../mechanic/mechanic.ts';
import { sgd } from '../sgd/sgd.ts';

export const mechanicSgd = mechanic({
  id: 'mechanicSgd',
  label: 'Mechanic (SGD)',
  base: sgd,
  baseDefaults: { lr: 1, momentum: 0.9, weightDecay: 0 },
});
