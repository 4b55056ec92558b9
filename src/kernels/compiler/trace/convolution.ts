import type * as tfTypes from '../../tf.ts';
import { activate } from './elementwise.ts';
import { attrsOf, type KernelCall, type LoweringTable } from './lowering.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';
import { backwardSliding, convolutionInfo, forwardSliding, spreadByStride, windowView } from './windows.ts';

/** (N, H, W, C) * (fh, fw, C, O) -> (N, rows, columns, O): windows (N rows columns, fh fw C) times the filter as a matrix. */
function convolve(build: ShapedBuilder, x: Shaped, filter: Shaped, attrs: tfTypes.Conv2DAttrs): Shaped {
  const info = convolutionInfo(x.shape, filter.shape, attrs, false);
  const [fh, fw, C, O] = filter.shape as [number, number, number, number];
  const windows = windowView(build, x, ...forwardSliding(info), ['image', 'row', 'column', 'windowRow', 'windowColumn', 'channel'], 0);
  const count = info.batchSize * info.outHeight * info.outWidth;
  const product = build.matmul(build.reshape(windows, [count, fh * fw * C]), build.reshape(filter, [fh * fw * C, O]));
  return build.reshape(product, info.outShape);
}

function convolutionInputGradient(call: KernelCall): Shaped {
  const { build } = call;
  const [dy, filter] = [call.input('dy'), call.input('filter')];
  const attrs = attrsOf<tfTypes.Conv2DBackpropInputAttrs>(call);
  const info = convolutionInfo(attrs.inputShape, filter.shape, attrs, false);
  const [fh, fw, C, O] = filter.shape as [number, number, number, number];
  const windows = windowView(
    build,
    spreadByStride(build, dy, info, 0),
    ...backwardSliding(info),
    ['image', 'row', 'column', 'windowRow', 'windowColumn', 'channel'],
    0,
  );
  const count = info.batchSize * info.inHeight * info.inWidth;
  const matrix = build.reshape(build.transpose(filter, [0, 1, 3, 2]), [fh * fw * O, C]);
  return build.reshape(build.matmul(build.reshape(windows, [count, fh * fw * O]), matrix), attrs.inputShape);
}

function convolutionFilterGradient(call: KernelCall): Shaped {
  const { build } = call;
  const [x, dy] = [call.input('x'), call.input('dy')];
  const attrs = attrsOf<tfTypes.Conv2DBackpropFilterAttrs>(call);
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs, false);
  const [fh, fw, C, O] = attrs.filterShape;
  const windows = windowView(build, x, ...forwardSliding(info), ['windowRow', 'windowColumn', 'channel', 'image', 'row', 'column'], 0);
  const count = info.batchSize * info.outHeight * info.outWidth;
  return build.reshape(build.matmul(build.reshape(windows, [fh * fw * C, count]), build.reshape(dy, [count, O])), attrs.filterShape);
}

/** (N, H, W, C) * (fh, fw, C, M) -> (N, rows, columns, C M): channel c has M filters of its own. */
function convolveDepthwise(build: ShapedBuilder, x: Shaped, filter: Shaped, attrs: tfTypes.DepthwiseConv2dNativeAttrs): Shaped {
  const info = convolutionInfo(x.shape, filter.shape, attrs, true);
  const [fh, fw, C, M] = filter.shape as [number, number, number, number];
  const windows = windowView(build, x, ...forwardSliding(info), ['image', 'row', 'column', 'channel', 'windowRow', 'windowColumn'], 0);
  const count = info.batchSize * info.outHeight * info.outWidth;
  const terms = build.binary(
    'mul',
    build.reshape(windows, [count, C, 1, fh * fw]),
    build.reshape(build.transpose(filter, [2, 3, 0, 1]), [1, C, M, fh * fw]),
  );
  return build.reshape(build.reduce('sum', terms, 3), info.outShape);
}

function depthwiseInputGradient(call: KernelCall): Shaped {
  const { build } = call;
  const [dy, filter] = [call.input('dy'), call.input('filter')];
  const attrs = attrsOf<tfTypes.DepthwiseConv2dNativeBackpropInputAttrs>(call);
  const info = convolutionInfo(attrs.inputShape, filter.shape, attrs, true);
  const [fh, fw, C, M] = filter.shape as [number, number, number, number];
  const windows = windowView(
    build,
    spreadByStride(build, dy, info, 0),
    ...backwardSliding(info),
    ['image', 'row', 'column', 'channel', 'windowRow', 'windowColumn'],
    0,
  );
  const count = info.batchSize * info.inHeight * info.inWidth;
  const terms = build.binary(
    'mul',
    build.reshape(windows, [count, C, M, fh * fw]),
    build.reshape(build.transpose(filter, [2, 3, 0, 1]), [1, C, M, fh * fw]),
  );
  return build.reshape(build.reduce('sum', terms, [2, 3]), attrs.inputShape);
}

function depthwiseFilterGradient(call: KernelCall): Shaped {
  const { build } = call;
  const [x, dy] = [call.input('x'), call.input('dy')];
  const attrs = attrsOf<tfTypes.DepthwiseConv2dNativeBackpropFilterAttrs>(call);
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs, true);
  const [fh, fw, C, M] = attrs.filterShape;
  const windows = windowView(build, x, ...forwardSliding(info), ['windowRow', 'windowColumn', 'channel', 'image', 'row', 'column'], 0);
  const count = info.batchSize * info.outHeight * info.outWidth;
  const results = build.reshape(build.transpose(build.reshape(dy, [count, C, M]), [1, 2, 0]), [1, C, M, count]);
  const terms = build.binary('mul', build.reshape(windows, [fh * fw, C, 1, count]), results);
  return build.reshape(build.reduce('sum', terms, 3), attrs.filterShape);
}

/** Bias and activation of TensorFlow.js's fused kernels. */
function finish(call: KernelCall, y: Shaped): Shaped {
  const { activation, leakyreluAlpha } = attrsOf<tfTypes.FusedConv2DAttrs>(call);
  const bias = call.optional('bias');
  const sum = bias === null ? y : call.build.binary('add', y, bias);
  return activate(call.build, activation, sum, call.optional('preluActivationWeights') ?? leakyreluAlpha ?? null);
}

export const convolution: LoweringTable = {
  Conv2D: (call) => convolve(call.build, call.input('x'), call.input('filter'), attrsOf(call)),
  Conv2DBackpropFilter: convolutionFilterGradient,
  Conv2DBackpropInput: convolutionInputGradient,
  DepthwiseConv2dNative: (call) => convolveDepthwise(call.build, call.input('x'), call.input('filter'), attrsOf(call)),
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: depthwiseInputGradient,
  FusedConv2D: (call) => finish(call, convolve(call.build, call.input('x'), call.input('filter'), attrsOf(call))),
  FusedDepthwiseConv2D: (call) => finish(call, convolveDepthwise(call.build, call.input('x'), call.input('filter'), attrsOf(call))),
};
