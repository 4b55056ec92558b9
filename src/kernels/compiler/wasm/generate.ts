import { planArena } from '../schedule/arena.ts';
import type { Kernel, Schedule } from '../schedule.ts';
import { type CanonicalKernel, canonicalize } from './canonical.ts';
import { ConstantPool } from './constant-pool.ts';
import { emitCustom } from './custom.ts';
import { FunctionBuilder } from './function-builder.ts';
import type { KernelFunction } from './kernel-function.ts';
import { emitLoops } from './loops.ts';
import { MathLibrary } from './math/library.ts';
import { emitMatMul } from './matmul.ts';
import { type MemoryKind, ModuleBuilder } from './module-builder.ts';
import type { ValueType } from './opcodes.ts';
import { emitSegmentSum } from './segment-sum.ts';

/** Buffers begin at multiples of so many bytes: a cache line, so that whole vectors do not straddle two. */
export const ALIGNMENT_BYTES = 64;

export const alignBytes = (bytes: number): number => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

export interface ExternalBuffer {
  readonly name: string;
  readonly owner: 'run' | 'shared';
  readonly size: number;
  readonly dtype: 'float32' | 'int32';
}

export interface GeneratedPart {
  /** Place of its function in the module's table. */
  readonly tableIndex: number;
  /** Its externals in the order of the addresses that its function reads from a row. */
  readonly externals: readonly string[];
  readonly arenaBytes: number;
  readonly arenaBytesWithoutReuse: number;
}

/** A module, which is a function of the schedules and the kind of memory alone. */
export interface GeneratedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly parts: Readonly<Record<string, GeneratedPart>>;
  readonly externals: ReadonlyMap<string, ExternalBuffer>;
  /** What must stand at `CONSTANTS_START`. */
  readonly constants: Uint8Array;
  /** Per thread: the largest arena of all parts and what kernels need beside it. */
  readonly arenaBytes: number;
  /** Labels of the functions, by index. */
  readonly labels: readonly string[];
  /** Kernels of all parts, and functions made for them. */
  readonly kernels: number;
  readonly kernelFunctions: number;
}

/** Before this address there is nothing: vectors may be read a little before a buffer begins. */
export const CONSTANTS_START = 4096;

interface KernelCode {
  readonly index: number;
}

class Generator {
  readonly #module = new ModuleBuilder();
  readonly #math = new MathLibrary(this.#module);
  readonly #constants = new ConstantPool(CONSTANTS_START);
  readonly #functions = new Map<string, KernelCode>();
  readonly #externals = new Map<string, ExternalBuffer>();
  #scratchBytes = 0;
  #kernels = 0;

  generate(schedules: Readonly<Record<string, Schedule>>, memory: MemoryKind): GeneratedModule {
    const parts: Record<string, GeneratedPart> = {};
    for (const [name, schedule] of Object.entries(schedules)) parts[name] = this.#addPart(name, schedule);
    this.#addDriver();
    const arenaBytes = Math.max(0, ...Object.values(parts).map((part) => part.arenaBytes));
    return {
      bytes: this.#module.finish(memory),
      parts,
      externals: this.#externals,
      constants: this.#constants.bytes(),
      arenaBytes: arenaBytes + this.#scratchBytes,
      labels: this.#module.labels,
      kernels: this.#kernels,
      kernelFunctions: this.#functions.size,
    };
  }

