import { StepRunner } from '../kernels/fused/step-runner.ts';
import { FUSED_ALIGN, type ParamLayout, planLayout, type TensorSpec } from '../kernels/layout.ts';
import type { OpenRow } from '../kernels/optimizer-runner.ts';
import type * as tf from '../kernels/tf.ts';
import { blankTensor, bufferOf, openEncoder, type WebGpuBackend } from '../kernels/webgpu-backend.ts';
import type { VariableStepper } from './variable-stepper.ts';

/** The layout in which fused kernels see variables. */
export function fusedLayout(specs: readonly TensorSpec[]): ParamLayout {
  return planLayout(specs, FUSED_ALIGN);
}

/**
 * Steps variables with fused kernels on the backend's own device. A variable keeps a buffer of its own, which the backend owns and reuses: the
 * gradients are copied into one vector before the kernels run, and the new parameters out of one behind them. Copies are no dispatches.
 */
export function fusedStepper(
  backend: WebGpuBackend,
  row: OpenRow,
  specs: readonly TensorSpec[],
  variables: readonly tf.Tensor[],
): VariableStepper {
  const layout = fusedLayout(specs);
  const runner = new StepRunner(backend.device, row, layout);

  function encode(record: (encoder: GPUCommandEncoder) => void): void {
    record(openEncoder(backend));
    backend.submitQueue();
  }

  /** Copies the tensors at the given indices into a vector. */
  function gather(vector: GPUBuffer, tensors: readonly tf.Tensor[], indices: readonly number[]): void {
    // First: putting a tensor on the GPU may take the encoder.
    const buffers = indices.map((index) => bufferOf(backend, tensors[index] as tf.Tensor));
    const encoder = openEncoder(backend);
    indices.forEach((index, at) => {
      const { offset, size } = placement(index);
      encoder.copyBufferToBuffer(buffers[at] as GPUBuffer, 0, vector, offset * 4, size * 4);
    });
  }

  /** New tensors with copies of the parts of a vector. */
  function scatter(vector: GPUBuffer): readonly tf.Tensor[] {
    return layout.tensors.map(({ shape, offset, size }) => {
      const tensor = blankTensor(backend, shape);
      const buffer = bufferOf(backend, tensor);
      openEncoder(backend).copyBufferToBuffer(vector, offset * 4, buffer, 0, size * 4);
      return tensor;
    });
  }

  function placement(index: number): ParamLayout['tensors'][number] {
    const tensor = layout.tensors[index];
    if (!tensor) throw new Error(`There is no variable ${index}: there are ${layout.tensors.length}.`);
    return tensor;
  }

  const all = layout.tensors.map((_, index) => index);
  gather(runner.params, variables, all);
  encode((encoder) => runner.encodeStart(encoder));

  return {
    path: 'fused',
    layout,
    verdict: runner.verdict,
    load(values, changed) {
      gather(runner.params, values, changed);
      backend.submitQueue();
    },
    step(gradients, loss, rates) {
      gather(runner.grads, gradients, all);
      if (loss) {
        const objective = bufferOf(backend, loss);
        openEncoder(backend).copyBufferToBuffer(objective, 0, runner.objective, 0, 4);
      }
      runner.encodeStep(openEncoder(backend), rates);
      const next = scatter(runner.params);
      backend.submitQueue();
      return next;
    },
    params() {
      const params = scatter(runner.params);
      backend.submitQueue();
      return params;
    },
    evalPoint() {
      runner.encodeEvalPoint(openEncoder(backend));
      const point = scatter(runner.evalParams);
      backend.submitQueue();
      return point;
    },
    status: () => runner.status(),
    state: () => runner.state(),
    restore: (state) => runner.restore(state),
    dispose: () => runner.dispose(),
  };
}
