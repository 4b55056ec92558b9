import type { Schedule } from '../schedule.ts';
import type { AdapterClass } from '../wgsl/adapter-class.ts';
import { GpuProgram } from '../wgsl/gpu-program.ts';
import { runProgram } from '../wgsl/testing/gpu-harness.ts';
import type { HostValues } from './run-on-wasm.ts';
import { externalsOf } from './run-on-wasm.ts';

/** Inputs of several runs as a GPU program takes them: (R, size), or (size) where they are shared. */
export function stacked(schedule: Schedule, inputs: readonly HostValues[]): HostValues {
  return Object.fromEntries(
    [...externalsOf(schedule)].flatMap(([name, { isShared }]) => {
      const [first] = inputs;
      const values = first?.[name];
      if (values === undefined) return [];
      return [[name, isShared ? values : inputs.flatMap((own) => Array.from(own[name] as ArrayLike<number>))] as const];
    }),
  );
}

/** What a GPU program of R runs has computed, per run. */
export function perRun(
  schedule: Schedule,
  found: Readonly<Record<string, Float32Array | Int32Array>>,
  runs: number,
): readonly Record<string, Float32Array>[] {
  const floats = [...externalsOf(schedule)].filter(([, { dtype, isShared }]) => dtype === 'float32' && !isShared);
  return Array.from({ length: runs }, (_, run) =>
    Object.fromEntries(
      floats.map(([name]) => {
        const all = found[name] as Float32Array;
        return [name, all.slice((run * all.length) / runs, ((run + 1) * all.length) / runs)] as const;
      }),
    ),
  );
}

/** Training and evaluation of one network. */
const KEPT_SCHEDULES = 2;

/** Computes schedules on a device. Keeps the programs of the last ones by number of runs: compiling one takes longer than running it. */
export class GpuRunner {
  readonly #device: GPUDevice;
  readonly #adapter: AdapterClass;
  readonly #programs = new Map<Schedule, Map<number, GpuProgram>>();

  constructor(device: GPUDevice, adapter: AdapterClass) {
    this.#device = device;
    this.#adapter = adapter;
  }

  /** The schedule computed once for these runs, in a program that may have computed others before. */
  async compute(schedule: Schedule, inputs: readonly HostValues[]): Promise<readonly Record<string, Float32Array>[]> {
    const program = await this.#programOf(schedule, inputs.length);
    return perRun(schedule, await runProgram(this.#device, program, schedule, stacked(schedule, inputs), 1), inputs.length);
  }

  async #programOf(schedule: Schedule, runs: number): Promise<GpuProgram> {
    const known = this.#programs.get(schedule) ?? new Map<number, GpuProgram>();
    const program = known.get(runs) ?? (await GpuProgram.create(this.#device, schedule, { runs, adapter: this.#adapter }));
    known.set(runs, program);
    this.#programs.set(schedule, known);
    const [oldest] = this.#programs.keys();
    if (oldest !== undefined && this.#programs.size > KEPT_SCHEDULES) {
      for (const old of this.#programs.get(oldest)?.values() ?? []) old.dispose();
      this.#programs.delete(oldest);
    }
    return program;
  }
}
