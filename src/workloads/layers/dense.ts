import type { Tensor } from '../../kernels/tf.ts';
import { type Layer, leadOf, type Parameters, type Pass } from './pass.ts';

export interface DenseOptions {
  /** Variance of an output over that of the inputs: 2 before a ReLU (He et al., 2015, eq. 10), 1 elsewhere; 0 starts the layer at zero. */
  readonly gain?: number;
  readonly hasBias?: boolean;
}

/** (lead * B, ..., inputs) -> (R * B, ..., outputs), rank 2 to 4. Bias starts at 0. */
export function dense(parameters: Parameters, name: string, inputs: number, outputs: number, options: DenseOptions = {}): Layer {
  const { gain = 1, hasBias = true } = options;
  const weights = parameters.normal(`${name}.W`, [inputs, outputs], Math.sqrt(gain / inputs));
  const bias = hasBias ? parameters.constant(`${name}.b`, [outputs], 0) : null;
  return (pass, h) => {
    const product = multiply(pass, h, weights(pass));
    return bias === null ? product : addPerRun(pass, product, bias(pass));
  };
}

/** h (lead * B, ..., inputs) times W (R, inputs, outputs): (R * B, ..., outputs). */
export function multiply(pass: Pass, h: Tensor, W: Tensor): Tensor {
  const lead = leadOf(pass, h);
  const inputs = h.shape.at(-1) as number;
  const product = h.reshape([lead, -1, inputs]).matMul(W); // (R, B * ..., outputs)
  return product.reshape([pass.runs * pass.batch, ...h.shape.slice(1, -1), W.shape[2] as number]);
}

/** h (R * B, ..., n) plus b (R, n), each run its own. */
export function addPerRun({ runs }: Pass, h: Tensor, b: Tensor): Tensor {
  const n = h.shape.at(-1) as number;
  return h
    .reshape([runs, -1, n])
    .add(b.reshape([runs, 1, n]))
    .reshape(h.shape);
}

/** h (R * B, ..., n) times g (R, n), each run its own. */
export function scalePerRun({ runs }: Pass, h: Tensor, g: Tensor): Tensor {
  const n = h.shape.at(-1) as number;
  return h
    .reshape([runs, -1, n])
    .mul(g.reshape([runs, 1, n]))
    .reshape(h.shape);
}
