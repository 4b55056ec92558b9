import type { ParamLayout } from '../kernels/layout.ts';
import { mapNames } from '../kernels/named.ts';
import { initialScalar, type OpenRow, type RowState, segmentCount } from '../kernels/optimizer-runner.ts';
import * as tf from '../kernels/tf.ts';
import type { NamedTensor } from './variables.ts';

/** A saved value on the host. */
interface SavedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An optimizer's weights on the host: the counter k, then slots of each variable, scalars, and the training point if it was not in them. */
export interface SavedWeights {
  readonly k: number;
  readonly weights: readonly SavedWeight[];
}

/** Where gradients are taken, saved when the variables hold the evaluation point. */
const TRAINING_POINT = 'trainingPoint';
const SCALARS = 'scalars/';

/**
 * An optimizer's state as tensors that can be saved: 'iter' (k), '<variable>/<slot>' for each slot and variable, 'scalars/<name>', and, if
 * given, the training point as '<variable>/trainingPoint'.
 */
export function toNamedTensors(state: RowState, layout: ParamLayout, trainingPoint: readonly tf.Tensor[] | null): NamedTensor[] {
  const slots = Object.entries(state.slots).flatMap(([slot, values]) =>
    layout.tensors.map(({ name, shape, offset, size }) => ({
      name: `${name}/${slot}`,
      tensor: tf.tensor(Float32Array.from(values.subarray(offset, offset + size)), [...shape], 'float32'),
    })),
  );
  const scalars = Object.entries(state.scalars).map(([name, values]) => ({ name: `${SCALARS}${name}`, tensor: tf.tensor1d([...values]) }));
  const point = layout.tensors.flatMap(({ name }, index) => {
    const tensor = trainingPoint?.[index];
    return tensor ? [{ name: `${name}/${TRAINING_POINT}`, tensor }] : [];
  });
  return [counter(state.k), ...slots, ...scalars, ...point];
}

/** Saved weights as tensors again, as they were. */
export function unreadTensors({ k, weights }: SavedWeights): NamedTensor[] {
  const tensors = weights.map(({ name, shape, values }) => ({ name, tensor: tf.tensor(Float32Array.from(values), [...shape], 'float32') }));
  return [counter(k), ...tensors];
}

function counter(k: number): NamedTensor {
  return { name: 'iter', tensor: tf.scalar(k, 'int32') };
}

export async function readWeights(tensors: readonly NamedTensor[]): Promise<SavedWeights> {
  const [iter, ...rest] = await Promise.all(
    tensors.map(async ({ name, tensor }) => ({ name, shape: tensor.shape, values: await tensor.data() })),
  );
  const k = iter?.values[0];
  if (iter?.name !== 'iter' || typeof k !== 'number') throw new Error('The first weight of an optimizer is its counter "iter".');
  return { k, weights: rest };
}

/** Whether the weights were saved while the variables held the evaluation point. */
export function hasTrainingPoint({ weights }: SavedWeights): boolean {
  return weights.some(({ name }) => name.endsWith(`/${TRAINING_POINT}`));
}

/**
 * The state that weights hold, for variables that may have other names than when it was saved, but are the same in number, order and shape.
 * Throws an error that names the weight that does not fit.
 */
export function toRowState({ k, weights }: SavedWeights, row: OpenRow, layout: ParamLayout): RowState {
  const { program } = row;
  const scalar = (name: string): readonly number[] => {
    const saved = weights.find((weight) => weight.name === SCALARS + name);
    const count = initialScalar(row, name, segmentCount(program, layout)).length;
    if (saved?.values.length !== count) {
      throw new Error(`The weight "${SCALARS}${name}" should have ${count} values, got ${saved?.values.length ?? 'none'}.`);
    }
    return Array.from(saved.values);
  };
  return {
    k,
    slots: mapNames(program.slots, (slot) => flat(ofSlot(weights, slot, layout), layout)),
    scalars: mapNames(program.scalars, scalar),
  };
}

/** The training point in weights that hold one, as tensors of the variables' shapes. The caller disposes them. */
export function trainingPointOf({ weights }: SavedWeights, layout: ParamLayout): readonly tf.Tensor[] {
  return ofSlot(weights, TRAINING_POINT, layout).map(({ shape, values }) => tf.tensor(Float32Array.from(values), [...shape], 'float32'));
}

/** The weights of one slot in the order of the variables: by name where all names are the same, else as they were saved. */
function ofSlot(weights: readonly SavedWeight[], slot: string, { tensors }: ParamLayout): readonly SavedWeight[] {
  const saved = weights.filter(({ name }) => name.endsWith(`/${slot}`) && !name.startsWith(SCALARS));
  if (saved.length !== tensors.length) {
    throw new Error(`The weights have "${slot}" of ${saved.length} variables; the optimizer trains ${tensors.length}.`);
  }
  const byName = tensors.flatMap(({ name }) => saved.filter((weight) => weight.name === `${name}/${slot}`));
  const ordered = byName.length === tensors.length ? byName : saved;
  ordered.forEach((weight, index) => {
    const { name, shape } = tensors[index] ?? { name: '', shape: [] };
    if (!tf.util.arraysEqual([...weight.shape], [...shape])) {
      throw new Error(`The weight "${weight.name}" has shape [${weight.shape}]; the variable "${name}" has [${shape}].`);
    }
  });
  return ordered;
}

/** One vector, (n), padding zero. */
function flat(weights: readonly SavedWeight[], { n, tensors }: ParamLayout): Float64Array {
  const result = new Float64Array(n);
  tensors.forEach(({ offset }, index) => {
    result.set(weights[index]?.values ?? [], offset);
  });
  return result;
}
