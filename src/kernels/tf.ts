/** The one place that names TensorFlow.js, so that everything runs on one copy of it. */
export * from '@tensorflow/tfjs';
