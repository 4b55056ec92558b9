/** All of TensorFlow.js, as Node loads it. */
export * from '@tensorflow/tfjs';
