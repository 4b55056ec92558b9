import type { ReduceFn } from '../graph.ts';
import type { LoopsKernel, Pass, Store } from '../schedule.ts';
import { type Copy, Emitter, type StoreNode } from './emitter.ts';
import { Forms } from './forms.ts';
import type { FunctionBuilder, Local } from './function-builder.ts';
import type { KernelFunction } from './kernel-function.ts';
import { type Form, runDigit, type Section } from './nest.ts';
import { type KernelNode, NodeMaker, operandsOf, type Place, type ValueNode } from './nodes.ts';
import { Reduction } from './reduction.ts';
import { bodyCost, chooseVectorDigit } from './vector-choice.ts';

interface PassNodes {
  readonly reduces: readonly { readonly fn: ReduceFn; readonly value: ValueNode }[];
  readonly stores: readonly StoreNode[];
  readonly outerStores: readonly StoreNode[];
  /** Forms that move in its inner loops. */
  readonly forms: ReadonlySet<Form>;
}

/** Emits a loops kernel with merged digits into the body of a function. */
export function emitLoops(target: KernelFunction, kernel: LoopsKernel): void {
  new LoopsEmitter(target, withDigit(kernel)).emit();
}

/** A domain of one point gets a digit, so that there always is one to lay along the lanes. */
function withDigit(kernel: LoopsKernel): LoopsKernel {
  if (kernel.extents.length > 0) return kernel;
  const at = <T extends Store>(store: T): T => ({ ...store, at: { ...store.at, strides: [0], guards: [] } });
  return {
    ...kernel,
    extents: [1],
    outer: 1,
    exprs: kernel.exprs.map((expr) => {
      if (expr.kind === 'load' || expr.kind === 'loadAt' || expr.kind === 'position') return { ...expr, at: widen(expr.at) };
      return expr.kind === 'guarded' ? { ...expr, guards: expr.guards.map((guard) => ({ ...guard, coefficients: [0] })) } : expr;
    }),
    passes: kernel.passes.map((pass) => ({ ...pass, stores: pass.stores.map(at), outerStores: pass.outerStores.map(at) })),
  };
}

const widen = (at: Store['at']): Store['at'] => ({
  ...at,
  strides: [0],
  guards: at.guards.map((guard) => ({ ...guard, coefficients: [0] })),
});

class LoopsEmitter {
  readonly #target: KernelFunction;
  readonly #f: FunctionBuilder;
  readonly #kernel: LoopsKernel;
  readonly #vector: number;
  /** Vectors per loop body. */
  readonly #unroll: number;
  readonly #outerOrder: readonly number[];
  readonly #innerOrder: readonly number[];
  readonly #forms: Forms;
  readonly #emitter: Emitter;
  readonly #passes: readonly PassNodes[];
  /** Vectors of one reduction, by its number: one per copy of the group where lanes are outer points, else one. */
  readonly #reduced: (readonly Local[])[] = [];
  /** The copies that the loops so far are run for. */
  #copies: readonly Copy[];

