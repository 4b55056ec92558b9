import type { RaceConfig, ScheduleConfig } from '../../engine/config.ts';
import { chooseTuned, type TunedRecord } from '../../engine/tuned.ts';
import type { HyperValues } from '../../kernels/step-program.ts';
import { defaultHyper, type OptimizerDefinition, type Preset } from '../../optimizers/definition.ts';
import { findWorkload } from './definitions.ts';

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
  readonly auxDropout: number;
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
    auxDropout: preset.auxDropout ?? 0,
    schedule: preset.warmup === undefined ? null : 'cosine',
    warmup: preset.warmup ?? null,
    horizon: preset.horizon ?? null,
  };
}

/** Published points go by their short names (`B1`), other presets by their label in running text. */
const suffixOf = ({ id, label }: Preset) => (/^[A-Z]\d$/.test(id) ? id : label.toLowerCase());

/** Best points of the committed searches by workload. Bundled rather than fetched: labels need them, and they are a few kilobytes. */
const tables = import.meta.glob<readonly TunedRecord[]>('../../workloads/*/tuned.json', { import: 'default', eager: true });

const recordsOf = ({ workload }: RaceConfig) => tables[`../../workloads/${workload.id}/tuned.json`] ?? [];

/** A tuned baseline point. `why` says what its tuning cost and, unless it `matches`, for which other settings it was tuned. */
export interface TunedSetting extends Setting {
  readonly trials: number;
  readonly runs: number;
  readonly matches: boolean;
  readonly why: string;
}

/** The tuned point that matches the race best; null when this optimizer was not tuned on this workload's data. */
export function findTuned(definition: OptimizerDefinition, race: RaceConfig, records = recordsOf(race)): TunedSetting | null {
  const { workload, horizon, batch } = race;
  if (!findWorkload(workload.id)) return null;
  const tuned = chooseTuned(records, { workload: workload.id, options: workload.options, optimizer: definition.id, horizon, batch });
  if (!tuned) return null;
  const { preset, ...facts } = tuned;
  // Its horizon only says where it was searched: the race's own stays.
  return { ...settingOf(definition, preset, 'tuned'), ...facts, horizon: null };
}

/** Every named setting of an optimizer: paper defaults first, then its published points, then the tuned one. */
export function settingsOf(definition: OptimizerDefinition, race?: RaceConfig): readonly Setting[] {
  const tuned = race && findTuned(definition, race);
  const named = definition.presets.map((preset, index) => settingOf(definition, preset, index === 0 ? '' : suffixOf(preset)));
  return tuned ? [...named, tuned] : named;
}

/** The tuned points of the race's workload for other horizons, batch sizes or widths than its own. Only for naming: the panel offers the best match. */
export function tunedElsewhere(
  definition: OptimizerDefinition,
  race: RaceConfig,
): readonly { readonly horizon: number; readonly setting: Setting }[] {
  return recordsOf(race)
    .filter(({ optimizer }) => optimizer === definition.id)
    .flatMap(({ horizon, batch, options }) => {
      const setting = findTuned(definition, { ...race, horizon, batch, workload: { ...race.workload, options } });
      return setting ? [{ horizon, setting }] : [];
    });
}
