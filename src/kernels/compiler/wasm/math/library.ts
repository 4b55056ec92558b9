import { FunctionBuilder } from '../function-builder.ts';
import type { ModuleBuilder } from '../module-builder.ts';
import type { ValueType } from '../opcodes.ts';
import { emitExpm1 } from './exponential.ts';
import { emitFloorDiv, emitUniform } from './integers.ts';
import { emitLog, emitLog1p } from './logarithm.ts';
import { emitPow } from './pow.ts';
import { emitErf, emitTanh } from './sigmoidal.ts';
import { emitSine } from './trigonometry.ts';

/**
 * Element-wise functions that WebAssembly lacks, over four float32 lanes (`uniform` and `floorDiv` over int32). Polynomials and
 * reductions are those of Cephes 2.8 (S. Moshier, expf.c, logf.c, tanhf.c, sinf.c), erf is N. Juffa's erff; all within a few units in the
 * last place, with the results of `scalar-math.ts` for NaN, infinities, overflow and subnormal numbers. Only +, -, *, / and
 * rounding are used, so the bits are the same on every machine.
 */
export type MathName = 'expm1' | 'log' | 'log1p' | 'tanh' | 'erf' | 'sin' | 'cos' | 'pow' | 'floorDiv' | 'uniform';

interface MathFunction {
  /** Parameters, all v128, of which the last may be followed by an i32 (`uniform`: the layer). */
  readonly params: readonly ValueType[];
  /** Leaves the result on the stack. */
  readonly emit: (f: FunctionBuilder, library: MathLibrary) => void;
}

const FUNCTIONS: Readonly<Record<MathName, MathFunction>> = {
  expm1: {
    params: ['v128'],
    emit: (f) => {
      f.get(0);
      emitExpm1(f);
    },
  },
  log: { params: ['v128'], emit: emitLog },
  log1p: { params: ['v128'], emit: emitLog1p },
  tanh: { params: ['v128'], emit: emitTanh },
  erf: { params: ['v128'], emit: emitErf },
  sin: { params: ['v128'], emit: (f) => emitSine(f, 0) },
  cos: { params: ['v128'], emit: (f) => emitSine(f, 1) },
  pow: { params: ['v128', 'v128'], emit: emitPow },
  floorDiv: { params: ['v128', 'v128'], emit: emitFloorDiv },
  uniform: { params: ['v128', 'v128', 'v128', 'i32'], emit: emitUniform },
};

/** The functions a module needs, each added to it when it is first asked for. */
export class MathLibrary {
  readonly #module: ModuleBuilder;
  readonly #known = new Map<MathName, number>();

  constructor(module: ModuleBuilder) {
    this.#module = module;
  }

  /** Index of the function, for `call`. */
  function(name: MathName): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { params, emit } = FUNCTIONS[name];
    const f = new FunctionBuilder(params, ['v128']);
    emit(f, this);
    const index = this.#module.add(name, f);
    this.#known.set(name, index);
    return index;
  }
}
