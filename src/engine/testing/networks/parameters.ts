import { normals, STREAM } from '../../../kernels/counter-random.ts';
import type { ParameterSpec } from '../../../workloads/definition.ts';

/** A matrix of normal numbers with variance gain / rows: gain 2 before a ReLU, 1 elsewhere. */
export function weights(name: string, shape: readonly [number, number], gain: 1 | 2): ParameterSpec {
  const [rows, columns] = shape;
  const scale = Math.sqrt(gain / rows);
  return {
    name,
    shape,
    init: (seed, tensorIndex) => normals(seed, tensorIndex, STREAM.init, rows * columns).map((value) => value * scale),
  };
}

/** A vector that starts at one value everywhere. */
export function constants(name: string, size: number, value: number): ParameterSpec {
  return { name, shape: [size], init: () => new Float32Array(size).fill(value) };
}
