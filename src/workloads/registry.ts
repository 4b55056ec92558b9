import { charLm } from './charLm/charLm.ts';
import { clicks } from './clicks/clicks.ts';
import type { WorkloadDefinition } from './definition.ts';
import { digits } from './digits/digits.ts';
import { fashionResnet } from './fashionResnet/fashionResnet.ts';
import { fashionVit } from './fashionVit/fashionVit.ts';
import { logistic } from './logistic/logistic.ts';
import { molecules } from './molecules/molecules.ts';
import { mri } from './mri/mri.ts';
import { speechConformer } from './speechConformer/speechConformer.ts';
import { speechDeepSpeech } from './speechDeepSpeech/speechDeepSpeech.ts';
import { translate } from './translate/translate.ts';

/** Every workload, in the order in which the page offers them. */
export const workloads: readonly WorkloadDefinition[] = [
  digits,
  logistic,
  clicks,
  mri,
  fashionResnet,
  fashionVit,
  speechConformer,
  speechDeepSpeech,
  molecules,
  translate,
  charLm,
];

export function findWorkload(id: string): WorkloadDefinition | undefined {
  return workloads.find((workload) => workload.id === id);
}
