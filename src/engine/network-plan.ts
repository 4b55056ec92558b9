import { factorSums } from '../kernels/compiler/factor-sums.ts';
import type { Graph, GraphNode, ValueId } from '../kernels/compiler/graph.ts';
import { planArena } from '../kernels/compiler/schedule/arena.ts';
import { scheduleGraph } from '../kernels/compiler/schedule/schedule-graph.ts';
import type { Schedule, SchedulePolicy } from '../kernels/compiler/schedule.ts';
import { EXTERNALS } from '../kernels/compiler/traced/externals.ts';
import type { Writer } from '../workloads/definition.ts';
import { type LookupLists, sortLookups } from './sorted-lookups.ts';
import { evaluationGraph, ROW_NUMBERS, type StepGraphSource, trainingGraph, WRITING, writingGraphs } from './step-graphs.ts';

/** Names of what the engine writes for the network beside the parameters and the data, and of what it reads. */
export const NETWORK_INPUTS = {
  indices: ROW_NUMBERS, // (batch) int32
  labelSmoothing: 'labelSmoothing', // (1)
  dropout: 'dropout', // (1)
  auxDropout: 'auxDropout', // (1)
  seed: 'seed', // (1) int32
  step: 'step', // (1) int32, shared
} as const;

/** Rows evaluated at once; slices of equal size share a schedule. */
export interface EvaluationPlan {
  readonly schedule: Schedule;
  /** External that takes the numbers of the slice's rows, shared by all runs. */
  readonly rowsInput: string;
  /** External that takes the predictions of the slice, (rows, K) of each run. */
  readonly output: string;
  readonly rows: number;
  /** First validation row of each slice. */
  readonly starts: readonly number[];
}

/** What a network writes after an evaluation: the start once, then the step again and again. */
export interface WritingPlan {
  readonly start: Schedule;
  readonly next: Schedule;
  readonly steps: number;
  /** Elements of the external `WRITING.state`, and of what has been written, which comes first in it. */
  readonly stateSize: number;
  readonly size: number;
}

/** What a network computes for one run, traced and scheduled; nothing is allocated yet. */
export interface NetworkPlan {
  readonly training: Schedule;
  /** What the training step is to be given of every batch besides its row numbers; null for nothing. */
  readonly lookups: LookupLists | null;
  readonly evaluations: readonly EvaluationPlan[];
  /** Null for networks that write nothing. */
  readonly writing: WritingPlan | null;
  /** Intermediate values and sorted lookups of one run, bytes. */
  readonly trainingBytes: number;
  /** The same if every value had memory of its own. */
  readonly trainingBytesWithoutReuse: number;
  readonly evaluationBytes: number;
  /** What is predicted of one row, K values. */
  readonly predictionWidth: number;
  /** Multiply-adds and element operations of one run's training step, for cost estimates. */
  readonly operations: number;
}

/** What a runtime's compiler wants of a plan. */
export interface CompilerFacts {
  readonly policy: SchedulePolicy;
  /** Arena regions start at multiples of so many elements. */
  readonly alignment: number;
  /** Evaluations are cut into slices of about so many bytes, but of no fewer rows than a training batch, where values that stay near are faster. */
  readonly cacheBytes?: number;
  /** The host sorts what it knows of lookups, so that the sums of their gradients need not look for their terms. */
  readonly sortsLookups?: boolean;
  /** What the terms of a sum have in common is multiplied afterwards. Otherwise a step's bits are those of the gradients as they are traced. */
  readonly factorsSums?: boolean;
}

export interface NetworkPlanOptions extends StepGraphSource {
  readonly batch: number;
  readonly hasDropout: boolean;
  readonly compiler: CompilerFacts;
  /** Whether evaluation reads its parameters where optimizers leave their evaluation points, instead of where they train. */
  readonly hasEvalPoint: boolean;
}

/** An evaluation may hold this much at once even where a training step holds less. */
const EVALUATION_BYTES = 16 * 1024 ** 2;
const WORD_BYTES = 4;

/** The same graph with other names for some of its inputs. */
function renameInputs({ nodes, outputs }: Graph, names: Readonly<Record<string, string>>): Graph {
  return { nodes: nodes.map((node) => (node.op === 'input' ? { ...node, name: names[node.name] ?? node.name } : node)), outputs };
}

const arenaBytes = (schedule: Schedule, alignment: number): number => WORD_BYTES * planArena(schedule, { alignment }).size;

/** Multiply-adds of the products, and one operation per element of everything that computes; views are free. */
function operationsOf({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => {
    switch (node.op) {
      case 'matmul':
        return sum + node.size * node.k;
      case 'reduce':
        return sum + node.size * node.cols;
      case 'input':
      case 'constant':
      case 'iota':
      case 'view':
      case 'concat':
        return sum;
      default:
        return sum + node.size;
    }
  }, 0);
}

