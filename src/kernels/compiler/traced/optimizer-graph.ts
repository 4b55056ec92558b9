import type { ParamLayout } from '../../layout.ts';
import { mapNames, named } from '../../named.ts';
import { causeCode, type DivergenceCause, hyperNumbers, initialScalar, type RowBlock, segmentCount } from '../../optimizer-runner.ts';
import type { StepInput } from '../../step-program.ts';
import type { Dtype, Graph, Owner, ValueId } from '../graph.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { EXTERNALS, nextOf, type PartNames } from './externals.ts';
import { haveFiniteSums } from './finite-sums.ts';
import { reuseStored } from './reuse-stored.ts';
import { everyNthMask, realMask, sumTensors, tensorOfElement } from './segments.ts';
import { TracedVector } from './traced-vector.ts';

/** A graph whose outputs may replace what its inputs held. */
export interface InPlaceGraph {
  readonly graph: Graph;
  /** Output -> the input whose memory it is written to. */
  readonly inPlace: Readonly<Record<string, string>>;
}

/** Where a block's host-computed values lie in its two packed inputs. */
export interface BlockInputs {
  readonly tableNames: readonly string[];
  /** Names and lengths, in order: row hyperparameters, then derived values. */
  readonly hyper: readonly (readonly [name: string, length: number])[];
  readonly derivedNames: readonly string[];
}

export function blockInputs({ program, rows }: RowBlock): BlockInputs {
  const [row] = rows;
  if (!row) throw new Error(`A block of ${program.id} has no rows.`);
  return {
    tableNames: Object.keys(program.table?.(row.hyper, 0) ?? {}),
    hyper: program.rowHyper.map((name) => [name, hyperNumbers(row, name).length] as const),
    derivedNames: Object.keys(program.derived?.(row.hyper) ?? {}),
  };
}

/**
 * One step of one run of a block, with everything around the program's own `step`: what a row does when it ends or diverges, its counter,
 * and what is observed of the step. The same contract as `OpsRunner`'s. Externals are those of `EXTERNALS` and of `names`.
 *
 * A row diverges when its largest displacement from the start is not finite, which for starting values below 1e31 is the case exactly
 * when a parameter is not.
 */
export function optimizerGraph(block: RowBlock, layout: ParamLayout, names: PartNames): InPlaceGraph {
  const frame = new Frame(block, layout, names);
  const { builder } = frame;
  const read = (name: string, size: number) => frame.input(name, size);
  const integer = (name: string, owner: Owner = 'run') => frame.input(name, 1, 'int32', owner).id;

  const x = read(EXTERNALS.params, layout.n);
  const start = read(EXTERNALS.start, layout.n);
  const objective = read(EXTERNALS.objective, 1);
  const isActive = read(EXTERNALS.isActive, 1).greater(0);
  const step = integer(EXTERNALS.step, 'shared');
  const k = integer(EXTERNALS.k);
  const one = builder.constant(1, 1, 'int32');

  const hasObjective = objective.isFinite();
  const input = frame.stepInput(x, read(EXTERNALS.grads, layout.n), objective);
  const output = block.program.step(input);
  const begins = isActive.logicalAnd(hasObjective);
  const moves = output.fails ? begins.logicalAnd(output.fails.logicalNot()) : begins;
  const isReal = realMask(builder, layout);
  const movesReal = isReal ? moves.logicalAnd(isReal) : moves;

  const xNew = output.x.where(movesReal, x);
  const moved = xNew.sub(start);
  const movedMax = moved.abs().max();
  const staysFinite = movedMax.isFinite();
  const advances = output.skip ? moves.logicalAnd(output.skip.logicalNot()) : moves;
  const goesOn = new TracedVector(builder, builder.binary('lt', builder.binary('add', step, one), integer(EXTERNALS.horizon)));
  const outputs: Record<string, TracedVector> = {};
  const inPlace: Record<string, string> = {};
  const replace = (name: string, value: TracedVector) => {
    outputs[nextOf(name)] = value;
    inPlace[nextOf(name)] = name;
  };
  /** Outputs that are `select(moves, new, old)`. */
  const kept: string[] = [];
  const keep = (name: string, value: TracedVector) => {
    replace(name, value);
    kept.push(nextOf(name));
  };
  keep(EXTERNALS.params, xNew);
  const slots: TracedVector[] = [];
  const scalars: TracedVector[] = [];
  for (const [name, old] of Object.entries(input.slots)) {
    const value = named(output.slots, name);
    if (value === old) continue;
    const next = value.where(movesReal, old);
    slots.push(next);
    keep(names.slot(name), next);
  }
  for (const [name, old] of Object.entries(input.scalars)) {
    const value = named(output.scalars, name);
    if (value === old) continue;
    const next = value.where(moves, old);
    scalars.push(next.abs().max().isFinite());
    keep(names.scalar(name), next);
  }
  const staysWhole = [staysFinite, ...haveFiniteSums(builder, slots, scalars.length > 0 ? xNew : null), ...scalars].reduce((a, b) =>
    a.logicalAnd(b),
  );
  const survives = moves.logicalAnd(staysWhole);
  const diverges = isActive.logicalAnd(survives.logicalNot());
  replace(EXTERNALS.isActive, survives.logicalAnd(goesOn).toNumber());
  const integers = (condition: TracedVector, a: ValueId, b: ValueId) => builder.select(condition.id, a, b);
  const code = (cause: DivergenceCause) => builder.constant(causeCode(cause), 1, 'int32');
  const ofStep = integers(moves, integers(staysFinite, code('state'), code('parameters')), code('method'));
  const cause = integers(hasObjective, ofStep, code('loss'));
  replace(EXTERNALS.divergedAt, new TracedVector(builder, integers(diverges, step, integer(EXTERNALS.divergedAt))));
  replace(EXTERNALS.cause, new TracedVector(builder, integers(diverges, cause, integer(EXTERNALS.cause))));
  replace(EXTERNALS.k, new TracedVector(builder, builder.select(advances.id, builder.binary('add', k, one), k)));
  const squares = (v: TracedVector) => v.square().sum(1, true);
  const observed = [read(EXTERNALS.loss, 1), squares(xNew.sub(x)).div(layout.size).sqrt(), movedMax, squares(moved).sqrt()];
  outputs[EXTERNALS.observed] = new TracedVector(
    builder,
    builder.concat(
      observed.map(({ id }) => id),
      1,
    ),
  );
  return { graph: reuseStored(builder.finish(mapNames(outputs, (_name, { id }) => id)), kept), inPlace };
}

