import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { buildNetwork } from '../../engine/testing/networks/networks.ts';
import * as tf from '../../kernels/tf.ts';
import { ADAM, epochBatches, gatherBatch, initialParameters, learningRates, type Trainer, type TrainingCase } from '../trainer.ts';
import { stockNetwork } from './stock-networks.ts';

/**
 * Training in TensorFlow.js as it comes, with `tf.train.adam` and variables, one model after the other. Batches are kept on the device.
 * None of Freestep's replacement kernels may be installed where this runs.
 * @param wasmFolder where TensorFlow.js's `.wasm` files are, with a trailing slash
 */
export async function openStockTrainer(
  { network: spec, runs }: TrainingCase,
  backend: 'webgpu' | 'wasm',
  wasmFolder: string,
): Promise<Trainer> {
  if (backend === 'wasm' && tf.findBackend('wasm') === null) setWasmPaths(wasmFolder);
  const isSet = await tf.setBackend(backend);
  if (!isSet || tf.getBackend() !== backend) throw new Error(`TensorFlow.js did not start its ${backend} backend`);
  const network = buildNetwork(spec);
  const { loss, parameterShape, inputShape, labelShape } = stockNetwork(spec.sizes, backend === 'wasm');
  const starts = initialParameters(network);
  const models = learningRates(runs).map((lr) => ({
    variables: starts.map((values, i) => tf.variable(tf.tensor(values, parameterShape(i, network.model.parameters[i]?.shape ?? [])))),
    optimizer: tf.train.adam(lr, ADAM.beta1, ADAM.beta2, ADAM.eps),
  }));
  const batches = epochBatches(network).map((rows) => {
    const { x, y } = gatherBatch(network, rows);
    return {
      x: tf.tensor(x?.values as Float32Array, inputShape(spec.batch)),
      y: tf.tensor(y?.values as Float32Array, labelShape(spec.batch)),
    };
  });
  let last: readonly tf.Scalar[] = [];
  let t = 0;
  return {
    place: `TensorFlow.js ${backend}`,
    facts: null,
    async advance(count) {
      const start = performance.now();
      for (let i = 0; i < count; i++, t++) {
        const { x, y } = batches[t % batches.length] as (typeof batches)[number];
        tf.dispose([...last]);
        last = models.map(
          ({ variables, optimizer }) => optimizer.minimize(() => loss(variables, x, y), true, variables as tf.Variable[]) as tf.Scalar,
        );
      }
      const host = performance.now() - start;
      // Commands run in order, so a value of the last update, not only of its loss, means that everything is done.
      await models.at(-1)?.variables.at(-1)?.data();
      return host;
    },
    async losses() {
      return Promise.all(last.map(async (scalar) => (await scalar.data())[0] as number));
    },
    dispose() {
      for (const { variables, optimizer } of models) {
        tf.dispose(variables);
        optimizer.dispose();
      }
      for (const { x, y } of batches) tf.dispose([x, y]);
      tf.dispose([...last]);
    },
  };
}
