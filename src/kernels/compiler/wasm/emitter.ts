import type { Dtype } from '../graph.ts';
import { emitBinary, emitUnary } from './element-wise.ts';
import type { FunctionBuilder, Local } from './function-builder.ts';
import type { MathLibrary } from './math/library.ts';
import {
  type ConditionNode,
  type GuardNodes,
  type KernelNode,
  type LoadLanesNode,
  type LoadNode,
  type LoadRowNode,
  type MaskNode,
  operandsOf,
  type Place,
  type RowNode,
  type ValueNode,
} from './nodes.ts';

/** Several neighbouring points are computed in one loop body: this one is `offsets` (per digit) further than the loops say. */
export interface Copy {
  readonly offsets: readonly number[];
  /** How many of the four lanes are points of the domain; the others hold anything and are never stored. */
  readonly lanes: number;
}

/** What the expressions of a kernel get from its loops. */
export interface EmitterContext {
  readonly f: FunctionBuilder;
  readonly math: MathLibrary;
  readonly vector: number;
  /** Digits in which the copies of one loop body differ. */
  readonly copyDigits: readonly number[];
  /** Local with the address of a slot. */
  readonly slot: (slot: number) => Local;
  /** Local with a number of the kernel. */
  readonly number: (index: number) => Local;
  /** Pushes the result of a reduction. */
  readonly reduced: (index: number, copy: Copy) => void;
  /** Pushes the sum of products. */
  readonly accumulator: (copy: Copy) => void;
}

/** Where a kernel's result goes. */
export interface StoreNode {
  readonly slot: number;
  readonly place: Place;
  readonly value: ValueNode;
}

function slotsReadBy(root: KernelNode): ReadonlySet<number> {
  const slots = new Set<number>();
  const seen = new Set<KernelNode>();
  const visit = (node: KernelNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if ('slot' in node) slots.add(node.slot);
    for (const operand of operandsOf(node)) visit(operand);
  };
  visit(root);
  return slots;
}

const LANES = [0, 1, 2, 3] as const;

/** Pushes the bit pattern of a number in a type. */
export function splatOf(f: FunctionBuilder, value: number, dtype: Dtype): void {
  if (dtype === 'float32') {
    f.splat(value);
    return;
  }
  const int = dtype === 'bool' ? -Number(value !== 0) : value;
  f.ints([int, int, int, int]);
}

/** Emits the values of nodes, each once per scope and copy. */
export class Emitter {
  readonly #context: EmitterContext;
  readonly #f: FunctionBuilder;
  readonly #scopes: Map<KernelNode, Map<string, Local>>[] = [new Map()];
  readonly #owned: Local[][] = [[]];
  /** How often a node is asked for in the current pass. */
  #uses: ReadonlyMap<KernelNode, number> = new Map();

  constructor(context: EmitterContext) {
    this.#context = context;
    this.#f = context.f;
  }

