import type { HyperTable, Trace } from '../definition.ts';

export const CONSTANT = 'Meant for a constant schedule: the method averages instead of decaying.';

/** The weights of the average. */
export const weightHyper = {
  r: {
    kind: 'number',
    label: 'r',
    value: 0,
    min: 0,
    // The sum of t^5 over 10^6 steps is 10^35: inside float32.
    max: 5,
    scale: 'linear',
    doc: 'Step t enters the average with weight t^r, no unit. 0 weighs all steps alike; more prefers late ones.',
  },
  weightLrPower: {
    kind: 'number',
    label: 'Weight power',
    value: 2,
    min: 0,
    max: 10,
    scale: 'linear',
    doc: 'Steps enter the average weighted by this power of the largest learning rate so far, no unit: warmup counts less. 0 ignores it.',
  },
} as const satisfies HyperTable;

export const warmupSteps = {
  kind: 'number',
  label: 'Warmup steps',
  value: 0,
  min: 0,
  max: 10_000,
  scale: 'linear',
  doc: `Steps over which the learning rate rises linearly to its value, on top of the race's schedule. ${CONSTANT}`,
} as const;

/** Where y lies between x and z. */
export const interpolation = {
  kind: 'number',
  label: 'beta1',
  value: 0.9,
  min: 0,
  max: 0.9999,
  scale: 'log1m',
  doc: 'Gradients are taken at y = beta1 x + (1 - beta1) z, no unit: it acts as momentum. 0 averages plain steps; 0.95 or 0.98 for long runs.',
} as const;

export const scheduleFreeLr = {
  kind: 'number',
  label: 'Learning rate',
  value: 0.0025,
  min: 1e-7,
  max: 10,
  scale: 'log',
  doc: `About the largest change of one entry of z per step, in parameter units; 1 to 10 times that of a scheduled AdamW. ${CONSTANT}`,
} as const;

export const decayAtY = {
  kind: 'number',
  label: 'Weight decay',
  value: 0,
  min: 0,
  max: 10,
  scale: 'linear',
  doc: 'Each step takes learning rate x schedule x this fraction of y, the point of the gradient, off z.',
} as const;

export const rateTrace = (unit: string): Trace => ({
  id: 'rate',
  label: 'Learning rate',
  unit,
  meaning: 'What z moves by in this step: learning rate x schedule, with the warmup that belongs to the method.',
  chart: 'state',
});

export const largestRateTrace = (unit: string): Trace => ({
  id: 'lrMax',
  label: 'Largest learning rate',
  unit,
  meaning: 'Largest learning rate so far, which the weights of the average are powers of.',
  chart: 'state',
});

export const averageTrace: Trace = {
  id: 'c',
  label: 'c',
  unit: 'fraction',
  meaning: 'Share of the newest z in the average x: 1 follows z, about 1/t averages all steps alike.',
  chart: 'state',
};
