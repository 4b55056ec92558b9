import { runSchedule } from '../../schedule/run-schedule.ts';
import type { Schedule } from '../../schedule.ts';
import { WasmProgram } from '../wasm-program.ts';

export interface Comparison {
  /** Largest difference of an element, relative to the largest element of its buffer. */
  readonly worst: number;
  readonly where: string;
}

/** Values that are known and different: multiples of 1/64 from -1 to 1, so that float32 holds them; integers below `rows`. */
export function fillInputs(schedule: Schedule, rows: number): Record<string, Float64Array> {
  const externals: Record<string, Float64Array> = {};
  schedule.buffers.forEach(({ size, dtype, storage }, buffer) => {
    if (storage.kind !== 'external') return;
    externals[storage.name] = Float64Array.from({ length: size }, (_, index) => {
      const hash = (Math.imul(index + 1, 2654435761) ^ Math.imul(buffer + 1, 40503)) >>> 9;
      return dtype === 'int32' ? hash % rows : (hash % 129) / 64 - 1;
    });
  });
  return externals;
}

export async function programOf(schedule: Schedule, runs = 1): Promise<WasmProgram> {
  return WasmProgram.create({ parts: { part: schedule }, runs, entries: { all: [{ firstRun: 0, runs, parts: ['part'] }] } });
}

export function writeInputs(program: WasmProgram, schedule: Schedule, externals: Readonly<Record<string, Float64Array>>, run = 0): void {
  for (const { dtype, storage } of schedule.buffers) {
    if (storage.kind !== 'external') continue;
    const view = dtype === 'int32' ? program.int32(storage.name, run) : program.float32(storage.name, run);
    view.set(externals[storage.name] as Float64Array);
  }
}

/** Runs a schedule as WebAssembly and in float64, and compares every external. */
export async function compare(schedule: Schedule, externals: Readonly<Record<string, Float64Array>>): Promise<Comparison> {
  const program = await programOf(schedule);
  writeInputs(program, schedule, externals);
  program.call('all');
  const exact = Object.fromEntries(Object.entries(externals).map(([name, values]) => [name, values.slice()]));
  runSchedule(schedule, exact);
  let found: Comparison = { worst: 0, where: '' };
  for (const { dtype, storage } of schedule.buffers) {
    if (storage.kind !== 'external') continue;
    const actual = dtype === 'int32' ? program.int32(storage.name, 0) : program.float32(storage.name, 0);
    const expected = exact[storage.name] as Float64Array;
    const scale = expected.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1e-30);
    expected.forEach((value, index) => {
      const own = actual[index] as number;
      if (Object.is(own, value) || own === value || (Number.isNaN(own) && Number.isNaN(value))) return;
      const difference = Math.abs(own - value) / scale;
      if (!(difference <= found.worst)) found = { worst: difference, where: `${storage.name}[${index}]: ${own} instead of ${value}` };
    });
  }
  return found;
}
