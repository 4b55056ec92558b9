import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkloadSteps } from '../../bench/workload-steps.ts';
import { optimizerOf } from '../../engine/catalogue.ts';
import { reachesTarget } from '../../engine/recorder.ts';
import type { WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { defaultOptions, optionsKey } from '../../workloads/options.ts';
import { workloads } from '../../workloads/registry.ts';
import type { TargetRecord } from '../../workloads/targets.ts';
import type { TargetCheck } from '../tune/check.ts';
import type { ComparedRun } from '../tune/compare.ts';
import { fillSections } from './fill-sections.ts';
import { table } from './table.ts';

const ROOT = new URL('../../../', import.meta.url);

/** A committed JSON file, or `missing` where it is not there yet. */
function read<T>(path: string, missing: T): T {
  const file = fileURLToPath(new URL(path, ROOT));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : missing;
}

const entryOf = <T>({ id }: WorkloadDefinition, file: string, options: WorkloadOptions): T | undefined =>
  read<Record<string, T>>(`src/workloads/${id}/${file}`, {})[optionsKey(options)];

/** A value of the first metric: shares as percent. */
function metricText({ metrics }: WorkloadDefinition, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return metrics[0]?.unit === '%' ? `${(100 * value).toFixed(2)} %` : String(Number(value.toPrecision(4)));
}

interface Choice {
  readonly label: string;
  readonly options: WorkloadOptions;
}

/** All choices of a workload's options of one kind, the default one first; one without a label where there is no such option. */
function choicesOf({ options }: WorkloadDefinition, ofVariants: boolean, base: WorkloadOptions): readonly Choice[] {
  const found = Object.entries(options).flatMap(([name, spec]) => {
    if (spec.kind !== 'choice' || (spec.isVariant ?? false) !== ofVariants) return [];
    const isOther = ({ id }: { readonly id: string }): number => (id === spec.value ? 0 : 1);
    return [...spec.choices].sort((a, b) => isOther(a) - isOther(b)).map(({ id, label }) => ({ label, options: { ...base, [name]: id } }));
  });
  return found.length === 0 ? [{ label: '', options: base }] : found;
}

/** A workload once for each set of data that it is offered with. */
const dataSetsOf = (workload: WorkloadDefinition): readonly Choice[] =>
  choicesOf(workload, false, defaultOptions(workload)).map(({ label, options }) => ({
    label: label === '' ? workload.label : `${workload.label}: ${label}`,
    options,
  }));

/** Its base, then each held-out variant. */
const variantsOf = (workload: WorkloadDefinition, options: WorkloadOptions): readonly Choice[] =>
  choicesOf(workload, true, options).map((choice, index) => (index === 0 ? { ...choice, label: 'base' } : choice));

/** The sections of docs/workloads.md that follow from the definitions and from committed results. */
export function workloadSections(): Readonly<Record<string, string>> {
  return { overview: overview(), sizes: sizes(), targets: targets(), comparison: comparison() };
}

export function fillWorkloads(page: string): string {
  const added = Array.from(page.matchAll(/<!-- added: (\w+) -->/g), ([, id]) => [`added: ${id}`, filesTable(id ?? '')] as const);
  return fillSections(page, { ...workloadSections(), ...Object.fromEntries(added) });
}

function overview(): string {
  return table(
    ['workload', 'id', 'what it reduces', 'metric', 'regularization', 'variants'],
    workloads.map((workload) => {
      const { regularization, metrics } = workload;
      return [
        workload.label,
        `\`${workload.id}\``,
        workload.reduces,
        `${metrics[0]?.label} (${metrics[0]?.direction} is better)`,
        [
          ...(regularization.labelSmoothing ? ['label smoothing'] : []),
          ...(regularization.dropout ? ['dropout'] : []),
          ...(regularization.auxDropout ? ['auxiliary dropout'] : []),
        ].join(', ') || '–',
        variantsOf(workload, defaultOptions(workload))
          .slice(1)
          .map(({ label }) => label)
          .join(', ') || '–',
      ];
    }),
  );
}

function sizes(): string {
  const { steps } = read<{ readonly steps: readonly WorkloadSteps[] }>('docs/measurements/workloads.json', { steps: [] });
  return table(
    ['workload', 'parameters', 'forward, million multiply-adds per step', 'batch', 'maximum steps'],
    workloads.map((workload) => {
      const options = defaultOptions(workload);
      const own = steps.find(({ workload: id, runs }) => id === workload.id && runs === 1);
      return [
        workload.label,
        own === undefined ? '–' : own.parameters.toLocaleString('en').replaceAll(',', ' '),
        own === undefined ? '–' : (own.forwardMultiplyAdds / 1e6).toPrecision(3),
        String(workload.batch(options).value),
        String(workload.maxSteps(options)),
      ];
    }),
  );
}

const everyDataSet = () =>
  workloads.flatMap((workload) => dataSetsOf(workload).map(({ label: name, options: data }) => ({ workload, name, data })));

/** Hits of the last check, and what others with other seeds found before it. */
function hitsText({ hits, of, earlier = [] }: TargetCheck): string {
  const before = earlier.map((check) => `${check.hits} of ${check.of}`).join(', ');
  return `${hits} of ${of}${before === '' ? '' : ` (before, with others: ${before})`}`;
}

function targets(): string {
  return table(
    ['workload', 'variant', 'simple model', 'target', 'reruns', 'new runs that hit it', '95 % interval', 'median at horizon 1'],
    everyDataSet().flatMap(({ workload, name, data }) =>
      variantsOf(workload, data).map(({ label, options }, index) => {
        const target = entryOf<TargetRecord>(workload, 'targets.json', options);
        const check = entryOf<TargetCheck>(workload, 'checks.json', options);
        const yardstick = workload.yardstick?.(data);
        const direction = workload.metrics[0]?.direction ?? 'lower';
        const isWorse = yardstick && target && !reachesTarget(target.value, { value: yardstick.value, direction });
        return [
          index === 0 ? name : '',
          label,
          yardstick && index === 0 ? `${metricText(workload, yardstick.value)} (${yardstick.label})` : '–',
          `${metricText(workload, target?.value)}${isWorse ? ', worse than the simple model' : ''}`,
          target === undefined ? '–' : String(target.values.length),
          check === undefined ? '–' : hitsText(check),
          check === undefined ? '–' : `${check.interval[0]} to ${check.interval[1]}`,
          check === undefined ? '–' : `${metricText(workload, check.full.median)}${check.full.isHit ? '' : ', missed'}`,
        ];
      }),
    ),
  );
}

interface Comparison {
  readonly target: number | null;
  readonly runs: readonly ComparedRun[];
}

function comparison(): string {
  const found = everyDataSet().flatMap(({ workload, name, data }) => {
    const entry = entryOf<Comparison>(workload, 'comparison.json', data);
    return entry === undefined ? [] : [{ workload, name, entry }];
  });
  const ids = [...new Set(found.flatMap(({ entry }) => entry.runs.map(({ optimizer }) => optimizer)))];
  const horizons = [...new Set(found.flatMap(({ entry }) => entry.runs.map(({ horizon }) => horizon)))];
  const labelOf = (id: string): string => {
    const isTuned = found.some(({ entry }) =>
      entry.runs.some(({ optimizer, setting }) => optimizer === id && setting !== 'paper defaults'),
    );
    return `${optimizerOf(id).label}, ${isTuned ? 'tuned' : 'paper defaults'}`;
  };
  return table(
    ['workload', 'target', 'horizon', ...ids.map(labelOf)],
    found.flatMap(({ workload, name, entry }) =>
      horizons.map((horizon, index) => [
        index === 0 ? name : '',
        index === 0 ? metricText(workload, entry.target) : '',
        `${horizon} %`,
        ...ids.map((id) => {
          const run = entry.runs.find((candidate) => candidate.optimizer === id && candidate.horizon === horizon);
          return run === undefined
            ? '–'
            : `${metricText(workload, run.median)}${run.hits ? ` (${run.hits} of ${run.values.length} hit)` : ''}`;
        }),
      ]),
    ),
  );
}

/** What each file of a workload's folder is for, by how its name ends. */
const PURPOSES: readonly (readonly [ending: string, purpose: string])[] = [
  ['.cases.ts', 'a small network for the tests, and the loss that a fresh one must have'],
  ['.test.ts', 'tests of what is its own'],
  ['files.json', 'what is fetched, with checksums; written by scripts/data-index.mjs'],
  ['.json', 'results of npm run tune'],
  ['.txt', 'what links leave out, frozen by the tests'],
  ['model.ts', 'the network'],
  ['.ts', 'the definition'],
];

/** The files that one workload was added with, and how long they are; searches of the tuner left out. */
function filesTable(id: string): string {
  const folder = fileURLToPath(new URL(`src/workloads/${id}/`, ROOT));
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => {
      const lines = readFileSync(`${folder}${name}`, 'utf8').split('\n').length - 1;
      const purpose = PURPOSES.find(([ending]) => name.endsWith(ending))?.[1] ?? '';
      return [`\`src/workloads/${id}/${name}\``, name.endsWith('.json') ? '–' : `+${lines}`, purpose];
    });
  return table(['file', 'lines', 'what it is'], [...files, ['`src/workloads/registry.ts`', '+2', 'its import and its place in the list']]);
}
