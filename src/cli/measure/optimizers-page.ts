import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { FusedRunner, type StepBuffers } from '../../kernels/fused/fused-runner.ts';
import { stepTraffic } from '../../kernels/fused/step-traffic.ts';
import { type GrantedDevice, requestDevice } from '../../kernels/gpu-device.ts';
import { OpsRunner } from '../../kernels/ops-runner.ts';
import type { RunnerSpec } from '../../kernels/optimizer-runner.ts';
import * as tf from '../../kernels/tf.ts';
import '../headless/window.ts';
import { COPY_SHAPES, createCopies } from './copy-kernel.ts';
import { operationBytes } from './operation-bytes.ts';
import { defaultRow, plainGradients, plainRace } from './optimizer-race.ts';
import type { BandwidthTimes, Elapsed, HostTimes, OperationTimes } from './optimizer-report.ts';

declare global {
  interface Window {
    /** Processor time of the GPU process so far, or null where it cannot be told. */
    freestepProcessorMs(): Promise<number | null>;
    /** The adapter's name. */
    freestepAdapter(): Promise<string>;
    /** Times a fused step and copies of as many bytes in turn. */
    freestepOptimizerBandwidth(optimizer: string, n: number, runs: number, rounds: number): Promise<BandwidthTimes>;
    /** Times a fused step and the same step in TensorFlow.js operations in turn. */
    freestepOptimizerOperations(optimizer: string, n: number, rounds: number): Promise<OperationTimes>;
    /** Times the host's part of a fused step: `runs` runs each of several optimizers. */
    freestepOptimizerHost(optimizers: readonly string[], runs: number, rounds: number): Promise<HostTimes>;
  }
}

/** Bytes that a timed round moves at least, so that waiting for its end does not count. */
const ROUND_BYTES = 28e6;
const MOST_STEPS = 50;
const HOST_STEPS = 200;
const HOST_PARAMETERS = 5_000;

const granted = requestDevice();
async function opened(): Promise<GrantedDevice> {
  const result = await granted;
  if (!result.ok) throw new Error(result.message);
  return result;
}

