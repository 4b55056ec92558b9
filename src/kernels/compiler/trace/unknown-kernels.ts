/**
 * Kernels of TensorFlow.js without a lowering. The engine refuses kernels that a backend does not list before the backend sees them;
 * listed here, they fail with their operands' shapes and their place in the workload.
 */
export const UNKNOWN_KERNELS: readonly string[] = (
  'Acos Acosh Asin Asinh Atan Atan2 Atanh AvgPool3D AvgPool3DGrad BatchToSpaceND Bincount BitwiseAnd BroadcastTo Complex ComplexAbs Conv3D ' +
  'Conv3DBackpropFilterV2 Conv3DBackpropInputV2 CropAndResize Cumprod DenseBincount Diag Dilation2D Dilation2DBackpropFilter ' +
  'Dilation2DBackpropInput Einsum FFT FlipLeftRight GatherNd IFFT Imag LRN LRNGrad LowerBound MaxPool3D MaxPool3DGrad ' +
  'MaxPoolWithArgmax Multinomial NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 RaggedGather RaggedRange ' +
  'RaggedTensorToTensor Real RotateWithOffset ScatterNd SearchSorted SpaceToBatchND SparseFillEmptyRows SparseReshape ' +
  'SparseSegmentMean SparseSegmentSum SparseToDense StaticRegexReplace StringNGrams StringSplit StringToHashBucketFast ' +
  'TensorScatterUpdate TopK Transform Unique UpperBound'
).split(' ');
