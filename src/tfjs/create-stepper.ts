import { StepRunner } from '../kernels/fused/step-runner.ts';
import type { TensorSpec } from '../kernels/layout.ts';
import type { OpenRow } from '../kernels/optimizer-runner.ts';
import * as tf from '../kernels/tf.ts';
import { webGpuBackend } from '../kernels/webgpu-backend.ts';
import { fusedLayout, fusedStepper } from './fused-stepper.ts';
import { operationsStepper } from './operations-stepper.ts';
import type { VariableStepper } from './variable-stepper.ts';

/** Fused kernels on the WebGPU backend, operations on every other; where WebGPU cannot have fused kernels, a warning says why. */
export function createStepper(row: OpenRow, specs: readonly TensorSpec[], variables: readonly tf.Tensor[]): VariableStepper {
  if (tf.getBackend() !== 'webgpu') return operationsStepper(row, specs, variables);
  const backend = webGpuBackend(tf.backend());
  if (!backend) return slowly('this version of the WebGPU backend does not give access to its buffers');
  const obstacle = StepRunner.obstacle(backend.device, row, fusedLayout(specs));
  return obstacle === null ? fusedStepper(backend, row, specs, variables) : slowly(obstacle);

  function slowly(why: string): VariableStepper {
    console.warn(`${row.program.id} makes its steps of TensorFlow.js operations, which is slower than fused kernels: ${why}.`);
    return operationsStepper(row, specs, variables);
  }
}
