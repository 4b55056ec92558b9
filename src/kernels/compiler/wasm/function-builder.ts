import { ByteWriter } from './byte-writer.ts';
import { INSTRUCTIONS, type InstructionName, type PlainName, VALUE_TYPES, type ValueType } from './opcodes.ts';

/** Index of a local variable; parameters come first. */
export type Local = number;

const NO_RESULT = 0x40;

/** Assembles the body of one function. Operands are on WebAssembly's stack: push them, then name the instruction. */
export class FunctionBuilder {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #code = new ByteWriter();
  readonly #locals: ValueType[] = [];
  readonly #free: Record<ValueType, Local[]> = { i32: [], v128: [] };

  constructor(params: readonly ValueType[], results: readonly ValueType[] = []) {
    this.params = params;
    this.results = results;
  }

  /** Bytes of code so far. */
  get length(): number {
    return this.#code.length;
  }

  /** A local variable that holds nothing defined: a released one may be handed out again. */
  local(type: ValueType): Local {
    return this.#free[type].pop() ?? this.params.length + this.#locals.push(type) - 1;
  }

  release(local: Local): void {
    const type = this.#locals[local - this.params.length];
    if (type !== undefined) this.#free[type].push(local);
  }

  get(...locals: readonly Local[]): void {
    for (const local of locals) this.#indexed('local.get', local);
  }

  set(local: Local): void {
    this.#indexed('local.set', local);
  }

  tee(local: Local): void {
    this.#indexed('local.tee', local);
  }

  /** Instructions without immediates, in order. */
  op(...names: readonly PlainName[]): void {
    for (const name of names) this.#opcode(name);
  }

  lane(name: 'i32x4.extract_lane', lane: number): void {
    this.#opcode(name);
    this.#code.byte(lane);
  }

  i32(value: number): void {
    this.#opcode('i32.const');
    this.#code.s32(value);
  }

  /** Four float32 lanes of one value. */
  splat(value: number): void {
    this.floats([value, value, value, value]);
  }

  floats(lanes: readonly number[]): void {
    this.vector(new Uint8Array(Float32Array.from(lanes).buffer));
  }

  ints(lanes: readonly number[]): void {
    this.vector(new Uint8Array(Int32Array.from(lanes).buffer));
  }

  doubles(lanes: readonly number[]): void {
    this.vector(new Uint8Array(Float64Array.from(lanes).buffer));
  }

  vector(bytes: Uint8Array): void {
    this.#opcode('v128.const');
    this.#code.all(bytes);
  }

  /** Four lanes out of the eight 32-bit lanes of the two operands. */
  shuffle(lanes: readonly [number, number, number, number]): void {
    this.#opcode('i8x16.shuffle');
    for (const lane of lanes) for (let byte = 0; byte < 4; byte++) this.#code.byte(4 * lane + byte);
  }

  /** A load or store at (address on the stack) + offset bytes. */
  memory(name: 'v128.load' | 'v128.store' | 'v128.load32_splat' | 'i32.load', offset: number): void {
    this.#opcode(name);
    // Alignment 2^2 bytes is a hint; every element has it.
    this.#code.u32(2);
    this.#code.u32(offset);
  }

  memoryLane(name: 'v128.load32_lane' | 'v128.store32_lane' | 'v128.store64_lane', offset: number, lane: number): void {
    this.#opcode(name);
    this.#code.u32(2);
    this.#code.u32(offset);
    this.#code.byte(lane);
  }

  call(functionIndex: number): void {
    this.#indexed('call', functionIndex);
  }

  callIndirect(typeIndex: number): void {
    this.#opcode('call_indirect');
    this.#code.u32(typeIndex);
    this.#code.byte(0);
  }

  block(name: 'block' | 'loop' | 'if', body: () => void, result?: ValueType): void {
    this.#opcode(name);
    this.#code.byte(result === undefined ? NO_RESULT : VALUE_TYPES[result]);
    body();
    this.op('end');
  }

  /** Branches `depth` blocks outwards. */
  branchIf(depth: number): void {
    this.#indexed('br_if', depth);
  }

  /** if (condition on the stack) `yes` else `no`, each leaving one value of type `result` on the stack. */
  choose(result: ValueType, yes: () => void, no: () => void): void {
    this.block(
      'if',
      () => {
        yes();
        this.op('else');
        no();
      },
      result,
    );
  }

  /** Runs `body` `count` times. */
  repeat(count: number, body: () => void): void {
    if (count <= 0) return;
    if (count === 1) {
      body();
      return;
    }
    const left = this.local('i32');
    this.i32(count);
    this.set(left);
    this.block('loop', () => {
      body();
      this.get(left);
      this.i32(1);
      this.op('i32.sub');
      this.tee(left);
      this.branchIf(0);
    });
    this.release(left);
  }

  /** local += amount, for an i32. */
  bump(local: Local, amount: number): void {
    this.get(local);
    this.i32(amount);
    this.op('i32.add');
    this.set(local);
  }

  /** The function's entry in the code section. */
  finish(): Uint8Array {
    const entry = new ByteWriter();
    entry.sized((content) => {
      const groups: { type: ValueType; count: number }[] = [];
      for (const type of this.#locals) {
        const last = groups.at(-1);
        if (last?.type === type) last.count++;
        else groups.push({ type, count: 1 });
      }
      content.u32(groups.length);
      for (const { type, count } of groups) {
        content.u32(count);
        content.byte(VALUE_TYPES[type]);
      }
      content.all(this.#code.bytes);
      content.byte(INSTRUCTIONS.end.code);
    });
    return entry.bytes.slice();
  }

  #indexed(name: 'local.get' | 'local.set' | 'local.tee' | 'call' | 'br_if', index: number): void {
    this.#opcode(name);
    this.#code.u32(index);
  }

  #opcode(name: InstructionName): void {
    const { code, prefix } = INSTRUCTIONS[name];
    if (prefix === null) {
      this.#code.byte(code);
      return;
    }
    this.#code.byte(prefix);
    this.#code.u32(code);
  }
}
