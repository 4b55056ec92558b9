import type { TensorSpec } from '../kernels/layout.ts';
import * as tf from '../kernels/tf.ts';

/** TensorFlow.js has this type, and does not export it. */
export interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** What `applyGradients` takes. */
export type Gradients = tf.NamedTensorMap | NamedTensor[];

/** Gradients that are there, in the order given: variables that the loss does not depend on have none, or null. */
export function presentGradients(gradients: Gradients): readonly NamedTensor[] {
  const all: readonly { readonly name: string; readonly tensor: tf.Tensor | null }[] = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  return all.flatMap(({ name, tensor }) => (tensor === null || tensor === undefined ? [] : [{ name, tensor }]));
}

/** Registered variables by name. Throws an error that names one that there is not, or that is not float32. */
export function variablesOf(names: readonly string[]): readonly tf.Variable[] {
  if (names.length === 0) throw new Error('There is no gradient of any variable.');
  return names.map((name, index) => {
    const variable = tf.engine().registeredVariables[name];
    if (!variable) throw new Error(`There is no variable "${name}".`);
    if (variable.dtype !== 'float32') throw new Error(`The variable "${name}" is ${variable.dtype}; only float32 can be trained.`);
    if (names.indexOf(name) !== index) throw new Error(`The variable "${name}" has two gradients.`);
    return variable;
  });
}

/** The variables that an optimizer trains, in the order of its first step, and whether anybody else has changed them since. */
export class TrainedVariables {
  readonly variables: readonly tf.Variable[];
  /** What each variable held when this optimizer last wrote or read it. */
  #dataIds: readonly (object | null)[];

  constructor(variables: readonly tf.Variable[]) {
    this.variables = variables;
    this.#dataIds = variables.map(({ dataId }) => dataId);
  }

  get specs(): readonly TensorSpec[] {
    return this.variables.map(({ name, shape }) => ({ name, shape }));
  }

  /** The gradients in the order of the variables. Throws an error that names a variable that is new, missing, replaced or of another shape. */
  ordered(gradients: readonly NamedTensor[]): readonly tf.Tensor[] {
    const known = new Set(this.variables.map(({ name }) => name));
    const stranger = gradients.find(({ name }) => !known.has(name));
    if (stranger) {
      throw new Error(`The variable "${stranger.name}" had no gradient at the first step: make an optimizer for each set of variables.`);
    }
    return this.variables.map((variable) => {
      const { name, shape } = variable;
      const matches = gradients.filter((gradient) => gradient.name === name);
      const [gradient] = matches;
      if (!gradient) throw new Error(`The variable "${name}" has no gradient at this step, and had one at the first.`);
      if (matches.length > 1) throw new Error(`The variable "${name}" has two gradients.`);
      if (tf.engine().registeredVariables[name] !== variable) {
        throw new Error(`The variable "${name}" has been disposed or replaced since the first step: make a new optimizer.`);
      }
      if (!tf.util.arraysEqual(gradient.tensor.shape, shape)) {
        throw new Error(`The gradient of "${name}" has shape [${gradient.tensor.shape}], the variable [${shape}].`);
      }
      return gradient.tensor;
    });
  }

  /** Indices of variables that somebody else has assigned since `assign` or `accept`. */
  changed(): readonly number[] {
    return this.variables.flatMap(({ dataId }, index) => (dataId === this.#dataIds[index] ? [] : [index]));
  }

  /** Takes what the variables hold now for unchanged. */
  accept(): void {
    this.#dataIds = this.variables.map(({ dataId }) => dataId);
  }

  /** Takes all variables for changed. */
  doubt(): void {
    this.#dataIds = this.variables.map(() => null);
  }

  /** Puts values into the variables and disposes the tensors that brought them. */
  assign(values: readonly tf.Tensor[]): void {
    this.variables.forEach((variable, index) => {
      const value = values[index] as tf.Tensor;
      variable.assign(value);
      value.dispose();
    });
    this.accept();
  }
}
