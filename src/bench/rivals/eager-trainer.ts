import type { BackendId } from '../../engine/config.ts';
import { DeviceData } from '../../engine/eager/device-data.ts';
import { openEagerBackend } from '../../engine/eager/eager-backend.ts';
import { EagerStep } from '../../engine/eager/eager-step.ts';
import { buildNetwork } from '../../engine/testing/networks/networks.ts';
import { raceRuns, runnerSpec } from '../race-runs.ts';
import { stepTrainer } from '../step-trainer.ts';
import type { Trainer, TrainingCase } from '../trainer.ts';

/** Training by TensorFlow.js operations on all runs at once, and Freestep's optimizer steps. */
export async function openEagerTrainer({ network: spec, runs: count }: TrainingCase, id: BackendId, wasmFolder: string): Promise<Trainer> {
  const backend = await openEagerBackend(id, wasmFolder);
  const network = buildNetwork(spec);
  const runs = raceRuns(count);
  const runner = runnerSpec(network, runs, backend.align);
  const data = new DeviceData(network.data);
  const step = new EagerStep({
    model: network.model,
    layout: runner.layout,
    data,
    runs,
    updater: await backend.createUpdater(runner, 1),
    evaluationRows: network.data.validationRows,
  });
  return stepTrainer(step, network, count, { place: backend.place, facts: null }, () => {
    data.dispose();
    backend.dispose();
  });
}
