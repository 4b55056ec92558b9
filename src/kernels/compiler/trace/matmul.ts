import type * as tfTypes from '../../tf.ts';
import { activate } from './elementwise.ts';
import { attrsOf, type LoweringTable } from './lowering.ts';

export const matmul: LoweringTable = {
  BatchMatMul: (call) => {
    const { transposeA, transposeB } = attrsOf<tfTypes.BatchMatMulAttrs>(call);
    return call.build.matmul(call.input('a'), call.input('b'), transposeA, transposeB);
  },
  _FusedMatMul: (call) => {
    const { transposeA, transposeB, activation, leakyreluAlpha } = attrsOf<tfTypes._FusedMatMulAttrs>(call);
    const bias = call.optional('bias');
    const product = call.build.matmul(call.input('a'), call.input('b'), transposeA, transposeB);
    const sum = bias === null ? product : call.build.binary('add', product, bias);
    return activate(call.build, activation, sum, call.optional('preluActivationWeights') ?? leakyreluAlpha ?? null);
  },
};
