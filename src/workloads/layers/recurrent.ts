import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { everyRun, type Parameters, type Pass } from './pass.ts';

/**
 * A long short-term memory (Hochreiter and Schmidhuber, 1997; with forget gates) in both directions over time, without peepholes. Places
 * beyond an utterance's end leave the state at zero, so that the way back begins at its own last frame.
 *
 * Weights of both directions lie behind one another; gates in the order input, forget, cell, output. Both directions are one product per
 * time step.
 *
 * @param width outputs per direction
 * @returns h (R * B, T, inputs) and which places are there, 1 or 0, (lead * B, T) -> (R * B, T, 2 * width), zero where nothing is
 */
export function bidirectionalLstm(
  parameters: Parameters,
  name: string,
  inputs: number,
  width: number,
): (pass: Pass, h: Tensor, isThere: Tensor) => Tensor {
  const fromInput = parameters.normal(`${name}.W`, [2 * inputs, 4 * width], inputs ** -0.5);
  const fromState = parameters.normal(`${name}.U`, [2 * width, 4 * width], width ** -0.5);
  const bias = parameters.constant(`${name}.b`, [2, 4 * width], 0);
  return (pass, h, isThere) => {
    const { runs } = pass;
    const [, T] = h.shape as [number, number, number];
    const W = fromInput(pass).reshape([2 * runs, inputs, 4 * width]);
    const U = fromState(pass).reshape([2 * runs, width, 4 * width]);
    const b = bias(pass).reshape([2 * runs, 1, 4 * width]);
    const places = bothWays(pass, everyRun(pass, isThere).expandDims(2)).unstack(1); // T of (2 R, B, 1)
    const seen = bothWays(pass, h); // (2 R, T, B, inputs)
    const sums = seen
      .reshape([2 * runs, -1, inputs])
      .matMul(W)
      .add(b)
      .reshape([2 * runs, T, -1, 4 * width])
      .unstack(1); // T of (2 R, B, 4 width)
    const outputs: Tensor[] = [];
    let cell: Tensor | null = null;
    let state: Tensor | null = null;
    for (let t = 0; t < T; t++) {
      const sum = sums[t] as Tensor;
      const gates: Tensor = state === null ? sum : sum.add(state.matMul(U));
      const [input, forget, candidate, output] = gates.split(4, -1) as [Tensor, Tensor, Tensor, Tensor];
      const fresh: Tensor = input.sigmoid().mul(candidate.tanh());
      const kept: Tensor = cell === null ? fresh : fresh.add(forget.sigmoid().mul(cell));
      cell = kept.mul(places[t] as Tensor);
      state = output.sigmoid().mul(cell.tanh());
      outputs.push(state);
    }
    return joined(pass, tf.stack(outputs, 1));
  };
}

/** (R * B, T, n) -> (2 R, T, B, n): each run's time steps forwards, then backwards. */
function bothWays({ runs, batch }: Pass, h: Tensor): Tensor {
  const [, T, n] = h.shape as [number, number, number];
  const forwards = h.reshape([runs, batch, T, n]).transpose([0, 2, 1, 3]);
  return forwards.concat(forwards.reverse(1), 1).reshape([2 * runs, T, batch, n]);
}

/** (2 R, T, B, n) -> (R * B, T, 2 n): both directions side by side, in the order of time. */
function joined({ runs, batch }: Pass, h: Tensor): Tensor {
  const [, T, , n] = h.shape as [number, number, number, number];
  const both = h.reshape([runs, 2 * T, batch, n]);
  const forwards = both.slice([0, 0, 0, 0], [runs, T, batch, n]);
  const backwards = both.slice([0, T, 0, 0], [runs, T, batch, n]).reverse(1);
  return forwards
    .concat(backwards, 3)
    .transpose([0, 2, 1, 3])
    .reshape([runs * batch, T, 2 * n]);
}
