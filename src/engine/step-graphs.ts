import type { Graph, GraphNode, ValueId } from '../kernels/compiler/graph.ts';
import { type TraceInput, trace } from '../kernels/compiler/trace/trace.ts';
import { counterUniform } from '../kernels/counter-uniform.ts';
import type { ParamLayout } from '../kernels/layout.ts';
import * as tf from '../kernels/tf.ts';
import type { Batch, LoadedData, Network, Writer } from '../workloads/definition.ts';

/** What the graphs of a workload are made from: the data's names, shapes and row counts matter, not its values. */
export interface StepGraphSource {
  readonly model: Network;
  readonly layout: ParamLayout;
  readonly data: LoadedData;
}

/** Name of the graph's input that holds a data array as (rows, row length). */
export const dataInput = (name: string): string => `data:${name}`;

/** Name of the training graph's input that holds the numbers of the batch's rows. */
export const ROW_NUMBERS = 'indices';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

const input = (shape: readonly number[], owner: TraceInput['owner'], dtype: TraceInput['dtype'] = 'float32'): TraceInput => ({
  shape,
  dtype,
  owner,
});

function dataInputs({ arrays, trainRows, validationRows }: LoadedData): Record<string, TraceInput> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { values, rowShape }]) => [
      dataInput(name),
      input([trainRows + validationRows, sizeOf(rowShape)], 'shared', values instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}

/** The listed rows of every data array: (1, count, ...rowShape). */
function gatherBatch({ arrays }: LoadedData, tensors: Readonly<Record<string, tf.Tensor>>, indices: tf.Tensor): Batch {
  return {
    tensors: Object.fromEntries(
      Object.entries(arrays).map(([name, { rowShape }]) => [
        name,
        tf.gather(tensors[dataInput(name)] as tf.Tensor, indices).reshape([1, indices.size, ...rowShape]),
      ]),
    ),
  };
}

/** One run's flat row (1, n) as the model's tensors (1, ...shape). */
function parametersOf(row: tf.Tensor, layout: ParamLayout): tf.Tensor[] {
  return layout.tensors.map(({ offset, size, shape }) => row.slice([0, offset], [1, size]).reshape([1, ...shape]));
}

const trainingInputs = (layout: ParamLayout, data: LoadedData, batch: number): Record<string, TraceInput> => ({
  params: input([1, layout.n], 'run'),
  ...dataInputs(data),
  [ROW_NUMBERS]: input([batch], 'run', 'int32'),
  labelSmoothing: input([1, 1], 'run'),
  dropout: input([1, 1], 'run'),
  auxDropout: input([1, 1], 'run'),
  seed: input([1], 'run', 'int32'),
  step: input([1], 'shared', 'int32'),
});

/** Gradients of the tensors as one flat row (n); null for a tensor that the objective does not use. */
function flatGradient(grads: readonly (tf.Tensor | null)[], layout: ParamLayout): tf.Tensor {
  const pieces = layout.tensors.flatMap(({ size, paddedSize }, index) => {
    const own = grads[index]?.reshape([size]) ?? tf.zeros([size]);
    return size === paddedSize ? [own] : [own, tf.zeros([paddedSize - size])];
  });
  return tf.concat(pieces, 0);
}

/**
 * One run's training step up to the optimizer.
 *
 * Inputs: params (n), data:<name> (rows, row length), indices (batch) rows of the data, labelSmoothing (1), dropout (1), auxDropout (1), seed (1)
 * and step (1), both int32. The data and the step number are shared by all runs. Inputs that the model does not use do not occur.
 * Outputs: grads (n), zero in the padding; objective (1), which is differentiated; loss (1), which is shown.
 *
 * @param batch rows per step
 * @param hasDropout false: no run of the race drops anything, and the masks are left out
 * @throws UnsupportedOpError for an operation that the compiler does not know
 */
export function trainingGraph({
  model,
  layout,
  data,
  batch,
  hasDropout,
}: StepGraphSource & { readonly batch: number; readonly hasDropout: boolean }): Graph {
  return trace(trainingInputs(layout, data, batch), (tensors) => {
    const { params, indices, labelSmoothing, dropout, auxDropout, seed, step } = tensors as Record<string, tf.Tensor> & TrainingInputs;
    const own = parametersOf(params, layout);
    const kept: tf.Tensor[] = [];
    try {
      const { grads } = tf.engine().gradients(
        () => {
          const { objective, loss } = model.trainLoss(own, gatherBatch(data, tensors, indices), {
            labelSmoothing,
            dropout,
            auxDropout,
            hasDropout,
            uniform: (layer, shape) => counterUniform(seed, step, layer, shape),
          });
          kept.push(tf.keep(objective.clone()), tf.keep(loss.clone()));
          return objective.sum();
        },
        own,
        undefined,
        true,
      );
      const [objective, loss] = kept as [tf.Tensor, tf.Tensor];
      return { grads: flatGradient(grads, layout), objective, loss };
    } catch (error) {
      tf.dispose(kept);
      throw error;
    }
  });
}

/** The forward pass of `trainingGraph` alone, without dropout. Outputs: objective (1) and loss (1). */
export function lossGraph({ model, layout, data, batch }: StepGraphSource & { readonly batch: number }): Graph {
  return trace(trainingInputs(layout, data, batch), (tensors) => {
    const { params, indices, labelSmoothing, dropout, auxDropout, seed, step } = tensors as Record<string, tf.Tensor> & TrainingInputs;
    const { objective, loss } = model.trainLoss(parametersOf(params, layout), gatherBatch(data, tensors, indices), {
      labelSmoothing,
      dropout,
      auxDropout,
      hasDropout: false,
      uniform: (layer, shape) => counterUniform(seed, step, layer, shape),
    });
    return { objective, loss };
  });
}

interface TrainingInputs {
  readonly params: tf.Tensor;
  readonly indices: tf.Tensor;
  readonly labelSmoothing: tf.Tensor;
  readonly dropout: tf.Tensor;
  readonly auxDropout: tf.Tensor;
  readonly seed: tf.Tensor;
  readonly step: tf.Tensor;
}

/** Some rows of every data array, from number `first` on, as one batch shared by all runs: (1, count, ...rowShape). */
function someRows({ arrays }: LoadedData, tensors: Readonly<Record<string, tf.Tensor>>, first: number, count: number): Batch {
  return {
    tensors: Object.fromEntries(
      Object.entries(arrays).map(([name, { rowShape }]) => [
        name,
        (tensors[dataInput(name)] as tf.Tensor).slice([first, 0], [count, sizeOf(rowShape)]).reshape([1, count, ...rowShape]),
      ]),
    ),
  };
}

/**
 * What one run says of some rows of the data.
 *
 * Inputs: params (n), data:<name> (rows, row length), rows (count) int32, rows of the data; the rows are shared by all runs.
 * Output: predictions (count * K).
 *
 * @param rows how many rows are evaluated at once
 * @throws UnsupportedOpError for an operation that the compiler does not know
 */
export function evaluationGraph({ model, layout, data, rows }: StepGraphSource & { readonly rows: number }): Graph {
  const inputs: Record<string, TraceInput> = {
    params: input([1, layout.n], 'run'),
    ...dataInputs(data),
    rows: input([rows], 'shared', 'int32'),
  };
  const { calibrationRows = 0 } = model;
  return trace(inputs, (tensors) => ({
    predictions: model.predict(
      parametersOf(tensors.params as tf.Tensor, layout),
      gatherBatch(data, tensors, tensors.rows as tf.Tensor),
      calibrationRows === 0 ? null : someRows(data, tensors, 0, calibrationRows),
    ),
  }));
}

/** Names of what writing steps replace, and of what they replace it with: one flat float32 array per run. */
export const WRITING = { state: 'writing', next: 'writing:next' } as const;

export interface WritingGraphs {
  /** From the parameters and the data: the state before the first step. */
  readonly start: Graph;
  /** From the parameters and the state: the state after one more step. */
  readonly next: Graph;
  /** Elements of the state, a multiple of 4. */
  readonly stateSize: number;
  /** Elements of what is written; they come first in the state. */
  readonly size: number;
}

/**
 * What one run writes, as a start and a step that is made again and again. The state is the writer's tensors one after another, and the number
 * of the next step.
 *
 * Inputs: params (n), and data:<name> (rows, row length) or `WRITING.state`. Output: `WRITING.state` of the start, `WRITING.next` of a step.
 */
export function writingGraphs({ layout, data }: Omit<StepGraphSource, 'model'>, writer: Writer): WritingGraphs {
  const params = input([1, layout.n], 'run');
  let shapes: readonly (readonly number[])[] = [];
  const joined = (state: readonly tf.Tensor[], step: tf.Tensor): tf.Tensor => {
    const size = state.reduce((sum, own) => sum + own.size, 1);
    // Every run's state starts at a multiple of 4.
    const padding = (4 - (size % 4)) % 4;
    return tf.concat([...state.map((own) => own.reshape([-1])), step, ...(padding === 0 ? [] : [tf.zeros([padding])])], 0);
  };
  const start = trace({ params, ...dataInputs(data) }, (tensors) => {
    const batch = someRows(data, tensors, data.trainRows, writer.rows);
    const state = writer.start(parametersOf(tensors.params as tf.Tensor, layout), batch);
    shapes = state.map(({ shape }) => shape);
    return { [WRITING.state]: joined(state, tf.zeros([1])) };
  });
  const sizes = shapes.map(sizeOf);
  const stateSize = (start.nodes[start.outputs[WRITING.state] as ValueId] as GraphNode).size;
  const next = trace({ params, [WRITING.state]: input([stateSize], 'run') }, (tensors) => {
    const flat = tensors[WRITING.state] as tf.Tensor;
    let end = 0;
    const state = shapes.map((shape, index) => {
      const size = sizes[index] as number;
      end += size;
      return flat.slice([end - size], [size]).reshape([...shape]);
    });
    const step = flat.slice([end], [1]);
    return { [WRITING.next]: joined(writer.next(parametersOf(tensors.params as tf.Tensor, layout), state, step), step.add(1)) };
  });
  return { start, next, stateSize, size: sizes[0] as number };
}