  /** (row of addresses of externals, arena): all kernels of a part for one run. */
  #addPart(name: string, schedule: Schedule): GeneratedPart {
    const f = new FunctionBuilder(['i32', 'i32']);
    const [row, arena] = [0, 1];
    const plan = planArena(schedule, { alignment: ALIGNMENT_BYTES / 4 });
    const arenaBytes = alignBytes(4 * plan.size);
    const externals: string[] = [];
    const addresses = schedule.buffers.map((buffer, id) => {
      const { storage } = buffer;
      if (storage.kind === 'constant') return { base: null, bytes: this.#constants.add(storage.values, buffer.size, buffer.dtype) };
      if (storage.kind === 'arena') return { base: arena, bytes: 4 * (plan.offsets[id] as number) };
      this.#declare(name, { name: storage.name, owner: storage.owner, size: buffer.size, dtype: buffer.dtype });
      const known = externals.indexOf(storage.name);
      const position = known >= 0 ? known : externals.push(storage.name) - 1;
      return { base: row, bytes: 4 * position, isExternal: true };
    });
    const locals = externals.map((_, position) => {
      const local = f.local('i32');
      f.get(row);
      f.memory('i32.load', 4 * position);
      f.set(local);
      return local;
    });
    for (const kernel of schedule.kernels) {
      const canonical = canonicalize(schedule, kernel);
      const { index } = this.#kernelFunction(canonical);
      for (const { buffer, offset } of canonical.addresses) {
        const address = addresses[buffer];
        if (address === undefined) throw new Error(`${kernel.label}: there is no buffer ${buffer}`);
        if (address.base === null) f.i32(address.bytes + 4 * offset);
        else {
          f.get(address.isExternal ? (locals[address.bytes / 4] as number) : address.base);
          f.i32(address.isExternal ? 4 * offset : address.bytes + 4 * offset);
          f.op('i32.add');
        }
      }
      for (const value of canonical.numbers) f.i32(value);
      f.get(arena);
      f.i32(arenaBytes);
      f.op('i32.add');
      f.call(index);
      this.#kernels += 1;
    }
    const tableIndex = this.#module.addToTable(this.#module.add(`part "${name}"`, f));
    return { tableIndex, externals, arenaBytes, arenaBytesWithoutReuse: 4 * plan.sizeWithoutReuse };
  }

  /** Equal kernels share a function. */
  #kernelFunction(canonical: CanonicalKernel): KernelCode {
    const known = this.#functions.get(canonical.key);
    if (known !== undefined) return known;
    const { addresses, numbers, kernel } = canonical;
    const params = Array.from({ length: addresses.length + numbers.length + 1 }, (): ValueType => 'i32');
    const f = new FunctionBuilder(params);
    let reserved = 0;
    const target: KernelFunction = {
      f,
      math: this.#math,
      slot: (slot) => slot,
      number: (index) => addresses.length + index,
      scratch: addresses.length + numbers.length,
      reserve: (bytes) => {
        const offset = reserved;
        reserved += alignBytes(bytes);
        return offset;
      },
    };
    try {
      emitKernel(target, kernel, canonical.sizes);
    } catch (error) {
      throw new Error(`${kernel.label}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    this.#scratchBytes = Math.max(this.#scratchBytes, reserved);
    const code = { index: this.#module.add(kernel.label, f) };
    this.#functions.set(canonical.key, code);
    return code;
  }

  /** (plan, count, arena): calls parts in the order of a plan, whose entries are (place in the table, row). */
  #addDriver(): void {
    const f = new FunctionBuilder(['i32', 'i32', 'i32']);
    const [plan, count, arena] = [0, 1, 2];
    f.block('block', () => {
      f.get(count);
      f.op('i32.eqz');
      f.branchIf(0);
      f.block('loop', () => {
        f.get(plan);
        f.memory('i32.load', 4);
        f.get(arena, plan);
        f.memory('i32.load', 0);
        f.callIndirect(this.#module.typeIndex(['i32', 'i32'], []));
        f.bump(plan, 8);
        f.get(count);
        f.i32(1);
        f.op('i32.sub');
        f.tee(count);
        f.branchIf(0);
      });
    });
    this.#module.export('call', this.#module.add('call', f));
  }

  #declare(part: string, external: ExternalBuffer): void {
    const known = this.#externals.get(external.name);
    if (known === undefined) {
      this.#externals.set(external.name, external);
      return;
    }
    for (const key of ['size', 'dtype', 'owner'] as const) {
      if (known[key] === external[key]) continue;
      throw new Error(`part "${part}" has "${external.name}" with ${key} ${external[key]}, another part with ${known[key]}`);
    }
  }
}

function emitKernel(target: KernelFunction, kernel: Kernel, sizes: readonly number[]): void {
  switch (kernel.kind) {
    case 'loops':
      emitLoops(target, kernel);
      return;
    case 'matmul':
      emitMatMul(target, kernel);
      return;
    case 'segmentSum':
      emitSegmentSum(target, kernel);
      return;
    case 'custom':
      emitCustom(target, kernel, sizes);
      return;
  }
}

/** Translates schedules to one module with a function per part. */
export function generateModule(schedules: Readonly<Record<string, Schedule>>, memory: MemoryKind): GeneratedModule {
  return new Generator().generate(schedules, memory);
}
