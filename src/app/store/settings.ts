import type { RaceConfig, ScheduleConfig } from '../../engine/config.ts';
import { tunedPreset } from '../../engine/tuned.ts';
import type { HyperValues } from '../../kernels/step-program.ts';
import { defaultHyper, type OptimizerDefinition, type Preset } from '../../optimizers/definition.ts';

/** A complete named setting of one optimizer: what a preset amounts to once the defaults are filled in. */
export interface Setting {
  readonly id: string;
  readonly label: string;
  /** What it adds to the racer's label; empty for the definition's own defaults. */
  readonly suffix: string;
  readonly source: string;
  readonly hyper: HyperValues;
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** Null: the preset leaves it to the race. */
  readonly schedule: ScheduleConfig['kind'] | null;
  readonly warmup: number | null;
  readonly horizon: number | null;
}

function settingOf(definition: OptimizerDefinition, preset: Preset, suffix: string): Setting {
  return {
    id: preset.id,
    label: preset.label,
    suffix,
    source: preset.source,
    hyper: { ...defaultHyper(definition), ...preset.hyper },
    labelSmoothing: preset.labelSmoothing ?? 0,
    dropout: preset.dropout ?? 0,
    schedule: preset.warmup === undefined ? null : 'cosine',
    warmup: preset.warmup ?? null,
    horizon: preset.horizon ?? null,
  };
}

/** Published points go by their short names (`B1`), other presets by their label in running text. */
const suffixOf = ({ id, label }: Preset) => (/^[A-Z]\d$/.test(id) ? id : label.toLowerCase());

/** A tuned baseline point and what it cost; `note` says when it was tuned for other settings than the race's. */
export interface TunedSetting extends Setting {
  readonly trials: number;
  readonly note: string | null;
}

/** The tuned point that matches the race best; null when this optimizer was not tuned on this workload. */
export function findTuned(definition: OptimizerDefinition, race: RaceConfig): TunedSetting | null {
  const { workload, horizon, batch } = race;
  const tuned = tunedPreset(workload.id, workload.options, definition.id, horizon, batch);
  if (!tuned) return null;
  const setting = settingOf(definition, tuned.preset, 'tuned');
  return { ...setting, id: 'tuned', horizon: null, trials: tuned.trials, note: tuned.matches ? null : tuned.why };
}

/** Every named setting of an optimizer: paper defaults first, then its published points, then the tuned one. */
export function settingsOf(definition: OptimizerDefinition, race?: RaceConfig): readonly Setting[] {
  const tuned = race && findTuned(definition, race);
  const named = definition.presets.map((preset, index) => settingOf(definition, preset, index === 0 ? '' : suffixOf(preset)));
  return tuned ? [...named, tuned] : named;
}
