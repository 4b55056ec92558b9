import type { HyperTable, OptimizerDefinition, Preset } from './definition.ts';

/** The first moment's decay. 0 means none. */
export const beta1 = {
  kind: 'number',
  label: 'beta1',
  value: 0.9,
  min: 0,
  max: 0.9999,
  scale: 'log1m',
  doc: 'Decay of the running average of gradients, per step, no unit.',
} as const;

export const beta2 = {
  kind: 'number',
  label: 'beta2',
  value: 0.999,
  min: 0,
  max: 0.999999,
  scale: 'log1m',
  doc: 'Decay of the running average of squared gradients, per step, no unit.',
} as const;

export const eps = {
  kind: 'number',
  label: 'eps',
  value: 1e-8,
  min: 1e-16,
  max: 1,
  scale: 'log',
  doc: 'Added to the root of the second moment, outside the root; in units of the gradient.',
} as const;

/** The form of AdamW and NAdamW, whose weight decay is decoupled. */
export const adamHyper = {
  lr: {
    kind: 'number',
    label: 'Learning rate',
    value: 1e-3,
    min: 1e-7,
    max: 10,
    scale: 'log',
    doc: 'Peak learning rate: about the largest change of one parameter per step, in parameter units. The schedule multiplies it.',
  },
  beta1,
  beta2,
  eps,
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    value: 0.01,
    min: 0,
    max: 10,
    scale: 'linear',
    doc: 'Decoupled: each step shrinks the parameters by learning rate x schedule x this fraction.',
  },
} as const satisfies HyperTable;

/** The form of Adam and NAdam, whose weight decay is coupled. */
export const coupledAdamHyper = {
  ...adamHyper,
  weightDecay: { ...adamHyper.weightDecay, value: 0, doc: 'Coupled: this fraction of the parameters is added to the gradient.' },
} as const satisfies HyperTable;

/** The multiplier of the whole family. */
export const adamNominal: OptimizerDefinition['nominal'] = {
  label: 'Learning rate',
  unit: 'parameter units per normalised gradient',
  of: (_scalars, L) => L,
};

const EXTERNAL =
  'official AlgoPerf v0.5 five-point baseline for NadamW (mlcommons/algorithmic-efficiency, external_tuning/tuning_search_space.json)';
const GENERALIZED = 'generalized_adam submission to AlgoPerf v0.5 (mlcommons/submissions_algorithms)';
const NADAMP = 'nadamp submission to AlgoPerf v0.5, power 2 (mlcommons/submissions_algorithms)';

interface Point {
  readonly id: string;
  readonly origin: string;
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly warmup: number;
  readonly dropout: number;
  /** Absent where the source has one rate. */
  readonly auxDropout?: number;
  readonly labelSmoothing: number;
  /** cosine_decay_fraction of the step hint; absent where the source does not fix one. */
  readonly horizon?: number;
}

// Values as published; the five-point baseline gives 1 - beta1.
const POINTS: readonly Point[] = [
  {
    id: 'B1',
    origin: EXTERNAL,
    lr: 0.001308209823469072,
    beta1: 1 - 0.02686663061,
    beta2: 0.9981232922116359,
    weightDecay: 0.16375311233774334,
    warmup: 0.1,
    dropout: 0,
    labelSmoothing: 0.1,
  },
  {
    id: 'B2',
    origin: EXTERNAL,
    lr: 0.0008445074561975979,
    beta1: 1 - 0.11042418465,
    beta2: 0.9978504782314613,
    weightDecay: 0.08135402759553023,
    warmup: 0.05,
    dropout: 0,
    labelSmoothing: 0.2,
  },
  {
    id: 'B3',
    origin: EXTERNAL,
    lr: 0.001308209823469072,
    beta1: 1 - 0.02686663061,
    beta2: 0.9981232922116359,
    weightDecay: 0.16375311233774334,
    warmup: 0.1,
    dropout: 0,
    labelSmoothing: 0,
  },
  {
    id: 'B4',
    origin: EXTERNAL,
    lr: 0.004958460849689891,
    beta1: 1 - 0.13625575743,
    beta2: 0.6291854735396584,
    weightDecay: 0.1147386261512052,
    warmup: 0.02,
    dropout: 0,
    labelSmoothing: 0,
  },
  {
    id: 'B5',
    origin: EXTERNAL,
    lr: 0.0017486387539278373,
    beta1: 1 - 0.06733926164,
    beta2: 0.9955159689799007,
    weightDecay: 0.08121616522670176,
    warmup: 0.02,
    dropout: 0.1,
    labelSmoothing: 0,
  },
  {
    id: 'G2',
    origin: GENERALIZED,
    lr: 0.0023792566965593815,
    beta1: 0.9800966478498105,
    beta2: 0.9632738717172477,
    weightDecay: 0.3417568278549717,
    warmup: 0.01,
    dropout: 0,
    labelSmoothing: 0,
    horizon: 0.75,
  },
  {
    id: 'G3',
    origin: GENERALIZED,
    lr: 0.003705201967500061,
    beta1: 0.9735338788784104,
    beta2: 0.9785557586542197,
    weightDecay: 0.022670946869370066,
    warmup: 0.1,
    dropout: 0.1,
    auxDropout: 0.1,
    labelSmoothing: 0.2,
    horizon: 0.75,
  },
  {
    id: 'G4',
    origin: GENERALIZED,
    lr: 0.0014271957958295392,
    beta1: 0.9661952124707597,
    beta2: 0.9957304053273589,
    weightDecay: 0.09153141484048229,
    warmup: 0.01,
    dropout: 0.1,
    auxDropout: 0.1,
    labelSmoothing: 0.1,
    horizon: 1,
  },
  {
    id: 'G5',
    origin: GENERALIZED,
    lr: 0.001768509931943289,
    beta1: 0.9414979138541995,
    beta2: 0.9768053375036079,
    weightDecay: 0.0279513959224539,
    warmup: 0.02,
    dropout: 0,
    auxDropout: 0.1,
    labelSmoothing: 0.2,
    horizon: 1,
  },
  {
    id: 'N1',
    origin: NADAMP,
    lr: 0.0019622900485451312,
    beta1: 0.8009875258060416,
    beta2: 0.9601975051612083,
    weightDecay: 0.040896666067943545,
    warmup: 0.05,
    dropout: 0,
    labelSmoothing: 0.1,
    horizon: 1,
  },
  {
    id: 'N2',
    origin: NADAMP,
    lr: 0.0013002412605362058,
    beta1: 0.9603612866058248,
    beta2: 0.9778023204992619,
    weightDecay: 0.16056758401092633,
    warmup: 0.05,
    dropout: 0.1,
    auxDropout: 0.1,
    labelSmoothing: 0.2,
    horizon: 1,
  },
];

/** Published workload-agnostic NAdamW points, from public AlgoPerf code and submissions. Used for AdamW too, whose parameters mean the same. */
export const adamPublishedPoints: readonly Preset[] = POINTS.map((point) => ({
  id: point.id,
  label: `Published point ${point.id}`,
  source: `Point ${point.id}: ${point.origin}.`,
  hyper: { lr: point.lr, beta1: point.beta1, beta2: point.beta2, eps: 1e-8, weightDecay: point.weightDecay },
  warmup: point.warmup,
  dropout: point.dropout,
  ...(point.auxDropout === undefined ? {} : { auxDropout: point.auxDropout }),
  labelSmoothing: point.labelSmoothing,
  ...(point.horizon === undefined ? {} : { horizon: point.horizon }),
}));
