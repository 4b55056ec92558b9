import { assertRunnerSpec, hasEvalPoint, planBlocks, type RowBlock, type RunnerSpec } from '../../optimizer-runner.ts';
import type { StepProgram } from '../../step-program.ts';
import type { Graph } from '../graph.ts';
import type { Segment } from '../wasm/memory-layout.ts';
import { type PartNames, partNames } from './externals.ts';
import { blockInputs, evalPointGraph, type InPlaceGraph, optimizerGraph } from './optimizer-graph.ts';

/** A block of rows and the part of the program that makes its steps. */
export interface PlannedBlock {
  readonly block: RowBlock;
  readonly names: PartNames;
  readonly stepPart: string;
  readonly evalPointPart: string;
  /** What the parts read. State that a program never touches is not among it, and has no memory in the program. */
  readonly inputs: ReadonlySet<string>;
}

/** What the optimizers of a batch add to a compiled program. */
export interface OptimizerPlan {
  readonly spec: RunnerSpec;
  /** Blocks that differ in nothing but their rows share a part. */
  readonly parts: Readonly<Record<string, InPlaceGraph>>;
  readonly blocks: readonly PlannedBlock[];
  /** Whether some program evaluates at a point of its own, which is then computed for all rows. */
  readonly hasEvalPoint: boolean;
}

/** Traces the step of every block. Throws an error that names what does not fit together in the spec. */
export function planOptimizer(spec: RunnerSpec): OptimizerPlan {
  assertRunnerSpec(spec);
  const blocks = planBlocks(spec.rows);
  const needsPoints = hasEvalPoint(spec.rows);
  const parts: Record<string, InPlaceGraph> = {};
  const known = new Map<StepProgram, Map<string, PlannedBlock>>();
  const planned = blocks.map((block, index): PlannedBlock => {
    const variants = known.get(block.program) ?? new Map<string, PlannedBlock>();
    known.set(block.program, variants);
    const variant = JSON.stringify([block.option, blockInputs(block).hyper]);
    const same = variants.get(variant);
    if (same) return { ...same, block };
    const stepPart = `${block.program.id} ${index}`;
    const names = partNames(stepPart);
    const evalPointPart = `${stepPart}: evaluation point`;
    const own = {
      [stepPart]: optimizerGraph(block, spec.layout, names),
      ...(needsPoints ? { [evalPointPart]: evalPointGraph(block, spec.layout, names) } : {}),
    };
    Object.assign(parts, own);
    const inputs = new Set(Object.values(own).flatMap(({ graph }) => inputNames(graph)));
    const added = { block, names, stepPart, evalPointPart, inputs };
    variants.set(variant, added);
    return added;
  });
  return { spec, parts, blocks: planned, hasEvalPoint: needsPoints };
}

const inputNames = ({ nodes }: Graph): readonly string[] => nodes.flatMap((node) => (node.op === 'input' ? [node.name] : []));

/** For every run, `before` and then its optimizer's step: an entry of a program. */
export function stepSegments({ blocks }: OptimizerPlan, before: readonly string[] = []): readonly Segment[] {
  return blocks.map(({ block, stepPart }) => ({ firstRun: block.firstRow, runs: block.rows.length, parts: [...before, stepPart] }));
}

/** For every run, its evaluation point (where some program has one) and then `after`. */
export function evalSegments({ blocks, hasEvalPoint }: OptimizerPlan, after: readonly string[] = []): readonly Segment[] {
  return blocks.map(({ block, evalPointPart }) => ({
    firstRun: block.firstRow,
    runs: block.rows.length,
    parts: hasEvalPoint ? [evalPointPart, ...after] : after,
  }));
}
