import { COUNTER_UNIFORM, type CounterUniformAttrs } from '../../counter-uniform.ts';
import { sizeOf } from '../index-map.ts';
import { attrsOf, type LoweringTable } from './lowering.ts';

export const random: LoweringTable = {
  [COUNTER_UNIFORM]: (call) => {
    const { layer, shape } = attrsOf<CounterUniformAttrs>(call);
    const seeds = call.input('seeds');
    const step = call.input('step');
    if (sizeOf(seeds.shape) !== 1) throw new Error(`a traced program is one run's and has one seed, not ${sizeOf(seeds.shape)}`);
    const { flat } = call.build;
    return { id: flat.uniform(seeds.id, step.id, layer | 0, flat.iota(sizeOf(shape))), shape: [...seeds.shape, ...shape] };
  },
};
