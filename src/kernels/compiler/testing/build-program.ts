import { normals } from '../../counter-random.ts';
import * as tf from '../../tf.ts';
import type { Graph } from '../graph.ts';
import { trace } from '../trace/trace.ts';
import { applyOp, type Choices, type Entry, LARGEST_VALUE } from './program-ops.ts';
import { floatName, inputValues, type RandomProgram, traceInputs } from './random-program.ts';

/** Values beyond this are scaled down. */
const MOST = 8;

type Tensors = Readonly<Record<string, tf.Tensor>>;

interface Executed {
  readonly outputs: readonly tf.Tensor[];
  /** The program as text, a line per value. */
  readonly lines: readonly string[];
}

function execute({ steps, outputs, inputs }: RandomProgram, tensors: Tensors): Executed {
  const entries: Entry[] = inputs.map((_, index) => ({ name: floatName(index), tensor: tensors[floatName(index)] as tf.Tensor, most: 2 }));
  const shared = entries[inputs.findIndex(({ isShared }) => isShared)];
  const data = shared ?? { name: 'numbers', tensor: tf.tensor1d([0.5, -1.25, 0.75]), most: 2 };
  const lines: string[] = [];
  const chosen = (number: number): Entry => entries[entries.length - 1 - (number % entries.length)] as Entry;
  for (const { kind, picks } of steps) {
    let next = 0;
    const take = (): number => picks[next++ % picks.length] as number;
    const choose: Choices = {
      entry: () => chosen(take()),
      below: (count) => take() % count,
      data,
      rows: tensors.rows as tf.Tensor,
      seed: tensors.seed as tf.Tensor,
      step: tensors.step as tf.Tensor,
    };
    const { text, tensor, most } = applyOp(kind, choose);
    if (tensor.size > LARGEST_VALUE || tensor.rank > 4) continue;
    const name = `t${entries.length}`;
    const isScaled = most > MOST;
    const scaled = isScaled ? tensor.mul(MOST / 2 / most) : tensor;
    lines.push(`${name} [${scaled.shape}] = ${text}${isScaled ? ` * ${MOST / 2 / most}` : ''}`);
    // At rank 0 there are no axes to choose from.
    entries.push({ name, tensor: scaled.rank === 0 ? scaled.reshape([1]) : scaled, most: isScaled ? MOST / 2 : most });
  }
  const kept = [...new Set([entries.at(-1) as Entry, ...outputs.map(chosen)])];
  kept.forEach(({ name }, index) => {
    lines.push(`out${index} = ${name}`);
  });
  return { outputs: kept.map(({ tensor }) => tensor), lines };
}

const WEIGHTS = 77;

/** The outputs as out0, out1 ..., and the gradients of their weighted sum by the runs' own inputs as grad:<input>. */
function results(program: RandomProgram, tensors: Tensors): Record<string, tf.Tensor> {
  const { outputs } = execute(program, tensors);
  const named = Object.fromEntries(outputs.map((output, index) => [`out${index}`, output]));
  if (!program.hasGradient) return named;
  const names = program.inputs.flatMap(({ isShared }, index) => (isShared ? [] : [floatName(index)]));
  if (names.length === 0) return named;
  const xs = names.map((name) => tensors[name] as tf.Tensor);
  const { grads } = tf
    .engine()
    .gradients(
      () =>
        tf.addN(
          execute(program, tensors).outputs.map((output, index) =>
            output.mul(tf.tensor(normals(9, index, WEIGHTS, output.size), output.shape)).sum(),
          ),
        ),
      xs,
      undefined,
      true,
    );
  // What the outputs do not depend on has no gradient.
  const own = names.flatMap((name, index) => (grads[index] ? [[`grad:${name}`, grads[index]] as const] : []));
  return { ...named, ...Object.fromEntries(own) };
}

export interface BuiltProgram {
  readonly graph: Graph;
  /** Outputs that replace an input: output name -> input name. */
  readonly inPlace: Readonly<Record<string, string>>;
}

/** The program as a graph. */
export function traceProgram(program: RandomProgram): BuiltProgram {
  const graph = trace(traceInputs(program), (tensors) => results(program, tensors));
  const inPlace: Record<string, string> = {};
  if (program.isInPlace) {
    const free = new Map(graph.nodes.flatMap((node) => (node.op === 'input' && node.owner === 'run' ? [[node.name, node] as const] : [])));
    for (const [output, id] of Object.entries(graph.outputs)) {
      const target = [...free.values()].find(({ size, dtype }) => size === graph.nodes[id]?.size && dtype === graph.nodes[id]?.dtype);
      if (target === undefined) continue;
      free.delete(target.name);
      inPlace[output] = target.name;
    }
  }
  return { graph, inPlace };
}

/** The program computed by the current backend. */
export function computeEagerly(program: RandomProgram, run: number): Record<string, Float32Array> {
  const values = inputValues(program, run);
  const found = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(traceInputs(program)).map(([name, { shape, dtype }]) => [
        name,
        tf.tensor(values[name] as Float32Array | Int32Array, [...shape], dtype),
      ]),
    );
    return results(program, tensors);
  });
  const read = Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  tf.dispose(found);
  return read;
}

/** The program as text. */
export function programText(program: RandomProgram): string {
  const lines: string[] = [];
  trace(traceInputs(program), (tensors) => {
    lines.push(...execute(program, tensors).lines);
    return {};
  });
  const inputs = program.inputs.map(({ shape, isShared }, index) => `${floatName(index)} [1,${shape}]${isShared ? ' shared' : ''}`);
  return [inputs.join(', '), ...lines, `gradient: ${program.hasGradient}, in place: ${program.isInPlace}`].join('\n');
}
