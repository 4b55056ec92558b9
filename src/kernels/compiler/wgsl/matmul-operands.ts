import type { Digit, Point } from './digits.ts';
import { readOperand, splat } from './evaluator.ts';
import type { GpuMatMul, GpuOperand } from './fold-gathers.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';

/** A digit group of a matMul's operand: a has rows m and inner k, b has inner k and columns n. */
type Along = 'm' | 'k' | 'n';

/** Reads one operand of a matMul at points (batch, m, k) or (batch, k, n). */
export class OperandReader {
  readonly #operand: GpuOperand;
  readonly #ports: Ports;
  readonly #root: Scope;
  /** Digit groups in the order of the operand's digits, after those of the batch. */
  readonly #groups: readonly { readonly along: Along; readonly extents: readonly number[] }[];
  readonly #batch: readonly number[];

  constructor({ batch, m, k, n, a, b }: GpuMatMul, which: 'a' | 'b', ports: Ports, root: Scope) {
    this.#operand = which === 'a' ? a : b;
    this.#ports = ports;
    this.#root = root;
    this.#batch = batch;
    const inner = { along: 'k', extents: k } as const;
    this.#groups = which === 'a' ? [{ along: 'm', extents: m }, inner] : [inner, { along: 'n', extents: n }];
  }

  /** The last digit along m, k or n. */
  lastDigit(along: Along): number {
    let count = this.#batch.length;
    for (const group of this.#groups) {
      count += group.extents.length;
      if (group.along === along) return count - 1;
    }
    throw new Error(`the operand has no digits along ${along}`);
  }

  /** Whether 4 neighbours along the last digit of m, k or n are side by side in the operand and differ in nothing else. */
  isVector(along: Along): boolean {
    if (this.#groups.every((group) => group.along !== along || group.extents.length === 0)) return false;
    const extents = [...this.#batch, ...this.#groups.flatMap((group) => group.extents)];
    const digit = this.lastDigit(along);
    const { buffer, at, rows } = this.#operand;
    const { strides, guards, offset } = at;
    return (
      (extents[digit] as number) % 4 === 0 &&
      strides[digit] === 1 &&
      offset % 4 === 0 &&
      strides.every((stride, d) => d === digit || stride % 4 === 0 || extents[d] === 1) &&
      guards.every(({ coefficients }) => coefficients[digit] === 0) &&
      (rows === undefined || (rows.at.strides[digit] === 0 && rows.scale % 4 === 0)) &&
      this.#ports.keepsAlignment(buffer)
    );
  }

  /** One element. */
  read(scope: Scope, digits: readonly Digit[]): string {
    return this.#value(scope, { digits, vector: -1 }).text;
  }

  /** The vec4 of 4 neighbours along m, k or n. */
  readVector(scope: Scope, digits: readonly Digit[], along: Along): string {
    return splat(this.#value(scope, { digits, vector: this.lastDigit(along) }));
  }

  #value(scope: Scope, point: Point): ReturnType<typeof readOperand> {
    return readOperand({ ports: this.#ports, root: this.#root, scope, point }, this.#operand);
  }
}

/** Digits with the last one moved on. */
export const advanced = (digits: readonly Digit[], by: number): Digit[] =>
  digits.map((digit, d) => (d === digits.length - 1 ? { ...digit, plus: digit.plus + by } : digit));

/** k with the number of the thread in its quad added to the last digit. */
export const plusLane = (scope: Scope, k: readonly Digit[], lane: string): Digit[] =>
  k.map((digit, d) => (d < k.length - 1 ? digit : { ...digit, base: digit.base === null ? lane : scope.let(`${digit.base} + ${lane}`) }));
