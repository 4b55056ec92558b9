import type { HyperValue } from '../../kernels/step-program.ts';
import type { HyperSpec, OptimizerDefinition } from '../../optimizers/definition.ts';
import type { WorkloadDefinition, WorkloadOptionSpec } from '../../workloads/definition.ts';
import {
  MAX_RACERS,
  MAX_SEEDS,
  type RaceConfig,
  type RacerConfig,
  SCHEDULE_KINDS,
  type ScheduleConfig,
  type ViewConfig,
} from '../config.ts';
import { MAX_SEED } from '../validate.ts';
import { CHART_IDS, HIDEABLE, LOCKABLE, SHOWABLE } from '../view.ts';
import {
  type Codec,
  encodeNumber,
  escapeText,
  flagCodec,
  integerCodec,
  listCodec,
  nullable,
  numberCodec,
  recordingCodec,
  UrlValueError,
  unescapeText,
  wordCodec,
} from './codecs.ts';
import type { Field, Fields } from './reader.ts';

/** What links need to know of the registries. */
export interface UrlContext {
  /** The race and the view that an empty link means. */
  readonly config: RaceConfig;
  readonly view: ViewConfig;
  readonly optimizers: readonly Pick<OptimizerDefinition, 'id' | 'hyper'>[];
  readonly workloads: readonly Pick<WorkloadDefinition, 'id' | 'options' | 'batch' | 'regularization'>[];
}

/** Keys of racers: they double as the names of their fields in a link. */
export const RACER_KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

const schedulePair: Codec<ScheduleConfig> = {
  encode: ({ kind, warmup }) => `${kind}~${encodeNumber(warmup)}`,
  decode(text) {
    const [kind = '', warmup, ...rest] = text.split('~', 3);
    if (warmup === undefined || rest.length > 0) throw new UrlValueError('a schedule is written as kind~warmup, e.g. linear~0.05');
    return { kind: wordCodec(SCHEDULE_KINDS).decode(kind), warmup: numberCodec(0, 0.5).decode(warmup) };
  },
};

/** A fraction of the workload's maximum steps. */
const horizonCodec: Codec<number> = {
  encode: encodeNumber,
  decode(text) {
    const value = numberCodec(0, 1).decode(text);
    if (value === 0) throw new UrlValueError('it must be above 0 and at most 1');
    return value;
  },
};

const regularizationCodec = numberCodec(0, 0.9);
const noRegularization: Codec<number> = {
  encode: encodeNumber,
  decode(text) {
    const value = regularizationCodec.decode(text);
    if (value !== 0) throw new UrlValueError('the model of this workload has none');
    return value;
  },
};

/** Every setting of the race that does not depend on the workload; `schedule` is two fields. */
export const RACE_FIELDS: Fields<Omit<RaceConfig, 'workload' | 'batch' | 'racers' | 'schedule'>> = {
  seed: { key: 'seed', codec: integerCodec(0, MAX_SEED) },
  seeds: { key: 'seeds', codec: integerCodec(1, MAX_SEEDS) },
  horizon: { key: 'horizon', codec: horizonCodec },
};

export const SCHEDULE_FIELDS: Fields<ScheduleConfig> = {
  kind: { key: 'schedule', codec: wordCodec(SCHEDULE_KINDS) },
  warmup: { key: 'warmup', codec: numberCodec(0, 0.5) },
};

/** Which racers there are, in order. */
export const RACERS_FIELD: Field<readonly string[]> = {
  key: 'racers',
  codec: listCodec<string>(wordCodec(RACER_KEYS), 1, MAX_RACERS, true),
};

export const WORKLOAD_KEY = 'workload';
export const BATCH_KEY = 'batch';

type RacerSettings = Omit<RacerConfig, 'key' | 'optimizer' | 'hyper'>;

