import type { Schedule } from '../schedule.ts';
import { explainCompileError } from './disassemble.ts';
import { CONSTANTS_START, type ExternalBuffer, generateModule } from './generate.ts';
import { type MemoryLayout, planMemory, type Segment } from './memory-layout.ts';
import { MAX_PAGES, type MemoryKind, PAGE_BYTES } from './module-builder.ts';

export interface WasmProgramSpec {
  /** What one run can be asked to compute. Externals of one name are one memory in all parts. */
  readonly parts: Readonly<Record<string, Schedule>>;
  /** R */
  readonly runs: number;
  /** What `call` can be asked for: which parts, in order, for which runs. */
  readonly entries: Readonly<Record<string, readonly Segment[]>>;
  /** 'shared' lets other threads attach. */
  readonly memory?: MemoryKind;
  /** How many threads may call at once: each needs an arena of its own. */
  readonly arenas?: number;
}

/** What another thread needs to use the program's code and memory; can be posted to it. */
export interface SharedProgram {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: MemoryLayout;
}

/** Bytes that a program takes, by what they are for. */
export interface PlannedBytes {
  readonly constants: number;
  /** Addresses that tell the code where things are. */
  readonly plan: number;
  readonly shared: number;
  readonly runs: number;
  readonly arenas: number;
}

type CallFunction = (plan: number, count: number, arena: number) => void;

/** Schedules compiled to one WebAssembly module, with memory for R runs. Results do not depend on R or on the grouping of calls. */
export class WasmProgram {
  /** Bytes of memory in all. */
  readonly bytes: number;
  readonly plannedBytes: PlannedBytes;
  /** Arena bytes of one thread if no buffer took the place of another. */
  readonly arenaBytesWithoutReuse: number;
  readonly moduleBytes: number;
  /** Time that generating, compiling and setting up took. */
  readonly compileMs: number;
  readonly #module: WebAssembly.Module;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: MemoryLayout;
  readonly #call: CallFunction;

  private constructor(shared: SharedProgram, instance: WebAssembly.Instance, moduleBytes: number, compileMs: number) {
    this.#module = shared.module;
    this.#memory = shared.memory;
    this.#layout = shared.layout;
    this.#call = instance.exports.call as CallFunction;
    this.bytes = shared.layout.bytes;
    this.plannedBytes = shared.layout.plannedBytes;
    this.arenaBytesWithoutReuse = shared.layout.arenaBytesWithoutReuse;
    this.moduleBytes = moduleBytes;
    this.compileMs = compileMs;
  }

  /** Rejects with an error that says what does not fit together, where the code is not valid, or how much memory is missing. */
  static async create(spec: WasmProgramSpec): Promise<WasmProgram> {
    const start = performance.now();
    const kind = spec.memory ?? 'plain';
    const generated = generateModule(spec.parts, kind);
    const layout = planMemory(generated, spec.runs, spec.entries, spec.arenas ?? 1);
    const memory = allocate(layout.bytes, kind);
    const module = await WebAssembly.compile(generated.bytes).catch((error: unknown) => {
      throw explainCompileError(error, generated.bytes, generated.labels);
    });
    new Uint8Array(memory.buffer).set(generated.constants, CONSTANTS_START);
    new Int32Array(memory.buffer, layout.plan.address, layout.plan.words.length).set(layout.plan.words);
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    return new WasmProgram({ module, memory, layout }, instance, generated.bytes.length, performance.now() - start);
  }

  /** The same program in another thread: same code, same memory. */
  static async attach(shared: SharedProgram): Promise<WasmProgram> {
    const start = performance.now();
    const instance = await WebAssembly.instantiate(shared.module, { env: { memory: shared.memory } });
    return new WasmProgram(shared, instance, 0, performance.now() - start);
  }

  /** What `attach` needs. Other threads see the same numbers only where the memory is 'shared'. */
  share(): SharedProgram {
    return { module: this.#module, memory: this.#memory, layout: this.#layout };
  }

  /** Live view of an external: (size), of one run where runs have their own. Throws an error that names what does not exist. */
  float32(name: string, run?: number): Float32Array<ArrayBufferLike> {
    const { address, size } = this.#find(name, run, 'float32');
    return new Float32Array(this.#memory.buffer, address, size);
  }

  /** The same for an external of integers. */
  int32(name: string, run?: number): Int32Array<ArrayBufferLike> {
    const { address, size } = this.#find(name, run, 'int32');
    return new Int32Array(this.#memory.buffer, address, size);
  }

  /** Whether the run has memory for an external: whether one of its parts uses it. */
  has(name: string, run?: number): boolean {
    const external = this.#layout.externals[name];
    return external !== undefined && external.addresses[external.owner === 'shared' ? 0 : (run ?? -1)] !== undefined;
  }

  /** Computes an entry for runs firstRun .. firstRun + runs - 1 (all of them by default): each run's parts in order, one run after the other. */
  call(entry: string, firstRun = 0, runs = this.#layout.runs - firstRun, arena = 0): void {
    const steps = this.#layout.entries[entry];
    if (steps === undefined) throw new Error(`The program has no entry "${entry}", but ${Object.keys(this.#layout.entries).join(', ')}.`);
    const arenaAddress = this.#layout.arenas[arena];
    if (arenaAddress === undefined) throw new Error(`The program has ${this.#layout.arenas.length} arenas, not one with number ${arena}.`);
    const [begin, end] = [steps[firstRun], steps[firstRun + runs]];
    if (begin === undefined || end === undefined || end < begin) {
      throw new Error(`The program has ${this.#layout.runs} runs, not ${runs} from number ${firstRun}.`);
    }
    this.#call(this.#layout.plan.address + 8 * begin, end - begin, arenaAddress);
  }

  #find(name: string, run: number | undefined, dtype: ExternalBuffer['dtype']): { readonly address: number; readonly size: number } {
    const external = this.#layout.externals[name];
    if (external === undefined) {
      throw new Error(`The program has no external "${name}", but ${Object.keys(this.#layout.externals).join(', ')}.`);
    }
    if (external.dtype !== dtype) throw new Error(`External "${name}" is ${external.dtype}, not ${dtype}.`);
    if (external.owner === 'run' && run === undefined) throw new Error(`External "${name}" belongs to a run: say which.`);
    const address = external.addresses[external.owner === 'shared' ? 0 : (run as number)];
    if (address === undefined || address === null) throw new Error(`Run ${run} has no external "${name}": none of its parts uses it.`);
    return { address, size: external.size };
  }
}

function allocate(bytes: number, kind: MemoryKind): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
  if (pages > MAX_PAGES)
    throw new Error(`The race needs ${size} of memory, more than the 4096 MiB that WebAssembly can address: make it smaller.`);
  try {
    return new WebAssembly.Memory(kind === 'shared' ? { initial: pages, maximum: pages, shared: true } : { initial: pages });
  } catch (error) {
    throw new Error(`The race needs ${size} of memory, which is not to be had here: make it smaller.`, { cause: error });
  }
}
