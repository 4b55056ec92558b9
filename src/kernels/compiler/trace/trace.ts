import * as tf from '../../tf.ts';
import type { Dtype, Graph, Owner } from '../graph.ts';
import { sizeOf } from '../index-map.ts';
import { kernels } from './kernels.ts';
import { TraceBackend } from './trace-backend.ts';
import { UNKNOWN_KERNELS } from './unknown-kernels.ts';
import { UnsupportedOpError } from './unsupported-op.ts';

/** A tensor that the traced function gets. A bool is stored as float32 0 or 1. */
export interface TraceInput {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly owner: Owner;
}

const BACKEND = 'trace';

/** The engine looks kernels up by name and backend; all of them lead to the backend's one `run`. */
function registerKernels(): void {
  const registered = new Set(tf.getKernelsForBackend(BACKEND).map(({ kernelName }) => kernelName));
  for (const kernelName of [...Object.keys(kernels), ...UNKNOWN_KERNELS]) {
    if (registered.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => (backend as TraceBackend).run(kernelName, inputs, attrs ?? {}),
    });
  }
}

/** TensorFlow.js's complaint about a kernel that no backend has, told like any other unknown operation. */
function explained(error: unknown): unknown {
  const missing = error instanceof Error ? /Kernel '([^']*)' not registered/.exec(error.message) : null;
  return missing ? new UnsupportedOpError(missing[1] as string, [], 0, 'it has no lowering for this operation') : error;
}

/** A gradient that failed leaves the tensors on its tape that its operations kept for the backward pass. */
function disposeTape(): void {
  const { state } = tf.engine();
  for (const { saved } of (state.activeTape ?? []) as readonly { readonly saved?: readonly tf.Tensor[] }[]) tf.dispose([...(saved ?? [])]);
}

/**
 * Records what `f` computes as a graph, without computing it. `f` is written in plain TensorFlow.js operations, gradients included
 * (`tf.valueAndGrads` inside it is part of the graph); it must be synchronous and must not read values. Tensors that it makes from host
 * values become constants. The backend in use is the same afterwards, and no tensor is left behind.
 *
 * @param inputs the tensors that `f` gets, by name; one run's, without other runs
 * @param f returns the outputs by name; bool outputs become float32 0 or 1
 * @throws UnsupportedOpError for an operation that the compiler does not know
 */
export function trace<Name extends string>(
  inputs: Readonly<Record<Name, TraceInput>>,
  f: (tensors: Readonly<Record<Name, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>,
): Graph {
  const engine = tf.engine();
  // Null before the first backend was set, whatever the types say.
  const previous = engine.backendName as string | null | undefined;
  if (previous === BACKEND) throw new Error('A traced function cannot trace another one.');
  registerKernels();
  const backend = new TraceBackend();
  const { builder } = backend;
  engine.registerBackend(BACKEND, () => backend, 0);
  // The factory is synchronous, so the backend is in place when this returns.
  void engine.setBackend(BACKEND);
  try {
    return tf.tidy(() => {
      const tensors = Object.entries<TraceInput>(inputs).map(([name, { shape, dtype, owner }]) => {
        const stored = builder.input(name, sizeOf(shape), dtype === 'bool' ? 'float32' : dtype, owner);
        const id = dtype === 'bool' ? builder.unary('toBool', stored) : stored;
        return [name, engine.makeTensorFromTensorInfo(backend.wrap({ id, shape }))] as const;
      });
      const results = f(Object.fromEntries(tensors) as Record<Name, tf.Tensor>);
      builder.at('');
      const outputs = Object.entries(results).map(([name, tensor]) => {
        const { id } = backend.shapedOf(tensor);
        return [name, builder.node(id).dtype === 'bool' ? builder.unary('toFloat', id) : id] as const;
      });
      // One tensor may be several outputs.
      tf.dispose(Object.values(results));
      return builder.finish(Object.fromEntries(outputs)) as Graph & tf.TensorContainerObject;
    });
  } catch (error) {
    disposeTape();
    throw explained(error);
  } finally {
    engine.removeBackend(BACKEND);
    if (previous !== null && previous !== undefined) void engine.setBackend(previous);
  }
}
