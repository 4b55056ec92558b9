import { runSchedule } from '../../schedule/run-schedule.ts';
import type { Schedule } from '../../schedule.ts';
import { externalsOf, type HostValues } from './gpu-harness.ts';

/** What `runOnGpu` should give: every run in float64, one after the other. */
export function expectedOf(schedule: Schedule, inputs: HostValues, runs: number): Record<string, Float64Array> {
  const externals = [...externalsOf(schedule)];
  const all = Object.fromEntries(externals.map(([name, { size, isShared }]) => [name, new Float64Array(isShared ? size : runs * size)]));
  for (const [name, values] of Object.entries(inputs)) all[name]?.set(Float32Array.from(values));
  for (let run = 0; run < runs; run++) {
    const own = externals.map(([name, { size, isShared }]) => {
      const values = all[name] as Float64Array;
      return [name, isShared ? values : values.subarray(run * size, (run + 1) * size)];
    });
    runSchedule(schedule, Object.fromEntries(own));
  }
  return all;
}

/** Throws with name, index and both values where a number is off by more than `tolerance` of its size, or of 1 if that is larger. */
export function assertAllClose(
  found: Readonly<Record<string, ArrayLike<number>>>,
  wanted: Readonly<Record<string, ArrayLike<number>>>,
  tolerance: number,
): void {
  for (const [name, values] of Object.entries(wanted)) {
    const own = found[name];
    if (own === undefined || own.length !== values.length) throw new Error(`${name} has ${own?.length} values, expected ${values.length}`);
    for (let i = 0; i < values.length; i++) {
      const [a, b] = [own[i] as number, values[i] as number];
      if (Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))) continue;
      throw new Error(`${name}[${i}] is ${a}, expected ${b}`);
    }
  }
}
