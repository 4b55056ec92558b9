import { wrapperCases } from '../scheduleFree/wrapper-faults.ts';
import { sgdProgram } from '../sgd/sgd.ts';

export const cases = wrapperCases('scheduleFreeOverSgd', { program: sgdProgram }, { lr: 0.4 }, [
  { label: 'dampened momentum, decay at z', hyper: { momentum: 0.7, dampening: 0.4, weightDecay: 0.3 } },
  { label: 'Nesterov', hyper: { momentum: 0.7, nesterov: true, weightDecayAtY: 0.2 } },
  { label: 'decoupled decay', hyper: { momentum: 0.7, weightDecay: 0.3, decouple: true } },
]);
