import type { Schedule } from '../schedule.ts';
import { WasmProgram } from '../wasm/wasm-program.ts';

export type HostValues = Readonly<Record<string, ArrayLike<number>>>;

/** Externals of a schedule by name. */
export function externalsOf(schedule: Schedule): Map<string, { readonly dtype: 'float32' | 'int32'; readonly isShared: boolean }> {
  return new Map(
    schedule.buffers.flatMap(({ storage, dtype }) =>
      storage.kind === 'external' ? [[storage.name, { dtype, isShared: storage.owner === 'shared' }] as const] : [],
    ),
  );
}

/** A schedule as a program of WebAssembly with one entry, `step`, for every run. */
export function wasmProgramOf(schedule: Schedule, runs: number): Promise<WasmProgram> {
  return WasmProgram.create({ parts: { step: schedule }, runs, entries: { step: [{ firstRun: 0, runs, parts: ['step'] }] } });
}

/** Writes the inputs of one run (and the shared ones). */
export function writeInputs(program: WasmProgram, schedule: Schedule, inputs: HostValues, run: number): void {
  for (const [name, { dtype, isShared }] of externalsOf(schedule)) {
    const values = inputs[name];
    if (values === undefined) continue;
    const own = isShared ? undefined : run;
    if (dtype === 'int32') program.int32(name, own).set(values);
    else program.float32(name, own).set(values);
  }
}

/** Programs of schedules by number of runs: generating and compiling one takes longer than calling it. */
const programs = new WeakMap<Schedule, Map<number, Promise<WasmProgram>>>();

function knownProgramOf(schedule: Schedule, runs: number): Promise<WasmProgram> {
  const known = programs.get(schedule) ?? new Map<number, Promise<WasmProgram>>();
  programs.set(schedule, known);
  const program = known.get(runs) ?? wasmProgramOf(schedule, runs);
  known.set(runs, program);
  return program;
}

/**
 * The schedule computed once for these runs, in a program that may have computed others before.
 * @param inputs of each run
 * @returns every float32 external that belongs to a run, by name, per run
 */
export async function runOnWasm(schedule: Schedule, inputs: readonly HostValues[]): Promise<readonly Record<string, Float32Array>[]> {
  const program = await knownProgramOf(schedule, inputs.length);
  for (const [run, values] of inputs.entries()) writeInputs(program, schedule, values, run);
  program.call('step');
  return inputs.map((_, run) =>
    Object.fromEntries(
      [...externalsOf(schedule)].flatMap(([name, { dtype, isShared }]) =>
        isShared || dtype === 'int32' ? [] : [[name, Float32Array.from(program.float32(name, run))] as const],
      ),
    ),
  );
}
