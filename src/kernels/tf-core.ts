/**
 * TensorFlow.js without its own backends, layers and loaders: operations, their gradients and their chained forms. What a page bundles.
 */
// First: registering gradients reads flags that the core defines.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';

export * from '@tensorflow/tfjs-core';