/** The point to evaluate, (n): the program's `evalPoint`, else a copy of the parameters. */
export function evalPointGraph(block: RowBlock, layout: ParamLayout, names: PartNames): InPlaceGraph {
  const frame = new Frame(block, layout, names);
  const x = frame.input(EXTERNALS.params, layout.n);
  const state = { x, slots: frame.slots(), scalars: frame.scalars(), ...frame.constants(), option: block.option };
  const point = block.program.evalPoint?.(state) ?? x;
  return { graph: frame.builder.finish({ [EXTERNALS.evalPoint]: point.broadcast(layout.n).id }), inPlace: {} };
}

/** The inputs of one block's graphs. */
class Frame {
  readonly builder = new GraphBuilder();
  readonly #block: RowBlock;
  readonly #layout: ParamLayout;
  readonly #names: PartNames;

  constructor(block: RowBlock, layout: ParamLayout, names: PartNames) {
    this.#block = block;
    this.#layout = layout;
    this.#names = names;
    this.builder.at(block.program.id);
  }

  input(name: string, size: number, dtype: Dtype = 'float32', owner: Owner = 'run'): TracedVector {
    return new TracedVector(this.builder, this.builder.input(name, size, dtype, owner));
  }

  slots(): Record<string, TracedVector> {
    return mapNames(this.#block.program.slots, (name) => this.input(this.#names.slot(name), this.#layout.n));
  }

  scalars(): Record<string, TracedVector> {
    const { program, rows } = this.#block;
    const segments = segmentCount(program, this.#layout);
    const [row] = rows;
    return mapNames(program.scalars, (name) =>
      this.input(this.#names.scalar(name), row ? initialScalar(row, name, segments).length : segments),
    );
  }

  constants(): { readonly hyper: Record<string, TracedVector>; readonly derived: Record<string, TracedVector> } {
    const { hyper, derivedNames } = blockInputs(this.#block);
    const size = hyper.reduce((sum, [, length]) => sum + length, derivedNames.length);
    if (size === 0) return { hyper: {}, derived: {} };
    const packed = this.input(this.#names.constants, size);
    let next = 0;
    const take = (length: number) => {
      next += length;
      return packed.slice(next - length, length);
    };
    return {
      hyper: Object.fromEntries(hyper.map(([name, length]) => [name, take(length)])),
      derived: Object.fromEntries(derivedNames.map((name) => [name, take(1)])),
    };
  }

  stepInput(x: TracedVector, g: TracedVector, loss: TracedVector): StepInput<TracedVector> {
    const { builder } = this;
    const layout = this.#layout;
    const { program, option } = this.#block;
    const { tableNames } = blockInputs(this.#block);
    const perStep = this.input(this.#names.stepInputs, 2 + tableNames.length);
    const isPerTensor = program.segments === 'tensor';
    const isReal = realMask(builder, layout);
    const zero = new TracedVector(builder, builder.constant(0, 1));
    return {
      x,
      g,
      loss,
      L: perStep.slice(0, 1),
      mult: perStep.slice(1, 1),
      ...this.constants(),
      table: Object.fromEntries(tableNames.map((name, index) => [name, perStep.slice(2 + index, 1)])),
      slots: this.slots(),
      scalars: this.scalars(),
      option,
      sum(v) {
        const whole = v.broadcast(layout.n);
        if (isPerTensor) return sumTensors(builder, whole, layout);
        return (isReal ? whole.where(isReal, zero) : whole).sum(1, true);
      },
      spread: (v) =>
        isPerTensor ? new TracedVector(builder, builder.gather(v.id, builder.constant(tensorOfElement(layout), layout.n, 'int32'), 1)) : v,
      everyNth: (v, p) => v.where(everyNthMask(builder, layout, p), zero),
      constant: (value) => new TracedVector(builder, builder.constant(value, 1)),
    };
  }
}
