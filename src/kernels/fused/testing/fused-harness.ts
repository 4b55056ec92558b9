import { requestDevice } from '../../gpu-device.ts';
import type { RunnerSpec } from '../../optimizer-runner.ts';
import { FusedRunner, type FusedRunnerOptions } from '../fused-runner.ts';

/** The tests' device. Its uncaptured errors make every later `step` throw: a validation error throws nothing by itself. */
export async function testDevice(): Promise<{ readonly device: GPUDevice; readonly errors: readonly string[] }> {
  const result = await requestDevice();
  if (!result.ok) throw new Error(result.message);
  const errors: string[] = [];
  result.device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  return { device: result.device, errors };
}

/** A FusedRunner fed from host arrays. */
export class HostFedRunner {
  readonly runner: FusedRunner;
  readonly #device: GPUDevice;
  readonly #grads: GPUBuffer;
  readonly #objective: GPUBuffer;
  readonly #loss: GPUBuffer;

  static async create(device: GPUDevice, spec: RunnerSpec, options: FusedRunnerOptions = { observeEvery: 1 }): Promise<HostFedRunner> {
    return new HostFedRunner(device, spec, await FusedRunner.create(device, spec, options));
  }

  private constructor(device: GPUDevice, spec: RunnerSpec, runner: FusedRunner) {
    this.#device = device;
    this.runner = runner;
    const create = (label: string, values: number) =>
      device.createBuffer({ label, size: values * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    this.#grads = create('gradients', spec.rows.length * spec.layout.n);
    this.#objective = create('objective', spec.rows.length);
    this.#loss = create('loss', spec.rows.length);
  }

  /** grads (R, n), objective (R), loss (R): rounded to float32. */
  step(grads: ArrayLike<number>, objective: ArrayLike<number>, loss: ArrayLike<number> = objective): void {
    const { queue } = this.#device;
    queue.writeBuffer(this.#grads, 0, Float32Array.from(grads));
    queue.writeBuffer(this.#objective, 0, Float32Array.from(objective));
    queue.writeBuffer(this.#loss, 0, Float32Array.from(loss));
    this.runner.step({ grads: this.#grads, objective: this.#objective, loss: this.#loss });
  }

  dispose(): void {
    this.runner.dispose();
    for (const buffer of [this.#grads, this.#objective, this.#loss]) buffer.destroy();
  }
}
