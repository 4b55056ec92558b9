import { parseArgs } from 'node:util';
import { GoldenReader, listGoldenFiles } from './golden/files.ts';
import { referenceStepper, wasmStepper } from './golden/here.ts';
import { opsStepper } from './golden/ops.ts';
import { type RunReport, replayFile } from './golden/replay.ts';
import type { GoldenStepper } from './golden/stepper.ts';

const RUNNERS = ['reference', 'ops', 'fused', 'wasm'] as const;
type Runner = (typeof RUNNERS)[number];

const USAGE = `Replays recorded optimizer trajectories and compares every step.

  npm run golden -- <files or folders> [--runner reference|ops|fused|wasm]

problems.json must lie beside the files; .json.br (brotli) is read too. The default runner is reference (float64).`;

async function createStepper(runner: Runner): Promise<GoldenStepper> {
  switch (runner) {
    case 'reference':
      return referenceStepper();
    case 'ops':
      return await opsStepper();
    case 'fused': {
      const { fusedStepper } = await import('./golden/fused.ts');
      return await fusedStepper();
    }
    case 'wasm':
      return wasmStepper();
    default:
      return runner satisfies never;
  }
}

interface Request {
  readonly paths: readonly string[];
  readonly runner: Runner;
}

/** Throws an error that says what is wrong with the arguments. */
function readArguments(argv: string[]): Request | 'help' {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { runner: { type: 'string', default: 'reference' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return 'help';
  const runner = RUNNERS.find((name) => name === values.runner);
  if (!runner) throw new Error(`Unknown runner "${values.runner}"; there are ${RUNNERS.join(', ')}.`);
  if (positionals.length === 0) throw new Error('Name at least one file or folder.');
  return { paths: listGoldenFiles(positionals), runner };
}

/** The `golden` command. Returns 0 when every run of a known optimizer is within tolerance, 1 when one is not, 2 for unusable input. */
export async function main(argv: string[]): Promise<number> {
  let request: Request | 'help';
  try {
    request = readArguments(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (request === 'help') {
    console.log(USAGE);
    return 0;
  }
  const { paths, runner } = request;
  const stepper = await createStepper(runner);
  try {
    return await replayAll(paths, stepper, runner);
  } finally {
    await stepper.close();
  }
}

async function replayAll(paths: readonly string[], stepper: GoldenStepper, runner: Runner): Promise<number> {
  const reader = new GoldenReader();
  const totals = { ok: 0, failed: 0, unknown: 0, unusable: 0 };
  for (const path of paths) {
    try {
      const { name, content, problem } = reader.read(path);
      const report = await replayFile(name, content, problem, stepper, runner === 'reference' ? 'double' : 'single');
      if (report.kind === 'not implemented') {
        totals.unknown += 1;
        console.log(`${name.padEnd(18)}  not implemented`);
        continue;
      }
      for (const run of report.runs) {
        totals[run.verdict] += 1;
        console.log(formatReport(run));
      }
    } catch (error) {
      totals.unusable += 1;
      const message = error instanceof Error ? error.message : String(error);
      console.error(message.startsWith(path) ? message : `${path}: ${message}`);
    }
  }
  const { ok, failed, unknown, unusable } = totals;
  console.log(`${runner}: ${ok + failed} runs, ${ok} ok, ${failed} failed; ${unknown} files not implemented, ${unusable} unusable`);
  if (failed > 0) return 1;
  return unusable > 0 ? 2 : 0;
}

/** One line: file, config, dtype, worst deviation, allowed, verdict, and how a run ended that did so early. */
function formatReport({ file, config, dtype, compared, steps, worst, ending, verdict }: RunReport): string {
  const { what, step, value, allowed } = worst;
  return [
    file.padEnd(18),
    config.padEnd(22),
    dtype,
    `${value.toExponential(1)} of ${allowed.toExponential(1)}`.padEnd(20),
    `${what} at step ${step}, ${compared}/${steps} steps compared`.padEnd(46),
    verdict,
    ...(ending ? [ending.message] : []),
  ].join('  ');
}
