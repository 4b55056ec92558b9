import type * as tfTypes from '../../tf.ts';
import { attrsOf, type LoweringTable } from './lowering.ts';

/** TensorFlow.js's own, where none is given. */
const DEFAULT_EPSILON = 0.001;

export const normalization: LoweringTable = {
  /** (x - mean) * scale / sqrt(variance + epsilon) + offset; statistics broadcast. */
  FusedBatchNorm: (call) => {
    const { build } = call;
    const { varianceEpsilon } = attrsOf<Partial<tfTypes.FusedBatchNormAttrs>>(call);
    const deviation = build.unary('sqrt', build.binary('add', call.input('variance'), varianceEpsilon ?? DEFAULT_EPSILON));
    const factor = build.binary('div', call.optional('scale') ?? 1, deviation);
    const scaled = build.binary('mul', build.binary('sub', call.input('x'), call.input('mean')), factor);
    const offset = call.optional('offset');
    return offset === null ? scaled : build.binary('add', scaled, offset);
  },
};
