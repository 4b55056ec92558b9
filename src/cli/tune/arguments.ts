import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { defaultOptions } from '../../workloads/options.ts';
import { findWorkload } from '../../workloads/registry.ts';
import { TUNED_OPTIMIZERS, type TunedOptimizer } from './search-space.ts';

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run tune -- <workload> [--optimizer adamw,nadamw] [--trials 64] [--seeds 5] [--horizon 1/2]
                    [--options problem=glass | --options problem=all] [--batch N] [--processes N] [--rows N] [--fresh]
npm run tune -- <workload> --target [--reruns 10] [--options ...]    reruns the best configuration and writes the target
npm run tune -- <workload> --check [--reruns 10] [--options ...]     asks with new seeds whether the target is a fair one
npm run tune -- <workload> --check --again [--reruns 10] [...]       asks once more with others, and keeps what was found before
npm run tune -- <workload> --compare [--options ...]   Prodigy and Mechanic as their papers leave them against the tuned baselines

Searches for the best settings of the tuned baselines: scrambled Halton points, judged by the median over seeds of the best validation
value. Several optimizers, horizons or problems may be given, separated by commas. An interrupted search goes on where it stopped.`;

export interface TuneArguments {
  readonly mode: 'search' | 'target' | 'check' | 'compare';
  readonly workload: WorkloadDefinition;
  /** One entry per choice of options to tune. */
  readonly options: readonly WorkloadOptions[];
  readonly optimizers: readonly TunedOptimizer[];
  readonly horizons: readonly number[];
  readonly trials: number;
  readonly seeds: number;
  /** With new seeds, for the target of a base workload or its check. */
  readonly reruns: number;
  readonly batch: number | null;
  readonly processes: number;
  readonly rows: number;
  readonly isFresh: boolean;
  /** A check with seeds that the checks before it have not seen. */
  readonly isAgain: boolean;
}

/** Runs per batch: enough that compiling a step costs little beside making it, few enough that every process has a share of a usual study. */
const DEFAULT_ROWS = 64;

const DEFAULT_RERUNS = '10';

/** More would use seeds that are kept for something else; see `study.ts`. */
const MOST_RERUNS = 90;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} is '${text}': it must be a whole number of at least 1.`);
  return value;
}

function rerunsOf(text: string): number {
  const reruns = wholeNumber('reruns', text);
  if (reruns > MOST_RERUNS) throw new UsageError(`--reruns is '${text}': there are seeds for at most ${MOST_RERUNS}.`);
  return reruns;
}

/** '0.5', '1/2'. */
export function parseHorizon(text: string): number {
  const [numerator, denominator, ...rest] = text.split('/');
  const value = Number(numerator) / (denominator === undefined ? 1 : Number(denominator));
  if (rest.length > 0 || !(value > 0 && value <= 1)) {
    throw new UsageError(`--horizon is '${text}': it must be a fraction of the workload's maximum steps, e.g. 1/2 or 0.5.`);
  }
  return value;
}

/** 'problem=glass', 'width=64,depth=2'; a choice of 'all' stands for each of its choices. */
export function parseOptions(workload: WorkloadDefinition, texts: readonly string[]): readonly WorkloadOptions[] {
  const expanded = texts.flatMap((text) => {
    const given = Object.fromEntries(
      text.split(',').map((pair) => {
        const [name = '', value] = pair.split('=', 2);
        const spec = workload.options[name];
        if (spec === undefined || value === undefined) {
          throw new UsageError(
            `--options ${pair}: ${workload.id} has the options ${Object.keys(workload.options).join(', ')}, written name=value.`,
          );
        }
        return [name, value];
      }),
    );
    return Object.entries(workload.options).reduce<readonly WorkloadOptions[]>(
      (all, [name, spec]) => {
        const value = given[name];
        if (value === undefined) return all;
        if (spec.kind === 'integer') {
          const number = Number(value);
          if (!Number.isInteger(number) || number < spec.min || number > spec.max) {
            throw new UsageError(`--options ${name}=${value}: it must be a whole number from ${spec.min} to ${spec.max}.`);
          }
          return all.map((options) => ({ ...options, [name]: number }));
        }
        const ids = spec.choices.map(({ id }) => id);
        if (value !== 'all' && !ids.includes(value)) {
          throw new UsageError(`--options ${name}=${value}: choose one of ${ids.join(', ')}, or all.`);
        }
        return (value === 'all' ? ids : [value]).flatMap((id) => all.map((options) => ({ ...options, [name]: id })));
      },
      [defaultOptions(workload)],
    );
  });
  return expanded.length === 0 ? [defaultOptions(workload)] : expanded;
}

export function parseTuneArguments(argv: readonly string[]): TuneArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [id, ...extra] = positionals;
  const workload = id === undefined ? undefined : findWorkload(id);
  if (workload === undefined || extra.length > 0)
    throw new UsageError(id === undefined ? 'No workload given.' : `There is no workload '${positionals.join(' ')}'.`);
  const modes = (['target', 'check', 'compare'] as const).filter((mode) => values[mode]);
  const [mode = 'search', second] = modes;
  if (second !== undefined) throw new UsageError(`One thing at a time: --${mode} or --${second}.`);
  if (values.again && mode !== 'check') throw new UsageError('--again is for --check.');
  if (values.reruns !== undefined && mode !== 'target' && mode !== 'check') throw new UsageError('--reruns is for --target and --check.');
  const options = parseOptions(workload, values.options ?? []);
  const batch = values.batch === undefined ? null : wholeNumber('batch', values.batch);
  for (const choice of options) {
    const { min, max } = workload.batch(choice);
    if (batch !== null && (batch < min || batch > max)) throw new UsageError(`--batch is '${batch}': ${id} takes ${min} to ${max}.`);
  }
  const optimizers = values.optimizer.split(',').map((optimizer) => {
    const known = TUNED_OPTIMIZERS.find((candidate) => candidate === optimizer);
    if (known === undefined) throw new UsageError(`--optimizer is '${optimizer}': choose ${TUNED_OPTIMIZERS.join(' or ')}.`);
    return known;
  });
  return {
    mode,
    workload,
    options,
    optimizers,
    horizons: values.horizon.split(',').map(parseHorizon),
    trials: wholeNumber('trials', values.trials),
    seeds: wholeNumber('seeds', values.seeds),
    reruns: rerunsOf(values.reruns ?? DEFAULT_RERUNS),
    batch,
    processes: values.processes === undefined ? availableParallelism() : wholeNumber('processes', values.processes),
    rows: wholeNumber('rows', values.rows),
    isFresh: values.fresh,
    isAgain: values.again,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      optimizer: { type: 'string', default: TUNED_OPTIMIZERS.join(',') },
      trials: { type: 'string', default: '64' },
      seeds: { type: 'string', default: '5' },
      reruns: { type: 'string' },
      horizon: { type: 'string', default: '1/2' },
      options: { type: 'string', multiple: true },
      batch: { type: 'string' },
      processes: { type: 'string' },
      rows: { type: 'string', default: String(DEFAULT_ROWS) },
      fresh: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      target: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      compare: { type: 'boolean', default: false },
    },
  });
}
