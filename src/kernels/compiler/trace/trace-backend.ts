import { type DataId, type DataType, engine, KernelBackend, type TensorInfo, type TypedArray } from '../../tf.ts';
import type { Dtype, ValueId } from '../graph.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { kernels } from './kernels.ts';
import type { KernelCall } from './lowering.ts';
import { type Shaped, ShapedBuilder } from './shaped-builder.ts';
import { UnsupportedOpError } from './unsupported-op.ts';

const READING =
  'A traced function may not read the values of a tensor (data, dataSync, array, print ...): tracing computes none, it only records which ' +
  'operations are made. Express the decision by tensor operations, e.g. tf.where.';

/** Higher ranks are slow or missing in the backends that a network must also train on operation by operation. */
const MAX_RANK = 4;

/** A value of the graph, or numbers from the host that become a constant when something uses them. */
type Entry = { readonly id: ValueId } | { readonly values: ArrayLike<number>; readonly size: number; readonly dtype: Dtype };

/**
 * A TensorFlow.js backend that computes nothing: a tensor is a shape and a value of the graph that is being built, and running a kernel
 * writes its lowering into that graph. Every tensor has a data id of its own; reshapes and copies name the same value.
 */
export class TraceBackend extends KernelBackend {
  readonly builder = new GraphBuilder();
  readonly #shaped = new ShapedBuilder(this.builder);
  readonly #entries = new WeakMap<object, Entry>();
  readonly #outputOfRelu = new Map<ValueId, ValueId>();
  readonly #callsPerKernel = new Map<string, number>();
  #calls = 0;
  #live = 0;

  /** A tensor of the graph's value. */
  wrap({ id, shape }: Shaped): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { id });
    this.#live++;
    return { dataId, shape: [...shape], dtype: this.builder.node(id).dtype };
  }

  /** The graph's value of a tensor of this backend. */
  shapedOf({ dataId, shape }: TensorInfo): Shaped {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) {
      throw new Error(
        `A tensor of shape (${shape}) was made outside the traced function, so its values are not part of the graph. ` +
          'Make it inside, or hand it in as an input.',
      );
    }
    if ('id' in entry) return { id: entry.id, shape };
    const id = this.builder.constant(entry.values, entry.size, entry.dtype);
    this.#entries.set(dataId, { id });
    return { id, shape };
  }

  /** Runs a kernel: writes its lowering into the graph. */
  run(name: string, inputs: Readonly<Record<string, TensorInfo | undefined>>, attrs: object): TensorInfo | TensorInfo[] {
    this.#calls++;
    const ordinal = (this.#callsPerKernel.get(name) ?? 0) + 1;
    this.#callsPerKernel.set(name, ordinal);
    this.builder.at(`${name} ${ordinal}`);
    const present = Object.values(inputs).filter((info) => info !== undefined && info !== null);
    const lower = kernels[name];
    const fail = (reason: string): never => {
      throw new UnsupportedOpError(
        name,
        present.map(({ shape }) => shape),
        this.#calls,
        reason,
      );
    };
    if (lower === undefined) return fail('it has no lowering for this operation');
    const optional = (key: string): Shaped | null => {
      const info = inputs[key];
      return info === undefined || info === null ? null : this.shapedOf(info);
    };
    const call: KernelCall = {
      build: this.#shaped,
      optional,
      input: (key) => optional(key) ?? fail(`it has no operand '${key}'`),
      list: present.map((info) => this.shapedOf(info)),
      attrs,
      outputOfRelu: this.#outputOfRelu,
    };
    let result: Shaped | readonly Shaped[];
    try {
      result = lower(call);
    } catch (cause) {
      if (cause instanceof UnsupportedOpError) throw cause;
      return fail(cause instanceof Error ? cause.message : String(cause));
    }
    const results: readonly Shaped[] = 'id' in result ? [result] : result;
    for (const { shape } of results) if (shape.length > MAX_RANK) return fail(`its result has rank ${shape.length}, (${shape})`);
    return 'id' in result ? this.wrap(result) : result.map((value) => this.wrap(value));
  }

  override write(values: TypedArray | readonly unknown[], shape: number[], dtype: DataType): DataId {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new Error(`A traced function has no ${dtype} tensors.`);
    const dataId = {};
    const size = shape.reduce((product, extent) => product * extent, 1);
    this.#entries.set(dataId, { values: values as ArrayLike<number>, size, dtype });
    this.#live++;
    return dataId;
  }

  override read(): never {
    throw new Error(READING);
  }

  override readSync(): never {
    throw new Error(READING);
  }

  override disposeData(dataId: object): boolean {
    if (this.#entries.delete(dataId)) this.#live--;
    return true;
  }

  /** Every tensor has its own data id. */
  override refCount(): number {
    return 1;
  }

  override incRef(): void {
    throw new Error('A traced function has no tf.Variable: hand parameters in as inputs.');
  }

  override numDataIds(): number {
    return this.#live;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override dispose(): void {}
}

/** The backend in use, which must be a `TraceBackend`. */
export function currentTrace(): TraceBackend {
  const { backend } = engine();
  if (!(backend instanceof TraceBackend)) throw new Error('no function is being traced');
  return backend;
}
