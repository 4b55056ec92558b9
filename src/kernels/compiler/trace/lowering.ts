import type { ValueId } from '../graph.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';

/** One call of a TensorFlow.js kernel while a function is traced. */
export interface KernelCall {
  readonly build: ShapedBuilder;
  /** The operand of this name; an error where there is none. */
  input(name: string): Shaped;
  /** The operand of this name, or null: for optional ones. */
  optional(name: string): Shaped | null;
  /** All operands in order, for kernels that take a list. */
  readonly list: readonly Shaped[];
  /** The kernel's attributes, as TensorFlow.js types them for this kernel. */
  readonly attrs: object;
  /** Output of a ReLU by its input: what `Step` looks at, so that the input need not be stored for the backward pass. */
  readonly outputOfRelu: Map<ValueId, ValueId>;
}

/** Writes a kernel's computation into the graph. Throws a plain `Error` that says what it cannot express. */
export type Lowering = (call: KernelCall) => Shaped | readonly Shaped[];

/** Lowerings by the kernel's name in TensorFlow.js's registry. */
export type LoweringTable = Readonly<Record<string, Lowering>>;

/** The attributes as TensorFlow.js declares them for the kernel at hand; its registry knows no types. */
export function attrsOf<Attrs>({ attrs }: KernelCall): Attrs {
  return attrs as Attrs;
}
