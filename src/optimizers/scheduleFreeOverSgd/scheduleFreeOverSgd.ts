/** Schedule-Free around SGD with momentum; see ../scheduleFree/wrapper.ts for formulas, paper, implementation and deviations. */
import { riseFindings, scheduleFindings } from '../scheduleFree/diagnose.ts';
import { scheduleFreeOver } from '../scheduleFree/wrapper-definition.ts';
import { sgd } from '../sgd/sgd.ts';

export const scheduleFreeOverSgd = scheduleFreeOver({
  id: 'scheduleFreeOverSgd',
  label: 'Schedule-Free (SGD)',
  base: sgd,
  baseDefaults: { momentum: 0 },
  deviations: [],
  presets: [],
  diagnose: (input) => [
    ...riseFindings(input, "A smaller learning rate, or a warmup in the race's schedule, would help."),
    ...scheduleFindings(input),
  ],
});