  /** Runs `body`, then forgets the values that it kept. */
  scope(body: () => void): void {
    this.#scopes.push(new Map());
    this.#owned.push([]);
    body();
    this.#scopes.pop();
    for (const local of this.#owned.pop() ?? []) this.#f.release(local);
  }

  /** Says which values the code that follows asks for, in how many places: those asked for more than once are kept. */
  expect(roots: readonly KernelNode[], copies: number): void {
    const uses = new Map<KernelNode, number>();
    const count = (node: KernelNode, times: number): void => {
      const before = uses.get(node) ?? 0;
      uses.set(node, before + times);
      if (before === 0) for (const operand of operandsOf(node)) count(operand, 1);
    };
    for (const root of roots) count(root, 1);
    // A node that is the same for several copies is asked for by each of them.
    this.#uses = copies === 1 ? uses : new Map([...uses].map(([node, times]) => [node, times + Number(!this.#isOfOneCopy(node))]));
  }

  /** Computes a node now and keeps it in a local for the rest of the scope. */
  keep(node: KernelNode, copy: Copy): void {
    if (node.kind === 'number' || this.#lookUp(node, copy) !== null) return;
    this.#compute(node, copy);
    this.#f.set(this.#remember(node, copy));
  }

  /** Pushes the value: a vector, or an i32 for conditions and rows. */
  push(node: KernelNode, copy: Copy): void {
    const known = this.#lookUp(node, copy);
    if (known !== null) {
      this.#f.get(known);
      return;
    }
    this.#compute(node, copy);
    const isCheap = node.kind === 'number' || node.kind === 'reduced' || node.kind === 'accumulator';
    if (!isCheap && (this.#uses.get(node) ?? 0) > 1) this.#f.tee(this.#remember(node, copy));
  }

  #isOfOneCopy(node: KernelNode): boolean {
    return this.#context.copyDigits.every((digit) => node.depends[digit]);
  }

  #keyOf(node: KernelNode, { offsets }: Copy): string {
    return offsets.filter((_, digit) => node.depends[digit]).join();
  }

  #lookUp(node: KernelNode, copy: Copy): Local | null {
    const key = this.#keyOf(node, copy);
    for (let index = this.#scopes.length - 1; index >= 0; index--) {
      const local = this.#scopes[index]?.get(node)?.get(key);
      if (local !== undefined) return local;
    }
    return null;
  }

  #remember(node: KernelNode, copy: Copy): Local {
    const local = this.#f.local(node.kind === 'condition' || node.kind === 'row' ? 'i32' : 'v128');
    const scope = this.#scopes.at(-1) as Map<KernelNode, Map<string, Local>>;
    const copies = scope.get(node) ?? new Map<string, Local>();
    copies.set(this.#keyOf(node, copy), local);
    scope.set(node, copies);
    this.#owned.at(-1)?.push(local);
    return local;
  }

  #compute(node: KernelNode, copy: Copy): void {
    const f = this.#f;
    switch (node.kind) {
      case 'number':
        splatOf(f, node.value, node.dtype);
        return;
      case 'condition':
        this.#condition(node, copy);
        return;
      case 'mask':
        this.#mask(node, copy);
        return;
      case 'row':
        this.#row(node, copy);
        return;
      case 'load':
      case 'loadRow':
      case 'loadLanes':
        this.#load(node, copy);
        return;
      case 'position': {
        const { place, stride, guards } = node;
        this.#number(place, copy);
        f.op('i32x4.splat');
        if (stride !== 0) {
          f.ints(LANES.map((lane) => lane * stride));
          f.op('i32x4.add');
        }
        this.#orFill(guards, node.fill, 'int32', copy);
        return;
      }
      case 'unary':
        this.push(node.a, copy);
        emitUnary(f, this.#context.math, node.fn, node.a.dtype);
        return;
      case 'binary':
        emitBinary(f, this.#context.math, node.fn, node.a, node.b, (operand) => this.push(operand, copy));
        return;
      case 'select':
        this.push(node.a, copy);
        this.push(node.b, copy);
        this.push(node.condition, copy);
        f.op('v128.bitselect');
        return;
      case 'uniform':
        this.push(node.seed, copy);
        this.push(node.step, copy);
        this.push(node.index, copy);
        f.get(this.#context.number(node.layer));
        f.call(this.#context.math.function('uniform'));
        return;
      case 'guarded':
        this.push(node.value, copy);
        this.#orFill(node.guards, node.fill, node.dtype, copy);
        return;
      case 'reduced':
        this.#context.reduced(node.index, copy);
        return;
      case 'accumulator':
        this.#context.accumulator(copy);
        return;
    }
  }

  /** Bytes or units that a copy adds to a place. */
  #offset({ form, offset }: Place, { offsets }: Copy): number {
    return offsets.reduce((sum, own, digit) => sum + own * (form.coefficients[digit] as number), offset);
  }

  #number(place: Place, copy: Copy): void {
    this.#f.get(place.form.local);
    const offset = this.#offset(place, copy);
    if (offset === 0) return;
    this.#f.i32(offset);
    this.#f.op('i32.add');
  }

  #condition({ tests }: ConditionNode, copy: Copy): void {
    tests.forEach(({ place, extent }, index) => {
      this.#number(place, copy);
      this.#f.i32(extent);
      // As unsigned numbers, negative ones are too large as well.
      this.#f.op('i32.lt_u');
      if (index > 0) this.#f.op('i32.and');
    });
  }

  #mask({ tests }: MaskNode, copy: Copy): void {
    const f = this.#f;
    tests.forEach(({ place, extent }, index) => {
      const step = place.form.coefficients[this.#context.vector] as number;
      this.#number(place, copy);
      f.op('i32x4.splat');
      f.ints(LANES.map((lane) => lane * step));
      f.op('i32x4.add');
      f.ints([extent, extent, extent, extent]);
      f.op('i32x4.lt_u');
      if (index > 0) f.op('v128.and');
    });
  }

  #row({ index, scale }: RowNode, copy: Copy): void {
    this.push(index, copy);
    this.#f.lane('i32x4.extract_lane', 0);
    this.#f.i32(4 * scale);
    this.#f.op('i32.mul');
  }

