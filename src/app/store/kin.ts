import { KIN, type Kin, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizerDefinitions } from './definitions.ts';

export interface KinGroup {
  readonly kin: Kin;
  readonly title: string;
  readonly methods: readonly OptimizerDefinition[];
}

/** Every method under the idea it shares, in the order of `KIN`; within a group in the order of the registry. Empty groups are left out. */
export function methodsByKin(definitions: readonly OptimizerDefinition[] = optimizerDefinitions): readonly KinGroup[] {
  return (Object.keys(KIN) as Kin[])
    .map((kin) => ({ kin, title: KIN[kin], methods: definitions.filter((definition) => definition.kin === kin) }))
    .filter(({ methods }) => methods.length > 0);
}