/** Two gradients in turn, and an objective that is always finite. */
function createInputs(device: GPUDevice, spec: RunnerSpec) {
  const upload = (values: Float32Array<ArrayBuffer>): GPUBuffer => {
    const buffer = device.createBuffer({ size: Math.max(values.byteLength, 16), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  };
  const objective = upload(new Float32Array(spec.rows.length).fill(1));
  const grads = [upload(plainGradients(spec, 1)), upload(plainGradients(spec, -0.9))] as const;
  return {
    of: (step: number): StepBuffers => ({ grads: grads[step % 2 === 0 ? 0 : 1], objective, loss: objective }),
    dispose() {
      for (const buffer of [objective, ...grads]) buffer.destroy();
    },
  };
}

/** Milliseconds until the device has done everything that `submit` submits, with nothing else in its queue. */
async function drained(device: GPUDevice, submit: () => void): Promise<Elapsed> {
  await device.queue.onSubmittedWorkDone();
  const processorStart = await window.freestepProcessorMs();
  const start = performance.now();
  submit();
  await device.queue.onSubmittedWorkDone();
  const wallMs = performance.now() - start;
  const processorEnd = await window.freestepProcessorMs();
  return { wallMs, processorMs: processorStart === null || processorEnd === null ? null : processorEnd - processorStart };
}

function scaled({ wallMs, processorMs }: Elapsed, factor: number): Elapsed {
  return { wallMs: wallMs * factor, processorMs: processorMs === null ? null : processorMs * factor };
}

/** A stopped run costs next to nothing, so it must not be timed. */
async function assertTrained(optimizer: string, runner: FusedRunner): Promise<void> {
  const stopped = (await runner.status()).find(({ divergedAt }) => divergedAt !== null);
  if (stopped)
    throw new Error(`A timed run of ${optimizer} diverged at step ${stopped.divergedAt} (${stopped.cause}): its times say nothing.`);
}

window.freestepAdapter = async () => (await opened()).adapterName;

window.freestepOptimizerBandwidth = async (optimizer, n, runs, rounds) => {
  const { device } = await opened();
  const bytes = stepTraffic(defaultRow(optimizer, 1)).bytesPerParameter * n * runs;
  const steps = Math.min(MOST_STEPS, Math.max(1, Math.ceil(ROUND_BYTES / bytes)));
  const totalSteps = steps * (rounds + 1);
  const row = defaultRow(optimizer, totalSteps);
  const spec = plainRace(
    Array.from({ length: runs }, () => row),
    n,
    totalSteps,
  );
  const runner = await FusedRunner.create(device, spec, { observeEvery: totalSteps, sampleCapacity: totalSteps });
  const inputs = createInputs(device, spec);
  const copies = createCopies(device, bytes);
  const inOnePass = (record: (pass: GPUComputePassEncoder) => void) => () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const step: Elapsed[] = [];
  const copy = COPY_SHAPES.map((): Elapsed[] => []);
  // The first round also compiles and touches new memory; it is dropped.
  for (let round = 0; round <= rounds; round++) {
    const stepped = await drained(
      device,
      inOnePass((pass) => {
        for (let made = 0; made < steps; made++) runner.encodePass(pass, inputs.of(runner.steps));
      }),
    );
    if (round > 0) step.push(scaled(stepped, 1 / steps));
    for (const [shape, kernel] of copies.kernels.entries()) {
      const dispatches = Math.max(1, Math.round((steps * bytes) / kernel.bytes));
      const copied = await drained(
        device,
        inOnePass((pass) => {
          for (let dispatch = 0; dispatch < dispatches; dispatch++) kernel.encode(pass);
        }),
      );
      if (round > 0) copy[shape]?.push(scaled(copied, bytes / (dispatches * kernel.bytes)));
    }
  }
  await assertTrained(optimizer, runner);
  runner.dispose();
  copies.dispose();
  inputs.dispose();
  return { bytes, step, copy };
};

window.freestepOptimizerOperations = async (optimizer, n, rounds) => {
  const { device, adapterInfo } = await opened();
  if (tf.getBackend() !== 'webgpu') {
    // The package registers a backend that would open a device of its own.
    if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapterInfo));
    // Small tensors would otherwise be computed on the host, in the midst of the timed step.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js did not start its WebGPU backend.');
  }
  const backend = tf.backend() as WebGPUBackend;
  // One round to warm up, one for the count of bytes.
  const totalSteps = rounds + 2;
  const spec = plainRace([defaultRow(optimizer, totalSteps)], n, totalSteps);
  // Operations measure the displacement at every step, so the fused step does too.
  const fused = await FusedRunner.create(device, spec, { observeEvery: 1 });
  const inputs = createInputs(device, spec);
  const ops = new OpsRunner(spec);
  const objective = tf.ones([1]);
  const grads = ([1, -0.9] as const).map((scale) => tf.tensor2d(plainGradients(spec, scale), [1, spec.layout.n]));
  const opsStep = (step: number) => ops.step(grads[step % 2] as tf.Tensor, objective, objective);
  const counted = await operationBytes(() => opsStep(0));
  const fusedMs: number[] = [];
  const opsMs: number[] = [];
  for (let step = 1; step < totalSteps; step++) {
    const operations = await drained(device, () => {
      opsStep(step);
      backend.submitQueue();
    });
    const kernels = await drained(device, () => fused.step(inputs.of(fused.steps)));
    if (step === 1) continue;
    opsMs.push(operations.wallMs);
    fusedMs.push(kernels.wallMs);
  }
  await assertTrained(optimizer, fused);
  // One closes the step of the whole race.
  const dispatches = fused.dispatchesPerStep.plain - 1;
  fused.dispose();
  inputs.dispose();
  ops.dispose();
  tf.dispose([objective, ...grads]);
  return { fusedMs, opsMs, opsBytes: counted.bytes, opsKernels: counted.kernels, dispatches };
};

window.freestepOptimizerHost = async (names, runs, rounds) => {
  const { device } = await opened();
  const totalSteps = HOST_STEPS * (rounds + 1);
  const rows = names.flatMap((name) => {
    const row = defaultRow(name, totalSteps);
    return Array.from({ length: runs }, () => row);
  });
  const spec = plainRace(rows, HOST_PARAMETERS, totalSteps);
  const runner = await FusedRunner.create(device, spec, { observeEvery: 10, sampleCapacity: totalSteps });
  const inputs = createInputs(device, spec);
  const encodeMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const start = performance.now();
    for (let step = 0; step < HOST_STEPS; step++) runner.encodePass(pass, inputs.of(step));
    const elapsed = performance.now() - start;
    pass.end();
    // Recorded only: what the device does with it is timed elsewhere.
    encoder.finish();
    if (round > 0) encodeMs.push(elapsed / HOST_STEPS);
  }
  const dispatches = runner.dispatchesPerStep;
  runner.dispose();
  inputs.dispose();
  return { encodeMs, dispatches };
};

window.isFreestepReady = true;
