import type { RowBlock } from '../optimizer-runner.ts';
import { RUNNER_COLUMNS } from '../optimizer-runner.ts';
import type { FusedProgram, HyperValue } from '../step-program.ts';
import applyEntry from './apply-entry.wgsl?raw';
import decideEntry from './decide-entry.wgsl?raw';
import { sliceThreads } from './dispatch.ts';
import evalEntry from './eval-entry.wgsl?raw';
import gatherEntry from './gather-entry.wgsl?raw';
import prelude from './prelude.wgsl?raw';
import { type ProgramNames, programNames, totalCount } from './program-names.ts';
import race from './race.wgsl?raw';
import reduce from './reduce.wgsl?raw';
import reduceAlone from './reduce-alone.wgsl?raw';
import reduceTogether from './reduce-together.wgsl?raw';
import { rowStateSource } from './row-state.ts';
import { BLOCK_SHAPE, RACE_SHAPE, shapeSource } from './shape.ts';

/** Columns of partial sums that observe and finish reduce: squared step, broken parameters and slots, largest and squared displacement. */
export const RACE_PARTIALS = 5;

/** Columns of partial sums that gather writes and decide reduces: the program's sums, then how many threads broke a slot. */
export function gatherPartials({ sums }: FusedProgram): number {
  return sums === 0 ? 0 : sums + 1;
}

function constant(name: string, value: number): string {
  return `const ${name} = ${value}u;`;
}

function optionConstant(programId: string, name: string, value: HyperValue | undefined): string {
  if (typeof value === 'boolean') return `const OPTION_${name} = ${value};`;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return constant(`OPTION_${name}`, value);
  throw new Error(
    `${programId}: block hyperparameter "${name}" is ${JSON.stringify(value)}; the fused kernels take flags and whole numbers >= 0.`,
  );
}

/**
 * Whether a hyperparameter is 0 in every row, where the program's text asks for it: code for other values can be left out then. On software
 * adapters, loads and stores of a branch that is not taken cost about as much as if it were.
 */
function zeroConstant(name: string, { program, rows }: Pick<RowBlock, 'program' | 'rows'>): readonly string[] {
  const flag = `ZERO_${name}`;
  return program.fused.wgsl.includes(flag) ? [`const ${flag} = ${rows.every(({ hyper }) => hyper[name] === 0)};`] : [];
}

/** Slices of a row whose columns of partial sums one thread reduces: a workgroup whose threads meet costs more than so few sums. */
const FEW_SLICES = 64;

const reducing = (slices: number): string => [reduce, slices <= FEW_SLICES ? reduceAlone : reduceTogether].join('\n');

/**
 * The WGSL module of one block: constants generated from the program, reduce.wgsl, prelude.wgsl, the optimizer's text and the entry points
 * it needs. Nothing depends on the number of rows, on that of parameters only workgroups where there are few, and of the rows' hyperparameters
 * only which are 0, so that equal blocks of most races share their pipelines.
 *
 * @param slices of a row
 */
