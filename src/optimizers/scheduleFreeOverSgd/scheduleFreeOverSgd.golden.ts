import { wrapperGolden } from '../scheduleFree/wrapper-golden.ts';
import { golden as sgd } from '../sgd/sgd.golden.ts';

export const golden = wrapperGolden('SGD', sgd, { momentum: 0, dampening: 0, weight_decay: 0, nesterov: false }, { k: 'k' });
