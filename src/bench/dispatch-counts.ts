import { planNetwork } from '../engine/network-plan.ts';
import { buildNetwork, NETWORKS } from '../engine/testing/networks/networks.ts';
import { gpuCompiler } from '../engine/webgpu-runtime.ts';
import { GpuProgram } from '../kernels/compiler/wgsl/gpu-program.ts';
import { FusedRunner } from '../kernels/fused/fused-runner.ts';
import { requestDevice } from '../kernels/gpu-device.ts';
import { FUSED_ALIGN } from '../kernels/layout.ts';
import { raceRuns, runnerSpec } from './race-runs.ts';
import type { DispatchCount } from './report.ts';

const OPTIMIZERS = ['adamw', 'prodigy'] as const;

/**
 * Dispatches of one step of the small MLP as a hardware adapter gets it, whatever adapter is here: its kernels are compiled and counted,
 * not run. Steps at which the distance from the start is measured, one in some dozens, have one more. Throws where there is no WebGPU.
 */
export async function countDispatches(): Promise<readonly DispatchCount[]> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const { device } = granted;
  const [spec] = NETWORKS;
  if (spec === undefined) throw new Error('there is no network to compile');
  const network = buildNetwork(spec);
  const { model, data, batch } = network;
  const counts: DispatchCount[] = [];
  for (const optimizer of OPTIMIZERS) {
    const runner = runnerSpec(network, raceRuns(1, optimizer), FUSED_ALIGN);
    const compiler = gpuCompiler('hardware');
    const { training } = planNetwork({ model, layout: runner.layout, data, batch, hasDropout: false, compiler, hasEvalPoint: false });
    const program = await GpuProgram.create(device, training, { runs: 1, adapter: 'hardware' });
    const fused = await FusedRunner.create(device, runner, { observeEvery: 2, sampleCapacity: 2 });
    counts.push({ optimizer, dispatches: program.dispatches + fused.dispatchesPerStep.plain });
  }
  device.destroy();
  return counts;
}