export function blockSource(block: Pick<RowBlock, 'program' | 'option' | 'rows'>, slices: number): string {
  const { program, option } = block;
  const { fused } = program;
  const names = programNames(block);
  if ((fused.gather === undefined) !== (fused.sums === 0)) {
    throw new Error(`${program.id}: a fused program has a gather function exactly when it has sums.`);
  }
  if (fused.sums > 0 && fused.decide === undefined) throw new Error(`${program.id}: a fused program with sums needs a decide function.`);
  if ((fused.evalPoint === undefined) !== (program.evalPoint === undefined)) {
    throw new Error(`${program.id}: a fused program has an evalPoint function exactly when the program has an evaluation point.`);
  }
  if (program.segments === 'tensor' && names.scalars.some(({ count }) => count > 1)) {
    throw new Error(`${program.id}: scalars per tensor cannot be lists in the fused kernels.`);
  }
  const constants = [
    constant('SUMS', Math.max(fused.sums, 1)),
    constant('GATHERED', gatherPartials(fused)),
    constant('SUM_broken', fused.sums),
    constant('COLUMNS', Math.max(gatherPartials(fused), 1)),
    'const MAX_COLUMN = COLUMNS;',
    constant('SLICE_THREADS', sliceThreads(slices)),
    `const IS_SEGMENTED = ${program.segments === 'tensor'};`,
    constant('HYPER_WORDS', totalCount(names.hyper)),
    constant('DERIVED_WORDS', names.derived.length),
    constant('TABLE_WORDS', names.table.length),
    ...names.slots.map((name, index) => constant(`SLOT_${name}`, index)),
    ...names.scalars.map(({ name, offset }) => constant(`SCALAR_${name}`, offset)),
    ...names.hyper.map(({ name, offset }) => constant(`HYPER_${name}`, offset)),
    ...names.hyper.flatMap(({ name, count }) => (Array.isArray(block.rows[0]?.hyper[name]) ? [constant(`COUNT_${name}`, count)] : [])),
    ...program.rowHyper.flatMap((name) => zeroConstant(name, block)),
    ...names.derived.map((name, index) => constant(`DERIVED_${name}`, index)),
    ...names.table.map((name, index) => constant(`TABLE_${name}`, index)),
    ...program.blockHyper.map((name) => optionConstant(program.id, name, option[name])),
  ];
  const gather =
    fused.gather === undefined
      ? []
      : [
          `fn programGather(e: Element, x: vec4f, g: vec4f) -> Shares {\n  return ${fused.gather}(e, x, g);\n}`,
          sharesSource(fused.sums),
          gatherEntry,
        ];
  const decide =
    fused.decide === undefined
      ? []
      : [`fn programDecide(row: Row, sums: array<f32, SUMS>) {\n  ${fused.decide}(row, sums);\n}`, decideEntry];
  const apply = [`fn programApply(e: Element, x: vec4f, g: vec4f) -> vec4f {\n  return ${fused.apply}(e, x, g);\n}`, applyEntry];
  const evalPoint =
    fused.evalPoint === undefined
      ? []
      : [`fn programEvalPoint(e: Element, x: vec4f) -> vec4f {\n  return ${fused.evalPoint}(e, x);\n}`, evalEntry];
  return [
    constants.join('\n'),
    rowStateSource(),
    shapeSource('BlockShape', BLOCK_SHAPE),
    reducing(slices),
    rowConstantsSource(names),
    prelude,
    fused.wgsl,
    ...gather,
    ...decide,
    ...apply,
    ...evalPoint,
  ].join('\n\n');
}

/** The WGSL module with `observe` and `finish`, the same for all races but for what few slices change. */
export function raceSource(slices: number): string {
  return [
    constant('COLUMNS', RACE_PARTIALS),
    'const MAX_COLUMN = PARTIAL_movedMax;',
    constant('SLICE_THREADS', sliceThreads(slices)),
    ...RUNNER_COLUMNS.map((name, index) => constant(`SAMPLE_${name}`, index)),
    constant('SAMPLE_COLUMNS', RUNNER_COLUMNS.length),
    rowStateSource(),
    shapeSource('RaceShape', RACE_SHAPE),
    reducing(slices),
    race,
  ].join('\n\n');
}

/** Additions to a thread's sums. Written out, because an array that is indexed by a variable is not kept in registers. */
function sharesSource(sums: number): string {
  const each = Array.from({ length: sums }, (_, index) => index);
  return [
    'fn addShares(totals: Shares, shares: Shares, isReal: vec4<bool>) -> Shares {',
    `  return Shares(${each.map((j) => `totals[${j}] + select(vec4f(0.0), shares[${j}], isReal)`).join(', ')});`,
    '}',
    'fn putShares(slice: Slice, totals: Shares) {',
    ...each.map((j) => `  partialsBuffer[partialAt(slice, ${j}u)] = lanesOf(totals[${j}]);`),
    '}',
  ].join('\n');
}

/**
 * A thread works on one row and reads its constants and scalars once, into variables of its own: looking them up for every vector costs a
 * fifth of a step. Written out rather than looped, so that compilers keep what is used in registers and drop the rest.
 */
function rowConstantsSource(names: ProgramNames): string {
  const kinds = [
    ['hyper', totalCount(names.hyper)],
    ['derived', names.derived.length],
    ['table', names.table.length],
  ] as const;
  const loads = kinds.flatMap(([kind, size]) =>
    Array.from({ length: size }, (_, index) => `  ${kind}Values[${index}] = bitcast<f32>(constantsBuffer[${kind}At + ${index}u]);`),
  );
  const scalars = totalCount(names.scalars);
  return [
    // Arrays may not be empty.
    ...kinds.map(([kind, size]) => `var<private> ${kind}Values: array<f32, ${Math.max(size, 1)}>;`),
    'fn loadConstants(hyperAt: u32, derivedAt: u32, tableAt: u32) {',
    ...loads,
    '}',
    ...['oldScalars', 'newScalars'].map((name) => `var<private> ${name}: array<f32, ${Math.max(scalars, 1)}>;`),
    'fn loadScalars(first: u32, stride: u32, scalarWords: u32) {',
    ...Array.from({ length: scalars }, (_, index) => [
      `  oldScalars[${index}] = bitcast<f32>(stateBuffer[first + ${index}u * stride]);`,
      `  newScalars[${index}] = bitcast<f32>(stateBuffer[first + ${index}u * stride + scalarWords]);`,
    ]).flat(),
    '}',
  ].join('\n');
}
