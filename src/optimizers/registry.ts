import { adam } from './adam/adam.ts';
import { adamcScheduleFreePlus } from './adamcScheduleFreePlus/adamcScheduleFreePlus.ts';
import { adamw } from './adamw/adamw.ts';
import { ckt } from './ckt/ckt.ts';
import { cocob } from './cocob/cocob.ts';
import { dadaptAdagrad } from './dadaptAdagrad/dadaptAdagrad.ts';
import { dadaptAdam } from './dadaptAdam/dadaptAdam.ts';
import { dadaptAdan } from './dadaptAdan/dadaptAdan.ts';
import { dadaptDualAveraging } from './dadaptDualAveraging/dadaptDualAveraging.ts';
import { dadaptLion } from './dadaptLion/dadaptLion.ts';
import { dadaptSgd } from './dadaptSgd/dadaptSgd.ts';
import type { OptimizerDefinition } from './definition.ts';
import { dog } from './dog/dog.ts';
import { kt } from './kt/kt.ts';
import { ldog } from './ldog/ldog.ts';
import { mechanicAdam } from './mechanicAdam/mechanicAdam.ts';
import { mechanicAdamw } from './mechanicAdamw/mechanicAdamw.ts';
import { mechanicNadam } from './mechanicNadam/mechanicNadam.ts';
import { mechanicNadamw } from './mechanicNadamw/mechanicNadamw.ts';
import { mechanicSgd } from './mechanicSgd/mechanicSgd.ts';
import { momo } from './momo/momo.ts';
import { momoAdam } from './momoAdam/momoAdam.ts';
import { nadam } from './nadam/nadam.ts';
import { nadamw } from './nadamw/nadamw.ts';
import { prodigy } from './prodigy/prodigy.ts';
import { scheduleFreeAdamw } from './scheduleFreeAdamw/scheduleFreeAdamw.ts';
import { scheduleFreeOverProdigy } from './scheduleFreeOverProdigy/scheduleFreeOverProdigy.ts';
import { scheduleFreeOverSgd } from './scheduleFreeOverSgd/scheduleFreeOverSgd.ts';
import { scheduleFreeRadam } from './scheduleFreeRadam/scheduleFreeRadam.ts';
import { scheduleFreeSgd } from './scheduleFreeSgd/scheduleFreeSgd.ts';
import { sgd } from './sgd/sgd.ts';

/**
 * Every optimizer, in the order of the page's menu: learning-rate-free methods first, kin beside kin, baselines last. A new one is a folder
 * and a line here.
 */
export const optimizers: readonly OptimizerDefinition[] = [
  // D-Adaptation and Prodigy
  prodigy,
  dadaptAdam,
  dadaptSgd,
  dadaptAdagrad,
  dadaptLion,
  dadaptAdan,
  dadaptDualAveraging,
  // Mechanic
  mechanicAdamw,
  mechanicNadamw,
  mechanicAdam,
  mechanicNadam,
  mechanicSgd,
  // Distance over gradients
  dog,
  ldog,
  // Polyak step sizes
  momo,
  momoAdam,
  // Coin betting
  cocob,
  kt,
  ckt,
  // Schedule-Free
  scheduleFreeAdamw,
  scheduleFreeRadam,
  scheduleFreeSgd,
  scheduleFreeOverProdigy,
  scheduleFreeOverSgd,
  adamcScheduleFreePlus,
  // Baselines
  adamw,
  nadamw,
  adam,
  nadam,
  sgd,
];