function planWriting({ layout, data, compiler }: NetworkPlanOptions, writer: Writer, evaluatedAt: string): WritingPlan {
  const { start, next, stateSize, size } = writingGraphs({ layout, data }, writer);
  const scheduled = (graph: Graph, inPlace = {}): Schedule =>
    scheduleGraph(renameInputs(graph, { [EXTERNALS.params]: evaluatedAt }), compiler.policy, { inPlace });
  return { start: scheduled(start), next: scheduled(next, { [WRITING.next]: WRITING.state }), steps: writer.steps, stateSize, size };
}

/** All schedules of a network, each with a program or a part of its own. */
export const schedulesOf = ({ training, evaluations, writing }: NetworkPlan): readonly Schedule[] => [
  training,
  ...evaluations.map(({ schedule }) => schedule),
  ...(writing === null ? [] : [writing.start, writing.next]),
];

/**
 * Traces and schedules a training step and the evaluation of all validation rows, in slices that fit.
 *
 * @throws UnsupportedOpError for an operation that the compiler does not know
 */
export function planNetwork(options: NetworkPlanOptions): NetworkPlan {
  const { model, layout, data, batch, hasDropout, compiler, hasEvalPoint } = options;
  const { policy, alignment, cacheBytes = Number.POSITIVE_INFINITY, sortsLookups = false, factorsSums = false } = compiler;
  const evaluatedAt = hasEvalPoint ? EXTERNALS.evalPoint : EXTERNALS.params;
  const traced = trainingGraph({ model, layout, data, batch, hasDropout });
  const { graph: sorted, lookups } = sortsLookups ? sortLookups(traced, data) : { graph: traced, lookups: null };
  const trainingSteps = factorsSums ? factorSums(sorted) : sorted;
  const training = scheduleGraph(trainingSteps, policy, { zeroInitialized: [EXTERNALS.grads] });
  const arena = planArena(training, { alignment });
  const lookupSize = (lookups?.inputs ?? []).reduce((sum, { size }) => sum + size, 0);
  const trainingBytes = WORD_BYTES * (arena.size + lookupSize);

  let predictionWidth = 0;
  const evaluation = (rows: number, starts: readonly number[], suffix = ''): EvaluationPlan => {
    const { nodes, outputs } = evaluationGraph({ model, layout, data, rows });
    const predictions = outputs.predictions as ValueId;
    predictionWidth = (nodes[predictions] as GraphNode).size / rows;
    const [rowsInput, output] = [`rows${suffix}`, `predictions${suffix}`];
    const graph = renameInputs({ nodes, outputs: { [output]: predictions } }, { rows: rowsInput, [EXTERNALS.params]: evaluatedAt });
    return { schedule: scheduleGraph(graph, policy), rowsInput, output, rows, starts };
  };
  const total = data.validationRows;
  const inSlicesOf = (rows: number): EvaluationPlan =>
    evaluation(
      rows,
      Array.from({ length: Math.floor(total / rows) }, (_, slice) => slice * rows),
    );
  const bytesOf = ({ schedule }: EvaluationPlan): number => arenaBytes(schedule, alignment);
  let full = inSlicesOf(total);
  // Rows that come with training rows for their statistics are best evaluated together.
  if (bytesOf(full) > cacheBytes && (model.calibrationRows ?? 0) === 0) {
    const fitting = Math.floor((total * cacheBytes) / bytesOf(full));
    full = inSlicesOf(Math.min(total, Math.max(batch, fitting)));
  }
  const allowed = Math.max(trainingBytes, EVALUATION_BYTES);
  while (full.rows > 1 && bytesOf(full) > allowed) full = inSlicesOf(Math.ceil(full.rows / 2));
  const writing = model.writer === undefined ? null : planWriting(options, model.writer, evaluatedAt);
  const rest = total - full.rows * full.starts.length;
  const evaluations = rest === 0 ? [full] : [full, evaluation(rest, [total - rest], ' of the last slice')];
  return {
    training,
    lookups,
    evaluations,
    trainingBytes,
    trainingBytesWithoutReuse: WORD_BYTES * (arena.sizeWithoutReuse + lookupSize),
    writing,
    evaluationBytes:
      Math.max(...evaluations.map(({ schedule, rows }) => arenaBytes(schedule, alignment) + WORD_BYTES * rows * predictionWidth)) +
      (writing === null ? 0 : arenaBytes(writing.start, alignment) + arenaBytes(writing.next, alignment) + WORD_BYTES * writing.stateSize),
    predictionWidth,
    operations: operationsOf(trainingSteps),
  };
}
