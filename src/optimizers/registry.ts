import { adamw } from './adamw/adamw.ts';
import type { OptimizerDefinition } from './definition.ts';
import { dog } from './dog/dog.ts';
import { ldog } from './ldog/ldog.ts';
import { mechanicAdamw } from './mechanicAdamw/mechanicAdamw.ts';
import { mechanicSgd } from './mechanicSgd/mechanicSgd.ts';
import { nadamw } from './nadamw/nadamw.ts';
import { prodigy } from './prodigy/prodigy.ts';
import { sgd } from './sgd/sgd.ts';

/** Every optimizer, in the order of the page's menu. A new one is a folder and a line here. */
export const optimizers: readonly OptimizerDefinition[] = [prodigy, mechanicAdamw, mechanicSgd, dog, ldog, adamw, nadamw, sgd];
