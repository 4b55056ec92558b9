import type { Graph } from '../../kernels/compiler/graph.ts';
import { interpret } from '../../kernels/compiler/interpret.ts';
import { normals } from '../../kernels/counter-random.ts';
import type { ParamLayout } from '../../kernels/layout.ts';
import { batchIndices } from '../../workloads/batches.ts';
import { DataChecksumError, DataMissingError } from '../../workloads/data-errors.ts';
import type { FetchFile, LoadedData, Network, WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { optionsKey } from '../../workloads/options.ts';
import { workloads } from '../../workloads/registry.ts';
import { casesOf, cutData, smallOptions } from '../../workloads/testing/cases.ts';
import { NETWORK_INPUTS } from '../network-plan.ts';
import { dataInput } from '../step-graphs.ts';
import { buildNetwork, TINY_NETWORKS } from './networks/networks.ts';

/** A network, its data and what its runs may have. */
export interface NetworkCase {
  readonly name: string;
  readonly model: Network;
  readonly data: LoadedData;
  readonly batch: number;
  readonly hasDropout: boolean;
  readonly hasLabelSmoothing: boolean;
  /** Its options are those of the small network. */
  readonly isOrdinary: boolean;
  /** Factor of the weights in the state with large ones; 4 if missing. */
  readonly largeWeights?: number;
}

/** The networks of the speed measurements in tiny. */
export const tinyCases = (): readonly NetworkCase[] =>
  TINY_NETWORKS.map((spec) => ({ ...buildNetwork(spec), name: spec.id, hasDropout: false, hasLabelSmoothing: false, isOrdinary: true }));

/** Other values of an option: the one named or an odd size near the smallest, or the other choices. */
function otherValues(
  spec: WorkloadDefinition['options'][string],
  used: number | string | undefined,
  named: number | undefined,
): readonly (number | string)[] {
  if (spec.kind === 'choice') return spec.choices.map(({ id }) => id).filter((id) => id !== used);
  if (named !== undefined) return [named];
  const near = Math.min(spec.min + 5, spec.max);
  return [near === used ? spec.min : near];
}

/** One of several sets of options that must work; null where its data were not published. */
async function load(workload: WorkloadDefinition, options: WorkloadOptions, fetchFile: FetchFile): Promise<NetworkCase | null> {
  try {
    const { small } = casesOf(workload);
    const cut = cutData(
      await workload.load(options, fetchFile),
      small.trainRows ?? Number.POSITIVE_INFINITY,
      small.validationRows ?? Number.POSITIVE_INFINITY,
    );
    const data = small.shrink?.(cut) ?? cut;
    const { labelSmoothing, dropout, auxDropout } = workload.regularization;
    return {
      name: `${workload.id} ${optionsKey(options)}`,
      model: await workload.create(options, data),
      data,
      batch: small.batch ?? workload.batch(options).value,
      hasDropout: dropout || auxDropout,
      hasLabelSmoothing: labelSmoothing,
      isOrdinary: optionsKey(options) === optionsKey(smallOptions(workload)),
      ...(small.largeWeights === undefined ? {} : { largeWeights: small.largeWeights }),
    };
  } catch (error) {
    // A server may answer a missing file with its page.
    if (error instanceof DataMissingError || error instanceof DataChecksumError) return null;
    throw error;
  }
}

/** Which values of a workload's options are tried besides those of its small network: one other of each option, or all others. */
export type Variety = 'one other' | 'all others';

/** Every workload with the options of its small network, and with other values of each option, one at a time. */
export async function registryCases(fetchFile: FetchFile, variety: Variety): Promise<readonly NetworkCase[]> {
  const cases: NetworkCase[] = [];
  for (const workload of workloads) {
    const small = smallOptions(workload);
    const ordinary = await load(workload, small, fetchFile);
    if (ordinary === null) throw new Error(`the data of ${workload.id} are missing`);
    cases.push(ordinary);
    for (const [name, spec] of Object.entries(workload.options)) {
      for (const value of otherValues(spec, small[name], casesOf(workload).small.others?.[name])) {
        const other = await load(workload, { ...small, [name]: value }, fetchFile);
        if (other === null) continue;
        cases.push(other);
        if (variety === 'one other') break;
      }
    }
  }
  return cases;
}

/** What one run is given: parameters, data, batch and settings, by the names of the graphs' inputs. */
export type RunInputs = Readonly<Record<string, Float32Array | Int32Array>>;

export function runInputs(
  { data, batch, hasDropout, hasLabelSmoothing }: Pick<NetworkCase, 'data' | 'batch' | 'hasDropout' | 'hasLabelSmoothing'>,
  seed: number,
  step: number,
  params: Float32Array,
): RunInputs {
  return {
    params,
    ...Object.fromEntries(Object.entries(data.arrays).map(([name, { values }]) => [dataInput(name), values])),
    [NETWORK_INPUTS.indices]: batchIndices(seed, step, data.trainRows, batch),
    [NETWORK_INPUTS.labelSmoothing]: Float32Array.of(hasLabelSmoothing ? 0.05 * (seed % 3) : 0),
    [NETWORK_INPUTS.dropout]: Float32Array.of(hasDropout ? 0.2 * (seed % 4) : 0),
    [NETWORK_INPUTS.auxDropout]: Float32Array.of(hasDropout ? 0.1 * (seed % 3) : 0),
    [NETWORK_INPUTS.seed]: Int32Array.of(seed),
    [NETWORK_INPUTS.step]: Int32Array.of(step),
  };
}

/** The initial parameters of a seed as one flat row. */
export function initialRow({ parameters }: Network, { tensors, n }: ParamLayout, seed: number): Float32Array {
  const row = new Float32Array(n);
  tensors.forEach(({ offset }, index) => {
    row.set(parameters[index]?.init(seed, index) as Float32Array, offset);
  });
  return row;
}

/** The row moved by normal numbers of some size, scaled before; the padding stays zero. */
export function disturbed(row: Float32Array, { tensors }: ParamLayout, seed: number, scale: number, noise: number): Float32Array {
  const moved = row.map((value) => scale * value);
  tensors.forEach(({ offset, size }, index) => {
    normals(seed, index, 12, size).forEach((value, i) => {
      moved[offset + i] = (moved[offset + i] as number) + noise * value;
    });
  });
  return moved;
}

const DESCENT_STEPS = 6;
/** Length of each step, about that of a training step early on. */
const DESCENT_LENGTH = 0.3;

/** Parameters after some steps of steepest descent, which the interpreter makes, so that no generator is needed. */
function descended(given: NetworkCase, graph: Graph, start: Float32Array, seed: number): Float32Array {
  const row = Float32Array.from(start);
  for (let step = 0; step < DESCENT_STEPS; step++) {
    const { grads } = interpret(graph, runInputs(given, seed, step, row));
    const norm = Math.hypot(...(grads ?? []));
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) - (DESCENT_LENGTH * (grads?.[i] as number)) / (norm || 1);
  }
  return row;
}

/** The step at which the states are looked at. */
export const STATE_STEP = 7;

/** Three states of training, as three runs: initial, after some steps, and with large weights. */
export function trainingStates(given: NetworkCase, layout: ParamLayout, graph: Graph): readonly RunInputs[] {
  const initial = (seed: number): Float32Array => initialRow(given.model, layout, seed);
  const rows = [initial(1), descended(given, graph, initial(2), 2), disturbed(initial(3), layout, 3, given.largeWeights ?? 4, 0.3)];
  return rows.map((row, index) => runInputs(given, index + 1, STATE_STEP, row));
}

/** Runs of as many seeds near their initial parameters, at a general point: nothing is exactly 0 or 1. */
export function generalRuns(given: NetworkCase, layout: ParamLayout, count: number): readonly RunInputs[] {
  return Array.from({ length: count }, (_, run) =>
    runInputs(given, run + 1, STATE_STEP, disturbed(initialRow(given.model, layout, run + 1), layout, run + 1, 1, 0.1)),
  );
}
