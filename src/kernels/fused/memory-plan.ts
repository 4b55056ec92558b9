import { FUSED_ALIGN } from '../layout.ts';
import { hasEvalPoint, planBlocks, type RowBlock, RUNNER_COLUMNS, type RunnerSpec, segmentCount } from '../optimizer-runner.ts';
import { constantSections } from './block-constants.ts';
import { programNames, totalCount } from './program-names.ts';
import { gatherPartials, RACE_PARTIALS } from './program-source.ts';
import { rowStride } from './row-state.ts';
import { BLOCK_SHAPE, RACE_SHAPE } from './shape.ts';
import { planSpans, SPAN_THREADS, type Span } from './spans.ts';

/** Samples the ring holds unless told otherwise; a race that is read at all reads more often than this. */
export const DEFAULT_SAMPLE_CAPACITY = 256;

/** What the size of a race depends on; `RunnerSpec` is one. */
export type RaceExtent = Pick<RunnerSpec, 'layout' | 'rows' | 'totalSteps'>;

export interface BlockPlan {
  readonly block: RowBlock;
  /** Scalar segments: 1, or one per tensor. */
  readonly segments: number;
  /** Scalars of one row, all segments. */
  readonly scalars: number;
  readonly slotCount: number;
}

export interface PlannedBuffer {
  readonly label: string;
  readonly bytes: number;
}

/** Every size of a race, known before anything is allocated. */
export interface RacePlan {
  readonly blocks: readonly BlockPlan[];
  readonly spans: readonly Span[];
  /** Threads that share one row: each writes its own partial sums. */
  readonly slices: number;
  /** Scalars of the widest program. */
  readonly scalarWords: number;
  readonly stateStride: number;
  readonly partialColumns: number;
  readonly width: number;
  readonly capacity: number;
  /** Whether some program is evaluated at a point of its own; then there is a buffer for the points of all rows. */
  readonly hasEvalPoint: boolean;
  readonly buffers: readonly PlannedBuffer[];
}

const WORD = 4;
/** Bindings may not be empty. */
const SMALLEST = 16;

export function bufferBytes(words: number): number {
  return Math.max(words * WORD, SMALLEST);
}

function uniformBytes(fields: readonly string[]): number {
  return Math.ceil(fields.length / 4) * SMALLEST;
}

/** Plans a race. Throws if its layout is not one that the fused kernels can work on. */
export function planRace(extent: RaceExtent, sampleCapacity = DEFAULT_SAMPLE_CAPACITY): RacePlan {
  const { layout, rows, totalSteps } = extent;
  if (layout.align !== FUSED_ALIGN) {
    throw new Error(`Fused kernels need a layout with align ${FUSED_ALIGN}, got ${layout.align}: use planLayout(tensors, FUSED_ALIGN).`);
  }
  if (layout.n === 0) throw new Error('A race needs at least one parameter.');
  if (rows.length === 0) throw new Error('A race needs at least one row.');
  if (!Number.isInteger(totalSteps) || totalSteps < 1) throw new Error(`totalSteps must be a whole number >= 1, got ${totalSteps}.`);
  if (!Number.isInteger(sampleCapacity) || sampleCapacity < 1) {
    throw new Error(`sampleCapacity must be a whole number >= 1, got ${sampleCapacity}.`);
  }
  const blocks = planBlocks(rows).map((block): BlockPlan => {
    const segments = segmentCount(block.program, layout);
    const names = programNames(block);
    return { block, segments, scalars: totalCount(names.scalars) * segments, slotCount: names.slots.length };
  });
  const R = rows.length;
  const spans = planSpans(layout);
  const slices = spans.length * SPAN_THREADS;
  const scalarWords = Math.max(...blocks.map(({ scalars }) => scalars));
  const stateStride = rowStride(scalarWords);
  const partialColumns = Math.max(RACE_PARTIALS, ...blocks.map(({ block }) => gatherPartials(block.program.fused)));
  const width = RUNNER_COLUMNS.length + scalarWords;
  const capacity = Math.min(sampleCapacity, totalSteps);
  const needsPoints = hasEvalPoint(rows);
  const buffers: PlannedBuffer[] = [
    { label: 'parameters', bytes: bufferBytes(R * layout.n) },
    { label: 'initial parameters', bytes: bufferBytes(R * layout.n) },
    { label: 'row state', bytes: bufferBytes(R * stateStride) },
    { label: 'partial sums', bytes: bufferBytes(R * partialColumns * slices) },
    { label: 'sample ring', bytes: bufferBytes(capacity * R * width) },
    { label: 'sample read-back', bytes: bufferBytes(capacity * R * width) },
    { label: 'race shape', bytes: uniformBytes(RACE_SHAPE) },
    ...(needsPoints ? [{ label: 'evaluation points', bytes: bufferBytes(R * layout.n) }] : []),
    ...blocks.flatMap(({ block, slotCount }) => {
      const { id } = block.program;
      return [
        { label: `slots of ${id}`, bytes: bufferBytes(slotCount * block.rows.length * layout.n) },
        { label: `constants of ${id}`, bytes: bufferBytes(constantSections(block, layout, spans, totalSteps).total) },
        { label: `block shape of ${id}`, bytes: uniformBytes(BLOCK_SHAPE) },
      ];
    }),
  ];
  return { blocks, spans, slices, scalarWords, stateStride, partialColumns, width, capacity, hasEvalPoint: needsPoints, buffers };
}

/** GPU bytes of a race's optimizer state, parameters included. */
export function plannedBytes(extent: RaceExtent, sampleCapacity?: number): number {
  return planRace(extent, sampleCapacity).buffers.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The largest single buffer: what has to fit the device's binding limit. */
export function largestBuffer(plan: RacePlan): PlannedBuffer {
  return plan.buffers.reduce((largest, buffer) => (buffer.bytes > largest.bytes ? buffer : largest));
}
