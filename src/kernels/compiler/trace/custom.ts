import { CUSTOM_OP, type CustomOpAttrs } from '../custom-op.ts';
import { sizeOf } from '../index-map.ts';
import { attrsOf, type LoweringTable } from './lowering.ts';

export const custom: LoweringTable = {
  [CUSTOM_OP]: (call) => {
    const { kernel, shape, attrs } = attrsOf<CustomOpAttrs>(call);
    const operands = call.list.map((operand) => (call.build.dtype(operand) === 'bool' ? call.build.cast(operand, 'float32') : operand));
    const ids = operands.map(({ id }) => id);
    return { id: call.build.flat.custom(kernel, ids, sizeOf(shape), attrs), shape };
  },
};
