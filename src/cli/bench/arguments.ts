import { CONTENDERS, type ContenderId } from '../../bench/contenders.ts';

export interface BenchArguments {
  /** Networks whose id contains this; null: all. */
  readonly only: string | null;
  /** Contenders; null: all. */
  readonly contenders: readonly ContenderId[] | null;
  readonly rounds: number;
  /** Parts to measure. */
  readonly parts: readonly BenchPart[];
  /** The workloads instead of all that. */
  readonly isOfWorkloads: boolean;
}

export const BENCH_PARTS = ['table', 'curves', 'memory'] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

export const USAGE = `npm run bench -- [--only <part of a network's id>] [--with <contender,...>] [--rounds <n>] [--part ${BENCH_PARTS.join('|')}]
Contenders: ${Object.keys(CONTENDERS).join(', ')}
npm run bench -- --workloads [--only <part of a workload's id>]
Without options everything but the workloads is measured and docs/measurements/bench.json and the charts are written; --workloads alone writes
docs/measurements/workloads.json and the table of docs/benchmarks.md.`;

const DEFAULT_ROUNDS = 7;

/** Throws an error that names what is wrong. */
export function parseArguments(given: readonly string[]): BenchArguments {
  const isOfWorkloads = given.includes('--workloads');
  const args = given.filter((arg) => arg !== '--workloads');
  let [only, contenders, rounds, parts]: [string | null, ContenderId[] | null, number, readonly BenchPart[]] = [
    null,
    null,
    DEFAULT_ROUNDS,
    BENCH_PARTS,
  ];
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]];
    if (value === undefined) throw new Error(`${name} needs a value.\n${USAGE}`);
    switch (name) {
      case '--only':
        only = value;
        break;
      case '--with': {
        const names = value.split(',');
        const unknown = names.find((id) => !(id in CONTENDERS));
        if (unknown !== undefined) throw new Error(`There is no contender "${unknown}".\n${USAGE}`);
        contenders = names as ContenderId[];
        break;
      }
      case '--rounds':
        rounds = Number(value);
        if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1, got "${value}".`);
        break;
      case '--part': {
        const part = BENCH_PARTS.find((known) => known === value);
        if (part === undefined) throw new Error(`There is no part "${value}".\n${USAGE}`);
        parts = [part];
        break;
      }
      default:
        throw new Error(`There is no option ${name}.\n${USAGE}`);
    }
  }
  return { only, contenders, rounds, parts, isOfWorkloads };
}

/** Whether everything was asked for, so that the results may replace the committed ones. */
export const isComplete = ({ only, contenders, rounds, parts }: BenchArguments): boolean =>
  only === null && contenders === null && rounds >= DEFAULT_ROUNDS && parts.length === BENCH_PARTS.length;
