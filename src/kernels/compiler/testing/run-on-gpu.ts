import type { Schedule } from '../schedule.ts';
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