/** Everything about a racer but its optimizer and hyperparameters, written inside the racer's own field. */
export function racerFields(regularization: WorkloadDefinition['regularization']): Fields<RacerSettings> {
  return {
    labelSmoothing: { key: 'labelSmoothing', codec: regularization.labelSmoothing ? regularizationCodec : noRegularization },
    dropout: { key: 'dropout', codec: regularization.dropout ? regularizationCodec : noRegularization },
    auxDropout: { key: 'auxDropout', codec: regularization.auxDropout ? regularizationCodec : noRegularization },
    schedule: { key: 'schedule', codec: nullable(schedulePair) },
    horizon: { key: 'horizon', codec: nullable(horizonCodec) },
    hidden: { key: 'hidden', codec: flagCodec },
  };
}

/** How a race is looked at. */
export const VIEW_FIELDS: Fields<ViewConfig> = {
  backend: { key: 'backend', codec: nullable(wordCodec(['webgpu', 'wasm'] as const)) },
  embed: { key: 'embed', codec: flagCodec },
  hide: { key: 'hide', codec: listCodec<string>(wordCodec(HIDEABLE), 0, HIDEABLE.length, true) },
  show: { key: 'show', codec: listCodec<string>(wordCodec(SHOWABLE), 0, SHOWABLE.length, true) },
  lock: { key: 'lock', codec: listCodec<string>(wordCodec(LOCKABLE), 0, LOCKABLE.length, true) },
  recording: { key: 'recording', codec: nullable(recordingCodec) },
  xAxis: { key: 'x', codec: wordCodec(['steps', 'seconds'] as const) },
  xLog: { key: 'xlog', codec: listCodec<string>(wordCodec(CHART_IDS), 0, CHART_IDS.length, true) },
  yFlipped: { key: 'yflip', codec: listCodec<string>(wordCodec(CHART_IDS), 0, CHART_IDS.length, true) },
  smoothing: { key: 'smoothing', codec: numberCodec(0, 0.99) },
  stepView: { key: 'steps', codec: wordCodec(['measured', 'nominal'] as const) },
  theme: { key: 'theme', codec: wordCodec(['auto', 'light', 'dark'] as const) },
};

/** Names of what a shared link says about the run it was made from. */
export const SHARED_KEYS = { losses: 'losses', fingerprints: 'fp', backend: 'on', version: 'by' } as const;

/** The codec of one hyperparameter, from its definition. */
export function hyperCodec(spec: HyperSpec): Codec<HyperValue> {
  switch (spec.kind) {
    case 'number':
      return erase(numberCodec(spec.min, spec.max), (value) => typeof value === 'number');
    case 'integer':
      return erase(integerCodec(spec.min, spec.max), (value) => typeof value === 'number');
    case 'flag':
      return erase(flagCodec, (value) => typeof value === 'boolean');
    case 'list':
      return erase(listCodec(numberCodec(spec.min, spec.max), spec.minLength, spec.maxLength), (value) => Array.isArray(value));
  }
}

/** The codec of one workload option, from its definition. */
export function optionCodec(spec: WorkloadOptionSpec): Codec<number | string> {
  if (spec.kind === 'integer') return erase(integerCodec(spec.min, spec.max), (value) => typeof value === 'number');
  const ids = spec.choices.map(({ id }) => id);
  return erase<string, number | string>(
    {
      encode: escapeText,
      decode(text) {
        const id = unescapeText(text);
        if (!ids.includes(id)) throw new UrlValueError(`there is no such choice; it is one of ${ids.join(', ')}`);
        return id;
      },
    },
    (value) => typeof value === 'string',
  );
}

/** Widens a codec to a union, refusing to encode another member of it. */
function erase<T extends U, U>(codec: Codec<T>, isMember: (value: U) => boolean): Codec<U> {
  return {
    encode(value) {
      if (!isMember(value)) throw new UrlValueError('the value is of the wrong kind');
      return codec.encode(value as T);
    },
    decode: codec.decode,
  };
}
