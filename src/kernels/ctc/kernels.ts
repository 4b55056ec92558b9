import { registerCustomKernel } from '../compiler/custom-kernels.ts';
import { interpretForward, interpretGradient } from './interpret.ts';
import { emitForward } from './wasm-forward.ts';
import { emitGradient } from './wasm-gradient.ts';
import { wgslForward, wgslGradient } from './wgsl.ts';

/**
 * The forward and backward passes of connectionist temporal classification (Graves et al., 2006, section 4.1), in logarithms, every frame
 * scaled so that its largest variable is log 1: that keeps float32 as exact at the end of a long utterance as at its beginning. The states
 * of an utterance are its labels with a blank before, between and after them. Attributes are a `CtcShape`.
 *
 * Forward: operands log-probabilities (N, T, C), frames (N) int32, labels (N, L) int32, negative beyond the last one; result
 * (N, 1 + T * S): the loss of each utterance, then the scaled logarithms of its forward variables alpha, of the last frame where there are
 * no more.
 *
 * Gradient: operands as above and the result of the forward pass; result (N, T, C), derivatives of each loss with respect to its own
 * log-probabilities: minus the probability that the path is in a class at a frame, given the labels.
 */
export const CTC_FORWARD = 'ctcForward';
export const CTC_GRADIENT = 'ctcGradient';

registerCustomKernel({ name: CTC_FORWARD, interpret: interpretForward, wasm: { emit: emitForward }, wgsl: wgslForward });
registerCustomKernel({ name: CTC_GRADIENT, interpret: interpretGradient, wasm: { emit: emitGradient }, wgsl: wgslGradient });
