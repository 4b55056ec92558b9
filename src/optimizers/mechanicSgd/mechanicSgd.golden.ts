import { mechanicGolden } from '../mechanic/mechanic-golden.ts';
import { golden as sgd } from '../sgd/sgd.golden.ts';

export const golden = mechanicGolden('SGD', sgd, { momentum: 0, dampening: 0, weight_decay: 0, nesterov: false });
