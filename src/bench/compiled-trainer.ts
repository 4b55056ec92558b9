import { openBackend } from '../engine/backend.ts';
import { dataBytes } from '../engine/data-bytes.ts';
import { type NetworkPlan, planNetwork } from '../engine/network-plan.ts';
import { isFailure, planRace } from '../engine/plan.ts';
import type { Runtime } from '../engine/runtime.ts';
import { buildNetwork, type Network } from '../engine/testing/networks/networks.ts';
import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import { sampleWidth } from '../kernels/optimizer-runner.ts';
import type { CompiledId } from './contenders.ts';
import { raceRuns, runnerSpec } from './race-runs.ts';
import { stepTrainer } from './step-trainer.ts';
import type { Trainer, TrainingCase } from './trainer.ts';

/** As in a race that is charted with 200 points. */
const OBSERVE_EVERY = 80;

/** Memory of all runs as a race would plan it, before any of it is taken. */
function plannedBytes(runtime: Runtime, network: Network, plan: NetworkPlan, runner: RunnerSpec): number {
  const race = planRace(
    {
      layout: runner.layout,
      slots: runner.rows.map(({ program }) => Object.keys(program.slots).length),
      hasEvalPoint: false,
      sampleWidth: sampleWidth(runner),
      seeds: 1,
      totalSteps: runner.totalSteps,
      trainingBytes: plan.trainingBytes,
      evaluationBytes: plan.evaluationBytes,
      dataBytes: dataBytes(network.data),
    },
    runtime.limits,
  );
  if (isFailure(race)) throw new Error(`${race.message} ${race.advice}`);
  return race.plannedBytes;
}

/** Training by a compiled step, as the page's races are trained. */
export async function openCompiledTrainer({ network: spec, runs: count }: TrainingCase, contender: CompiledId): Promise<Trainer> {
  const runtime = await openBackend(contender === 'compiled-wasm' ? 'wasm' : 'webgpu');
  const network = buildNetwork(spec);
  const { model, data, batch } = network;
  const runs = raceRuns(count);
  const runner = runnerSpec(network, runs, runtime.align);
  const start = performance.now();
  const plan = planNetwork({
    model,
    layout: runner.layout,
    data,
    batch,
    hasDropout: false,
    compiler: runtime.compiler,
    hasEvalPoint: false,
  });
  const traced = performance.now();
  const step = await runtime.createStep({
    network: plan,
    data,
    runs,
    optimizer: runner,
    batch,
    observeEvery: OBSERVE_EVERY,
    onProgress: () => {},
  });
  const facts = {
    traceMs: traced - start,
    compileMs: performance.now() - traced,
    plannedBytes: plannedBytes(runtime, network, plan, runner),
    arenaBytes: plan.trainingBytes,
    arenaBytesWithoutReuse: plan.trainingBytesWithoutReuse,
  };
  return stepTrainer(step, network, count, { place: runtime.info.adapter, facts }, () => runtime.dispose());
}