  /** Replaces the value on the stack by the fill value where guards fail. */
  #orFill({ condition, mask }: GuardNodes, fill: number, dtype: Dtype, copy: Copy): void {
    const f = this.#f;
    if (condition === null && mask === null) return;
    splatOf(f, fill, dtype);
    if (condition !== null) {
      f.i32(0);
      this.push(condition, copy);
      f.op('i32.sub', 'i32x4.splat');
    }
    if (mask !== null) this.push(mask, copy);
    if (condition !== null && mask !== null) f.op('v128.and');
    f.op('v128.bitselect');
  }

  #load(node: LoadNode | LoadRowNode | LoadLanesNode, copy: Copy): void {
    const f = this.#f;
    const { condition, mask } = node.guards;
    // A stored bool is a number.
    const stored = node.dtype === 'bool' ? 'float32' : node.dtype;
    const fill = (): void => splatOf(f, node.fill, stored);
    const keptHere: Local[] = [];
    const hold = (operand: KernelNode): Local => {
      // What both branches below need must be computed before them.
      this.push(operand, copy);
      const local = f.local(operand.kind === 'row' ? 'i32' : 'v128');
      f.set(local);
      keptHere.push(local);
      return local;
    };
    const row = node.kind === 'loadRow' ? hold(node.row) : null;
    const index = node.kind === 'loadLanes' ? hold(node.index) : null;
    const lanesMask = mask === null ? null : hold(mask);
    const isGathered = index !== null || (node.stride !== 0 && node.stride !== 1);
    const read = (): void => {
      if (isGathered) this.#gather(node, copy, row, index, lanesMask);
      else this.#contiguous(node, copy, row);
      if (lanesMask === null) return;
      fill();
      f.get(lanesMask);
      f.op('v128.bitselect');
    };
    if (condition === null && lanesMask === null) read();
    else {
      if (condition !== null) this.push(condition, copy);
      if (lanesMask !== null) {
        f.get(lanesMask);
        f.op('v128.any_true');
      }
      if (condition !== null && lanesMask !== null) f.op('i32.and');
      f.choose('v128', read, fill);
    }
    for (const local of keptHere) f.release(local);
    if (node.dtype !== 'bool') return;
    f.splat(0);
    f.op('f32x4.ne');
  }

  /** Pushes an address and returns the offset that the instruction must add, which cannot be negative. */
  #address(local: Local, row: Local | null, offset: number): number {
    const f = this.#f;
    f.get(local);
    if (row !== null) {
      f.get(row);
      f.op('i32.add');
    }
    if (offset >= 0) return offset;
    f.i32(offset);
    f.op('i32.add');
    return 0;
  }

  /**
   * Neighbouring elements, or one for all lanes. Lanes that are no points of the domain, or where a guard fails, read up to three elements
   * beside the buffer, which memory has room for.
   */
  #contiguous(node: LoadNode | LoadRowNode | LoadLanesNode, copy: Copy, row: Local | null): void {
    const offset = this.#address(node.place.form.local, row, this.#offset(node.place, copy));
    this.#f.memory(node.stride === 1 ? 'v128.load' : 'v128.load32_splat', offset);
  }

  /** One element per lane. Lanes that are no points repeat the first one; lanes where a guard fails read any element of the buffer. */
  #gather(node: LoadNode | LoadRowNode | LoadLanesNode, copy: Copy, row: Local | null, index: Local | null, mask: Local | null): void {
    const f = this.#f;
    const start = this.#offset(node.place, copy);
    const offsets = LANES.slice(0, copy.lanes).map((lane) => {
      const offset = start + 4 * lane * node.stride;
      if (index === null && mask === null) return this.#address(node.place.form.local, row, offset);
      f.get(node.place.form.local);
      if (row !== null) {
        f.get(row);
        f.op('i32.add');
      }
      if (index !== null) {
        f.get(index);
        f.lane('i32x4.extract_lane', lane);
        f.i32(4 * (node as LoadLanesNode).scale);
        f.op('i32.mul', 'i32.add');
      }
      f.i32(offset);
      f.op('i32.add');
      if (mask !== null) {
        f.get(this.#context.slot(node.slot));
        f.get(mask);
        f.lane('i32x4.extract_lane', lane);
        f.op('select');
      }
      return 0;
    });
    // The addresses are on the stack in the order of lanes, so the last lane is read first, into all lanes.
    offsets.reverse().forEach((offset, position) => {
      if (position === 0) f.memory('v128.load32_splat', offset);
      else f.memoryLane('v128.load32_lane', offset, copy.lanes - 1 - position);
    });
  }

  /** Stores values in the copy's lanes; a bool as a number. All of them are read before what they read is replaced. */
  storeAll(stores: readonly StoreNode[], copy: Copy): void {
    const isReplaced = stores.some(({ value }, index) => {
      const before = stores.slice(0, index);
      if (before.length === 0) return false;
      const read = slotsReadBy(value);
      return before.some(({ slot }) => read.has(slot));
    });
    if (isReplaced) for (const { value } of stores) this.keep(value, copy);
    for (const { place, value } of stores) this.#store(place, value, copy, null);
  }

  /** Stores a value where `target` was loaded from. */
  storeAtRow(target: LoadRowNode, value: ValueNode, copy: Copy): void {
    const row = this.#f.local('i32');
    this.push(target.row, copy);
    this.#f.set(row);
    this.#store(target.place, value, copy, row);
    this.#f.release(row);
  }

  #store(place: Place, value: ValueNode, copy: Copy, row: Local | null): void {
    const f = this.#f;
    const stride = place.form.coefficients[this.#context.vector] as number;
    const offset = this.#offset(place, copy);
    const pushValue = (): void => {
      this.push(value, copy);
      if (value.dtype !== 'bool') return;
      f.splat(1);
      f.op('v128.and');
    };
    if (stride === 4 && copy.lanes === 4) {
      const rest = this.#address(place.form.local, row, offset);
      pushValue();
      f.memory('v128.store', rest);
      return;
    }
    const kept = f.local('v128');
    pushValue();
    f.set(kept);
    for (let lane = 0; lane < copy.lanes; ) {
      const isPair = stride === 4 && lane % 2 === 0 && lane + 1 < copy.lanes;
      const rest = this.#address(place.form.local, row, offset + lane * stride);
      f.get(kept);
      if (isPair) f.memoryLane('v128.store64_lane', rest, lane / 2);
      else f.memoryLane('v128.store32_lane', rest, lane);
      lane += isPair ? 2 : 1;
    }
    f.release(kept);
  }
}
