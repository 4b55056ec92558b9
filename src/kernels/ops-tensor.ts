import type { Algebra } from './algebra.ts';
import * as tf from './tf.ts';

type Operand = OpsTensor | number;

function plain(operand: Operand): tf.Tensor | number {
  return typeof operand === 'number' ? operand : operand.tensor;
}

/**
 * The vector algebra on a TensorFlow.js tensor. Calls operations as functions: chained ones (`a.add(b)`) are there only where the whole
 * package, or its registration of them, has been imported.
 */
export class OpsTensor implements Algebra<OpsTensor> {
  readonly tensor: tf.Tensor;

  constructor(tensor: tf.Tensor) {
    this.tensor = tensor;
  }

  add(other: Operand): OpsTensor {
    return new OpsTensor(tf.add(this.tensor, plain(other)));
  }

  sub(other: Operand): OpsTensor {
    return new OpsTensor(tf.sub(this.tensor, plain(other)));
  }

  mul(other: Operand): OpsTensor {
    return new OpsTensor(tf.mul(this.tensor, plain(other)));
  }

  div(other: Operand): OpsTensor {
    return new OpsTensor(tf.div(this.tensor, plain(other)));
  }

  pow(exponent: Operand): OpsTensor {
    return new OpsTensor(tf.pow(this.tensor, plain(exponent)));
  }

  maximum(other: Operand): OpsTensor {
    return new OpsTensor(tf.maximum(this.tensor, plain(other)));
  }

  minimum(other: Operand): OpsTensor {
    return new OpsTensor(tf.minimum(this.tensor, plain(other)));
  }

  neg(): OpsTensor {
    return new OpsTensor(tf.neg(this.tensor));
  }

  abs(): OpsTensor {
    return new OpsTensor(tf.abs(this.tensor));
  }

  sqrt(): OpsTensor {
    return new OpsTensor(tf.sqrt(this.tensor));
  }

  square(): OpsTensor {
    return new OpsTensor(tf.square(this.tensor));
  }

  /** Not tf.sign, which takes numbers below about 1e-6 for zero on the WebAssembly backend. */
  sign(): OpsTensor {
    const x = this.tensor;
    const one = tf.onesLike(x);
    return new OpsTensor(tf.where(tf.greater(x, 0), one, tf.where(tf.less(x, 0), tf.neg(one), x)));
  }

  greater(other: Operand): OpsTensor {
    return new OpsTensor(tf.greater(this.tensor, plain(other)));
  }

  equal(other: Operand): OpsTensor {
    return new OpsTensor(tf.equal(this.tensor, plain(other)));
  }

  logicalAnd(other: OpsTensor): OpsTensor {
    return new OpsTensor(tf.logicalAnd(this.tensor, other.tensor));
  }

  logicalNot(): OpsTensor {
    return new OpsTensor(tf.logicalNot(this.tensor));
  }

  where(condition: OpsTensor, otherwise: OpsTensor): OpsTensor {
    return new OpsTensor(tf.where(condition.tensor, this.tensor, otherwise.tensor));
  }

  sum(axis: 1, keepDims: true): OpsTensor {
    return new OpsTensor(tf.sum(this.tensor, axis, keepDims));
  }
}
