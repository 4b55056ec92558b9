import { golden as adamw } from '../adamw/adamw.golden.ts';
import { mechanicGolden } from '../mechanic/mechanic-golden.ts';

export const golden = mechanicGolden('AdamW', adamw, { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.01 });
