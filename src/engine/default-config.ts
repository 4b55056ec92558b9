import type { HyperValue } from '../kernels/step-program.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { optimizers } from '../optimizers/registry.ts';
import { workloads } from '../workloads/registry.ts';
import type { RaceConfig, RacerConfig, ViewConfig } from './config.ts';
import type { UrlContext } from './url/fields.ts';

/** What a racer of the default race sets; the rest keeps the definition's default. */
interface DefaultRacer {
  readonly key: string;
  readonly optimizer: string;
  readonly hyper?: Readonly<Record<string, HyperValue>>;
  readonly labelSmoothing?: number;
  readonly dropout?: number;
  readonly warmup?: number;
}

/** The best point of both baselines' searches at horizon 3/4 (src/workloads/digits/tuned.json), written out so that links keep their meaning. */
const TUNED = {
  hyper: { lr: 0.015587, beta1: 0.920052, beta2: 0.967696, weightDecay: 0.00192406 },
  labelSmoothing: 0.1,
  warmup: 0.02,
} as const;

/** Two learning-rate-free methods as their papers leave them, between the two baselines of the field. */
const RACERS: readonly DefaultRacer[] = [
  { key: 'a', optimizer: 'adamw', ...TUNED },
  { key: 'b', optimizer: 'prodigy' },
  { key: 'c', optimizer: 'mechanicAdamw' },
  { key: 'd', optimizer: 'nadamw', ...TUNED },
];

const SCHEDULE = { kind: 'cosine', warmup: 0.05 } as const;

function racer({ key, optimizer, hyper, labelSmoothing = 0, dropout = 0, warmup }: DefaultRacer): RacerConfig {
  const definition = optimizers.find(({ id }) => id === optimizer);
  if (!definition) throw new Error(`The default race names the optimizer ${optimizer}, which the registry does not have.`);
  return {
    key,
    optimizer,
    hyper: { ...defaultHyper(definition), ...hyper },
    labelSmoothing,
    dropout,
    auxDropout: 0,
    schedule: warmup === undefined || warmup === SCHEDULE.warmup ? null : { kind: SCHEDULE.kind, warmup },
    horizon: null,
    hidden: false,
  };
}

function workload(id: string): Pick<RaceConfig, 'workload' | 'batch'> {
  const definition = workloads.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`The default race names the workload ${id}, which the registry does not have.`);
  const options = Object.fromEntries(Object.entries(definition.options).map(([name, { value }]) => [name, value]));
  return { workload: { id, options }, batch: definition.batch(options).value };
}

/** The race a first visitor sees, and what an empty link means. Links leave out whatever equals it: see url.ts before changing it. */
export const defaultRace: RaceConfig = {
  ...workload('digits'),
  seed: 1,
  seeds: 1,
  // The target-setting horizon: the tuned baselines reach the target in the median.
  horizon: 0.75,
  schedule: SCHEDULE,
  racers: RACERS.map(racer),
};

/** How a race is looked at unless a link says otherwise. */
export const defaultView: ViewConfig = {
  backend: null,
  embed: false,
  hide: [],
  show: [],
  lock: [],
  recording: null,
  xAxis: 'steps',
  xLog: [],
  yFlipped: [],
  smoothing: 0.8,
  stepView: 'measured',
  theme: 'auto',
};

/** What links are read and written against: the default race and the registries. */
export const defaultUrlContext: UrlContext = { config: defaultRace, view: defaultView, optimizers, workloads };
