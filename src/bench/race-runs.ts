import { optimizerOf } from '../engine/catalogue.ts';
import type { RunConfig } from '../engine/config.ts';
import { rowSpec } from '../engine/runs.ts';
import type { Network } from '../engine/testing/networks/networks.ts';
import { type ParamLayout, planLayout } from '../kernels/layout.ts';
import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { ADAM, initialParameters, learningRates, SEED } from './trainer.ts';

/** More steps than any measurement makes. Schedules are tables of this length on the device. */
export const HORIZON_STEPS = 16_384;

/** The runs of a measurement as runs of a race: one optimizer, one seed, a learning rate each. Other hyperparameters are the optimizer's own. */
export function raceRuns(runs: number, optimizer = 'adamw'): readonly RunConfig[] {
  const defaults = defaultHyper(optimizerOf(optimizer));
  const hyper = optimizer === 'adamw' ? { ...defaults, ...ADAM, weightDecay: 0 } : defaults;
  return learningRates(runs).map((lr, index) => ({
    racer: {
      key: String(index),
      optimizer,
      hyper: optimizer === 'adamw' ? { ...hyper, lr } : hyper,
      labelSmoothing: 0,
      dropout: 0,
      auxDropout: 0,
      schedule: null,
      horizon: null,
      hidden: false,
    },
    seed: SEED,
    horizonSteps: HORIZON_STEPS,
    schedule: { kind: 'constant', warmup: 0 },
  }));
}

/** What an optimizer runner needs for these runs of a network. Every row starts at the same parameters. */
export function runnerSpec(network: Network, runs: readonly RunConfig[], align: number): RunnerSpec & { readonly layout: ParamLayout } {
  const layout = planLayout(network.model.parameters, align);
  const x0 = new Float32Array(runs.length * layout.n);
  initialParameters(network).forEach((values, index) => {
    for (let row = 0; row < runs.length; row++) x0.set(values, row * layout.n + (layout.tensors[index]?.offset ?? 0));
  });
  return {
    layout,
    rows: runs.map((run) => rowSpec(run, optimizerOf(run.racer.optimizer), HORIZON_STEPS)),
    x0,
    totalSteps: HORIZON_STEPS,
  };
}