  constructor(target: KernelFunction, kernel: LoopsKernel) {
    this.#target = target;
    this.#f = target.f;
    this.#kernel = kernel;
    this.#vector = chooseVectorDigit(kernel);
    this.#unroll = unrollOf(kernel, this.#vector);
    const order = kernel.extents.map((_, digit) => digit);
    const last = (digits: readonly number[]): number[] => [
      ...digits.filter((digit) => digit !== this.#vector),
      ...digits.filter((digit) => digit === this.#vector),
    ];
    this.#outerOrder = last(order.slice(0, kernel.outer));
    this.#innerOrder = last(order.slice(kernel.outer));
    this.#forms = new Forms(this.#f);
    this.#emitter = new Emitter({
      f: this.#f,
      math: target.math,
      vector: this.#vector,
      copyDigits: [this.#vector],
      slot: target.slot,
      number: target.number,
      reduced: (index, copy) => this.#f.get(this.#reducedLocal(index, copy)),
      accumulator: () => {
        throw new Error('loops have no accumulator');
      },
    });
    this.#passes = this.#makePasses();
    this.#copies = [this.#copyAt(0, 4)];
  }

  emit(): void {
    this.#emitter.scope(() => {
      this.#keepAtLevel(0);
      this.#runOuter(0);
    });
  }

  #makePasses(): PassNodes[] {
    const { kernel, forms } = { kernel: this.#kernel, forms: this.#forms };
    const written = new Set(kernel.passes.flatMap((pass) => [...pass.stores, ...pass.outerStores].map(({ buffer }) => buffer)));
    const isSinglePass = kernel.passes.length === 1;
    const used = new Set<Form>();
    const track = (place: Place): Place => {
      used.add(place.form);
      return place;
    };
    const maker = new NodeMaker({
      exprs: kernel.exprs,
      extents: kernel.extents,
      vector: this.#vector,
      outer: kernel.outer,
      // Within one pass a written element is read before it is written.
      written: isSinglePass ? new Set() : written,
      addressForm: (slot, strides, offset) => forms.address(this.#target.slot(slot), strides, offset),
      numberForm: (coefficients, offset) => forms.number(coefficients, offset),
    });
    const collect = (node: KernelNode, seen: Set<KernelNode>): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if ('place' in node) track(node.place);
      if ('tests' in node) for (const { place } of node.tests) track(place);
      for (const operand of operandsOf(node)) collect(operand, seen);
    };
    const storeNode = ({ buffer, at, value }: Store): StoreNode => ({
      slot: buffer,
      place: track(forms.address(this.#target.slot(buffer), at.strides, at.offset)),
      value: maker.value(value),
    });
    return kernel.passes.map((pass: Pass) => {
      used.clear();
      const nodes = {
        reduces: pass.reduces.map(({ fn, value }) => ({ fn, value: maker.value(value) })),
        stores: pass.stores.map(storeNode),
        outerStores: pass.outerStores.map(storeNode),
      };
      const seen = new Set<KernelNode>();
      for (const { value } of [...nodes.reduces, ...nodes.stores]) collect(value, seen);
      return { ...nodes, forms: new Set(used) };
    });
  }

  #copyAt(vectorIndex: number, lanes: number): Copy {
    return { offsets: this.#kernel.extents.map((_, digit) => (digit === this.#vector ? 4 * vectorIndex : 0)), lanes };
  }

  get #isVectorOuter(): boolean {
    return this.#vector < this.#kernel.outer;
  }

  /** Level of the code that is run once per outer point: below the outer loops, around the inner ones. */
  get #passLevel(): number {
    return this.#outerOrder.length;
  }

  /** How many loops a node is within, outer ones first. */
  #levelOf(node: KernelNode): number {
    const order = [...this.#outerOrder, ...this.#innerOrder];
    let level = node.isOfPass ? this.#passLevel : 0;
    order.forEach((digit, index) => {
      if (node.depends[digit]) level = Math.max(level, index + 1);
    });
    return level;
  }

  /** Nodes of a level that code in deeper loops asks for. */
  #nodesToKeep(passes: readonly PassNodes[], level: number): KernelNode[] {
    const innermost = this.#outerOrder.length + this.#innerOrder.length;
    const kept = new Set<KernelNode>();
    const seen = new Set<KernelNode>();
    const visit = (node: KernelNode, userLevel: number): void => {
      const own = this.#levelOf(node);
      if (own === level && userLevel > level) kept.add(node);
      if (seen.has(node)) return;
      seen.add(node);
      for (const operand of operandsOf(node)) visit(operand, own);
    };
    for (const pass of passes) for (const { value } of [...pass.reduces, ...pass.stores]) visit(value, innermost);
    return [...kept];
  }

  /** Computes what changes with the outer loops only, for all passes. */
  #keepAtLevel(level: number): void {
    for (const node of this.#nodesToKeep(this.#passes, level)) {
      if (!node.isOfPass) for (const copy of this.#copies) this.#emitter.keep(node, copy);
    }
  }

  #sections(digit: number, body: () => void): Section[] {
    const extent = this.#kernel.extents[digit] as number;
    if (digit !== this.#vector) return [{ count: extent, step: 1, body }];
    const run = (copies: readonly Copy[]) => () => {
      const before = this.#copies;
      this.#copies = copies;
      body();
      this.#copies = before;
    };
    return vectorSections(extent, this.#unroll).map(({ count, lanes }) => ({
      count,
      step: 4 * lanes.length,
      body: run(lanes.map((own, index) => this.#copyAt(index, own))),
    }));
  }

  #runOuter(level: number): void {
    const digit = this.#outerOrder[level];
    if (digit === undefined) {
      this.#runPasses();
      return;
    }
    const body = (): void =>
      this.#emitter.scope(() => {
        this.#keepAtLevel(level + 1);
        this.#runOuter(level + 1);
      });
    runDigit(this.#f, digit, this.#sections(digit, body), this.#forms.all);
  }

  #runPasses(): void {
    let firstNumber = 0;
    this.#passes.forEach((pass) => {
      this.#emitter.scope(() => this.#runPass(pass, firstNumber));
      firstNumber += pass.reduces.length;
    });
    for (const locals of this.#reduced) for (const local of locals ?? []) this.#f.release(local);
    this.#reduced.length = 0;
  }

  #runPass(pass: PassNodes, firstNumber: number): void {
    const f = this.#f;
    const roots = [...pass.reduces, ...pass.stores].map(({ value }) => value);
    if (roots.length > 0) {
      for (const node of this.#nodesToKeep([pass], this.#passLevel)) {
        for (const copy of this.#copies) if (node.isOfPass) this.#emitter.keep(node, copy);
      }
      const slots = this.#isVectorOuter ? this.#copies.length : this.#accumulators();
      const reductions = pass.reduces.map(({ fn, value }) => new Reduction(f, fn, value.dtype, slots));
      this.#runInner(pass, reductions, 0);
      reductions.forEach((reduction, index) => {
        this.#reduced[firstNumber + index] = reduction.finish(!this.#isVectorOuter);
      });
    }
    this.#emitter.scope(() => {
      this.#emitter.expect(
        pass.outerStores.map(({ value }) => value),
        this.#copies.length,
      );
      // Outer stores of a kernel whose lanes are inner points are single elements.
      const copies = this.#isVectorOuter ? this.#copies : [this.#copyAt(0, 1)];
      for (const copy of copies) this.#emitter.storeAll(pass.outerStores, copy);
    });
  }

  /** How many partial sums a reduction along the lanes has: as many as the longest loop body has vectors. */
  #accumulators(): number {
    return Math.max(...vectorSections(this.#kernel.extents[this.#vector] as number, this.#unroll).map(({ lanes }) => lanes.length));
  }

  #runInner(pass: PassNodes, reductions: readonly Reduction[], depth: number): void {
    const digit = this.#innerOrder[depth];
    if (digit === undefined) {
      this.#runPoint(pass, reductions);
      return;
    }
    const level = this.#passLevel + depth + 1;
    const isInnermost = depth === this.#innerOrder.length - 1;
    const body = (): void =>
      this.#emitter.scope(() => {
        if (!isInnermost) {
          for (const node of this.#nodesToKeep([pass], level)) for (const copy of this.#copies) this.#emitter.keep(node, copy);
        }
        this.#runInner(pass, reductions, depth + 1);
      });
    runDigit(this.#f, digit, this.#sections(digit, body), pass.forms);
  }

  #runPoint(pass: PassNodes, reductions: readonly Reduction[]): void {
    this.#emitter.scope(() => {
      this.#emitter.expect(
        [...pass.reduces, ...pass.stores].map(({ value }) => value),
        this.#copies.length,
      );
      this.#copies.forEach((copy, copyIndex) => {
        pass.reduces.forEach(({ value }, index) => {
          // Along the lanes, those that are no points must not count; otherwise they are sums of their own that nobody reads.
          const lanes = this.#isVectorOuter ? 4 : copy.lanes;
          reductions[index]?.add(copyIndex, lanes, () => this.#emitter.push(value, copy));
        });
        this.#emitter.storeAll(pass.stores, copy);
      });
    });
  }

  #reducedLocal(index: number, copy: Copy): Local {
    const locals = this.#reduced[index];
    if (locals === undefined) throw new Error(`reduction ${index} is not known yet`);
    return locals[this.#isVectorOuter ? (copy.offsets[this.#vector] as number) / 4 : 0] as Local;
  }
}

/** Vectors per loop body: many where there is little to do for one. */
function unrollOf(kernel: LoopsKernel, vector: number): number {
  const vectors = Math.ceil((kernel.extents[vector] as number) / 4);
  const cost = bodyCost(kernel.exprs);
  return Math.min(vectors, cost <= 10 ? 4 : cost <= 30 ? 2 : 1);
}

/** A digit's vectors: loop bodies of `unroll` full ones, then the rest in one body. `lanes` are those in use, per vector of a body. */
export function vectorSections(extent: number, unroll: number): { readonly count: number; readonly lanes: readonly number[] }[] {
  const vectors = Math.ceil(extent / 4);
  const lastLanes = extent - 4 * (vectors - 1);
  const full = (count: number): number[] => Array.from({ length: count }, () => 4);
  if (vectors <= unroll) return [{ count: 1, lanes: [...full(vectors - 1), lastLanes] }];
  const whole = Math.floor(extent / 4);
  const bodies = Math.floor(whole / unroll);
  const rest = vectors - bodies * unroll;
  return [{ count: bodies, lanes: full(unroll) }, ...(rest > 0 ? [{ count: 1, lanes: [...full(rest - 1), lastLanes] }] : [])];
}
