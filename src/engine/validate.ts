import type { HyperValue } from '../kernels/step-program.ts';
import type { HyperSpec } from '../optimizers/definition.ts';
import { optimizers } from '../optimizers/registry.ts';
import type { WorkloadDefinition } from '../workloads/definition.ts';
import { findWorkload } from '../workloads/registry.ts';
import { MAX_RACERS, MAX_SEEDS, type RaceConfig, type RacerConfig, SCHEDULE_KINDS, type ScheduleConfig } from './config.ts';
import { RaceError } from './failure.ts';

/** One value a race cannot run with: the control that holds it, and what it may be. */
export interface ConfigProblem {
  readonly control: string;
  readonly message: string;
}

/** Largest first seed: seeds are int32 on the device, and the last seed of a race must still be one. */
export const MAX_SEED = 2 ** 31 - 1 - MAX_SEEDS;

const format = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value)));

function checkNumber(control: string, label: string, value: unknown, min: number, max: number, isInteger = false): ConfigProblem[] {
  const isRight = typeof value === 'number' && value >= min && value <= max && (!isInteger || Number.isInteger(value));
  if (isRight) return [];
  return [{ control, message: `${label} is ${format(value)}: it must be a ${isInteger ? 'whole ' : ''}number from ${min} to ${max}.` }];
}

function checkSchedule(control: string, schedule: ScheduleConfig): ConfigProblem[] {
  const problems = checkNumber(control, 'Warmup', schedule.warmup, 0, 0.5);
  if (!SCHEDULE_KINDS.includes(schedule.kind)) {
    problems.push({ control, message: `The schedule is ${format(schedule.kind)}: it must be one of ${SCHEDULE_KINDS.join(', ')}.` });
  }
  return problems;
}

function checkHorizon(control: string, horizon: number): ConfigProblem[] {
  const problems = checkNumber(control, 'The horizon', horizon, 0, 1);
  return problems.length === 0 && horizon === 0 ? [{ control, message: 'The horizon is 0: it must be above 0 and at most 1.' }] : problems;
}

function checkHyper(control: string, spec: HyperSpec, value: HyperValue | undefined): ConfigProblem[] {
  switch (spec.kind) {
    case 'number':
      return checkNumber(control, spec.label, value, spec.min, spec.max);
    case 'integer':
      return checkNumber(control, spec.label, value, spec.min, spec.max, true);
    case 'flag':
      return typeof value === 'boolean' ? [] : [{ control, message: `${spec.label} is ${format(value)}: it must be true or false.` }];
    case 'list': {
      if (!Array.isArray(value) || value.length < spec.minLength || value.length > spec.maxLength) {
        return [{ control, message: `${spec.label} must be a list of ${spec.minLength} to ${spec.maxLength} numbers.` }];
      }
      return value.flatMap((entry: unknown) => checkNumber(control, spec.label, entry, spec.min, spec.max)).slice(0, 1);
    }
    default:
      return spec satisfies never;
  }
}

function checkRacer(racer: RacerConfig, workload: WorkloadDefinition): ConfigProblem[] {
  const at = `optimizer ${racer.key}`;
  const definition = optimizers.find(({ id }) => id === racer.optimizer);
  if (definition === undefined) {
    const known = optimizers.map(({ id }) => id).join(', ');
    return [{ control: at, message: `There is no optimizer ${format(racer.optimizer)}: choose one of ${known}.` }];
  }
  const unknown = Object.keys(racer.hyper).filter((name) => definition.hyper[name] === undefined);
  return [
    ...Object.entries(definition.hyper).flatMap(([name, spec]) => checkHyper(`${at}: ${spec.label}`, spec, racer.hyper[name])),
    ...unknown.map((name) => ({ control: at, message: `${definition.label} has no hyperparameter '${name}'.` })),
    ...checkNumber(`${at}: label smoothing`, 'Label smoothing', racer.labelSmoothing, 0, workload.regularization.labelSmoothing ? 0.9 : 0),
    ...checkNumber(`${at}: dropout`, 'Dropout', racer.dropout, 0, workload.regularization.dropout ? 0.9 : 0),
    ...checkNumber(`${at}: auxiliary dropout`, 'Auxiliary dropout', racer.auxDropout, 0, workload.regularization.auxDropout ? 0.9 : 0),
    ...(racer.schedule === null ? [] : checkSchedule(`${at}: schedule`, racer.schedule)),
    ...(racer.horizon === null ? [] : checkHorizon(`${at}: horizon`, racer.horizon)),
  ];
}

function checkOptions({ workload: { id, options } }: RaceConfig, workload: WorkloadDefinition): ConfigProblem[] {
  const unknown = Object.keys(options).filter((name) => workload.options[name] === undefined);
  return [
    ...unknown.map((name) => ({ control: 'workload', message: `Workload ${id} has no option '${name}'.` })),
    ...Object.entries(workload.options).flatMap(([name, spec]) => {
      const value = options[name];
      if (spec.kind === 'integer') return checkNumber(name, spec.label, value, spec.min, spec.max, true);
      if (spec.choices.some((choice) => choice.id === value)) return [];
      const known = spec.choices.map((choice) => choice.id).join(', ');
      return [{ control: name, message: `${spec.label} is ${format(value)}: choose one of ${known}.` }];
    }),
  ];
}

/** Everything that is wrong with a configuration; empty when it can run. */
export function validateRace(config: RaceConfig): readonly ConfigProblem[] {
  const workload = findWorkload(config.workload.id);
  if (workload === undefined) return [{ control: 'workload', message: `There is no workload ${format(config.workload.id)}.` }];
  const options = checkOptions(config, workload);
  if (options.length > 0) return options;
  const batch = workload.batch(config.workload.options);
  const keys = config.racers.map(({ key }) => key);
  const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...checkNumber('batch', 'The batch size', config.batch, batch.min, batch.max, true),
    ...checkNumber('seed', 'The first seed', config.seed, 0, MAX_SEED, true),
    ...checkNumber('seeds', 'The number of seeds', config.seeds, 1, MAX_SEEDS, true),
    ...checkHorizon('horizon', config.horizon),
    ...checkSchedule('schedule', config.schedule),
    ...checkNumber('optimizers', 'The number of optimizers', config.racers.length, 1, MAX_RACERS, true),
    ...repeated.map((key) => ({ control: 'optimizers', message: `Two optimizers have the key '${key}'.` })),
    ...config.racers.flatMap((racer) => checkRacer(racer, workload)),
  ];
}

/** Throws `RaceError` ('invalid-config') that names every bad value. */
export function assertValid(config: RaceConfig): void {
  const problems = validateRace(config);
  const [first] = problems;
  if (first === undefined) return;
  throw new RaceError({
    kind: 'invalid-config',
    message: problems.map(({ message }) => message).join(' '),
    advice: `Change ${first.control}.`,
    control: first.control,
  });
}
